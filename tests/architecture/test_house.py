"""The rules of the code base that a tool can check: imports, types, style, sizes, translations."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import catalogues
import pytest

from tests.architecture.source_rules import CODE, ROOT, Source, SourceRule, called

pytestmark = pytest.mark.xdist_group("source")

FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "misc", "data", "info"}

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_CLASS = 320
BROAD_EXCEPTS = {
    "app/cli/running.py",
    "app/gui/shell/application.py",
    # each key store raises errors of its own library
    "app/secret_store.py",
}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of this interpreter's environment in the project."""
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_imports_follow_the_contracts() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    done = run("ruff", "check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout
    done = run("ruff", "format", "--no-cache", "--check", ".")
    assert done.returncode == 0, done.stdout


def test_mypy_finds_nothing() -> None:
    done = run("mypy")
    assert done.returncode == 0, done.stdout


def test_catalogues_are_complete() -> None:
    assert catalogues.check() == []


@SourceRule
def messages_not_extracted(source: Source) -> Iterator[str]:
    for node in source.calls:
        given = node.args and isinstance(node.args[0], ast.Constant)
        if given and called(node) in {"_t", "tr", "gettext", "ngettext"}:
            yield f"{source.name}: {node.lineno}"


def test_every_message_is_handed_over_under_a_name_that_is_extracted() -> None:
    """The catalogues know what stands in ``_("…")``, ``t("…")``, ``N_("…")`` and ``plural``."""
    assert messages_not_extracted() == []


@SourceRule
def sentences_in_two_languages(source: Source) -> Iterator[str]:
    if not set(source.folders) & {"services", "gui", "cli", "reports", "texts"}:
        return
    for node in source.calls:
        if getattr(node.func, "id", "") == "LocalizedText" and any(
            isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and part.value)
            for part in node.args
        ):
            yield f"{source.name}: {node.lineno}"


def test_services_and_windows_hold_no_sentence_in_two_languages() -> None:
    """What people read stands in the catalogues; a text in several languages is made by
    `app.texts.localized`."""
    assert sentences_in_two_languages() == []


@SourceRule
def lists_of_languages(source: Source) -> Iterator[str]:
    if source.name == "app/languages.py" or '"zh"' not in source.text:
        return
    for node in source.nodes:
        if isinstance(node, ast.Dict):
            parts = node.keys
        elif isinstance(node, ast.Tuple | ast.List):
            parts = [next(iter(getattr(part, "elts", [part])), part) for part in node.elts]
        else:
            continue
        codes = {part.value for part in parts if isinstance(part, ast.Constant)}
        if {"zh", "en"} <= codes:
            yield f"{source.name}: {node.lineno}"


def test_languages_stand_at_one_place() -> None:
    """No other module lists ``"zh"`` and ``"en"`` together."""
    assert lists_of_languages() == []


@SourceRule
def unreadable(source: Source) -> Iterator[str]:
    if not ast.get_docstring(source.tree):
        yield f"{source.name}: a module says what it is responsible for"
    if source.path.stem in FORBIDDEN_NAMES:
        yield f"{source.name}: a name that says nothing"
    if source.text.count("\n") > LONGEST_FILE:
        yield f"{source.name}: too long"
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            limit = LONGEST_CLASS if isinstance(node, ast.ClassDef) else LONGEST_FUNCTION
            if length > limit:
                yield f"{source.name}: {node.name} has {length} lines"


def test_a_file_stays_readable() -> None:
    assert unreadable() == []


@SourceRule
def broad_excepts(source: Source) -> Iterator[str]:
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler):
            broad = getattr(node.type, "id", "") in {"Exception", "BaseException"}
            if node.type is None or (broad and not _reraises(node)):
                yield source.name


def test_broad_excepts_stand_only_at_the_doors() -> None:
    assert set(broad_excepts()) == BROAD_EXCEPTS


