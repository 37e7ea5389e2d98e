"""The tab of a terminal's custody: who has it, who had it, and handing it over."""

from __future__ import annotations

from app.domain.register.custody import Holding
from app.domain.register.terminal_actions import TerminalAction
from app.gui.actions import UserAction
from app.gui.pages.terminals.read import TerminalView
from app.gui.pages.terminals.tabs import TerminalTab, TerminalWish
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, row
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.texts import field_label, word


class CustodyTab(TerminalTab):
    """Who has the device, from when, in its sealed pack or not; latest first."""

    def __init__(self) -> None:
        super().__init__()
        self._model = RowTableModel(_columns(), self)
        table = TableView(
            self._model, two_lines=True, name="terminal-custody", title=_("Where it was kept")
        )
        self._now = label("", "section", wrap=True)
        self._doubt = label("", "error", wrap=True)
        self.hand_over_button = action_button(
            UserAction.HAND_OVER,
            lambda: self.want(TerminalWish.HAND_OVER),
            text=_("Hand over …"),
            bind=False,
        )
        top = row(self._now, None, self.hand_over_button)
        self.setLayout(column(boxed(top), self._doubt, table, margins=(0, 12, 0, 0)))

    def title(self, view: TerminalView | None) -> str:
        return _("Custody")

    def show_view(self, view: TerminalView) -> None:
        self._model.set_rows(view.custody)
        holding = view.custody[0] if view.custody else None
        self._now.setText(held_by(holding) if holding else _("Nobody is known to hold it"))
        reason = view.unaccounted
        self._doubt.setText(
            _(
                "Unaccounted for longer than 24 hours: {reason}.",
                reason=word(words(), "unaccounted", reason),
            )
            if reason
            else ""
        )
        self._doubt.setVisible(bool(reason))
        self.hand_over_button.setEnabled(TerminalAction.HAND_OVER in view.actions)


def held_by(holding: Holding) -> str:
    """Who holds a device, in words."""
    kind = word(words(), "holder_kind", holding.kind)
    return f"{kind} · {holding.name}" if holding.name else kind


def _columns() -> tuple[TableColumn, ...]:
    t = words()
    return (
        TableColumn(
            title=_("Held by"),
            text=lambda h: word(t, "holder_kind", h.kind),
            detail=lambda h: h.name,
            width=150,
            stretch=True,
        ),
        TableColumn(
            title=_("From – until"),
            text=lambda h: t.moment(h.since),
            detail=lambda h: t.moment(h.until) if h.until else _("still there"),
            width=140,
        ),
        TableColumn(
            title=field_label(t, "pack"),
            text=lambda h: word(t, "pack", h.pack),
            detail=lambda h: h.reference,
            width=150,
        ),
        TableColumn(
            title=_("Because"),
            text=lambda h: word(t, "custody_cause", h.cause),
            detail=lambda h: " · ".join(part for part in (h.by, _expected(h), h.note) if part),
            width=150,
            stretch=True,
        ),
    )


def _expected(holding: Holding) -> str:
    day = words().day(holding.expected_on)
    return _("expected {day}", day=day) if day else ""
