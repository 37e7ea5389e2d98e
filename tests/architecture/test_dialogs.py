"""Every dialog fits its screen: they are all made of the one base class that sees to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_house import CODE

GUI = [path for path in CODE if "gui" in path.parts]
OWN_SIZES = {"setMinimumWidth", "setMinimumHeight", "setMinimumSize", "setFixedWidth", "resize"} | {
    "setFixedHeight",
    "setFixedSize",
}


def classes(path: Path) -> Iterator[ast.ClassDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield node


def bases(node: ast.ClassDef) -> set[str]:
    found = set()
    for base in node.bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        found.add(getattr(named, "id", ""))
    return found


def dialogs() -> dict[str, tuple[Path, ast.ClassDef]]:
    """Every class below `Dialog`, by name."""
    known = {node.name: (path, node) for path in GUI for node in classes(path)}
    found = {"Dialog": known["Dialog"]}
    while more := {
        name: made
        for name, made in known.items()
        if name not in found and bases(made[1]) & found.keys()
    }:
        found |= more
    return found


def test_no_dialog_is_made_of_qts_own_class() -> None:
    raw = [n.name for path in GUI for n in classes(path) if "QDialog" in bases(n)]
    assert raw == ["Dialog"]
    assert len(dialogs()) > 25


def test_no_dialog_insists_on_a_size() -> None:
    """`prefer` asks for one and gives way to the screen."""
    insisting = [
        f"{path.name}:{call.lineno} {call.func.attr}"
        for name, (path, node) in dialogs().items()
        if name not in {"Dialog", "Palette"}  # the palette is placed inside its window
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in OWN_SIZES
        and getattr(call.func.value, "id", "") == "self"
    ]
    assert insisting == []
