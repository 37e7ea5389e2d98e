"""The system's printer dialog, what was chosen in it, and pages painted on a printer.

Painted pages are pictures of up to 300 dots an inch: what comes out is what was looked at, also on
printers whose drivers know no Chinese font.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrintEngine, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from app.domain.documents import PrintJob
from app.domain.errors import Cancelled, Unavailable
from app.reports.media.raster import PdfPages

DOTS = 300
"""Dots an inch: finer makes the job large and nothing better."""
_NEAR = 6.0
"""Points by which a page may differ from the paper and still be its size."""

_CUPS_OPTIONS = 0xFE00

Progress = Callable[[int, int], None]


def ask_printer(
    parent: QWidget, name: str, pages: int, chosen: Callable[[QPrinter], object]
) -> QPrintDialog:
    """Let printer, pages and copies be chosen."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    printer.setFullPage(True)
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(1, max(pages, 1))
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    # Kept by the dialog's own life: the printer must outlive it.
    dialog.accepted.connect(lambda: chosen(printer))
    # QPrintDialog hides the plain `open` behind one with a receiver.
    QDialog.open(dialog)
    return dialog


def wanted_pages(printer: QPrinter, count: int) -> list[int]:
    """The pages that were chosen (from 0), in the order they are to come out."""
    pages = list(range(count))
    ranges = printer.pageRanges()
    if not ranges.isEmpty():
        pages = [page for page in pages if ranges.contains(page + 1)]
    if printer.pageOrder() is QPrinter.PageOrder.LastPageFirst:
        pages.reverse()
    return pages


# --- as PDF ------------------------------------------------------------------------------------


def print_job(printer: QPrinter, pages: PdfPages, wanted: list[int]) -> PrintJob:
    """What the dialog was set to, in the words of the print system."""
    paper = printer.pageLayout().pageSize()
    size = paper.size(QPageSize.Unit.Point)
    sheet = sorted((size.width(), size.height()))
    fits = all(
        abs(is_ - wants) < _NEAR
        for page in wanted
        for is_, wants in zip(sheet, sorted(pages.size(page)), strict=True)
    )
    return PrintJob(
        printer=printer.printerName(),
        title=printer.docName(),
        copies=max(printer.copyCount(), 1),
        collate=printer.collateCopies(),
        pages=printer.pageRanges().toString(),
        reverse=printer.pageOrder() is QPrinter.PageOrder.LastPageFirst,
        sides=_sides(printer.duplex(), pages.size(wanted[0])),
        grey=printer.colorMode() is QPrinter.ColorMode.GrayScale,
        media=paper.key(),
        fit=not fits,
        more=_more(printer),
    )


def _more(printer: QPrinter) -> tuple[str, ...]:
    """What was set on the dialog's further pages (pages a sheet, tray …): Qt keeps it as names and
    values in turn, under a key it does not name."""
    kept = printer.printEngine().property(QPrintEngine.PrintEnginePropertyKey(_CUPS_OPTIONS)) or []
    return tuple(f"{name}={value}" for name, value in zip(kept[::2], kept[1::2], strict=False))


def _sides(duplex: QPrinter.DuplexMode, size: tuple[float, float]) -> str:
    if duplex is QPrinter.DuplexMode.DuplexAuto:
        wide = size[0] > size[1]
        duplex = QPrinter.DuplexMode.DuplexShortSide if wide else QPrinter.DuplexMode.DuplexLongSide
    return {
        QPrinter.DuplexMode.DuplexNone: "one-sided",
        QPrinter.DuplexMode.DuplexLongSide: "two-sided-long-edge",
        QPrinter.DuplexMode.DuplexShortSide: "two-sided-short-edge",
    }[duplex]


# --- as pictures -------------------------------------------------------------------------------


def print_pictures(
    printer: QPrinter, pages: PdfPages, progress: Progress, cancelled: Callable[[], bool]
) -> None:
    """Paint the chosen pages on the printer.  Raises `Cancelled`, `Unavailable`."""
    wanted = wanted_pages(printer, pages.count)
    _set_paper(printer, pages.size(wanted[0]))
    painter = QPainter()
    if not painter.begin(printer):
        raise Unavailable("printer.refused", name=printer.printerName() or "PDF")
    try:
        for done, page in enumerate(wanted):
            if cancelled():
                printer.abort()
                raise Cancelled
            if done:
                _set_paper(printer, pages.size(page))
                printer.newPage()
            _print_page(painter, printer, pages, page)
            progress(done + 1, len(wanted))
    finally:
        painter.end()


def _set_paper(printer: QPrinter, size: tuple[float, float]) -> None:
    """The page's own size and direction; the printer's driver fits it to the paper there is."""
    width, height = size
    wide = width > height
    portrait = QRectF(0, 0, min(size), max(size)).size()
    paper = QPageSize(portrait, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    printer.setPageSize(paper)
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    )


def _print_page(painter: QPainter, printer: QPrinter, pages: PdfPages, page: int) -> None:
    area = QRectF(printer.pageLayout().fullRectPixels(printer.resolution()))
    width, height = pages.size(page)
    grey = printer.colorMode() is QPrinter.ColorMode.GrayScale
    made = pages.image(page, min(DOTS, printer.resolution()) / 72, grey=grey)
    kind = QImage.Format.Format_RGBA8888
    picture = QImage(made.rgba, made.width, made.height, made.width * 4, kind)
    scale = min(area.width() / width, area.height() / height)
    place = QRectF(0, 0, width * scale, height * scale)
    place.moveCenter(QRectF(0, 0, area.width(), area.height()).center())
    painter.drawImage(place, picture)
