"""What waits for a decision after an exchange: what both sides said, who and when, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.gui.shell.page import AppContext
from app.gui.toolkit.badge import BadgeLabel
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, button, column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.texts import unsettled_text, word
from app.texts.operations import change_line, operation_title, unsettled_values

if TYPE_CHECKING:
    from app.domain.operations.settlement import Settlement
    from app.exchange.conflict_sides import ConflictSides
    from app.services.core.trail_entries import TrailEntry

_MOST_LINES = 8
"""Fields of one side that are told; the audit trail has all."""


class ConflictsTab(QWidget):
    """The list above, the two sides of the chosen conflict below, a button under each."""

    settled = Signal(object, object)
    """The `ConflictSides` to settle, and how (`Settlement`)."""
    settled_together = Signal(object, object)
    """Several `ConflictSides`, and how all are settled (`Settlement`)."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.model = RowTableModel(_columns(), self)
        self.table = TableView(
            self.model, two_lines=True, name="exchange-conflicts", title=_("Decisions")
        )
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.current_changed.connect(self._on_current)
        self.table.selectionModel().selectionChanged.connect(lambda *_changed: self._on_selected())
        self.keep = button(_("Leave as it is"), self._keep, icon="check")
        self.take = button(_("Take what gave way"), self._take, icon="rotate-ccw")
        self._sentence = label("", "section", wrap=True, copy=True)
        self._now, self._other = _SideCard(self.keep), _SideCard(self.take)
        both = FoldingRow(self._now, self._other, spacing=12, least=280)
        self._chosen = boxed(column(self._sentence, both, spacing=8))
        self.keep_all = button("", lambda: self._settle_all(take=False), icon="check")
        self.take_all = button("", lambda: self._settle_all(take=True), icon="rotate-ccw")
        self._several = boxed(row(None, self.keep_all, self.take_all))
        self._several.hide()
        table = panel(column(self.table, margins=(1, 1, 1, 1)))
        content = column(table, self._several, self._chosen, spacing=12)
        content.setStretch(0, 1)
        self._states = StateStack(boxed(content))
        self.setLayout(column(self._states, margins=(0, 10, 0, 0)))
        self._chosen.hide()

    def show_conflicts(self, found: tuple[ConflictSides, ...]) -> None:
        """Show these, oldest first."""
        self.model.set_rows(found)
        if found:
            self._states.show_content()
            if self.table.current() is None:
                self.table.select_first()
        else:
            self._states.show_empty(
                _("Nothing waits for a decision"),
                _("What two people changed at the same time, or what no longer fits, comes here."),
                icon="circle-check",
            )
        self._on_current(self.table.current() if found else None)

    def _on_current(self, one: ConflictSides | None) -> None:
        self._chosen.setVisible(one is not None and len(self.table.selected()) < 2)
        if one is None:
            return
        t, unsettled = words(), one.unsettled
        self._sentence.setText("  ".join(filter(None, (one.record, unsettled_text(t, unsettled)))))
        if unsettled.sort == "review":
            now, other = _changes(one.now), _changes(one.other)
        elif unsettled.sort == "left_out":
            now, other = [word(t, "visit_state", unsettled.kept)], _changes(one.other)
        else:
            now, other = ([value] for value in unsettled_values(t, unsettled))
        titles = {
            "review": (_("What stands"), _("What was entered and does not fit")),
            "overwritten": (_("What stands"), _("What gave way")),
            "number": (_("Its number now"), _("The number given out before")),
            "left_out": (_("What stands"), _("What was to be done")),
        }
        left, right = titles[unsettled.sort]
        self._now.show_side(left, one.now, now, mine=one.mine == "now")
        self._other.show_side(right, one.other, other, mine=one.mine == "other")
        refusal = self._context.services.context.standing.refusal("conflict.settle")
        self.keep.setText(_keep_words(one))
        self.take.setText(_take_words(one))
        self.take.setVisible(unsettled.takes)
        permit(self.keep, refusal)
        permit(self.take, refusal)

    def _on_selected(self) -> None:
        """With several chosen there is one decision about all of them."""
        chosen = self.table.selected()
        several = len(chosen) > 1
        self._several.setVisible(several)
        self._chosen.setVisible(not several and self.table.current() is not None)
        if not several:
            return
        refusal = self._context.services.context.standing.refusal("conflict.settle")
        taking = sum(one.unsettled.takes for one in chosen)
        self.keep_all.setText(_("Leave all {count} as they are …", count=len(chosen)))
        self.take_all.setText(_("Take what gave way, or do it again: {count} …", count=taking))
        self.take_all.setVisible(taking > 0)
        permit(self.keep_all, refusal)
        permit(self.take_all, refusal)

    def _settle_all(self, *, take: bool) -> None:
        from app.domain.operations.settlement import Settlement

        chosen = [one for one in self.table.selected() if one.unsettled.takes or not take]
        self.settled_together.emit(chosen, Settlement.TAKE if take else Settlement.KEEP)

    def _keep(self) -> None:
        from app.domain.operations.settlement import Settlement

        self._settle(Settlement.KEEP)

    def _take(self) -> None:
        from app.domain.operations.settlement import Settlement

        self._settle(Settlement.TAKE)

    def _settle(self, how: Settlement) -> None:
        one = self.table.current()
        if one is not None:
            self.settled.emit(one, how)


