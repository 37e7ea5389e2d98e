"""What the program decides, joins or writes at one place is not done again beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_rules import Source, SourceRule, called

pytestmark = pytest.mark.xdist_group("source")

LIFECYCLE = "app/domain/incidents/lifecycle.py"


def files_with(text: str) -> set[str]:
    """The files of the program that contain a text."""
    return {name for name, source in texts() if text in source}


@SourceRule
def texts(source: Source) -> Iterator[tuple[str, str]]:
    if source.folders[0] != "resources":
        yield source.name, source.text


def test_the_targets_are_read_at_one_place_and_handed_on() -> None:
    """Whoever reads the constant beside it would not follow when they are set otherwise."""
    assert files_with("DEFAULT_TARGETS") == {
        "app/domain/incidents/lifecycle.py",
        "app/settings.py",
    }


@pytest.mark.parametrize(
    "condition",
    [
        "col(PlacementRow.until).is_(None)",
        "col(AreaRow.id) == col(MerchantRow.area_id)",
        "col(TerminalModelRow.id) == col(TerminalRow.model_id)",
        "col(ManufacturerRow.id) == col(TerminalModelRow.manufacturer_id)",
        "col(AcquirerRow.id) == col(PlacementRow.acquirer_id)",
        "MerchantRow, col(MerchantRow.id) ==",
        "TechnicianRow, col(TechnicianRow.id) ==",
        "col(IncidentRow.confirmed_class), col(IncidentRow.provisional_class)",
    ],
)
def test_a_join_of_several_queries_is_defined_once(condition: str) -> None:
    assert files_with(condition) == {"db/queries.py"}, f"{condition}: use the one of db.queries"


@pytest.mark.parametrize(
    ("rule", "home"),
    [
        ("REPEAT_RULES =", "app/domain/insight/repeats.py"),
        ("REPEAT_DAYS =", "app/domain/insight/repeats.py"),
        ("WARRANTY_DAYS =", "app/domain/insight/duties.py"),
        ("frozenset({IncidentState.CANCELLED, IncidentState.DUPLICATE})", LIFECYCLE),
        ("STOPPED_SINCE: Any =", "db/deadlines.py"),
        ("op.one_of(reason, OUTSIDE_CONTROL)", "app/domain/incidents/clocks.py"),
        ("op.first_known(stopped_since, now)", "app/domain/incidents/clocks.py"),
    ],
)
def test_a_rule_has_one_home(rule: str, home: str) -> None:
    assert files_with(rule) == {home}


WRITERS = {
    "copy2",
    "copyfile",
    "copytree",
    "fsync",
    "rename",
    "renames",
    "write_bytes",
    "write_text",
}


@SourceRule
def writing(source: Source) -> Iterator[tuple[str, str]]:
    """The calls in a file of the program that write, rename or flush files by themselves."""
    if source.folders[0] == "resources":
        return
    for node in source.calls:
        name = called(node)
        method = isinstance(node.func, ast.Attribute)
        # Text and dates have a `replace` too; theirs takes two texts, or names.
        of_a_path = method and name == "replace" and len(node.args) == 1 and not node.keywords
        given = [*node.args, *(k.value for k in node.keywords if k.arg == "mode")]
        modes = [a.value for a in given if isinstance(a, ast.Constant)]
        opened = name in {"open", "fdopen"} and any(
            isinstance(mode, str) and len(mode) < 4 and set(mode) & set("wax+") for mode in modes
        )
        if of_a_path or opened or (method and name in WRITERS):
            yield source.name, name


def test_files_are_written_and_renamed_at_one_place() -> None:
    """What each module did by itself was forgotten by one and wrong on Windows in another."""
    found = set(writing())
    assert found == {
        ("app/files.py", "copyfile"),
        ("app/files.py", "fdopen"),
        ("app/files.py", "fsync"),
        ("app/files.py", "open"),
        ("app/files.py", "replace"),
        ("app/files.py", "write_bytes"),
        # into the temporary file, which is read back before it gets its name
        ("app/encryption/sealed_files.py", "open"),
        # an entry of a zip, whose file is written through `files.writing`
        ("app/exchange/package_file.py", "open"),
        # a parcel grows by what arrives, over days perhaps, and counts only once its hash is right
        ("app/exchange/hub_parcels.py", "open"),
        # the crash log is written while the program falls; /dev/null is no file to keep
        ("app/logs.py", "open"),
        ("app/cli/running.py", "open"),
    }


DATE_PARTS = re.compile(r"%[YmdyBbjU]")
WRITERS_OF_DATES = {
    "app/i18n.py": "the one place",
    "app/reports/documents/languages.py": "moments of a paper, in the zone it was made in",
    "app/reports/documents/schedule_year.py": "days within the twelve months of its sheet",
}


PLACES_OF_DATES = ("app/gui/", "app/cli/", "app/texts/", "app/reports/documents/")


@SourceRule
def written_dates(source: Source) -> Iterator[str]:
    """The lines that write a date by parts, or cut one that was written."""
    if not source.name.startswith(PLACES_OF_DATES) or source.name in WRITERS_OF_DATES:
        return
    for node in source.nodes:
        line = f"{source.name}: {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            if DATE_PARTS.search(ast.unparse(node.format_spec)):
                yield line
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "strftime":
            yield line
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            cut = node.value
            if isinstance(cut, ast.Call) and getattr(cut.func, "attr", "") in ("day", "moment"):
                yield line


def test_dates_people_read_are_written_at_one_place() -> None:
    """With its year, or short within the year of today: `app.i18n.Translator`."""
    assert written_dates() == []
