"""Prints what each role may do, from synthesized templates: `python -m infra.permissions`.

`docs/security.md` has the tables; a test compares them with the templates.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from infra.config.source import load_config
from infra.names import APPLICATION_STACK
from infra.scanners.configurations import CONFIGURATIONS
from infra.scanners.findings import trim_path
from infra.scanners.synthesis import build_app

_ARN: Final = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:")
# The output that the CDK writes for an attribute which another stack reads.
_OUTPUT: Final = re.compile(r"PublishOutputFnGetAtt(\w+)[0-9A-F]{8}([A-Z]\w+)[0-9A-F]{8}")
_HEAD: Final = "| role, and who may assume it | may | on |\n|---|---|---|"


class Permission(NamedTuple):
    """What a role may do to some resources, all as text."""

    role: str
    assumed_by: str
    actions: str
    resources: str


class _Template:
    """A template, whose resources are named by their constructs."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self._resources: Mapping[str, Any] = template["Resources"]

    def find(self, *kinds: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, each in self._resources.items():
            if each["Type"] in {f"AWS::IAM::{kind}" for kind in kinds}:
                yield name, each["Properties"]

    def get_path(self, name: str) -> str:
        path = self._resources.get(name, {}).get("Metadata", {}).get("aws:cdk:path")
        return trim_path(path) if path else name.removeprefix("AWS::")

    def render(self, value: Any) -> str:  # noqa: ANN401 - any part of a template
        """Render a resource: an ARN without account and region, or a construct's path."""
        return _ARN.sub("", self.join(value))

    def join(self, value: Any) -> str:  # noqa: ANN401 - likewise
        """Render a value with CloudFormation's functions in it."""
        if isinstance(value, str):
            return value
        match value:
            case {"Ref": name}:
                text = self.get_path(name)
            case {"Fn::GetAtt": [name, attribute]}:
                text = self.get_path(name) + ("" if attribute == "Arn" else f" ({attribute})")
            case {"Fn::Join": ["", parts]}:
                text = "".join(map(self.join, parts))
            case {"Fn::Select": [_, whole]} | {"Fn::Split": [_, whole]}:
                text = self.join(whole)
            case {"Fn::Sub": str(text)}:
                pass
            case {"Fn::GetStackOutput": {"StackName": stack, "OutputName": output}}:
                text = f"{stack}/" + _OUTPUT.sub(r"\1 (\2)", output)
            case _:
                raise ValueError(f"cannot render {value}")
        return text


def list_permissions(template: Mapping[str, Any]) -> list[Permission]:
    """List what the roles of a template may do."""
    return sorted(_list_permissions(_Template(template)))


def _list_permissions(template: _Template) -> Iterator[Permission]:
    principals = {}
    for name, role in template.find("Role"):
        principals[name] = _render_principals(template, role)
        path = template.get_path(name)
        for arn in role.get("ManagedPolicyArns", []):
            policy_name = template.render(arn).rpartition("/")[2]
            yield Permission(path, principals[name], f"AWS's policy {policy_name}", "")
        for policy in role.get("Policies", []):
            yield from _read(template, policy, path, principals[name])
    for _, policy in template.find("Policy"):
        for role in policy["Roles"]:
            yield from _read(
                template, policy, template.get_path(role["Ref"]), principals[role["Ref"]]
            )
    for name, policy in template.find("ManagedPolicy"):
        yield from _read(template, policy, template.get_path(name), "roles that it is attached to")


def _render_principals(template: _Template, role: Mapping[str, Any]) -> str:
    principals = [each["Principal"] for each in role["AssumeRolePolicyDocument"]["Statement"]]
    return ", ".join(
        str(each["Service"]).removesuffix(".amazonaws.com")
        if "Service" in each
        else template.join(each["AWS"])
        for each in principals
    )


def _read(
    template: _Template, policy: Mapping[str, Any], role: str, assumed_by: str
) -> Iterator[Permission]:
    for each in policy["PolicyDocument"]["Statement"]:
        effect = "" if each["Effect"] == "Allow" else f"{each['Effect']}: "
        condition = f", if {json.dumps(each['Condition'])}" if "Condition" in each else ""
        actions = ", ".join(_as_list(each["Action"]))
        resources = sorted(f"`{template.render(one)}`" for one in _as_list(each["Resource"]))
        yield Permission(role, assumed_by, f"{effect}{actions}", ", ".join(resources) + condition)


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 - one value, or a list
    return value if isinstance(value, list) else [value]


def render(permissions: list[Permission]) -> str:
    """Render a table in Markdown."""
    rows = (f"| `{role}`: {by} | {may} | {on} |" for role, by, may, on in permissions)
    return "\n".join([_HEAD, *rows])


def render_tables(default: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Render the permissions of a template, and those that only another one has."""
    known = list_permissions(default)
    added = [each for each in list_permissions(other) if each not in known]
    return f"{render(known)}\n\nWith `QUERY_BACKEND=lambda`:\n\n{render(added)}"


def _synthesize(name: str, directory: Path) -> Mapping[str, Any]:
    app = build_app(load_config({}, CONFIGURATIONS[name]), directory / name)
    template: Mapping[str, Any] = app.synth().get_stack_by_name(APPLICATION_STACK).template
    return template


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        tables = render_tables(*(_synthesize(each, Path(folder)) for each in ("default", "lambda")))
    sys.stdout.write(f"{tables}\n")
