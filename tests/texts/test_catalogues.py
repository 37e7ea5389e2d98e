"""Every message of the code is in the catalogues."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.languages import LANGUAGES

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "resources" / "locale"


def literal_messages() -> set[str]:
    """The texts handed to a translator as they stand."""
    return {
        call.args[0].value
        for path in (ROOT / "app").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", "t", "N_"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


@pytest.mark.parametrize("folder", sorted(path.parent.parent.name for path in LOCALE.rglob("*.po")))
def test_every_message_is_in_the_catalogue(folder: str) -> None:
    """Whoever collects messages does not look into f-strings: one written there stays English."""
    with (LOCALE / folder / "LC_MESSAGES" / "poscare.po").open("rb") as file:
        catalogue = read_po(file)
    known: set[str] = set()
    for message in catalogue:
        known |= set(message.id) if isinstance(message.id, tuple) else {message.id}
    assert len(LANGUAGES) > 1
    assert literal_messages() - known == set()


ALWAYS_SEVERAL = {
    "{count} reminders · {first}",
    "{n} incidents in {days} days",
    "{n} incidents in {days} days ({classes})",
    "{count} terminals match; at most {most} fit into one campaign.",
    "{count} phrases; at most {most} are offered. Take some out.",
}
"""Counts that are never one where they are said."""


def test_a_counted_thing_is_not_always_several() -> None:
    """“1 incidents”: what begins with a count is said by `plural`."""
    with (LOCALE / "en" / "LC_MESSAGES" / "poscare.po").open("rb") as file:
        said = [m.id for m in read_po(file) if isinstance(m.id, str)]
    several = re.compile(r"\{(?:count|n|total)\} [a-z]+s\b")
    found = {text for text in said if several.match(text) and text not in ALWAYS_SEVERAL}
    verbs = {text for text in found if re.match(r"\{\w+\} (is|was|has|does|lies)\b", text)}
    assert found - verbs == set()
