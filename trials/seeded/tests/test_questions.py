from trials.seeded.questions import Window, find_cause
from trials.seeded.scenario import Cause

GROUPS = {
    ("ap_id,error_msg", None): [
        {"ap_id": "mobile-app-002", "error_msg": "expired", "count": 9},
        {"ap_id": "mobile-app-001", "error_msg": "expired", "count": 3},
    ],
    ("error_msg,minute", "mobile-app-002"): [
        {"error_msg": "expired", "minute": "2026-11-24T10:19+00:00", "count": 5},
        {"error_msg": "expired", "minute": "2026-11-24T10:18+00:00", "count": 4},
        {"error_msg": "other", "minute": "2026-11-24T10:01+00:00", "count": 1},
    ],
}


def test_two_questions_find_application_reason_and_first_minute():
    asked = []

    def count(_stack, _window, by, ap_id):
        asked.append((by, ap_id))
        return GROUPS[by, ap_id]

    cause = find_cause(count, None, Window(0, 1))

    assert cause == Cause("mobile-app-002", "expired", "2026-11-24T10:18+00:00")
    assert len(asked) == 2
