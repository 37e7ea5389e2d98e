"""Badges of states, with symbol, word and tint: painted into tables, or as a label."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.dispatch.dispatches import DispatchState
from app.domain.incidents.clocks import Light
from app.domain.incidents.incidents import IncidentSummary
from app.domain.incidents.lifecycle import IncidentState, Priority
from app.domain.insight.warning_cases import WarningCase, WarningState
from app.domain.insight.warnings import Severity
from app.domain.register.terminal_states import STATES, TerminalState
from app.gui.toolkit.language import _, words
from app.gui.toolkit.theme import SMALL, Badge, pixmap, tone_colors, ui_font
from app.texts import word

_INCIDENT = {
    IncidentState.NEW: ("accent", "circle"),
    IncidentState.TRIAGED: ("accent", "circle-dot"),
    IncidentState.ASSIGNED: ("accent", "user"),
    IncidentState.IN_PROGRESS: ("accent", "wrench"),
    IncidentState.ON_HOLD: ("warning", "pause"),
    IncidentState.RESOLVED: ("ok", "check"),
    IncidentState.CLOSED: ("neutral", "circle-check"),
    IncidentState.CANCELLED: ("neutral", "ban"),
    IncidentState.DUPLICATE: ("neutral", "copy"),
}
_PRIORITY = {
    Priority.P1: "danger",
    Priority.P2: "warning",
    Priority.P3: "accent",
    Priority.P4: "neutral",
}


def incident_badge(state: IncidentState, *, hold: str | None = None) -> Badge:
    """The state of an incident; on hold with its reason."""
    tone, icon = _INCIDENT[state]
    if state is IncidentState.ON_HOLD and hold:
        return Badge(word(words(), "hold_reason", hold), tone, icon)
    return Badge(word(words(), "incident_state", state), tone, icon)


def summary_badge(item: IncidentSummary, now: datetime) -> Badge:
    """The state of a listed incident, or that it is overdue or will be soon."""
    found = item.light(now)
    if found is Light.RED:
        return Badge(_("Overdue"), "danger", "clock")
    if found is Light.AMBER and item.stopped_since is None:
        return Badge(_("Due soon"), "warning", "clock")
    if item.newly_given and item.state is IncidentState.ASSIGNED:
        return new_work_badge()
    return incident_badge(item.state, hold=item.hold_reason)


def new_work_badge() -> Badge:
    """Work whoever has it has not accepted yet."""
    return Badge(word(words(), "dispatch_state", DispatchState.ASSIGNED), "accent", "bell")


def terminal_badge(state: TerminalState) -> Badge:
    """The state of a terminal."""
    rule = STATES[state]
    return Badge(word(words(), "terminal_state", state), rule.tone, rule.icon)


_WARNING_SEVERITY = {
    Severity.HIGH: ("danger", "triangle-alert"),
    Severity.MEDIUM: ("warning", "triangle-alert"),
    Severity.LOW: ("neutral", "info"),
}
_WARNING_STATE = {
    WarningState.NEW: ("accent", "bell"),
    WarningState.ACKNOWLEDGED: ("accent", "eye"),
    WarningState.ACTING: ("accent", "wrench"),
    WarningState.PROVEN_RIGHT: ("ok", "check"),
    WarningState.PROVEN_WRONG: ("neutral", "x"),
    WarningState.DISMISSED: ("neutral", "ban"),
}


def warning_badge(case: WarningCase) -> Badge:
    """How far a warning is."""
    tone, icon = _WARNING_STATE[case.state]
    return Badge(word(words(), "warning_state", case.state), tone, icon)


def severity_badge(case: WarningCase) -> Badge:
    """How serious a warning is."""
    tone, icon = _WARNING_SEVERITY[case.warning.severity]
    return Badge(word(words(), "severity", case.warning.severity), tone, icon)


WARRANTY_SOON = timedelta(days=60)
"""A warranty that ends within this time is worth using."""


def warranty_badge(until: date | None, today: date) -> Badge:
    """Whether a repair is still covered."""
    if until is None:
        return Badge(_("Warranty unknown"), "neutral", "circle-question-mark")
    if until < today:
        return Badge(_("Out of warranty since {day}", day=words().day(until)), "neutral", "x")
    if until - today <= WARRANTY_SOON:
        return Badge(_("Warranty ends {day}", day=words().day(until)), "warning", "clock")
    return Badge(_("In warranty until {day}", day=words().day(until)), "ok", "check")


def priority_badge(priority: Priority) -> Badge:
    """The priority of an incident."""
    return Badge(word(words(), "priority", priority), _PRIORITY[priority])


def paint_badge(painter: QPainter, rect: QRect, badge: Badge) -> None:
    """A tinted pill with symbol and word, left in `rect`."""
    ink, tint = tone_colors(badge.tone)
    font = ui_font(SMALL)
    metrics = QFontMetrics(font)
    icon_width = 17 if badge.icon else 0
    width = min(rect.width(), metrics.horizontalAdvance(badge.text) + icon_width + 16)
    height = min(rect.height(), metrics.height() + 3)
    pill = QRect(rect.left(), rect.center().y() - height // 2 + 1, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    painter.drawRoundedRect(pill, height / 2, height / 2)
    if badge.icon:
        token = badge.tone if badge.tone != "neutral" else "muted"
        painter.drawPixmap(pill.left() + 7, pill.center().y() - 6, pixmap(badge.icon, token, 13))
    painter.setPen(ink)
    painter.setFont(font)
    inside = pill.adjusted(8 + icon_width, 0, -6, 0)
    shown = metrics.elidedText(badge.text, Qt.TextElideMode.ElideRight, inside.width() + 2)
    painter.drawText(inside, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


def badge_size(badge: Badge) -> QSize:
    """The room a badge takes."""
    metrics = QFontMetrics(ui_font(SMALL))
    width = metrics.horizontalAdvance(badge.text) + (17 if badge.icon else 0) + 18
    return QSize(width, metrics.height() + 5)


class BadgeLabel(QWidget):
    """A badge as a widget."""

    def __init__(self, badge: Badge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = badge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(badge.text)

    def set_badge(self, badge: Badge) -> None:
        """Show another state."""
        self._badge = badge
        self.setAccessibleName(badge.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return badge_size(self._badge)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_badge(painter, self.rect(), self._badge)
        painter.end()
