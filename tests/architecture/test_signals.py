"""Signals of the window carry values of a known class; what is asked for is never a bare text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WINDOW = sorted((ROOT / "app" / "gui").rglob("*.py"))
ANYTHING = {"object", "list", "dict", "tuple", "set"}
"""Classes that do not say what is inside."""


def signals(tree: ast.AST) -> Iterator[tuple[ast.Assign, ast.Call, ast.stmt | None]]:
    """The signals of the classes in a module, each with the statement after it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for item, after in pairwise([*node.body, None]):
                made = item.value if isinstance(item, ast.Assign) else None
                if isinstance(made, ast.Call) and getattr(made.func, "id", "") == "Signal":
                    assert isinstance(item, ast.Assign)
                    yield item, made, after


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every call in the window."""
    for path in WINDOW:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node


def described(after: ast.stmt | None) -> bool:
    """Whether a statement is a text that names a class."""
    value = after.value if isinstance(after, ast.Expr) else None
    text = value.value if isinstance(value, ast.Constant) else None
    return isinstance(text, str) and ("`" in text or "whatever" in text)


def test_a_signal_names_the_class_of_its_values() -> None:
    for path in WINDOW:
        for item, made, after in signals(ast.parse(path.read_text(encoding="utf-8"))):
            names = {getattr(argument, "id", "") for argument in made.args}
            assert not names & ANYTHING or described(after), f"{path}: line {item.lineno}"


def test_no_signal_is_told_what_to_do_by_a_text() -> None:
    """A misspelt text does nothing and nobody notices; a misspelt name fails mypy."""
    for path, node in calls():
        partial = getattr(node.func, "id", "") == "partial" and node.args
        if getattr(node.args[0] if partial else node.func, "attr", "") == "emit":
            texts = [
                part.value
                for part in node.args
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            assert texts == [], f"{path}: line {node.lineno}"
