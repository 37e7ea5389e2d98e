"""Every dialog fits its screen: they are all made of the one base class that sees to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.architecture.source_rules import Source, SourceRule

pytestmark = pytest.mark.xdist_group("source")
OWN_SIZES = {"setMinimumWidth", "setMinimumHeight", "setMinimumSize", "setFixedWidth", "resize"} | {
    "setFixedHeight",
    "setFixedSize",
}


@dataclass(frozen=True)
class WindowClass:
    """A class of the window: what it is made of, and where it gives itself a size."""

    name: str
    bases: frozenset[str]
    sizes: tuple[str, ...]


@SourceRule
def window_classes(source: Source) -> Iterator[WindowClass]:
    if "gui" not in source.folders:
        return
    for node in source.classes:
        sizes = tuple(
            f"{source.path.name}:{call.lineno} {call.func.attr}"
            for call in ast.walk(node)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in OWN_SIZES
            and getattr(call.func.value, "id", "") == "self"
        )
        yield WindowClass(node.name, frozenset(bases(node)), sizes)


def bases(node: ast.ClassDef) -> set[str]:
    found = set()
    for base in node.bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        found.add(getattr(named, "id", ""))
    return found


def dialogs() -> dict[str, WindowClass]:
    """Every class below `Dialog`, by name."""
    known = {found.name: found for found in window_classes()}
    dialogs = {"Dialog": known["Dialog"]}
    while more := {
        name: made
        for name, made in known.items()
        if name not in dialogs and made.bases & dialogs.keys()
    }:
        dialogs |= more
    return dialogs


def test_no_dialog_is_made_of_qts_own_class() -> None:
    assert [found.name for found in window_classes() if "QDialog" in found.bases] == ["Dialog"]
    assert len(dialogs()) > 25


def test_no_dialog_insists_on_a_size() -> None:
    """`prefer` asks for one and gives way to the screen."""
    insisting = [
        size
        for name, dialog in dialogs().items()
        if name not in {"Dialog", "Palette"}  # the palette is placed inside its window
        for size in dialog.sizes
    ]
    assert insisting == []
