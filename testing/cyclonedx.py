"""The schema of CycloneDX 1.5, and what it leaves to its readers."""

import json
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def decode_valid_bill(text: str) -> dict[str, Any]:
    """Decode a bill of materials; fails unless it is valid and its references are whole."""
    mistake = JsonStrictValidator(SchemaVersion.V1_5).validate_str(text)
    assert mistake is None, mistake
    bill: dict[str, Any] = json.loads(text)
    subject = bill["metadata"]["component"]["bom-ref"]
    listed = [subject, *(each["bom-ref"] for each in bill["components"])]
    assert len(listed) == len(set(listed)), "a reference is not unique"
    named = {each for edge in bill["dependencies"] for each in edge.get("dependsOn", ())}
    assert named <= set(listed), "a dependency is not listed"
    return bill
