"""The pictures of the console, and the records that they show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

from local_stack.demo.seed.command import create_plan
from local_stack.demo.seed.generator import generate
from local_stack.demo.seed.plan import SeedPlan

BUILT: Final = Path("docs/images/built")
"""Pictures of the documentation, which are not in the repository."""
KEPT: Final = Path("docs/images")
"""Pictures of the READMEs."""

_DAY_MS: Final = 86_400_000
_EVENING_MS: Final = (15 * 60 + 20) * 60_000  # 15:20 UTC, 23:20 in Taipei
_RECORDS: Final = 6000
_INCIDENT: Final = "ap=mobile-app-001,from=6h,minutes=90,share=0.7,reason=Provider timed out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a view.

    Attributes:
        fragment: of the console's address.
        width: of the window, in pixels, as the height.
    """

    path: Path
    fragment: str
    width: int = 1280
    height: int
    locale: str = "en-US"
    theme: Literal["light", "dark"] = "light"


def create_sample(now_ms: int) -> SeedPlan:
    """Create a day of records with an incident, until the last evening in Taipei.

    At other hours senders are less busy, so that the incident would not stand out.
    """
    return create_plan(
        seed=1,
        records=_RECORDS,
        campaigns=5,
        until_ms=(now_ms - _EVENING_MS) // _DAY_MS * _DAY_MS + _EVENING_MS,
        days=1,
        incidents=[_INCIDENT],
    )


def list_pictures(plan: SeedPlan, *, is_readme: bool) -> Sequence[Picture]:
    """Return the pictures of the READMEs, or those of the documentation."""
    ids = _find_ids(plan)
    if is_readme:
        return [
            Picture(path=KEPT / "console.png", fragment="failures", height=696),
            Picture(
                path=KEPT / "console.zh-TW.png", fragment="failures", height=696, locale="zh-TW"
            ),
        ]
    person = _encode("person", user_id=ids["user"])
    opened = _encode("person", user_id=ids["user"], open=ids["row"])
    return [
        Picture(path=BUILT / "start.png", fragment="", height=640),
        Picture(path=BUILT / "person.png", fragment=opened, height=760),
        Picture(
            path=BUILT / "person-phone.png", fragment=person, width=400, height=800, theme="dark"
        ),
        Picture(
            path=BUILT / "campaign.png",
            fragment=_encode("campaign", marketing_id=ids["campaign"]),
            height=1200,
        ),
        Picture(path=BUILT / "failures.png", fragment="failures", height=1100),
        Picture(
            path=BUILT / "transaction.png",
            fragment=_encode("transaction", transaction_id=ids["transaction"]),
            height=640,
        ),
    ]


def _find_ids(plan: SeedPlan) -> Mapping[str, str]:
    """Find the user and the campaign with most notifications, and one that failed of each."""
    records = [each.last for each in generate(plan, 0, plan.records)]
    [(user_id, _)] = Counter(each.user_id for each in records).most_common(1)
    campaigns = Counter(each.marketing_id for each in records if each.marketing_id)
    failed = [each for each in records if each.error_msg]
    row = max(
        (each for each in failed if each.user_id == user_id), key=lambda each: each.created_at
    )
    return {
        "user": user_id,
        "row": f"{row.created_at}:{row.transaction_id}:{user_id}",
        "campaign": campaigns.most_common(1)[0][0],
        "transaction": failed[-1].transaction_id,
    }


def _encode(view: str, **parameters: str) -> str:
    return f"{view}?{urlencode(parameters)}"
