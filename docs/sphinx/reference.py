"""Generates the reference from the code, in place of `<!-- generated: NAME … -->` in a page.

GitHub shows only the text around these marks.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click
from click.testing import CliRunner
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from local_stack.cli import main as query_service
from notification_client.cli.commands import notifications
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS, Index, Table
from query_api.openapi.description import create_description
from stream_processor.cli.commands import stream_processor

ROOT: Final = Path(__file__).parents[2]
_MARK: Final = re.compile(r"<!-- generated: (?P<name>\w+) ?(?P<argument>\S*) -->")
_COMMANDS: Final[dict[str, click.Group]] = {
    "query-service": query_service,
    "notifications": notifications,
    "stream-processor": stream_processor,
}
_WIDTH: Final = 80  # characters, of the output of --help
_TABLES: Final = {table.name: table for table in (COMMAND_RECORDS, NOTIFICATION_RECORDS)}


def render_operations(_argument: str) -> str:
    """Render each operation of the OpenAPI description: body, responses, an example."""
    description = create_description()
    return "\n".join(
        line
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        for line in _render_operation(f"{method.upper()} {path}", operation, description)
    )


def render_schema(name: str) -> str:
    """Render the properties of one schema of the OpenAPI description as a table."""
    return _render_properties(create_description()["components"]["schemas"][name])


def render_table(name: str) -> str:
    """Render the keys of a DynamoDB table and of its indexes."""
    table = _TABLES[name]
    keyed: list[tuple[str, Table | Index]] = [("table", table)]
    keyed += [("index", index) for index in table.indexes]
    rows = [
        (
            kind,
            f"`{each.name}`",
            *(f"`{key.name}` ({key.type})" for key in (each.partition_key, each.sort_key)),
        )
        for kind, each in keyed
    ]
    return _render_rows(("", "name", "partition key", "sort key"), rows)


def render_help(command: str) -> str:
    """Render the output of `--help` of a command and of each of its subcommands."""
    group = _COMMANDS[command]
    printed = (
        CliRunner().invoke(group, [*path, "--help"], prog_name=command, terminal_width=_WIDTH)
        for path in _find_paths(group)
    )
    return "\n".join(f"```text\n{each.stdout}```\n" for each in printed)


def _find_paths(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, subcommand in command.commands.items():
            yield from _find_paths(subcommand, (*path, name))


def render_section(place: str) -> str:
    """Return the tables in a section of a file: `path#anchor`, with the heading's anchor."""
    path, _, anchor = place.partition("#")
    parts = re.split(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), flags=re.MULTILINE)
    (body,) = (
        body
        for heading, body in zip(parts[1::2], parts[2::2], strict=True)
        if heading.lower().replace(" ", "-") == anchor
    )
    return "\n\n".join(re.findall(r"(?:^\|.+\n)+", body, re.MULTILINE))


_GENERATORS: Final[dict[str, Callable[[str], str]]] = {
    "operations": render_operations,
    "schema": render_schema,
    "table": render_table,
    "help": render_help,
    "section": render_section,
}


def _render_operation(title: str, operation: dict[str, Any], description: Any) -> Iterable[str]:  # noqa: ANN401 - JSON
    yield f"\n## {title}\n"
    yield f"{operation['summary']} {operation.get('description', '')}\n"
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref")
    if reference:
        yield _render_properties(_resolve(description, reference))
    for name, example in content.get("examples", {}).items():
        body = json.dumps(example["value"], ensure_ascii=False)
        yield f"For example, {name}:\n\n```json\n{body}\n```\n"
    yield _render_responses(operation["responses"], description)


def _render_responses(responses: dict[str, Any], description: dict[str, Any]) -> str:
    described = {
        status: _resolve(description, each["$ref"]) if "$ref" in each else each
        for status, each in responses.items()
    }
    rows = [(status, each["description"]) for status, each in described.items()]
    return _render_rows(("status", "meaning"), rows)


def _render_properties(schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        (
            f"`{name}`",
            _render_type(each) + ("" if name in required else ", optional"),
            each.get("description", ""),
        )
        for name, each in sorted(
            schema["properties"].items(), key=lambda item: item[0] not in required
        )
    ]
    return _render_rows(("field", "type", ""), rows)


def _render_type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    forms = schema.get("anyOf", schema.get("oneOf"))
    if forms:
        return " or ".join(_render_type(each) for each in forms)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if kinds == ["array"]:
        return f"array of {_render_type(schema['items'])}"
    bounds = [f"{name} {schema[name]}" for name in ("minimum", "maximum") if name in schema]
    if schema.get("format") == "date-time":
        bounds.append("date-time")
    default = [f"default {schema['default']}"] if schema.get("default") is not None else []
    return ", ".join([" or ".join(kinds), *bounds, *default])


def _resolve(description: dict[str, Any], reference: str) -> Any:  # noqa: ANN401 - JSON
    found: Any = description
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def _render_rows(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines) + "\n"


def _fill(_app: Sphinx, page: str, content: list[str]) -> None:
    def generate(mark: re.Match[str]) -> str:
        try:
            return _GENERATORS[mark["name"]](mark["argument"])
        except (KeyError, ValueError, OSError) as error:
            raise ExtensionError(f"{page}: cannot generate {mark[0]}") from error

    content[0] = _MARK.sub(generate, content[0])
    if "<!-- generated" in content[0]:
        raise ExtensionError(f"{page}: a malformed `<!-- generated: … -->`")


def setup(app: Sphinx) -> dict[str, bool]:
    """Replace the marks in each page that Sphinx reads."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True}
