"""Bills of materials in CycloneDX 1.5, whose bytes depend only on what they list.

Source: https://cyclonedx.org/docs/1.5/json/
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import NAMESPACE_URL, uuid5

Bill: TypeAlias = dict[str, Any]
Component: TypeAlias = dict[str, Any]

# Describes the vendored files beside it.
_VENDORED: Final = "component.cdx.json"


def describe_distributions(folder: Path) -> list[Component]:
    """Describe what is installed in a folder such as `site-packages`."""
    return [_describe_distribution(each) for each in distributions(path=[str(folder)])]


def _describe_distribution(distribution: Distribution) -> Component:
    name = re.sub(r"[-_.]+", "-", distribution.name).lower()
    component = make_component("library", name, distribution.version)
    # Only a wheel of an index has a purl: by it a scanner would find another owner's package.
    if distribution.read_text("WHEEL") and not distribution.read_text("direct_url.json"):
        purl = f"pkg:pypi/{name}@{distribution.version}"
        component |= {"bom-ref": purl, "purl": purl}
    if "License-Expression" in distribution.metadata:
        component["licenses"] = [{"expression": distribution.metadata["License-Expression"]}]
    return component


def load_vendored(folder: Path) -> list[Component]:
    """Load the descriptions of the vendored files below a folder."""
    return [json.loads(each.read_text("utf-8")) for each in sorted(folder.rglob(_VENDORED))]


def make_component(kind: str, name: str, version: str) -> Component:
    """Make a component, of a type that the specification lists."""
    return {"type": kind, "bom-ref": f"{name}@{version}", "name": name, "version": version}


def make_bill(subject: Component, components: Iterable[Component]) -> Bill:
    """Make the bill of a subject, which depends on all components directly."""
    bill: Bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": subject},
        "components": [],
        "dependencies": [{"ref": subject["bom-ref"]}],
    }
    return add_components(bill, components)


def add_components(bill: Bill, components: Iterable[Component]) -> Bill:
    """Return the bill with more components that its subject depends on directly."""
    added = sorted(components, key=lambda each: str(each["bom-ref"]))
    subject = bill["metadata"]["component"]["bom-ref"]
    dependencies = [
        {**each, "dependsOn": [*each.get("dependsOn", ()), *(more["bom-ref"] for more in added)]}
        if added and each["ref"] == subject
        else each
        for each in bill["dependencies"]
    ]
    return bill | {"components": [*bill["components"], *added], "dependencies": dependencies}


def encode_bill(bill: Bill, created_at: datetime | None = None) -> str:
    """Encode a bill, with a serial number that depends only on its content.

    Args:
        created_at: replaces the time of the bill; None if it has none.
    """
    content = {name: value for name, value in bill.items() if name != "serialNumber"}
    if created_at is not None:
        content["metadata"] = bill["metadata"] | {"timestamp": created_at.isoformat()}
    number = uuid5(NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return json.dumps({"serialNumber": number.urn} | content, indent=2, ensure_ascii=False) + "\n"
