import subprocess
import sys

import pytest

# Prints what a cold start of the stream function imports.
_IMPORT = "import stream_processor.lambda_handlers, sys; print('\\n'.join(sys.modules))"


@pytest.fixture(scope="module")
def imported():
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines())


def test_the_stream_function_imports_the_stream_path(imported):
    assert "stream_processor.stream.handler" in imported


def test_the_stream_function_imports_no_operator_tool(imported):
    tools = tuple(f"stream_processor.{room}" for room in ("operations", "tables", "cli"))

    assert not [each for each in imported if each.startswith(tools)]


@pytest.mark.parametrize("library", ["boto3", "botocore", "click", "rich", "pydantic"])
def test_the_stream_function_imports_no_library_of_the_tools(imported, library):
    assert library not in imported
