"""Replaces one piece of a program, found by its syntax tree: comments and layout do not matter."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Final

_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Replacement:
    """One expression, or consecutive statements, and what takes their place.

    Attributes:
        scope: qualified name of the function or class to search; empty for the whole module.
        before: Python source that occurs once in the scope.
        after: Python source; empty removes what was found.
    """

    scope: str
    before: str
    after: str


class DoesNotApplyError(Exception):
    """The scope is missing, or does not contain the piece exactly once."""


def replace(source: str, replacement: Replacement) -> str:
    """Return the module's source with the piece replaced; comments are lost.

    Raises:
        DoesNotApplyError: the piece is not there, or more than once.
    """
    module = ast.parse(source)
    scope = _find_scope(module, replacement.scope)
    before = ast.parse(dedent(replacement.before)).body
    after = ast.parse(dedent(replacement.after) or "pass").body
    is_expression = len(before) == 1 and isinstance(before[0], ast.Expr)
    replaced = (
        _replace_expression(scope, before[0], after[0])  # type: ignore[arg-type]  # both ast.Expr
        if is_expression
        else _replace_statements(scope, before, after)
    )
    if replaced != 1:
        place = replacement.scope or "the module"
        raise DoesNotApplyError(f"found {replaced} times in {place}: {replacement.before.strip()}")
    return ast.unparse(ast.fix_missing_locations(module))


def _find_scope(module: ast.Module, name: str) -> ast.AST:
    scope: ast.AST = module
    for part in filter(None, name.split(".")):
        found = [
            each
            for each in ast.iter_child_nodes(scope)
            if isinstance(each, _DEFINITIONS) and each.name == part
        ]
        if not found:
            raise DoesNotApplyError(f"there is no {name}")
        scope = found[0]
    return scope


def _replace_expression(scope: ast.AST, before: ast.Expr, after: ast.Expr) -> int:
    wanted, replaced = ast.dump(before.value), 0
    for parent in list(ast.walk(scope)):
        for name, value in ast.iter_fields(parent):
            children = value if isinstance(value, list) else [value]
            for position, child in enumerate(children):
                if not isinstance(child, ast.expr) or ast.dump(child) != wanted:
                    continue
                replaced += 1
                if isinstance(value, list):
                    value[position] = after.value
                else:
                    setattr(parent, name, after.value)
    return replaced


def _replace_statements(
    scope: ast.AST, before: Sequence[ast.stmt], after: Sequence[ast.stmt]
) -> int:
    wanted, replaced = _dump(before), 0
    for block in list(_iterate_blocks(scope)):
        for position in range(len(block) - len(before) + 1):
            end = position + len(before)
            if _dump(block[position:end]) == wanted:
                replaced += 1
                block[position:end] = after
    return replaced


def _iterate_blocks(scope: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(scope):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield value


def _dump(statements: Sequence[ast.stmt]) -> list[str]:
    return [ast.dump(each) for each in statements]
