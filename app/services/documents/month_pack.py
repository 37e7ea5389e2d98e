"""Fills the month pack: the key figures of a period, of the house or of one acquirer."""

from __future__ import annotations

from app.domain.insight.figure_kinds import FigureGroup, FigureKind, FigureReport, GroupedBy
from app.domain.insight.figures import Period
from app.reports.documents.month_pack import (
    MODEL_COLUMNS,
    MonthPackSheet,
    PackGroup,
)
from app.reports.documents.printed_figure import printed_figure
from app.services.documents.requests import Request, RequestedSheets, SheetSources, month_of
from app.services.insight.figures import Asked, figure_report

MOST_MODELS = 6
"""So that the figures stay on one page."""


def month_pack_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The figures of a period.  Raises `InvalidInput` (the period)."""
    period = month_of(request, given.today)
    span, acquirer = Period(period.since, period.until), request.terminals.acquirer
    asked = Asked(span, GroupedBy.MODEL, request.area, acquirer)
    report = figure_report(given.session, given.now, given.around.zone, asked)
    sheet = MonthPackSheet(
        number="",
        made_at=given.around.local(given.now),
        since=period.since,
        until=period.until,
        compared=report.compared,
        before_since=report.before_period.first,
        before_until=report.before_period.last,
        known_until=report.known_until,
        scope=" · ".join(part for part in (acquirer, request.area) if part),
        figures=tuple(
            printed_figure(report.whole[kind], report.before[kind].value) for kind in FigureKind
        ),
        models=_models(report),
        models_left=max(len(report.groups) - MOST_MODELS, 0),
    )
    return RequestedSheets([sheet])


def _models(report: FigureReport) -> tuple[PackGroup, ...]:
    return tuple(_group(one) for one in report.groups[:MOST_MODELS])


def _group(group: FigureGroup) -> PackGroup:
    return PackGroup(
        name=group.name,
        terminals=group.terminals,
        figures=tuple(printed_figure(group[kind]) for kind in MODEL_COLUMNS),
    )
