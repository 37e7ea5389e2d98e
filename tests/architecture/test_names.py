"""Names and constructors a stranger can read: one meaning a class name, fields by name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CODE = [
    path
    for folder in ("app", "db")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in path.parts
]
MOST_POSITIONAL = 5
"""Fields of a value that may be given by their place."""


def classes() -> Iterator[tuple[Path, ast.ClassDef]]:
    """Every class at the top of a module."""
    for path in CODE:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield path, node


def test_a_class_name_means_one_thing() -> None:
    found = defaultdict(list)
    for path, node in classes():
        found[node.name].append(str(path.relative_to(ROOT)))
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def test_values_with_many_fields_are_made_by_name() -> None:
    positional = []
    for path, node in classes():
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call) or getattr(decorator.func, "id", "") != (
                "dataclass"
            ):
                continue
            fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
            by_name = any(word.arg == "kw_only" for word in decorator.keywords)
            if len(fields) > MOST_POSITIONAL and not by_name:
                positional.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert positional == []
