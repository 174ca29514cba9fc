import pytest

from trials.checker.aws.expressions import is_met, project

ITEM = {"version": {"S": "b"}, "count": {"N": "10"}}
REQUEST = {
    "ExpressionAttributeNames": {"#version": "version"},
    "ExpressionAttributeValues": {":a": {"S": "a"}, ":b": {"S": "b"}, ":nine": {"N": "9"}},
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("#version = :b", True),
        ("#version < :b", False),
        ("#version > :a", True),
        ("count > :nine", True),
        ("count > :a", False),
        ("attribute_exists(#version)", True),
        ("attribute_not_exists(#version)", False),
        ("attribute_not_exists(absent)", True),
        ("attribute_not_exists(#version) OR #version = :b", True),
        ("#version = :b AND NOT (count > :nine)", False),
        ("#version IN (:a, :b)", True),
        ("#version IN (:a)", False),
        ("absent = :a", False),
        ("absent <> :a", True),
    ],
)
def test_conditions_are_evaluated_as_dynamodb_does(expression, expected):
    assert is_met(expression, ITEM, REQUEST) is expected


def test_a_condition_that_is_not_understood_is_an_error():
    with pytest.raises(ValueError, match="not understood"):
        is_met("#version = :b :b", ITEM, REQUEST)


def test_a_projection_keeps_the_named_attributes():
    request = {**REQUEST, "ProjectionExpression": "#version, absent"}

    assert project(ITEM, request) == {"version": {"S": "b"}}
