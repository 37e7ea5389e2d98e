"""Terminals that keep failing: which, why it says so, and the incidents behind it."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from app.domain.insight.figures import InsightReport
from app.domain.insight.repeats import REPEAT_RULES, RepeatWarning
from app.gui.actions import UserAction
from app.gui.pages.insight.tabs import InsightTab, Sheet
from app.gui.shell.navigate import ShowIncident, ShowTerminal
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.view_tabs import counted
from app.texts import word
from app.texts.insight import because_text


class WarningsTab(InsightTab):
    """List at the left, evidence at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._model = RowTableModel(_columns(), self)
        self.table = TableView(self._model, two_lines=True, name="warnings", title=_("Warnings"))
        self.table.current_changed.connect(self._show_warning)
        self.table.opened.connect(self._open_terminal)
        self._evidence = RowTableModel(_evidence_columns(), self)
        self.evidence = TableView(
            self._evidence, two_lines=True, name="evidence", title=_("Evidence")
        )
        self.evidence.opened.connect(lambda failure: self.want(ShowIncident(failure.incident_id)))
        self._title = label("", "section", copy=True)
        self._place = label("", "muted", wrap=True, copy=True)
        self._because = label("", wrap=True)
        self._right = QStackedWidget()
        self._arrange()

    def _arrange(self) -> None:
        listed = panel(column(self.table, margins=(1, 1, 1, 1)))
        nothing = column(
            None, row(None, label(_("Choose a terminal at the left."), "muted"), None), None
        )
        self._right.addWidget(boxed(nothing))
        terminal = action_button(
            UserAction.OPEN_TERMINAL,
            lambda: self._open_terminal(self.table.current()),
            opens_row=True,
        )
        head = row(self._title, None, terminal)
        why = panel(
            column(label(_("Why this warning"), "strong"), self._because, spacing=4), "warning"
        )
        shown = column(
            head,
            self._place,
            why,
            label(_("The incidents behind it"), "strong"),
            panel(column(self.evidence, margins=(1, 1, 1, 1))),
            spacing=8,
        )
        self._right.addWidget(boxed(shown))
        both = row(listed, self._right, spacing=16)
        both.setStretch(0, 5)
        both.setStretch(1, 6)
        note = label(_rule_text(), "muted", wrap=True)
        self._states = StateStack(boxed(column(boxed(both), note, spacing=8)))
        self.setLayout(column(self._states, margins=(0, 12, 0, 0)))

    def title(self, view: InsightReport | None) -> str:
        return counted(_("Keep failing"), len(view.warnings) if view else 0)

    def show_view(self, view: InsightReport) -> None:
        self._model.set_rows(view.warnings)
        if not view.warnings:
            self._states.show_empty(
                _("No terminal keeps failing."), _rule_text(), icon="circle-check"
            )
            return
        self._states.show_content()
        self.table.select_first()

    def _show_warning(self, warning: RepeatWarning | None) -> None:
        self._right.setCurrentIndex(1 if warning is not None else 0)
        if warning is None:
            return
        terminal = warning.terminal
        self._title.setText(terminal.merchant_name or terminal.serial)
        self._place.setText(
            " · ".join(
                part
                for part in (
                    f"SN {terminal.serial}",
                    terminal.tid and f"TID {terminal.tid}",
                    f"{terminal.manufacturer} {terminal.model}",
                    terminal.area,
                )
                if part
            )
        )
        self._because.setText("\n".join(because_text(words(), warning)))
        self._evidence.set_rows(warning.evidence)

    def _open_terminal(self, warning: RepeatWarning | None) -> None:
        if warning is not None:
            self.want(ShowTerminal(warning.terminal.terminal_id))

    def sheet(self, report: InsightReport) -> Sheet:
        header = (
            _("Serial number"),
            _("TID"),
            _("Merchant"),
            _("Area"),
            _("Model"),
            _("Why"),
            _("Number"),
            _("Reported"),
            _("Class"),
            _("Symptom"),
        )
        t = words()
        rows: list[tuple[str, ...]] = [
            (
                w.terminal.serial,
                w.terminal.tid,
                w.terminal.merchant_name,
                w.terminal.area,
                w.terminal.model,
                "; ".join(because_text(t, w)),
                f.number,
                t.moment(f.reported_at),
                word(t, "fault_class", f.fault_class),
                f"{f.displayed_code} {f.symptom}".strip(),
            )
            for w in report.warnings
            for f in w.evidence
        ]
        return header, rows


def _rule_text() -> str:
    rules = _(" or ").join(
        _("{times} in {days} days", times=rule.times, days=rule.days) for rule in REPEAT_RULES
    )
    return _(
        "Listed are terminals with at least so many failures of their own: {rules}, counted"
        " back from the end of the period. Cases the terminal did not cause do not count.",
        rules=rules,
    )


def _count(warning: RepeatWarning) -> Badge:
    tone = "danger" if len(warning.because) > 1 else "warning"
    return Badge(str(len(warning.evidence)), tone, "triangle-alert")


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Merchant"),
            text=lambda w: w.terminal.merchant_name or "—",
            detail=lambda w: w.terminal.serial,
            width=170,
            stretch=True,
        ),
        TableColumn(
            title=_("Model"),
            text=lambda w: w.terminal.model,
            detail=lambda w: w.terminal.area,
            width=100,
        ),
        TableColumn(
            title=_("Last failure"),
            text=lambda w: words().day_of(w.evidence[0].reported_at),
            width=100,
        ),
        TableColumn(title=_("Failures"), text=lambda _w: "", badge=_count, width=90),
    )


def _evidence_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Number"),
            text=lambda f: f.number,
            detail=lambda f: words().moment(f.reported_at),
            width=140,
        ),
        TableColumn(
            title=_("Symptom"),
            text=lambda f: f"{f.displayed_code} {f.symptom}".strip(),
            detail=lambda f: word(words(), "fault_class", f.fault_class),
            width=240,
            stretch=True,
        ),
    )
