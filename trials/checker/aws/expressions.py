"""Evaluates conditions and projections of DynamoDB's requests on items.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

Item: TypeAlias = Mapping[str, Any]

_TOKEN: Final = re.compile(r"\s*([#:]?\w+|<=|>=|<>|[=<>(),])")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def is_met(expression: str, item: Item, request: Mapping[str, Any]) -> bool:
    """Return whether an item meets a condition.

    Args:
        item: empty if there is none.
        request: has the names and values of the expression's placeholders.

    Raises:
        ValueError: the expression is not one that this module knows.
    """
    return _Evaluation(expression, item, request).evaluate()


def project(item: Item, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of an item that a request selects."""
    expression = request.get("ProjectionExpression")
    if expression is None:
        return dict(item)
    names = [_resolve(name.strip(), request) for name in expression.split(",")]
    return {name: item[name] for name in names if name in item}


def _resolve(name: str, request: Mapping[str, Any]) -> str:
    names: Mapping[str, str] = request.get("ExpressionAttributeNames") or {}
    return names[name] if name.startswith("#") else name


class _Evaluation:
    """One evaluation by recursive descent; both sides of an operator are always read."""

    def __init__(self, expression: str, item: Item, request: Mapping[str, Any]) -> None:
        self._tokens = _TOKEN.findall(expression)
        self._item = item
        self._request = request

    def evaluate(self) -> bool:
        is_true = self._any_of()
        if self._tokens:
            raise ValueError(f"not understood: {self._tokens}")
        return is_true

    def _any_of(self) -> bool:
        is_true = self._all_of()
        while self._takes("OR"):
            is_true |= self._all_of()
        return is_true

    def _all_of(self) -> bool:
        is_true = self._term()
        while self._takes("AND"):
            is_true &= self._term()
        return is_true

    def _term(self) -> bool:
        if self._takes("NOT"):
            return not self._term()
        if self._takes("("):
            is_true = self._any_of()
            self._require(")")
            return is_true
        word = self._tokens.pop(0)
        if word in {"attribute_exists", "attribute_not_exists"}:
            self._require("(")
            is_there = _resolve(self._tokens.pop(0), self._request) in self._item
            self._require(")")
            return is_there is (word == "attribute_exists")
        value = self._operand(word)
        if self._takes("IN"):
            return any(_compare(operator.eq, value, each) for each in self._list())
        compare = _COMPARISONS[self._tokens.pop(0)]
        return _compare(compare, value, self._operand(self._tokens.pop(0)))

    def _list(self) -> list[Mapping[str, Any] | None]:
        self._require("(")
        values = [self._operand(self._tokens.pop(0))]
        while self._takes(","):
            values.append(self._operand(self._tokens.pop(0)))
        self._require(")")
        return values

    def _operand(self, token: str) -> Mapping[str, Any] | None:
        if token.startswith(":"):
            value: Mapping[str, Any] = self._request["ExpressionAttributeValues"][token]
            return value
        return self._item.get(_resolve(token, self._request))

    def _takes(self, token: str) -> bool:
        if self._tokens[:1] != [token]:
            return False
        self._tokens.pop(0)
        return True

    def _require(self, token: str) -> None:
        if not self._takes(token):
            raise ValueError(f"{token} is missing before {self._tokens}")


def _compare(
    compare: Callable[[Any, Any], bool],
    left: Mapping[str, Any] | None,
    right: Mapping[str, Any] | None,
) -> bool:
    """Compare two attribute values; an absent one, or one of another type, only differs."""
    if left is None or right is None or left.keys() != right.keys():
        return compare is operator.ne
    ((kind, first),) = left.items()
    ((_, second),) = right.items()
    return compare(_order(kind, first), _order(kind, second))


def _order(kind: str, value: Any) -> Any:  # noqa: ANN401 - of any type of DynamoDB
    if kind == "N":
        return Decimal(value)
    return value.encode() if kind == "S" else value
