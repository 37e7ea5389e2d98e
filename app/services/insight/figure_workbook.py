"""The month pack as a workbook: figures, groups, and the cases resolved and reported."""

from __future__ import annotations

from app.domain.insight.figure_kinds import (
    CaseBehind,
    Figure,
    FigureGroup,
    FigureKind,
    FigureReport,
    FigureUnit,
    GroupedBy,
)
from app.domain.insight.figures import Period
from app.i18n import Translator
from app.services.insight.figures import Figures
from app.tabular.measured import Cell, MeasuredSheet, workbook_bytes
from app.texts import word
from app.texts.insight_figures import (
    GROUPED_BY,
    compared_text,
    figure_definition,
    figure_name,
    unit_name,
)

_FACTORS = {FigureUnit.CENTS: 0.01}
_FORMATS = {
    FigureUnit.COUNT: "0",
    FigureUnit.SHARE: "0.0%",
    FigureUnit.HOURS: "0.0",
    FigureUnit.DAYS: "0.0",
    FigureUnit.CENTS: "#,##0.00",
}


def figure_workbook(
    figures: Figures,
    t: Translator,
    period: Period,
    by: GroupedBy,
    area: str = "",
    acquirer: str = "",
) -> bytes:
    """The workbook of a period.  Raises `InvalidInput` as `Figures.report` does."""
    report = figures.report(period, by, area, acquirer)
    cases = figures.cases(FigureKind.REPORTED, period, area=area, acquirer=acquirer)
    sheets = [_figures(t, report)]
    if report.groups:
        sheets.append(_groups(t, report))
    return workbook_bytes([*sheets, _cases(t, cases)])


def _figures(t: Translator, report: FigureReport) -> MeasuredSheet:
    header = (
        t("Figure"),
        t("Unit"),
        t("Value"),
        t("Low"),
        t("High"),
        t("Number of cases"),
        compared_text(t, report),
        t("Definition"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            figure_name(t, kind),
            unit_name(t, figure.unit),
            figure_cell(figure, figure.value),
            figure_cell(figure, figure.low),
            figure_cell(figure, figure.high),
            figure.n,
            figure_cell(figure, report.before[kind].value),
            figure_definition(t, kind),
        )
        for kind, figure in report.whole.figures.items()
    ]
    return MeasuredSheet(t("Key figures"), header, rows, ("", "", *("0.####",) * 3, "0", "0.####"))


def _groups(t: Translator, report: FigureReport) -> MeasuredSheet:
    kinds = tuple(FigureKind)
    header = (t(GROUPED_BY[report.by]), t("Terminals"), *(figure_name(t, kind) for kind in kinds))
    formats = ("", "0", *(_FORMATS[report.whole[kind].unit] for kind in kinds))
    rows = [_group(group, kinds) for group in report.groups]
    return MeasuredSheet(t(GROUPED_BY[report.by]), header, rows, formats)


def _group(group: FigureGroup, kinds: tuple[FigureKind, ...]) -> tuple[Cell, ...]:
    values = (figure_cell(group[kind], group[kind].value) for kind in kinds)
    return group.name or "—", group.terminals, *values


def _cases(t: Translator, cases: tuple[CaseBehind, ...]) -> MeasuredSheet:
    header = (
        t("Number"),
        t("Reported"),
        t("Resolved"),
        t("Serial number"),
        t("Merchant"),
        t("Technician"),
        t("Class"),
    )
    rows = [
        (
            case.number,
            case.reported_on,
            case.resolved_on,
            case.serial,
            case.merchant,
            case.technician,
            word(t, "fault_class", case.fault_class) if case.fault_class else "",
        )
        for case in cases
    ]
    return MeasuredSheet(t("Reported"), header, rows)


def figure_cell(figure: Figure, value: float | None) -> float | None:
    """A value of a figure for programs that calculate: money in yuan, a share as a fraction."""
    return None if value is None else value * _FACTORS.get(figure.unit, 1)
