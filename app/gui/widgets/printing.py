"""Sends pages to a printer chosen in the system's dialog.

Pages go out as pictures at up to 300 dots an inch: what comes out is what was looked at, also on
printers whose drivers know no Chinese font.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from app.domain.errors import Cancelled, Unavailable
from app.reports.raster import PdfPages

DOTS = 300
"""Dots an inch: finer makes the job large and nothing better."""


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


def print_pdf(
    printer: QPrinter,
    pdf: bytes,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> int:
    """Print the chosen pages; returns how many.  For a worker.

    Raises `Cancelled`, `Unavailable` when the printer does not take the job.
    """
    with PdfPages(pdf) as pages:
        wanted = _wanted(printer, pages.count)
        if not wanted:
            return 0
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
    return len(wanted)


def _wanted(printer: QPrinter, count: int) -> list[int]:
    first, last = printer.fromPage() or 1, printer.toPage() or count
    pages = list(range(first - 1, min(last, count)))
    if printer.pageOrder() is QPrinter.PageOrder.LastPageFirst:
        pages.reverse()
    return pages


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