class _SideCard(QWidget):
    """One side: what it said, who, when, on which computer; the button that chooses it."""

    def __init__(self, choose: QWidget) -> None:
        super().__init__()
        self._title = label("", "muted")
        self._mine = BadgeLabel(Badge(_("This computer"), "accent", "user"))
        self._value = label("", wrap=True, copy=True)
        self._who = label("", "muted", wrap=True, copy=True)
        inside = column(
            row(self._title, None, self._mine),
            self._value,
            self._who,
            None,
            row(None, choose),
            spacing=6,
            margins=(12, 10, 12, 10),
        )
        self.setLayout(column(panel(inside)))

    def show_side(
        self, title: str, entry: TrailEntry | None, lines: list[str], *, mine: bool
    ) -> None:
        """Show what one side said."""
        self._title.setText(title)
        self._mine.setVisible(mine)
        self._value.setText("\n".join(lines) or "—")
        said = "" if entry is None else _who(entry)
        self._who.setText(said)
        self._who.setVisible(bool(said))


def _who(entry: TrailEntry) -> str:
    t = words()
    who = " ".join(filter(None, (entry.person, entry.actor)))
    computer = _("computer {letter}", letter=entry.device)
    return " · ".join((operation_title(t, entry.kind), who, computer, t.moment(entry.at)))


def _changes(entry: TrailEntry | None) -> list[str]:
    if entry is None:
        return []
    lines = [change_line(words(), one) for one in entry.changes[:_MOST_LINES]]
    more = len(entry.changes) > _MOST_LINES
    return [*filter(None, lines), *(["…"] if more else [])]


def _keep_words(one: ConflictSides) -> str:
    if one.unsettled.sort == "overwritten" and one.mine:
        return _("Keep mine") if one.mine == "now" else _("Keep theirs")
    return _("Leave as it is")


def _take_words(one: ConflictSides) -> str:
    if one.unsettled.sort == "review":
        return _("Do it again now")
    if one.mine:
        return _("Take mine") if one.mine == "other" else _("Take theirs")
    return _("Take what gave way")


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Record"),
            text=lambda c: c.record or "—",
            detail=lambda c: word(words(), "unsettled", c.unsettled.sort),
            width=180,
        ),
        TableColumn(
            title=_("Operation"),
            text=lambda c: unsettled_text(words(), c.unsettled),
            width=380,
            stretch=True,
        ),
        TableColumn(
            title=_("Done by"),
            text=lambda c: " ".join(
                filter(None, (c.unsettled.operation.actor, c.unsettled.operation.device))
            ),
            detail=lambda c: words().moment(c.unsettled.operation.at),
            width=140,
        ),
    )
