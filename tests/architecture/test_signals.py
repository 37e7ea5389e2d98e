"""Signals of the window carry values of a known class; what is asked for is never a bare text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.architecture.source_rules import Source, SourceRule

pytestmark = pytest.mark.xdist_group("source")
ANYTHING = {"object", "list", "dict", "tuple", "set"}
"""Classes that do not say what is inside."""


def signals(source: Source) -> Iterator[tuple[ast.Assign, ast.Call, ast.stmt | None]]:
    """The signals of the classes in a module, each with the statement after it."""
    for node in source.classes:
        for item, after in pairwise([*node.body, None]):
            made = item.value if isinstance(item, ast.Assign) else None
            if isinstance(made, ast.Call) and getattr(made.func, "id", "") == "Signal":
                assert isinstance(item, ast.Assign)
                yield item, made, after


def described(after: ast.stmt | None) -> bool:
    """Whether a statement is a text that names a class."""
    value = after.value if isinstance(after, ast.Expr) else None
    text = value.value if isinstance(value, ast.Constant) else None
    return isinstance(text, str) and ("`" in text or "whatever" in text)


@SourceRule
def unclear_signals(source: Source) -> Iterator[str]:
    if "gui" not in source.folders:
        return
    for item, made, after in signals(source):
        names = {getattr(argument, "id", "") for argument in made.args}
        if names & ANYTHING and not described(after):
            yield f"{source.name}: line {item.lineno}"


def test_a_signal_names_the_class_of_its_values() -> None:
    assert unclear_signals() == []


@SourceRule
def emitted_texts(source: Source) -> Iterator[str]:
    if "gui" not in source.folders:
        return
    for node in source.calls:
        partial = getattr(node.func, "id", "") == "partial" and node.args
        emits = getattr(node.args[0] if partial else node.func, "attr", "") == "emit"
        if emits and any(
            isinstance(part, ast.Constant) and isinstance(part.value, str) for part in node.args
        ):
            yield f"{source.name}: line {node.lineno}"


def test_no_signal_is_told_what_to_do_by_a_text() -> None:
    """A misspelt text does nothing and nobody notices; a misspelt name fails mypy."""
    assert emitted_texts() == []
