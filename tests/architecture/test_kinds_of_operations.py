"""What window and command line ask the table of rights by name is in it: a name it does not know
would fail only for who presses the button."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from app.domain.people.rights import RIGHTS
from app.texts import PROBLEMS, WORDS
from tests.architecture.source_rules import Source, SourceRule

pytestmark = pytest.mark.xdist_group("source")
KIND = re.compile(r"[a-z]+\.[a-z_]+")
OTHER_CODES = {*PROBLEMS, *WORDS["why"]}
"""Names that look alike and mean something else."""


SUBJECTS = {kind.partition(".")[0] for kind in RIGHTS}


@SourceRule
def kinds_named(source: Source) -> Iterator[tuple[str, str]]:
    """Every text of the window and the command line that has the shape of a kind of operation of a
    subject the table knows, but for the modules of pages."""
    if not source.name.startswith(("app/gui/", "app/cli/")):
        return
    modules = {
        inner
        for call in source.calls
        if getattr(call.func, "id", "") == "PageSpec"
        for inner in call.args
    }
    for node in source.nodes:
        if not isinstance(node, ast.Constant) or node in modules or not isinstance(node.value, str):
            continue
        if KIND.fullmatch(node.value) and node.value.partition(".")[0] in SUBJECTS:
            yield node.value, source.name


def test_every_kind_the_window_and_the_command_line_name_is_in_the_table() -> None:
    found = dict(kinds_named())
    assert len(found) > 20
    assert {k: path for k, path in found.items() if k not in RIGHTS and k not in OTHER_CODES} == {}
