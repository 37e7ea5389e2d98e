"""周维护安排: a page a technician, days as columns, visits with their addresses."""

from __future__ import annotations

from app.i18n import N_
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.schedule_calendar import person_calendar, weeks_of
from app.reports.documents.schedule_month import MonthSheet
from app.reports.documents.schedule_parts import (
    approvals,
    legend,
    scope_line,
    years_without_notice,
)
from app.reports.documents.shared_blocks import said


class WeekSheet(MonthSheet):
    """The visits of a week by technician."""

    __slots__ = ()


def _head(sheet: WeekSheet, t: DocumentLanguages) -> DocumentHead:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return DocumentHead(
        title=t("Maintenance of the week"),
        number=sheet.number,
        meta=scope_line(t, said(t, sheet.scope), period),
    )


def _compose(sheet: WeekSheet, flow: DocumentFlow) -> None:
    t, off = flow.t, frozenset(sheet.days_off)
    weeks = weeks_of(sheet.since, sheet.until)
    for place, person in enumerate(sheet.people):
        if place:
            flow.begin_page()
        room = (flow.next_room if place else flow.first_room) / len(weeks)
        for week in weeks:
            person_calendar(flow, person, (sheet.since, sheet.until), [week], off, room)
    if not sheet.people:
        flow.words(t("No visit is planned in this period."))
    if not flow.house.explains_each_page:
        legend(flow, (visit.state for person in sheet.people for visit in person.visits))
    years_without_notice(flow, sheet.unknown_years, sheet.provisional_years)
    approvals(flow)


KIND = DocumentKind(
    id="schedule_week",
    title=N_("Maintenance of the week"),
    sheet=WeekSheet,
    head=_head,
    compose=_compose,
    landscape=True,
    code="SW",
)
