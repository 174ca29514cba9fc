import pytest

from trials.mutants.syntax import DoesNotApplyError, Replacement, replace

SOURCE = """
LIMIT = 8 * 60  # minutes

class Gate:
    def open(self, key):
        if key in self.keys:
            self.count += 1
            return True
        return False

def close(gate):
    return gate.open(None) or False
"""


def test_an_expression_is_replaced_wherever_its_layout_puts_it():
    replaced = replace(SOURCE, Replacement("", "8*60", "60"))

    assert "LIMIT = 60" in replaced


def test_consecutive_statements_are_replaced():
    replaced = replace(
        SOURCE, Replacement("Gate.open", "self.count += 1\nreturn True", "return False")
    )

    assert "self.count" not in replaced
    assert "return True" not in replaced


def test_an_empty_replacement_removes_the_statement():
    replaced = replace(SOURCE, Replacement("Gate.open", "self.count += 1", ""))

    assert "pass\n            return True" in replaced


def test_a_scope_limits_the_search():
    replaced = replace(SOURCE, Replacement("close", "False", "True"))

    assert "gate.open(None) or True" in replaced
    assert "return False" in replaced


@pytest.mark.parametrize(
    ("replacement", "reason"),
    [
        (Replacement("Gate.shut", "False", "True"), "there is no Gate.shut"),
        (Replacement("", "self.total", "0"), "found 0 times"),
        (Replacement("", "False", "True"), "found 2 times"),
    ],
)
def test_a_piece_that_is_missing_or_ambiguous_is_refused(replacement, reason):
    with pytest.raises(DoesNotApplyError, match=reason):
        replace(SOURCE, replacement)
