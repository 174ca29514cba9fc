"""What a package is made of: a CycloneDX bill of its locked dependencies.

Source: https://cyclonedx.org/docs/1.5/json/
"""

import json
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

# Extras are left out, and groups: this is what the container and the Lambda functions run.
EXPORT: Final = ("export", "--quiet", "--locked", "--no-default-groups", "--format=cyclonedx1.5")


def settle_bill(exported: str, made_at: datetime) -> str:
    """Give uv's bill the time of the commit, and a number that follows from what it says."""
    bill = json.loads(exported)
    bill["metadata"]["timestamp"] = made_at.isoformat()
    del bill["serialNumber"]
    number = uuid5(NAMESPACE_URL, json.dumps(bill, sort_keys=True))
    return json.dumps({"serialNumber": number.urn} | bill, indent=2, ensure_ascii=False) + "\n"
