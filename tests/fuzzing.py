"""Files and texts damaged at random, given to everything that reads what others wrote.

Each target is given a `Random` and a folder, makes an input of it and reads it; what the program
foresees is an `AppError`, anything else is a bug.  ``make torture`` does it thousands of times.
"""

from __future__ import annotations

import contextlib
import functools
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from app import settings as settings_file
from app.domain.cardguard import find_secrets, mask_cards
from app.domain.errors import AppError
from app.knowledge.loader import load_knowledge
from app.knowledge.plan_pack import load_plan_pack
from app.paths import resources
from app.reports.data.content import content_of, document_of
from app.reports.documents.service_sheet import ServiceReportSheet
from app.services.core.operation_lines import line_of, operation_in
from app.services.documents.reading import read as read_document
from app.tabular.reading import read_table
from app.tabular.writing import csv_bytes, xlsx_bytes
from tests.domain.card_corpus import WAYS
from tests.domain.card_said import SAID
from tests.exchange.test_package_file import OPERATIONS, opened, written
from tests.reports.samples import document, render, service_report

Target = Callable[[Random, Path], None]

PIECES = (
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b'"',
    b"[" * 5_000,
    b"{" * 5_000,
    b"=",
    b"\r",
    b"\n\n",
    b"[[",
    b"]]",
    b"'''",
    b"\\u0000",
    b"1e999",
    b"-1",
    b"nan",
    b"9" * 400,
    b"true",
    b"<!DOCTYPE x>",
    b"&a;",
    "漢".encode("utf-16"),
    "终端".encode("gb18030"),
)


def damaged(chosen: Random, content: bytes) -> bytes:
    """The content with a few bytes changed, moved, lost or put in."""
    found = bytearray(content)
    for _time in range(chosen.randrange(1, 6)):
        at, length = chosen.randrange(len(found) + 1), chosen.choice((1, 2, 8, 64, 1_000))
        match chosen.randrange(6):
            case 0:
                found[at : at + 1] = bytes([chosen.randrange(256)])
            case 1:
                found[at:at] = chosen.choice(PIECES)
            case 2:
                del found[at : at + length]
            case 3:
                found[at:at] = found[at : at + length] * chosen.randrange(1, 4)
            case 4:
                del found[at:]
            case _:
                to = chosen.randrange(len(found) + 1)
                found[at : at + length], found[to : to + length] = (
                    found[to : to + length],
                    found[at : at + length],
                )
    return bytes(found)


def _read(path: Path, content: bytes, read: Callable[[Path], object]) -> None:
    path.write_bytes(content)
    try:
        read(path)
    except AppError:
        return


_HEADER = ("序列号", "商户名称", "安装日期", "数量")
_ROWS = [("TESTN910", "王记，便利店", "2026-01-15", "1,5"), ("", '引"号', "31.2.2026", "=1+1")] * 3


def text_table(chosen: Random, folder: Path) -> None:
    """A CSV file."""
    content = csv_bytes(_HEADER, _ROWS)
    encoding = chosen.choice(("utf-8", "utf-16", "gb18030"))
    _read(
        folder / "a.csv", damaged(chosen, content.decode("utf-8-sig").encode(encoding)), read_table
    )


def workbook(chosen: Random, folder: Path) -> None:
    """An XLSX file whose parts are damaged inside the ZIP, or the ZIP itself."""
    path = folder / "a.xlsx"
    content = xlsx_bytes("表", _HEADER, _ROWS)
    if chosen.random() < 0.3:
        _read(path, damaged(chosen, content), read_table)
        return
    whole = folder / "whole.xlsx"
    whole.write_bytes(content)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        worse = chosen.choice(source.namelist())
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, damaged(chosen, part) if name == worse else part)
    _read(path, path.read_bytes(), read_table)


def settings(chosen: Random, folder: Path) -> None:
    """The settings file."""
    path = folder / "settings.toml"
    settings_file.save(settings_file.Settings(technician="T01", company_name="公司"), path)
    _read(path, damaged(chosen, path.read_bytes()), settings_file.read)


def knowledge(chosen: Random, folder: Path) -> None:
    """A file of the fault catalogue."""
    name = chosen.choice(("questions.toml", "profiles.toml", "codes.toml", "stops.toml"))
    content = (resources() / "knowledge" / name).read_bytes()[:10_000]
    _read(folder / "one.toml", damaged(chosen, content), lambda one: load_knowledge(one.parent))


def plans(chosen: Random, folder: Path) -> None:
    """Plans and checklists."""
    for name in ("checklists.toml", "plans.toml"):
        whole = (resources() / "plans" / name).read_bytes()
        (folder / name).write_bytes(whole)
    worse = chosen.choice(("checklists.toml", "plans.toml"))
    whole = (folder / worse).read_bytes()[:6_000]
    _read(folder / worse, damaged(chosen, whole), lambda path: load_plan_pack(path.parent))


VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    "\ud800",
    "x" * 5_000,
    [],
    {},
    [[]],
    {"": 0},
)
"""What stands at a place where something else is expected."""


def replaced(chosen: Random, value: Any) -> Any:
    """A JSON value with one of its parts put away, doubled or replaced."""
    if isinstance(value, dict) and value and chosen.random() < 0.85:
        key = chosen.choice(sorted(value))
        if chosen.random() < 0.1:
            return {name: inner for name, inner in value.items() if name != key}
        return value | {key: replaced(chosen, value[key])}
    if isinstance(value, list) and value and chosen.random() < 0.85:
        at = chosen.randrange(len(value))
        return [*value[:at], replaced(chosen, value[at]), *value[at:][chosen.randrange(2) :]]
    return chosen.choice(VALUES)


def document_data(chosen: Random, _folder: Path) -> None:
    """The copy of its data inside a document of ours."""
    whole = json.loads(json.dumps(content_of(document(service_report(), "service_report"))))
    with contextlib.suppress(AppError):
        document_of(replaced(chosen, whole), ServiceReportSheet)


@functools.cache
def _pdf() -> bytes:
    return render([document(service_report(), "service_report")]).pdf


def pdf(chosen: Random, _folder: Path) -> None:
    """A document of ours, damaged anywhere."""
    with contextlib.suppress(AppError):
        read_document(damaged(chosen, _pdf()))


def package(chosen: Random, folder: Path) -> None:
    """A package of another computer."""

    def taken_in(path: Path) -> None:
        with opened(path) as package:
            tuple(package.operations())

    _read(folder / "a.posx", damaged(chosen, written(folder / "b.posx").read_bytes()), taken_in)


def operation_line(chosen: Random, _folder: Path) -> None:
    """An operation of another computer whose signature is right and whose content is not."""
    whole = json.loads(line_of(OPERATIONS[0]))
    line = json.dumps(replaced(chosen, whole)).encode("utf-8", "surrogatepass")
    with contextlib.suppress(AppError):
        operation_in(line)


def guard(chosen: Random, _folder: Path) -> None:
    """The card guard: nothing is left, and masking again changes nothing."""
    ways = [*WAYS.values(), *SAID.values()]
    text = "".join(chosen.choice(ways)(chosen) for _ in range(chosen.randrange(1, 3)))
    text = damaged(chosen, text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
    masked = mask_cards(text[:4_000])
    assert not find_secrets(masked), (text, masked)
    assert mask_cards(masked) == masked


TARGETS: dict[str, Target] = {
    "CSV": text_table,
    "XLSX": workbook,
    "settings": settings,
    "knowledge": knowledge,
    "plans": plans,
    "document data": document_data,
    "PDF": pdf,
    "package": package,
    "operation": operation_line,
    "card guard": guard,
}
