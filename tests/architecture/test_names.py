"""Names and constructors a stranger can read: one meaning a class name, fields by name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.architecture.source_rules import Source, SourceRule, called

pytestmark = pytest.mark.xdist_group("source")

MOST_POSITIONAL = 5
"""Fields of a value that may be given by their place."""


@SourceRule
def classes(source: Source) -> Iterator[tuple[str, str]]:
    """Every class at the top of a module of the program: its name and its file."""
    if source.folders[0] != "resources":
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef):
                yield node.name, source.name


@SourceRule
def values_by_place(source: Source) -> Iterator[str]:
    """Values with many fields that may be given by their place."""
    if source.folders[0] == "resources":
        return
    for node in source.tree.body:
        for decorator in getattr(node, "decorator_list", []):
            if not isinstance(decorator, ast.Call) or called(decorator) != "dataclass":
                continue
            assert isinstance(node, ast.ClassDef)
            fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
            by_name = any(word.arg == "kw_only" for word in decorator.keywords)
            if len(fields) > MOST_POSITIONAL and not by_name:
                yield f"{source.name}: {node.name}"


def test_a_class_name_means_one_thing() -> None:
    found = defaultdict(list)
    for name, place in classes():
        found[name].append(place)
    assert len(found) > 500
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_values_with_many_fields_are_made_by_name() -> None:
    assert values_by_place() == []
