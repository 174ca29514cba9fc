"""Synthesizes configurations in one process, and reads the templates for the scanners.

The CDK's Node program takes ten seconds to start and two for each configuration after that.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aws_cdk import App

from infra.bundling import WORKSPACE
from infra.composition import compose, compose_delivery
from infra.config.model import Config
from infra.config.source import load_config

_CDK: Final = WORKSPACE / "packages" / "infra" / "cdk.json"


@dataclass(frozen=True, slots=True)
class Synthesized:
    """A configuration and its templates.

    Attributes:
        name: of the configuration.
        directory: the CDK's output.
    """

    name: str
    config: Config
    directory: Path

    def list_templates(self) -> list[Path]:
        """List the files of the templates; the directory may have others from another time."""
        text = (self.directory / "manifest.json").read_text(encoding="utf-8")
        return [
            self.directory / each["properties"]["templateFile"]
            for each in json.loads(text)["artifacts"].values()
            if each["type"] == "aws:cloudformation:stack"
        ]

    def read_reports(self) -> list[dict[str, Any]]:
        """Read the reports of cdk-nag and of all other validation within the CDK."""
        text = (self.directory / "validation-report.json").read_text(encoding="utf-8")
        reports: list[dict[str, Any]] = json.loads(text)["pluginReports"]
        return reports


def build_app(config: Config, directory: Path) -> App:
    """Build both stacks, or the one for the workflows of a repository, as `cdk` does.

    Findings show the constructs' paths, which the templates then have.
    """
    settings = json.loads(_CDK.read_text(encoding="utf-8"))["context"]
    app = App(
        context=settings | {"aws:cdk:enable-path-metadata": True},
        outdir=str(directory),
        analytics_reporting=False,
    )
    if config.delivery_repository is None:
        compose(app, config)
    else:
        compose_delivery(app, config)
    return app


def synthesize_all(
    configurations: Mapping[str, Mapping[str, str]], directory: Path
) -> Iterator[Synthesized]:
    """Synthesize each configuration into a folder of its name."""
    for name, variables in configurations.items():
        config = load_config({}, variables)
        build_app(config, directory / name).synth()
        yield Synthesized(name, config, directory / name)
