"""The source of the program as the rules of the house read it: each file is parsed once a process.

A parsed program takes hundreds of megabytes, so no tree is kept: all rules look at one file before
the next is read, and what they found is remembered.
"""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

ROOT = Path(__file__).parent.parent.parent
CODE = [
    path
    for folder in ("app", "db", "resources")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in path.parts
]

Found = TypeVar("Found")


@dataclass(frozen=True)
class Source:
    """One file of the program."""

    path: Path
    text: str

    @cached_property
    def name(self) -> str:
        """The path from the top of the project, with slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The parts of the path from the top of the project, the file among them."""
        return self.path.relative_to(ROOT).parts

    @cached_property
    def tree(self) -> ast.Module:
        """The module."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the module, as `ast.walk` gives them."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """Every call."""
        return tuple(node for node in self.nodes if isinstance(node, ast.Call))

    @cached_property
    def classes(self) -> tuple[ast.ClassDef, ...]:
        """Every class, those inside others too."""
        return tuple(node for node in self.nodes if isinstance(node, ast.ClassDef))


class SourceRule(Generic[Found]):
    """What there is to find in each file of the program, by a function of one file."""

    def __init__(self, look: Callable[[Source], Iterable[Found]]) -> None:
        self.look = look
        self.found: list[Found] | None = None
        _RULES.append(self)

    def __call__(self) -> list[Found]:
        """What was found in all files; the first rule asked looks for all of them."""
        if self.found is None:
            _look_for([rule for rule in _RULES if rule.found is None])
        assert self.found is not None
        return self.found


_RULES: list[SourceRule[object]] = []


def _look_for(rules: list[SourceRule[object]]) -> None:
    made: list[list[object]] = [[] for _ in rules]
    # Trees hold no cycles; looking for some while they grow takes longer than parsing.
    gc.disable()
    try:
        for path in CODE:
            source = Source(path, path.read_text(encoding="utf-8"))
            for rule, found in zip(rules, made, strict=True):
                found.extend(rule.look(source))
    finally:
        gc.enable()
    for rule, found in zip(rules, made, strict=True):
        rule.found = found


def called(call: ast.Call) -> str:
    """The name a call is made by, without what it belongs to."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))
