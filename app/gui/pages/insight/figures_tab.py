"""The tab of the key figures: each with interval, number of cases and definition, and the cases
behind the one in sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.insight.figure_kinds import (
    CaseBehind,
    Figure,
    FigureKind,
    FigureReport,
    GroupedBy,
)
from app.domain.insight.figures import InsightReport
from app.gui.pages.insight.tabs import InsightTab, Sheet
from app.gui.shell.navigate import ShowIncident
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.wheel_safe import ComboBox
from app.texts import word
from app.texts.insight_figures import (
    GROUPED_BY,
    cases_text,
    compared_text,
    doubt_text,
    figure_definition,
    figure_name,
    interval_text,
    unit_name,
    value_text,
)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One line of the table: a figure, or one group's value of the figure that was chosen."""

    name: str
    figure: Figure
    before: Figure | None
    key: str
    terminals: int = 0


Asked = tuple[FigureKind, GroupedBy, str]
"""The cases behind a figure that are asked for: which, by what, of which group."""


class FiguresTab(InsightTab):
    """Figures at the left, what the one in sight is made of at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.ask_cases: Callable[[Asked], None] = lambda _asked: None
        """Reads the cases behind a figure; set by the page."""
        self.ask_groups: Callable[[], None] = lambda: None
        """Reads the figures again, by `by`; set by the page."""
        self._report: FigureReport | None = None
        self.by_box = ComboBox()
        self.by_box.setAccessibleName(_("group by"))
        for by in GroupedBy:
            self.by_box.addItem(_(GROUPED_BY[by]), by)
        self.by_box.activated.connect(lambda _place: self.ask_groups())
        self.kind_box = ComboBox()
        self.kind_box.setAccessibleName(_("Figure"))
        for kind in FigureKind:
            self.kind_box.addItem(figure_name(words(), kind), kind)
        self.kind_box.activated.connect(lambda _place: self._show_lines())
        self.model = RowTableModel(_columns(), self)
        self.table = TableView(self.model, name="figures", title=_("Key figures"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._on_line())
        self._compared = label("", "muted", wrap=True)
        self._title = label("", "section", wrap=True)
        self._definition = label("", "", wrap=True)
        self._doubt = label("", "muted", wrap=True)
        self.cases_model = RowTableModel(_case_columns(), self)
        self.cases = TableView(self.cases_model, two_lines=True, title=_("The cases behind it"))
        self.cases.opened.connect(self._open)
        choose = row(label(_("group by")), self.by_box, self.kind_box, None)
        left = boxed(
            column(
                choose, panel(column(self.table, margins=(1, 1, 1, 1))), self._compared, spacing=8
            )
        )
        right = boxed(
            column(
                self._title,
                self._definition,
                self._doubt,
                label(_("The cases behind it"), "strong"),
                panel(column(self.cases, margins=(1, 1, 1, 1))),
                spacing=8,
            )
        )
        both = row(left, right, spacing=16)
        both.setStretch(0, 7)
        both.setStretch(1, 5)
        self.setLayout(column(both, margins=(0, 12, 0, 0)))

    @property
    def by(self) -> GroupedBy:
        """By what the figures are broken down."""
        return GroupedBy(self.by_box.currentData())

    def title(self, view: InsightReport | None) -> str:
        return _("Key figures")

    def show_view(self, view: InsightReport) -> None:
        """The figures are read by themselves, when they are looked at."""

    def show_figures(self, report: FigureReport) -> None:
        """Show these figures."""
        self._report = report
        self._show_lines()

    def lines(self) -> tuple[FigureLine, ...]:
        """What the table shows."""
        report = self._report
        if report is None:
            return ()
        if report.by is GroupedBy.NOTHING:
            return tuple(
                FigureLine(figure_name(words(), kind), report.whole[kind], report.before[kind], "")
                for kind in FigureKind
            )
        kind = FigureKind(self.kind_box.currentData())
        whole = FigureLine(_("all"), report.whole[kind], report.before[kind], "*")
        return (
            whole,
            *(
                FigureLine(group.name or "—", group[kind], None, group.key, group.terminals)
                for group in report.groups
            ),
        )

    def _show_lines(self) -> None:
        assert self._report is not None
        self.kind_box.setVisible(self._report.by is not GroupedBy.NOTHING)
        self._compared.setText(_("Before: {what}.", what=compared_text(words(), self._report)))
        self.model.set_rows(self.lines())
        self.table.select_first()
        self._on_line()

    def _on_line(self) -> None:
        line = self.table.current()
        if line is None or self._report is None:
            return
        t, kind = words(), line.figure.kind
        self._title.setText(
            line.name
            if self._report.by is GroupedBy.NOTHING
            else f"{figure_name(t, kind)} · {line.name}"
        )
        self._definition.setText(figure_definition(t, kind))
        self._doubt.setText(doubt_text(t, line.figure))
        self._doubt.setVisible(bool(self._doubt.text()))
        by = GroupedBy.NOTHING if line.key in ("", "*") and not _of_a_group(line) else self.by
        self.ask_cases((kind, by, line.key if by is not GroupedBy.NOTHING else ""))

    def show_cases(self, cases: tuple[CaseBehind, ...]) -> None:
        """Show the cases that were asked for."""
        self.cases_model.set_rows(cases)

    def _open(self, case: CaseBehind | None) -> None:
        line = self.table.current()
        if case is not None and line.figure.kind is not FigureKind.MAINTENANCE:
            self.want(ShowIncident(case.id))

    def sheet(self, report: InsightReport) -> Sheet:
        t = words()
        header = (
            _("Figure"),
            _("Value"),
            _("Low"),
            _("High"),
            _("Number of cases"),
            _("Earlier period"),
            _("Unit"),
            _("Definition"),
        )
        rows: list[tuple[str, ...]] = [
            (
                line.name,
                _number(line.figure.value),
                _number(line.figure.low),
                _number(line.figure.high),
                str(line.figure.n),
                _number(line.before.value if line.before else None),
                unit_name(t, line.figure.unit),
                figure_definition(t, line.figure.kind),
            )
            for line in self.lines()
        ]
        return header, rows


def _of_a_group(line: FigureLine) -> bool:
    return line.before is None


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Figure"), text=lambda x: x.name, width=150, stretch=True),
        TableColumn(
            title=_("Value"),
            text=lambda x: value_text(words(), x.figure.unit, x.figure.value),
            width=96,
            right=True,
        ),
        TableColumn(
            title=_("95 % interval"),
            text=lambda x: interval_text(words(), x.figure),
            width=150,
            right=True,
        ),
        TableColumn(
            title=_("Number of cases"),
            text=lambda x: cases_text(words(), x.figure),
            width=120,
            right=True,
        ),
        TableColumn(
            title=_("Earlier period"),
            text=lambda x: value_text(words(), x.before.unit, x.before.value) if x.before else "",
            width=90,
            right=True,
        ),
    )


def _case_columns() -> tuple[TableColumn, ...]:
    def counts(case: CaseBehind) -> str:
        if case.hit is not None:
            return _("counts") if case.hit else _("does not")
        return "" if case.amount is None else f"{case.amount:,.1f}"

    return (
        TableColumn(
            title=_("Number"),
            text=lambda c: c.number,
            detail=lambda c: words().day(c.reported_on),
            width=120,
        ),
        TableColumn(
            title=_("Merchant"),
            text=lambda c: c.merchant or c.serial,
            detail=lambda c: (
                word(words(), "fault_class", c.fault_class) if c.fault_class else c.technician
            ),
            width=140,
            stretch=True,
        ),
        TableColumn(title=_("Adds"), text=counts, width=84, right=True),
    )
