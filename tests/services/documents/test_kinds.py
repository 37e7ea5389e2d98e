"""A new kind of document is one file and one line: the service, the command line and the proof of a
file follow.  (That the window lists it stands with the reports page.)"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from app import paths
from app import settings as settings_file
from app.cli import main
from app.services import Services
from app.services.documents import kinds
from app.services.documents.reading import Authenticity, verify
from app.services.documents.requests import Request
from app.settings import Settings
from tests.reports.reading import all_text
from tests.services.documents import throwaway_kind

ROOT = Path(__file__).parents[3]


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> str:
    """The one line."""
    kind = throwaway_kind.KIND
    monkeypatch.setitem(kinds.REQUESTABLE, kind.id, kind)
    return kind.id


def test_a_new_kind_is_printed_and_proved(any_services: Services, added: str) -> None:
    request = Request(kind=added, area="浦东新区", until=date(2026, 11, 30))
    printed = any_services.reporting.pdf(request)
    text = all_text(printed.pdf)
    assert "浦东新区" in text
    assert "2026-11-30" in text
    assert verify(printed.pdf).verdict is Authenticity.GENUINE


def test_the_command_line_prints_a_new_kind(
    added: str, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_file.save(settings, paths.settings_file())
    path = tmp_path / "car.pdf"
    wanted = ("--area", "浦东新区", "--to", "2026-11-30", "-o", str(path), "--json")
    assert main(("report", "vehicle", *wanted)) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(d["kind"], d["number"]) for d in said["documents"]] == [(added, "CAR-1")]
    assert "浦东新区" in all_text(path.read_bytes())
    assert main(("report", "kinds")) == 0
    assert f"{added}  Vehicle log" in capsys.readouterr().out


def test_all_kinds_are_listed_once() -> None:
    """No other file of the program names more kinds than the one or two it is about."""
    ids = set(kinds.REQUESTABLE)
    lists = []
    for path in (ROOT / "app").rglob("*.py"):
        quoted = set(re.findall(r'"(\w+)"', path.read_text(encoding="utf-8"))) & ids
        # "labels", "route" and "evidence" are ordinary words, too.
        if len(quoted - {"labels", "route", "evidence", "inspection", "compliance"}) > 2:
            lists.append(path.relative_to(ROOT).as_posix())
    # Which of them `poscare schedule` and the maintenance page offer, which may bear another title
    # and which are saved as a table is a choice of each.
    assert sorted(lists) == [
        "app/cli/schedule.py",
        "app/domain/wordings.py",
        "app/gui/pages/maintenance/print_preview.py",
        "app/services/documents/document_tables.py",
    ]
    assert len(set(map(id, kinds.layouts().values()))) == len(ids) + 1
