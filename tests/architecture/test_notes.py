"""What is said below the pages names what was done to what: 已保存 alone says nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_rules import Source, SourceRule

pytestmark = pytest.mark.xdist_group("source")
LEAST = 3
"""Words of a note that names nothing by a number or a name."""


@SourceRule
def notes(source: Source) -> Iterator[tuple[str, str]]:
    """Where a note is given in words of its own, and its words."""
    for call in source.calls:
        given = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if given not in ("note", "remind") or not call.args:
            continue
        for part in ast.walk(call.args[0]):
            translated = isinstance(part, ast.Call) and getattr(part.func, "id", "") == "_"
            if translated and isinstance(part.args[0], ast.Constant):
                yield f"{source.name}:{part.lineno}", str(part.args[0].value)


def test_every_note_names_what_it_is_about() -> None:
    found = list(notes())
    assert len(found) > 30
    bare = [one for one in found if "{" not in one[1] and len(one[1].split()) < LEAST]
    assert bare == []