def _reraises(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None


PROMISING = {"domain", "services", "knowledge", "reports", "tabular"}


@SourceRule
def public_names(source: Source) -> Iterator[tuple[str, bool]]:
    """Where a public name stands, and whether it has a docstring."""
    if source.folders[1] in PROMISING:
        for node in _public(source.tree.body):
            yield f"{source.name}: {node.name} in line {node.lineno}", bool(ast.get_docstring(node))


def test_public_names_promise_something() -> None:
    found = public_names()
    assert len(found) > 1000
    assert [name for name, promises in found if not promises] == []


def _public(
    body: list[ast.stmt],
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node
            yield from _public(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def test_case_73_user_text_reaches_paragraphs_by_one_door_only() -> None:
    doors = [
        str(path.relative_to(ROOT))
        for path in CODE
        if "Paragraph(" in path.read_text(encoding="utf-8")
    ]
    assert set(doors) <= {"app/reports/typeset/line_breaking.py"}


NAMES_OF_PLAIN_TIPS = {"_", "tooltip", "key_hint", "key_text", "plain_tip", "word"}


@SourceRule
def markup_in_the_window(source: Source) -> Iterator[str]:
    if "app/gui" not in source.name:
        return
    made = re.findall(r"\bQLabel\((?!\))|\bQMessageBox\((?!\))", source.text)
    if len(made) > source.text.count("setTextFormat(Qt.TextFormat.PlainText)"):
        yield f"{source.name}: {made}"
    if "QTextBrowser(" in source.text or re.search(r"\bQTextEdit\(", source.text):
        yield f"{source.name}: shows markup"
    for node in source.calls:
        if getattr(node.func, "attr", "") == "setToolTip":
            names = {
                call.func.id
                for call in ast.walk(node.args[0])
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            }
            named = isinstance(node.args[0], ast.Name) and node.args[0].id in {"tip", "shown"}
            constant = isinstance(node.args[0], ast.Constant)
            if not names & NAMES_OF_PLAIN_TIPS and not named and not constant:
                yield f"{source.name}:{node.lineno}: tooltip"


def test_case_73_qt_takes_no_text_of_people_for_markup() -> None:
    """Labels and message boxes are set to plain text where they are made; tooltips, which cannot
    be, show a sentence of ours or go through `plain_tip`."""
    assert markup_in_the_window() == []


@SourceRule
def flushed_and_written(source: Source) -> Iterator[tuple[str, str]]:
    if source.folders[0] == "resources":
        return
    for node in source.calls:
        name = getattr(node.func, "attr", "")
        if name in {"fsync", "write_bytes", "write_text"}:
            yield source.name, name


def test_files_are_flushed_and_renamed_over_at_one_place() -> None:
    """What each module did by itself was forgotten by one and wrong on Windows in another."""
    assert set(flushed_and_written()) == {
        ("app/files.py", "fsync"),
        ("app/files.py", "write_bytes"),
    }


CHANGED_BY_THE_WHEEL = {
    "QComboBox",
    "QFontComboBox",
    "QSpinBox",
    "QDoubleSpinBox",
    "QDateEdit",
    "QTimeEdit",
    "QDateTimeEdit",
    "QSlider",
    "QDial",
    "QTabBar",
    "QTabWidget",
}


@SourceRule
def changed_by_the_wheel(source: Source) -> Iterator[str]:
    if "gui" not in source.folders or source.path.name == "wheel_safe.py":
        return
    for node in source.nodes:
        made = [node.func] if isinstance(node, ast.Call) else getattr(node, "bases", [])
        if {getattr(one, "id", "") for one in made} & CHANGED_BY_THE_WHEEL:
            yield f"{source.name}: line {getattr(node, 'lineno', 0)}"


def test_nothing_in_the_window_changes_under_the_wheel() -> None:
    """Those of `app.gui.toolkit.wheel_safe` stay as they are; Qt's own are not to be made
    elsewhere."""
    assert changed_by_the_wheel() == []


def test_case_35_the_database_file_is_never_opened_by_hand() -> None:
    for path in CODE:
        if set(path.relative_to(ROOT).parts) & {"services", "db"} and path.name != "backup.py":
            assert "shutil.copy" not in path.read_text(encoding="utf-8"), path
