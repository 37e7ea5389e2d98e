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

ROOT = Path(__file__).parent.parent.parent
CODE = [
    path
    for folder in ("app", "db", "resources")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in path.parts
]
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "misc", "data", "info"}

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_CLASS = 320
BROAD_EXCEPTS = {
    "app/cli/__init__.py",
    "app/gui/toolkit/tasks.py",
    "app/gui/shell/application.py",
    "app/knowledge/checks.py",
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


def test_every_message_is_handed_over_under_a_name_that_is_extracted() -> None:
    """The catalogues know what stands in ``_("…")``, ``t("…")``, ``N_("…")`` and ``plural``."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in {"_t", "tr", "gettext", "ngettext"}, f"{path}: {node.lineno}"


def test_services_and_windows_hold_no_sentence_in_two_languages() -> None:
    """What people read stands in the catalogues; a text in several languages is made by
    `app.texts.localized`."""
    found = [
        f"{path.relative_to(ROOT)}: {node.lineno}"
        for path in CODE
        if set(path.relative_to(ROOT).parts) & {"services", "gui", "cli", "reports", "texts"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LocalizedText"
        if any(
            isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and part.value)
            for part in node.args
        )
    ]
    assert found == []


def test_languages_stand_at_one_place() -> None:
    """No other module lists ``"zh"`` and ``"en"`` together."""
    for path in CODE:
        source = path.read_text(encoding="utf-8")
        if path.relative_to(ROOT) == Path("app/languages.py") or '"zh"' not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Dict):
                parts = node.keys
            elif isinstance(node, ast.Tuple | ast.List):
                parts = [next(iter(getattr(part, "elts", [part])), part) for part in node.elts]
            else:
                continue
            codes = {part.value for part in parts if isinstance(part, ast.Constant)}
            assert not {"zh", "en"} <= codes, f"{path.relative_to(ROOT)}: {node.lineno}"


def definitions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Every function and class in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it is responsible for"
    assert path.stem not in FORBIDDEN_NAMES
    assert text.count("\n") <= LONGEST_FILE
    for node in definitions(path):
        assert node.end_lineno is not None
        length = node.end_lineno - node.lineno + 1
        limit = LONGEST_CLASS if isinstance(node, ast.ClassDef) else LONGEST_FUNCTION
        assert length <= limit, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_broad_excepts_stand_only_at_the_doors(path: Path) -> None:
    if str(path.relative_to(ROOT)) in BROAD_EXCEPTS:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = getattr(node.type, "id", "")
            assert node.type is not None, f"line {node.lineno}"
            assert caught not in {"Exception", "BaseException"} or _reraises(node)


def _reraises(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in CODE
        if p.relative_to(ROOT).parts[1] in {"domain", "services", "knowledge", "reports", "tabular"}
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_public_names_promise_something(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _public(tree.body):
        assert ast.get_docstring(node), f"{node.name} in line {node.lineno} has no docstring"


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


def test_case_73_qt_takes_no_text_of_people_for_markup() -> None:
    """Labels and message boxes are set to plain text where they are made; tooltips, which cannot
    be, show a sentence of ours or go through `plain_tip`."""
    ours = {"_", "tooltip", "key_hint", "key_text", "plain_tip", "word"}
    found = []
    for path in CODE:
        if "app/gui" not in path.as_posix():
            continue
        text = path.read_text(encoding="utf-8")
        plain = "setTextFormat(Qt.TextFormat.PlainText)"
        made = re.findall(r"\bQLabel\((?!\))|\bQMessageBox\((?!\))", text)
        if len(made) > text.count(plain):
            found.append(f"{path.name}: {made}")
        if "QTextBrowser(" in text or re.search(r"\bQTextEdit\(", text):
            found.append(f"{path.name}: shows markup")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setToolTip":
                names = {
                    call.func.id
                    for call in ast.walk(node.args[0])
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
                }
                named = isinstance(node.args[0], ast.Name) and node.args[0].id in {"tip", "shown"}
                if not names & ours and not named and not isinstance(node.args[0], ast.Constant):
                    found.append(f"{path.name}:{node.lineno}: tooltip")
    assert found == []


def test_files_are_flushed_and_renamed_over_at_one_place() -> None:
    """What each module did by itself was forgotten by one and wrong on Windows in another."""
    calls = {
        (str(path.relative_to(ROOT)), node.func.attr)
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"fsync", "write_bytes", "write_text"}
        if path.parts[len(ROOT.parts)] != "resources"
    }
    assert calls == {
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


def test_nothing_in_the_window_changes_under_the_wheel() -> None:
    """Those of `app.gui.toolkit.wheel_safe` stay as they are; Qt's own are not to be made
    elsewhere."""
    for path in CODE:
        if "gui" not in path.parts or path.name == "wheel_safe.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            made = [node.func] if isinstance(node, ast.Call) else getattr(node, "bases", [])
            names = {getattr(one, "id", "") for one in made}
            assert not names & CHANGED_BY_THE_WHEEL, f"{path}: line {getattr(node, 'lineno', 0)}"


def test_case_35_the_database_file_is_never_opened_by_hand() -> None:
    for path in CODE:
        if set(path.relative_to(ROOT).parts) & {"services", "db"} and path.name != "backup.py":
            assert "shutil.copy" not in path.read_text(encoding="utf-8"), path
