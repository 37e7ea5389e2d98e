"""What is written can be read back: the export of a register imported changes nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.domain.errors import Cancelled, Unavailable
from app.domain.register.terminals import TerminalKind, TerminalState
from app.i18n import translator
from app.services import Services
from app.services.register.terminal_queries import TerminalFilter
from app.tabular.reading import read_table
from tests.factories import make_terminal

ALL = TerminalFilter()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["terminals.csv", "terminals.xlsx"])
def test_an_export_read_back_changes_nothing(
    any_services: Services, tmp_path: Path, language: str, name: str
) -> None:
    for kind in TerminalKind:
        make_terminal(
            any_services,
            kind=str(kind),
            model=f"M-{kind}",
            link="dial_up",
            notes="=1+1\n第二行",
            imei="490154203237518",
        )
    make_terminal(
        any_services, tid="", mid="", merchant_name="", address="", area="", acquirer="", uscc=""
    )
    path = tmp_path / name
    written = any_services.terminal_export.export(path, ALL, translator(language))
    preview = any_services.terminal_import.preview(path)
    assert written == len(TerminalKind) + 1
    assert (preview.problems, preview.added, preview.updated) == ((), 0, 0)
    assert preview.unchanged == written


def test_an_export_holds_what_the_list_shows_in_its_order(
    any_services: Services, tmp_path: Path
) -> None:
    for n, area in enumerate(("浦东新区", "昆山市", "浦东新区")):
        make_terminal(any_services, serial=f"SN00000{n}", area=area)
    path = tmp_path / "list.csv"
    wanted = TerminalFilter(area="浦东新区", order="-serial")
    assert any_services.terminal_export.export(path, wanted, translator("zh")) == 2
    table = read_table(path)
    assert table.encoding == "utf-8-sig", "Excel needs the mark"
    assert [row.cells[0] for row in table.rows] == ["SN000002", "SN000000"]
    assert table.header[0] == "序列号"
    assert table.rows[0].cells[-1] == "在用"


def test_a_cell_never_becomes_a_formula(any_services: Services, tmp_path: Path) -> None:
    make_terminal(any_services, notes='=HYPERLINK("http://x")', merchant_name="@店")
    path = tmp_path / "list.csv"
    any_services.terminal_export.export(path, ALL, translator("zh"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file))[1]
    assert '\'=HYPERLINK("http://x")' in cells
    assert "'@店" in cells


def test_stopping_leaves_no_file(any_services: Services, tmp_path: Path) -> None:
    make_terminal(any_services)
    path = tmp_path / "list.csv"
    with pytest.raises(Cancelled):
        any_services.terminal_export.export(path, ALL, translator("zh"), cancelled=lambda: True)
    assert list(tmp_path.glob("list*")) == []


def test_a_place_that_cannot_be_written_is_named(any_services: Services, tmp_path: Path) -> None:
    make_terminal(any_services)
    with pytest.raises(Unavailable) as refused:
        any_services.terminal_export.export(tmp_path / "no" / "x.csv", ALL, translator("zh"))
    assert refused.value.code == "file.unwritable"


def test_a_list_is_searched_by_the_end_of_a_number(any_services: Services) -> None:
    make_terminal(any_services, serial="TESTN91000000412", tid="50000777")
    for words in ("0412", "777", "５００００７７７"):
        found = any_services.terminals.first(TerminalFilter(words=words), 10)
        assert [item.serial for item in found] == ["TESTN91000000412"], words
    assert any_services.terminals.listing(TerminalFilter(words="0413")).count == 0
    assert found[0].state == TerminalState.IN_SERVICE
