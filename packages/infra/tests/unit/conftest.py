"""Both stacks as `cdk` synthesizes them, for two configurations."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack

from infra.config.source import load_config
from infra.scanners.configurations import CONFIGURATIONS
from infra.scanners.synthesis import build_app

OTHER_STREAM = (
    "arn:aws:dynamodb:ap-southeast-1:123456789012:table/command-records/"
    "stream/2026-11-23T09:00:00.000"
)


@dataclass(frozen=True, slots=True)
class Synthesized:
    """The result of a synthesis: the templates, and the report of the rules."""

    stacks: dict[str, Any]
    termination_protected: set[str]
    dependencies: dict[str, set[str]]
    rules: dict[str, Any]


def _synthesize(directory: Path, name: str, **variables: str) -> Synthesized:
    app = build_app(load_config({}, {**CONFIGURATIONS[name], **variables}), directory)
    stacks = [each for each in app.node.children if isinstance(each, Stack)]
    assembly = app.synth()
    # A warning of a construct would be a second report.
    (rules,) = json.loads((directory / "validation-report.json").read_text())["pluginReports"]
    return Synthesized(
        stacks={
            each.stack_name: assembly.get_stack_by_name(each.stack_name).template for each in stacks
        },
        termination_protected={each.stack_name for each in stacks if each.termination_protection},
        dependencies={
            each.stack_name: {other.stack_name for other in each.dependencies} for each in stacks
        },
        rules=rules,
    )


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment with almost every variable at its default."""
    return _synthesize(tmp_path_factory.mktemp("plain"), "default")


@pytest.fixture(scope="session")
def unprotected(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment as `nox -s deploy` creates its stacks, before it protects them."""
    return _synthesize(
        tmp_path_factory.mktemp("unprotected"), "default", DELETION_PROTECTION="false"
    )


@pytest.fixture(scope="session")
def other_stream(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """The default deployment with its own command table named, and another stream of it."""
    return _synthesize(
        tmp_path_factory.mktemp("other-stream"),
        "default",
        COMMAND_TABLE_NAME="command-records",
        COMMAND_STREAM_ARN=OTHER_STREAM,
    )


@pytest.fixture(scope="session")
def routed(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment into an existing VPC, whose network four variables describe."""
    return _synthesize(tmp_path_factory.mktemp("routed"), "existing-vpc")


@pytest.fixture(scope="session")
def elaborate(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment into existing resources, with every option enabled."""
    return _synthesize(tmp_path_factory.mktemp("elaborate"), "everything")


@pytest.fixture(scope="session")
def named(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment with a name, beside others, with tags, logs and a key as its owner requires."""
    return _synthesize(tmp_path_factory.mktemp("named"), "dev")
