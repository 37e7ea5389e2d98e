"""A sketch of the map: every site a dot in the colour of whoever looks after it, names amid their
territories, homes as squares.  Sites are marked by drawing a box around them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.maintenance.territories import TerritoryMap, TerritorySite
from app.domain.maintenance.travel import Point
from app.gui.toolkit.language import _
from app.gui.toolkit.theme import SMALL, tokens, ui_font

_EDGE = 24
_DOT = 2.6


class TerritoryPicture(QWidget):
    """Paints a `TerritoryMap`; `marked` are the sites inside the box that was drawn."""

    marked_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Sketch of the territories"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(380, 320))
        self._map: TerritoryMap | None = None
        self._colours: dict[str, QColor] = {}
        self._from: QPointF | None = None
        self._box = QRectF()
        self.marked: tuple[TerritorySite, ...] = ()

    def show_map(self, found: TerritoryMap) -> None:
        """Paint this one."""
        series = tokens().series
        self._map = found
        self._colours = {
            key: QColor(series[place % len(series)]) for place, key in enumerate(found.people)
        }
        self._box, self.marked = QRectF(), ()
        self.update()

    # --- where things lie -----------------------------------------------------------------------

    def _view(self) -> tuple[float, float, float]:
        """The westernmost and northernmost kilometre, and pixels to the kilometre."""
        points = [site.point for site in self._map.sites if site.point] if self._map else []
        if not points:
            return 0.0, 0.0, 1.0
        west, east = min(x for x, _y in points), max(x for x, _y in points)
        south, north = min(y for _x, y in points), max(y for _x, y in points)
        room = min(
            (self.width() - 2 * _EDGE) / max(east - west, 0.1),
            (self.height() - 2 * _EDGE) / max(north - south, 0.1),
        )
        return west, north, max(room, 0.01)

    def _place(self, point: Point, frame: tuple[float, float, float]) -> QPointF:
        west, north, scale = frame
        return QPointF(_EDGE + (point[0] - west) * scale, _EDGE + (north - point[1]) * scale)

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens().surface))
        painter.setPen(QPen(QColor(tokens().line)))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setFont(ui_font(SMALL))
        if self._map is not None:
            self._paint_sites(painter, self._map)
        if not self._box.isNull():
            painter.setPen(QPen(QColor(tokens().accent), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._box)
        painter.end()

    def _paint_sites(self, painter: QPainter, found: TerritoryMap) -> None:
        frame = self._view()
        nobody = QColor(tokens().muted)
        sums: dict[str, list[QPointF]] = {}
        painter.setPen(Qt.PenStyle.NoPen)
        for site in found.sites:
            if site.point is None:
                continue
            at = self._place(site.point, frame)
            painter.setBrush(self._colours.get(site.proposed, nobody))
            painter.drawEllipse(at, _DOT, _DOT)
            sums.setdefault(site.proposed, []).append(at)
        painter.setPen(QPen(QColor(tokens().text), 1.5))
        for key, home in found.homes.items():
            at = self._place(home, frame)
            painter.setBrush(self._colours.get(key, nobody))
            painter.drawRect(QRectF(at.x() - 5, at.y() - 5, 10, 10))
        for key, places in sums.items():
            self._paint_name(painter, found.people.get(key, _("Nobody")), places)

    def _paint_name(self, painter: QPainter, name: str, places: list[QPointF]) -> None:
        x = sum(at.x() for at in places) / len(places)
        y = sum(at.y() for at in places) / len(places)
        width = painter.fontMetrics().horizontalAdvance(name) + 12
        box = QRectF(x - width / 2, y - 10, width, 20)
        painter.setPen(QPen(QColor(tokens().line_strong)))
        painter.setBrush(QColor(tokens().surface))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(tokens().text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)

    # --- marking -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position()
        self._mark(QRectF())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._mark(QRectF(self._from, event.position()).normalized())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._from = None

    def _mark(self, box: QRectF) -> None:
        frame, sites = self._view(), self._map.sites if self._map else ()
        self._box = box
        self.marked = tuple(
            site for site in sites if site.point and box.contains(self._place(site.point, frame))
        )
        self.marked_changed.emit()
        self.update()
