"""No name is left that nothing uses: vulture, with what it cannot see listed here."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.cli.verbs import VERBS

ROOT = Path(__file__).parent.parent.parent

REACHED_OTHERWISE: dict[str, set[str]] = {
    "facts of a terminal, read by the name their declaration gives": {
        "counted_on",
        "hardware_version",
        "hidden_marks",
        "last_seen_on",
        "last_transaction_on",
        "placed_since",
        "ports",
    },
    "for rebuilding a database from its log, which the tests of every service do": {"apply_all"},
    "what openpyxl writes": {"number_format"},
    "what SQLAlchemy asks of a function of SQL": {
        "inherit_cache",
        "_later_on_a_file",
        "_later_on_a_server",
        "_on_a_file",
        "_on_a_server",
    },
    "what pyHanko calls": {"async_request_tsa_response"},
    "what Qt calls, written without capitals": {"validate"},
    "what logging calls and reads": {"exc_text", "formatException"},
    "what io and zipfile call or read": {"compress_type", "readinto", "seekable", "writable"},
    "what a package says of itself, read by its name": {"first_seq"},
    "separators of a language, read by their name": {"comma", "semicolon"},
    "names of ReportLab that a test asserts": {"PRIVATE_NAMES"},
    "fields of the catalogue, read by their name": {
        "affirmations",
        "asking_first",
        "askings",
        "bridges",
        "circumstance",
        "explicit",
        "joints",
        "open_questions",
        "turns",
        "worries",
    },
    "colours of a theme, read by their name in the style sheet": {
        "accent_hover",
        "danger_soft",
        "ok",
        "ok_soft",
        "rail_active",
        "rail_text",
    },
    "verbs, imported by their name when they are run": {one.constant for one in VERBS}
    # An action of a visit has the same name.
    - {"UNLOCK"},
    "pages, imported by their name when first shown": {
        "DispatchPage",
        "IncidentsPage",
        "InsightPage",
        "MaintenancePage",
        "ReportsPage",
        "SettingsPage",
        "TerminalsPage",
        "TodayPage",
        "TrailPage",
    },
    "figures of a tile, a line or a sheet, read by their name": {
        "breached",
        "duplicate_of",
        "to_confirm",
    },
    "what SQLAlchemy and pydantic ask for": {
        "MODULES",
        "__mapper_args__",
        "_knows_its_keys",
        "_name_guard",
        "cache_ok",
        "coerce_compared_value",
        "comparator_factory",
        "impl",
        "isolation_level",
        "load_dialect_impl",
        "model_config",
        "naming_convention",
        "process_bind_param",
        "process_result_value",
        "repeat_of_id",
        "supports_statement_cache",
    },
    "what ReportLab, Pillow, openpyxl and expat read from their objects": {
        "CharacterDataHandler",
        "EndElementHandler",
        "LOAD_TRUNCATED_IMAGES",
        "MAX_IMAGE_PIXELS",
        "StartDoctypeDeclHandler",
        "StructParents",
        "StartElementHandler",
        "Trans",
        "_currentPageHasImages",
        "_frame",
        "alignment",
        "buffer_text",
        "builtIn",
        "data_type",
        "freeze_panes",
        "getSubsetInternalName",
        "quotePrefix",
        "shapable",
        "splitString",
        "stringWidth",
        "substitutionFonts",
        "useA85",
    },
    "kept alive by being held": {"_lost"},
    "written for whoever looks into the database; no page shows them": {
        "changed_at",
        "removed_by",
        "undone_by",
    },
    "the week of one technician, which no page asks for yet": {"set_week"},
}
"""Why vulture does not see that a name is used, and the names."""


@dataclass(frozen=True)
class Unused:
    """One finding of vulture."""

    path: Path
    line: int
    kind: str
    name: str


@functools.cache
def findings() -> tuple[Unused, ...]:
    """What nothing in the program uses, tests left out."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "vulture", "app", "db", "resources", "run.py"),
            *("--exclude", "db/migrations/versions", "--min-confidence", "60"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 3}, done.stderr
    made = []
    for said in done.stdout.splitlines():
        found = re.fullmatch(r"(.+?):(\d+): unused (\w+) '(.+)' \(.*\)", said)
        assert found is not None, said
        made.append(Unused(ROOT / found[1], int(found[2]), found[3], found[4]))
    return tuple(made)


def is_member(found: Unused) -> bool:
    """A member of an enumeration: values from the database and from forms name it."""
    return any(
        isinstance(node, ast.ClassDef)
        and any(getattr(base, "id", "").endswith("Enum") for base in node.bases)
        and node.lineno <= found.line <= (node.end_lineno or 0)
        for node in ast.walk(ast.parse(found.path.read_text(encoding="utf-8")))
    )


def is_override(found: Unused) -> bool:
    """A method Qt calls: only Qt's names are written with capitals (ruff, N802)."""
    inside_window = found.path.is_relative_to(ROOT / "app" / "gui")
    return inside_window and found.kind == "method" and found.name != found.name.lower()


def test_every_name_is_used() -> None:
    known = set().union(*REACHED_OTHERWISE.values())
    left = [
        found
        for found in findings()
        if found.path.parts[len(ROOT.parts)] in {"app", "db"}
        and found.name not in known
        and not is_member(found)
        and not is_override(found)
    ]
    assert left == [], "delete it, show it, or say above how it is reached"


def test_the_list_holds_nothing_that_is_gone() -> None:
    seen = {found.name for found in findings()}
    listed = set().union(*REACHED_OTHERWISE.values())
    assert listed - seen == set(), "used by now, or deleted: take it off the list"
