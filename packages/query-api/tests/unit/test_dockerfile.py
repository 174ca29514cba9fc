import json
import re
import shlex
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from query_api.settings import Settings

ROOT = Path(__file__).parents[4]
DOCKERFILE = ROOT / "packages/query-api/Dockerfile"
# These have compiled parts, so the image needs a wheel of each for both architectures.
COMPILED = ("httptools", "msgspec", "pydantic-core", "uvloop")


@pytest.fixture(scope="module")
def stages():
    """The instructions of each stage, as (name, rest) with continued lines joined."""
    text = re.sub(r"(?m)^#.*\n", "", DOCKERFILE.read_text())
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    instructions = [tuple(line.split(maxsplit=1)) for line in lines if line]
    starts = [number for number, (name, _) in enumerate(instructions) if name == "FROM"]
    ends = [*starts[1:], None]
    return [instructions[start:end] for start, end in zip(starts, ends, strict=True)]


@pytest.fixture(scope="module")
def final(stages):
    return dict(stages[-1])


@pytest.fixture(scope="module")
def ignore_patterns():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def is_visible(ignore_patterns):
    """The rule of .dockerignore: the last pattern that matches a path or a folder above decides."""

    def check(path):
        names = path.split("/")
        above = ["/".join(names[: end + 1]) for end in range(len(names))]
        visible = True
        for pattern in ignore_patterns:
            kept = pattern.startswith("!")
            if any(_matches(each, pattern.removeprefix("!")) for each in above):
                visible = kept
        return visible

    return check


def _matches(path, pattern):
    if pattern.startswith("**/"):
        return path.rpartition("/")[2] == pattern.removeprefix("**/")
    names, patterns = path.split("/"), pattern.split("/")
    return len(names) == len(patterns) and all(map(fnmatchcase, names, patterns))


def test_both_stages_use_the_base_image_of_the_argument(stages):
    assert [stage[0][1] for stage in stages] == ["${BASE_IMAGE} AS builder", "${BASE_IMAGE}"]


def test_the_base_image_is_pinned_by_its_digest():
    (base,) = re.findall(r"(?m)^ARG BASE_IMAGE=(.+)$", DOCKERFILE.read_text())

    assert re.fullmatch(r"python:3\.13\.\d+-slim-trixie@sha256:[0-9a-f]{64}", base)


def test_the_builder_installs_the_locked_uv_by_its_hashes(stages):
    (install,) = (rest for _, rest in stages[0] if "pip install" in rest)
    requirements = (ROOT / "requirements-uv.txt").read_text()
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    (uv,) = (each for each in locked if each["name"] == "uv")

    assert {"--require-hashes", "/opt/requirements-uv.txt"} <= set(shlex.split(install))
    assert re.findall(r"(?m)^(\w+)==(\S+)", requirements) == [("uv", uv["version"])]
    assert set(re.findall(r"--hash=(\S+)", requirements)) == {
        each["hash"] for each in (uv["sdist"], *uv["wheels"])
    }


def test_the_bill_of_materials_is_written_into_the_environment_once_all_is_installed(stages):
    runs = [rest for name, rest in stages[0] if name == "RUN"]

    command, _, file = runs[-1].partition(" > ")
    assert shlex.split(command)[:3] == ["python3", "-m", "tools.bill.image"]
    assert file == "/opt/query-api/image.cdx.json"


def test_the_final_stage_takes_only_the_environment_from_the_builder(stages):
    copies = [rest for name, rest in stages[-1] if name in {"COPY", "ADD"}]

    assert copies == ["--from=builder /opt/query-api /opt/query-api"]


def test_only_locked_dependencies_are_installed(stages):
    syncs = [rest for name, rest in stages[0] if name == "RUN" and "uv sync" in rest]

    assert len(syncs) == 2
    assert all("--no-default-groups" in sync for sync in syncs)
    assert "--no-build" in shlex.split(syncs[0])
    assert {"--locked", "--no-editable"} <= set(shlex.split(syncs[1]))


@pytest.mark.parametrize("package", COMPILED)
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_lock_file_has_a_wheel_for_production(package, machine):
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    (wheels,) = (each["wheels"] for each in locked if each["name"] == package)

    assert [each for each in wheels if re.search(rf"-cp313-manylinux.*{machine}\.whl", each["url"])]


def test_the_service_runs_as_a_numeric_user_that_is_not_root(final):
    user, _, group = final["USER"].partition(":")

    assert int(user) > 0
    assert int(group) > 0


def test_the_commands_need_no_shell(final):
    healthcheck = final["HEALTHCHECK"].partition(" CMD ")[2]

    assert json.loads(final["CMD"])[-2:] == ["-m", "query_api"]
    assert json.loads(healthcheck)[-2:] == ["-m", "query_api.healthcheck"]
    assert final["STOPSIGNAL"] == "SIGTERM"


def test_the_variables_of_the_image_are_settings(final):
    variables = dict(each.split("=", 1) for each in shlex.split(final["ENV"]))
    ours = {name for name in variables if name.startswith("QUERY_")}

    assert ours <= {f"QUERY_{field}".upper() for field in Settings.model_fields}
    assert variables["QUERY_HOST"] == "0.0.0.0"  # noqa: S104 - a container is reached from outside
    assert variables["QUERY_PORT"] == final["EXPOSE"] == str(Settings.model_fields["port"].default)


def test_the_build_context_has_what_it_copies_and_installs(stages, is_visible):
    copies = [rest for name, rest in stages[0] if name == "COPY"]
    sources = [source for copy in copies for source in copy.split()[:-1]]
    members = [each.relative_to(ROOT) for each in ROOT.glob("packages/*/pyproject.toml")]
    installed = [
        f"packages/{package}/{file}"
        for package in ("aws-client", "models", "query-api")
        for file in ("README.md", "LICENSE", f"src/{package}/module.py")
    ]

    assert sources
    assert members
    for path in [*sources, *map(str, members), *installed, "tools/bill/image.py"]:
        assert is_visible(path), path


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".git/config",
        "docs/performance.md",
        "packages/.env",
        "packages/query-api/.env",
        "packages/query-api/tests/conftest.py",
        "tools/release/build.py",
        "tools/bill/tests/test_bill.py",
        "packages/stream-processor/src/stream_processor/stream/handler.py",
        "packages/query-api/src/query_api/__pycache__/asgi.cpython-313.pyc",
    ],
)
def test_the_build_context_has_nothing_else(path, is_visible):
    assert not is_visible(path)
