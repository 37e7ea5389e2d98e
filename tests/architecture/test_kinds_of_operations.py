"""What window and command line ask the table of rights by name is in it: a name it does not know
would fail only for who presses the button."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.domain.people.rights import RIGHTS
from app.texts import PROBLEMS, WORDS

ROOT = Path(__file__).parents[2]
ASKING = sorted(path for part in ("gui", "cli") for path in (ROOT / "app" / part).rglob("*.py"))
KIND = re.compile(r"[a-z]+\.[a-z_]+")
OTHER_CODES = {*PROBLEMS, *WORDS["why"]}
"""Names that look alike and mean something else."""


def kinds_named(tree: ast.AST) -> Iterator[str]:
    """Every text that has the shape of a kind of operation of a subject the table knows, but for
    the modules of pages."""
    subjects = {kind.partition(".")[0] for kind in RIGHTS}
    modules = {
        inner
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "PageSpec"
        for inner in call.args
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or node in modules or not isinstance(node.value, str):
            continue
        if KIND.fullmatch(node.value) and node.value.partition(".")[0] in subjects:
            yield node.value


def test_every_kind_the_window_and_the_command_line_name_is_in_the_table() -> None:
    found = {
        kind: path.relative_to(ROOT).as_posix()
        for path in ASKING
        for kind in kinds_named(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len(found) > 20
    assert {k: path for k, path in found.items() if k not in RIGHTS and k not in OTHER_CODES} == {}
