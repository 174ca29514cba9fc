"""Findings of scanners, and the reasons why some are accepted."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infra.config.model import Config
from infra.scanners.synthesis import Synthesized

_PATH: Final = "aws:cdk:path"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a scanner says of a resource in one configuration.

    Attributes:
        path: the construct's path in its stack.
        text: the scanner's own words.
    """

    rule: str
    path: str
    text: str
    configuration: str
    config: Config = field(repr=False)


def _everywhere(_config: Config) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A rule that some constructs need not follow.

    Attributes:
        paths: of constructs in their stacks; include their children. Each must have a finding.
        reason: why, for a reviewer.
        where: in which deployments it is accepted.
    """

    rule: str
    paths: tuple[str, ...]
    reason: str
    where: Callable[[Config], bool] = _everywhere

    def find_paths(self, finding: Finding) -> Iterator[tuple["Acknowledgement", str]]:
        """Find which of the paths accept the finding."""
        if finding.rule == self.rule and self.where(finding.config):
            for path in self.paths:
                if f"{finding.path}/".startswith(f"{path}/"):
                    yield self, path


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a scanner beside its acknowledgements.

    Attributes:
        unacknowledged: findings without a reason.
        acknowledged: how many findings each acknowledgement accepts.
        stale: paths of acknowledgements without a finding.
    """

    unacknowledged: tuple[Finding, ...]
    acknowledged: Mapping[Acknowledgement, int]
    stale: tuple[tuple[Acknowledgement, str], ...]

    @property
    def is_failed(self) -> bool:
        """Whether a finding has no acknowledgement, or an acknowledgement no finding."""
        return bool(self.unacknowledged or self.stale)


def compare(findings: Iterable[Finding], accepted: Sequence[Acknowledgement]) -> Outcome:
    """Compare findings with acknowledgements."""
    counts = Counter(dict.fromkeys(((each, path) for each in accepted for path in each.paths), 0))
    unacknowledged = []
    for finding in findings:
        if covering := [key for each in accepted for key in each.find_paths(finding)]:
            counts.update(covering)
        else:
            unacknowledged.append(finding)
    totals = {each: sum(counts[each, path] for path in each.paths) for each in accepted}
    stale = tuple(key for key, count in counts.items() if not count)
    return Outcome(tuple(unacknowledged), totals, stale)


class Locator:
    """Finds the configuration and the construct of a resource in a template."""

    def __init__(self, synthesized: Iterable[Synthesized]) -> None:
        self._owners = {path: each for each in synthesized for path in each.list_templates()}
        self._resources = {
            path: json.loads(path.read_text(encoding="utf-8"))["Resources"] for path in self._owners
        }

    @property
    def templates(self) -> list[Path]:
        """All templates."""
        return list(self._owners)

    @property
    def resource_types(self) -> set[str]:
        """Types of the resources in all templates."""
        return {each["Type"] for found in self._resources.values() for each in found.values()}

    def locate(self, template: Path, place: str, rule: str, text: str) -> Finding:
        """Return a finding in a template.

        Args:
            place: the logical id of a resource, or any other place.
        """
        owner = self._owners[template]
        path = self._resources[template].get(place, {}).get("Metadata", {}).get(_PATH)
        where = trim_path(path) if path else place
        return Finding(rule, where, text, owner.name, owner.config)


def trim_path(path: str) -> str:
    """Return a construct's path in its stack, without the name of the resource in it."""
    _, _, within = path.partition("/")
    return within.removesuffix("/Resource")
