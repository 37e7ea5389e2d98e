"""The table of actions is the only place that gives keys, and no key means two things at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import combinations

import catalogues
import pytest
from PySide6.QtGui import QKeySequence

from app.domain.incidents.lifecycle import Action, IncidentState, allowed_actions
from app.domain.maintenance.visits import VisitAction
from app.domain.register.terminal_actions import TerminalAction
from app.gui.action_lookup import INCIDENT_ACTIONS, TERMINAL_ACTIONS, VISIT_ACTIONS, places_of
from app.gui.action_places import EVERYWHERE, ActionPlace
from app.gui.actions import UserAction
from app.gui.shell.main_window import PAGES
from app.gui.toolkit.action_buttons import key_text
from tests.architecture.source_rules import ROOT, Source, SourceRule, called

pytestmark = pytest.mark.xdist_group("source")

MAKER = "app/gui/toolkit/action_buttons.py"
TABLE = "app/gui/actions.py"
MANUAL = sorted((ROOT / "resources/manual").rglob("*.md"))


def in_the_window(source: Source) -> bool:
    """Whether a file belongs to the window and does not make its buttons."""
    return source.name.startswith("app/gui/") and source.name != MAKER


@SourceRule
def texts_of_the_window(source: Source) -> Iterator[str]:
    if in_the_window(source) and source.path.name != "actions.py":
        yield source.text


def overlap(one: ActionPlace, other: ActionPlace) -> bool:
    """Whether keys of both places can be meant at the same time."""
    if one is other:
        return True
    if one.one_of and one.one_of == other.one_of:
        return False
    if EVERYWHERE in (one, other):
        return not ((one.in_dialogs and not one.pages) or (other.in_dialogs and not other.pages))
    return bool(set(one.pages) & set(other.pages)) or (one.in_dialogs and other.in_dialogs)


def exclude_each_other(one: UserAction, other: UserAction) -> bool:
    """Whether no state of an incident allows both."""
    pair = (one.row.needs, other.row.needs)
    return all(isinstance(needs, Action) for needs in pair) and not any(
        set(pair) <= set(allowed_actions(state)) for state in IncidentState
    )


def clashes(actions: list[UserAction]) -> list[str]:
    """Keys that would do two things at one place.  What a widget answers itself, while it has the
    focus, does not clash with what another one answers."""
    return [
        f"{key}: {one.name}, {other.name}"
        for one, other in combinations(actions, 2)
        if overlap(one.row.place, other.row.place)
        and not (one.row.built_in and other.row.built_in)
        and not exclude_each_other(one, other)
        for key in set(one.row.keys) & set(other.row.keys)
    ]


def test_no_key_means_two_things_at_one_place() -> None:
    assert clashes(list(UserAction)) == []


def test_a_clash_would_be_found() -> None:
    """The same key at the same place, on every page and inside one, in two tabs, in one state."""
    found = {
        (one, other): bool(overlap(one.row.place, other.row.place))
        for one, other in (
            (UserAction.NEW_INCIDENT, UserAction.SWAP),
            (UserAction.PRINT_SCHEDULE, UserAction.BACK_TO_DAY),
            (UserAction.SAVE_DOCUMENT, UserAction.ACCEPT_CLASS),
            (UserAction.SAVE_SETTINGS, UserAction.SWAP),
            (UserAction.NEW_INCIDENT, UserAction.CONFIRM),
        )
    }
    assert list(found.values()) == [True, True, False, False, False]
    assert exclude_each_other(UserAction.START, UserAction.RESUME)
    assert not exclude_each_other(UserAction.HOLD, UserAction.RESOLVE)


def test_keys_are_written_as_qt_reads_them_and_each_once() -> None:
    for action in UserAction:
        keys = action.row.keys
        assert len(set(keys)) == len(keys), action
        for one in keys:
            read = QKeySequence(one)
            assert read.count() == 1, f"{action.name}: {one}"
            assert read.toString(QKeySequence.SequenceFormat.PortableText) == one, action.name


def test_every_action_of_a_life_stands_in_the_table_once() -> None:
    needs = [action.row.needs for action in UserAction]
    for known, table in (
        (Action, INCIDENT_ACTIONS),
        (TerminalAction, TERMINAL_ACTIONS),
        (VisitAction, VISIT_ACTIONS),
    ):
        assert len(table) == sum(isinstance(one, known) for one in needs)
    assert set(TERMINAL_ACTIONS) == set(TerminalAction)


def test_every_action_is_used_and_every_page_has_places() -> None:
    used = "".join(texts_of_the_window())
    for action in UserAction:
        made = f"UserAction.{action.name}" in used or action.row.built_in or action.row.needs
        assert made, f"{action.name} is nowhere in the window"
    pages = {spec.id for spec in PAGES}
    for action in UserAction:
        assert set(action.row.place.pages) <= pages, action.name
    assert all(places_of(page) for page in pages)


MAKERS = {"QShortcut", "setShortcut", "setShortcuts"}
PAGES_BY_PLACE = ("app/gui/shell/main_window.py", "setShortcuts")
"""The key of a page is the one at its place in the row of the table."""


@SourceRule
def made_shortcuts(source: Source) -> Iterator[str]:
    if not in_the_window(source):
        return
    for node in source.calls:
        name = called(node)
        if (
            (name in MAKERS and (source.name, name) != PAGES_BY_PLACE)
            or (name == "QKeySequence" and any(isinstance(p, ast.Constant) for p in node.args))
            or any(word.arg == "shortcut" for word in node.keywords)
        ):
            yield f"{source.name}: {node.lineno}"


def test_shortcuts_are_made_from_the_table_alone() -> None:
    """By `action_button`, `make_action` and `bind_keys`."""
    assert made_shortcuts() == []


KEYS = re.compile(r"\b(Ctrl|Alt|Shift)\+|(?<!\w)F\d{1,2}(?!\w)")


@SourceRule
def named_keys(source: Source) -> Iterator[str]:
    if not in_the_window(source) or source.name == TABLE:
        return
    for node in source.nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and KEYS.search(text):
            yield f"{source.name}: {node.lineno}"


def test_no_key_is_named_outside_the_table() -> None:
    assert named_keys() == []


def test_messages_name_no_key() -> None:
    """One that is given anew would leave them wrong: they take it as a value."""
    texts = [
        (str(message.id), str(message.string))
        for language in ("en", "zh_CN")
        for message in catalogues.read(language)
    ]
    assert len(texts) > 500
    assert [both for both in texts if KEYS.search("\n".join(both))] == []


def test_the_manual_names_keys_of_the_table() -> None:
    known = {key for action in UserAction for key in action.row.keys}
    for page in MANUAL:
        named = re.findall(r"`((?:Ctrl|Alt|Shift|F\d)[^`]*)`", page.read_text(encoding="utf-8"))
        assert set(named) <= known, page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_keys_in_the_manual_names_those_of_every_page(language: str) -> None:
    text = (ROOT / f"resources/manual/{language}/shortcuts.md").read_text(encoding="utf-8")
    for action in UserAction:
        if action.row.place is EVERYWHERE and action.row.keys:
            assert f"`{action.row.keys[0]}`" in text, action.name


def test_keys_are_shown_as_keyboards_name_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    shown = {keys: key_text(keys) for keys in ("Ctrl+Return", "Alt+Left", "Ctrl++", "F5", "+")}
    assert shown == {
        "Ctrl+Return": "Ctrl+Enter",
        "Alt+Left": "Alt+←",
        "Ctrl++": "Ctrl++",
        "F5": "F5",
        "+": "+",
    }
