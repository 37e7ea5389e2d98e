"""Printing: the PDF itself where the print system takes it, exactly the chosen pages elsewhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from PySide6.QtGui import QPageRanges, QPageSize
from PySide6.QtPrintSupport import QPrinter

from app.domain.errors import Cancelled, Unavailable
from app.gui.shell.document_actions import print_pdf
from app.gui.toolkit.printing import print_pictures
from app.reports.media.raster import PdfPages
from tests.reports.samples import document, render, service_report
from tests.reports.samples_schedule import year

LP = """#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done > "$LP_HEARD/words"
cat > "$LP_HEARD/job.pdf"
[ -z "$LP_SAYS" ] || { echo "/usr/bin/lp: $LP_SAYS" >&2; exit 1; }
echo "request id is test-1 (0 file(s))"
"""
pytestmark = pytest.mark.usefixtures("application")
unix = pytest.mark.skipif(os.name != "posix", reason="there is no lp on Windows")


@pytest.fixture(scope="module")
def three_pages() -> bytes:
    """Three reports in one file."""
    return render([document(service_report(), "service_report")] * 3).pdf


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A print system that writes down what it is given, in this folder."""
    program = tmp_path / "bin" / "lp"
    program.parent.mkdir()
    program.write_text(LP)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LP_HEARD", str(tmp_path))
    return tmp_path


class Named(QPrinter):
    """A printer of the print system; those of the machine that runs the tests are not known."""

    def __init__(
        self, name: str, duplex: QPrinter.DuplexMode = QPrinter.DuplexMode.DuplexNone
    ) -> None:
        super().__init__(QPrinter.PrinterMode.HighResolution)
        self._name, self._duplex = name, duplex

    def printerName(self) -> str:  # noqa: N802 - Qt's name
        return self._name

    def duplex(self) -> QPrinter.DuplexMode:
        return self._duplex


def send(printer: QPrinter, pdf: bytes) -> int:
    """Print without looking at the progress."""
    return print_pdf(printer, pdf, lambda *_step: None, lambda: False)


def words(heard: Path) -> list[str]:
    """What the print system was told."""
    return (heard / "words").read_text(encoding="utf-8").splitlines()


@unix
def test_the_print_system_gets_the_very_bytes_and_what_the_dialog_was_set_to(
    heard: Path, three_pages: bytes
) -> None:
    printer = Named("办公室", QPrinter.DuplexMode.DuplexLongSide)
    printer.setDocName("维修服务单 L7-000412\n")
    printer.setCopyCount(2)
    printer.setColorMode(QPrinter.ColorMode.GrayScale)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    assert send(printer, three_pages) == 3
    assert (heard / "job.pdf").read_bytes() == three_pages
    told = words(heard)
    assert told[:6] == ["-d", "办公室", "-t", "维修服务单 L7-000412", "-n", "2"]
    options = set(told[7::2])
    assert {
        "media=A4",
        "sides=two-sided-long-edge",
        "print-color-mode=monochrome",
        "print-scaling=none",
    } <= options
    assert told[-2:] == ["--", "-"]


@unix
def test_chosen_pages_come_in_the_order_asked_for_and_fit_the_paper_there_is(
    heard: Path, three_pages: bytes
) -> None:
    printer = Named("office")
    ranges = QPageRanges()
    ranges.addPage(1)
    ranges.addPage(3)
    printer.setPageRanges(ranges)
    printer.setPageOrder(QPrinter.PageOrder.LastPageFirst)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    assert send(printer, three_pages) == 2
    told = words(heard)
    assert told[told.index("-P") + 1] == "1,3"
    assert {
        "outputorder=reverse",
        "media=Letter",
        "print-scaling=fit",
        "fit-to-page",
        "print-color-mode=color",
    } <= set(told)


@unix
def test_a_wide_page_is_turned_over_its_short_side_when_the_printer_decides(heard: Path) -> None:
    printer = Named("office", QPrinter.DuplexMode.DuplexAuto)
    send(printer, render([document(year(), "schedule_year")]).pdf)
    assert "sides=two-sided-short-edge" in words(heard)


@unix
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Error - The printer or class does not exist.", "printer.unknown"),
        ('Destination "office" is not accepting jobs.', "printer.rejecting"),
        ("Unauthorized", "printer.denied"),
        ("Error - scheduler not responding.", "printer.no_service"),
        ("Error - Out of toner & <b>patience</b>", "printer.failed"),
    ],
)
def test_what_the_print_system_refuses_is_said(
    heard: Path, three_pages: bytes, monkeypatch: pytest.MonkeyPatch, said: str, code: str
) -> None:
    monkeypatch.setenv("LP_SAYS", said)
    with pytest.raises(Unavailable) as refused:
        send(Named("office"), three_pages)
    assert refused.value.code == code
    assert refused.value.params["name"] == "office"
    assert refused.value.params["reason"] == said.removeprefix("Error - ")


def _file(path: Path, first: int = 0, last: int = 0) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setFullPage(True)
    printer.setResolution(150)
    if first:
        printer.setFromTo(first, last)
    return printer


def test_printing_to_a_file_gives_the_document_itself(tmp_path: Path, three_pages: bytes) -> None:
    out = tmp_path / "printed.pdf"
    assert send(_file(out), three_pages) == 3
    assert out.read_bytes() == three_pages


def test_chosen_pages_go_to_a_file_with_their_text(tmp_path: Path, three_pages: bytes) -> None:
    out = tmp_path / "one.pdf"
    assert send(_file(out, 2, 2), three_pages) == 1
    with PdfPages(out.read_bytes()) as printed, PdfPages(three_pages) as wanted:
        assert printed.count == 1
        assert printed.text(0) == wanted.text(1)


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, three_pages: bytes) -> None:
    folder = tmp_path / "taken.pdf"
    folder.mkdir()
    with pytest.raises(Unavailable) as failed:
        send(_file(folder), three_pages)
    assert failed.value.code == "files.unwritable"


def test_a_stop_prints_nothing(tmp_path: Path, three_pages: bytes) -> None:
    out = tmp_path / "no.pdf"
    with pytest.raises(Cancelled):
        print_pdf(_file(out), three_pages, lambda *_step: None, lambda: True)
    assert not out.exists()


def test_where_no_pdf_is_taken_pages_are_painted_at_their_own_size(
    tmp_path: Path, three_pages: bytes
) -> None:
    steps: list[tuple[int, int]] = []
    out = tmp_path / "painted.pdf"
    with PdfPages(three_pages) as wanted:
        print_pictures(_file(out), wanted, lambda *s: steps.append(s), lambda: False)
        with PdfPages(out.read_bytes()) as printed:
            assert printed.count == wanted.count == 3
            assert printed.size(0) == pytest.approx(wanted.size(0), abs=2)
            grey = printed.image(0, 1.0, grey=True)
        assert min(grey.rgba[::4]) < 80, "there is ink on the page"
        assert steps == [(1, 3), (2, 3), (3, 3)]
        with pytest.raises(Cancelled):
            print_pictures(_file(tmp_path / "n.pdf"), wanted, lambda *_s: None, lambda: True)
