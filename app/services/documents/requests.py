"""A request for a document, and the makers that answer it with sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import InvalidInput, NotFound, Problems
from app.domain.incidents.drafts import ResolutionDraft
from app.domain.people.roles import SignedIn
from app.reports.data.sheets import Issuer, Sheet
from app.reports.documents.device_list import EvidenceSheet
from app.reports.documents.swap_note import SwapNoteSheet
from app.services.core.audit import TrailFilter, log_reader
from app.services.core.context import ServiceContext
from app.services.documents.incident_data import IncidentData, IncidentDataReader
from app.services.documents.incident_sheet import service_report_sheet
from app.services.documents.inspection_evidence import inspected
from app.services.documents.month_figures import monthly_sheet
from app.services.documents.register_sheets import (
    LabelChoice,
    device_list_sheet,
    labels_sheet,
    merchant_summary_sheet,
    read_devices,
    terminal_history_sheet,
)
from app.services.documents.schedule_sheets import (
    ScheduleSelection,
    compliance_sheet,
    route_sheet,
)
from app.services.documents.sheet_sources import DateSpan, SheetContext, device_of, merchant_of
from app.services.documents.visit_sheets import inspection_sheets, visit_by_number
from app.services.documents.warning_sheet import warning_digest_sheet
from app.services.maintenance.plan_queries import read_plan
from app.services.maintenance.route import day_route
from app.services.register.directory import read_technicians
from app.services.register.terminal_queries import TerminalFilter, list_query, read_terminal
from db.models.register import MerchantRow, PlacementRow, TerminalRow
from db.queries import PLACED_NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A document wanted.  `subject` is what the kind is about: the number of an incident or visit,
    the serial number or TID of a terminal, the MID or name of a merchant.  Empty `language` means
    the merchant's own or the house's, empty `paper` the house's.  `typed` is a
    resolution not sent yet, to be looked at in an open incident's report.  `trail` narrows the
    audit trail beside period and technician."""

    kind: str
    subject: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None
    area: str = ""
    terminals: TerminalFilter = field(default_factory=TerminalFilter)
    trail: TrailFilter = field(default_factory=TrailFilter)
    scope: str = ""
    blank: bool = False
    basis: str = ""
    labels: LabelChoice = field(default_factory=LabelChoice)
    technician: str = ""
    plan: str = ""
    paper: str = ""
    typed: ResolutionDraft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSources:
    """What the makers of sheets are given.  `log_reader` is
    `app.services.core.audit.log_reader`."""

    session: Session
    around: SheetContext
    now: datetime
    house: Issuer
    cases: IncidentDataReader
    log_reader: Callable[[], SignedIn | None]
    for_leads: bool = True

    @property
    def today(self) -> date:
        """The calendar day of `now` where the work happens."""
        return self.around.local(self.now).date()


def sources(
    place: ServiceContext,
    session: Session,
    around: SheetContext,
    house: Issuer,
    cases: IncidentDataReader,
) -> SheetSources:
    """What makers are given by who works at `place` now."""
    return SheetSources(
        session=session,
        around=around,
        now=place.now(),
        house=house,
        cases=cases,
        log_reader=partial(log_reader, place),
        for_leads=place.standing.leads,
    )


@dataclass(frozen=True, slots=True)
class RequestedSheets:
    """The sheets of a request, the case they tell of, and whose language they are in when nothing
    else is said: one known already, or that of a merchant."""

    sheets: list[Sheet]
    case: IncidentData | None = None
    language: str = ""
    merchant_id: str = ""


Maker = Callable[[Request, SheetSources], RequestedSheets]
"""Answers a request with sheets.  Raises `NotFound` (no such subject), `InvalidInput` (wrong
period, nothing selected)."""


def _period(request: Request, today: date, *, month: bool) -> DateSpan:
    """The period asked for; without one this month or the last ninety days."""
    since = request.since or (today.replace(day=1) if month else today - timedelta(days=89))
    until = request.until or today
    problems = Problems()
    if until < since:
        problems.add("until", "date.before", other=since)
    if (until - since).days > 1100:
        problems.add("until", "period.too_long", days=1100)
    problems.raise_if_any()
    return DateSpan(since, until)


def month_of(request: Request, today: date) -> DateSpan:
    """The period asked for; without one this month.  Raises `InvalidInput`."""
    return _period(request, today, month=True)


def service_report_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The report of an incident."""
    case = given.cases.of(request.subject)
    sheet = service_report_sheet(case, given.around, request.typed)
    return RequestedSheets([sheet], case, language=case.language)


def swap_note_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The note of an incident's swap, or of a terminal that is taken back."""
    try:
        case = given.cases.of(request.subject)
    except NotFound:
        return _return_note(request, given)
    incident = case.incident
    report = service_report_sheet(case, given.around)
    if report.swap is None:
        raise InvalidInput.of("subject", "document.no_swap", number=incident.number)
    new = terminal_id(given.session, report.swap.new_serial)
    sheet = SwapNoteSheet(
        number=f"{incident.number}-S",
        made_at=report.made_at,
        incident=incident.number,
        merchant=report.merchant,
        old=report.device,
        new=device_of(read_terminal(given.session, new)),
        reason_text=incident.work_done or incident.symptom,
        unsent_cleared=True,
        custody=report.swap.custody,
        technician=report.technician,
        technician_code=report.technician_code,
        merchant_signed=report.acceptance.merchant,
        technician_signed=report.acceptance.technician,
        photos=report.photos,
        kept=report.kept,
    )
    return RequestedSheets([sheet], case, language=case.language)


def _return_note(request: Request, given: SheetSources) -> RequestedSheets:
    """A terminal that leaves its last place, to be filled in by hand."""
    key = terminal_id(given.session, request.subject)
    terminal = read_terminal(given.session, key)
    sheet = SwapNoteSheet(
        number=f"R-{terminal.serial}",
        made_at=given.around.local(given.now),
        merchant=merchant_of(terminal),
        old=device_of(terminal),
    )
    return RequestedSheets([sheet], merchant_id=terminal.merchant_id)


def terminal_id(session: Session, subject: str) -> str:
    """The terminal with this serial number, or now at this TID.  Raises `NotFound`."""
    wanted = text.compact(subject).upper()
    found = session.execute(
        sa.select(col(TerminalRow.id)).where(col(TerminalRow.serial_key) == wanted)
    ).scalar()
    if found is None:
        found = session.execute(
            sa.select(col(PlacementRow.terminal_id)).where(
                col(PlacementRow.tid) == wanted, PLACED_NOW
            )
        ).scalar()
    if found is None:
        raise NotFound("terminal", subject)
    return str(found)


def inspection_sheets_of_visit(request: Request, given: SheetSources) -> RequestedSheets:
    """A sheet for each terminal of a visit, and one for its tasks about the shop as a whole."""
    visit = visit_by_number(given.session, request.subject)
    sheets = inspection_sheets(given.session, visit.id, given.around, blank=request.blank)
    if not sheets:
        raise InvalidInput.of("subject", "document.nothing_inspected", number=visit.number)
    return RequestedSheets([*sheets], merchant_id=visit.merchant_id or "")


def history_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """Everything about a terminal."""
    key = terminal_id(given.session, request.subject)
    sheet = terminal_history_sheet(given.session, key, given.around, given.now)
    return RequestedSheets([sheet])


def summary_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """What was done for a merchant in a period."""
    key = merchant_id(given.session, request.subject)
    period = _period(request, given.today, month=False)
    sheet = merchant_summary_sheet(given.session, key, period, given.around, given.now)
    return RequestedSheets([sheet], merchant_id=key)


def merchant_id(session: Session, subject: str) -> str:
    """The merchant with this MID, else the only one with this name.  Raises `NotFound`."""
    found = session.execute(
        sa.select(col(MerchantRow.id)).where(col(MerchantRow.mid) == text.compact(subject).upper())
    ).scalar()
    if found is None:
        named = session.execute(
            sa.select(col(MerchantRow.id)).where(col(MerchantRow.name) == subject.strip()).limit(2)
        ).all()
        if len(named) != 1:
            raise NotFound("merchant", subject)
        found = named[0][0]
    return str(found)


def device_list_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The terminals a filter finds."""
    wanted = request.terminals
    sheet = device_list_sheet(given.session, wanted, request.scope, given.around, given.now)
    return RequestedSheets([sheet])


def evidence_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The terminals a filter finds, with their inspections in a period."""
    period = _period(request, given.today, month=True)
    first, after = period.bounds(given.around)
    devices = read_devices(given.session, request.terminals, given.around, given.now)
    ids = {
        item.id
        for item in list_query(given.session, request.terminals).first(
            given.session, len(devices) + 1
        )
    }
    sheet = EvidenceSheet(
        number="",
        made_at=given.around.local(given.now),
        since=period.since,
        until=period.until,
        scope=request.scope,
        basis=request.basis,
        devices=devices,
        inspections=inspected(given.session, first, after, ids, given.around),
    )
    return RequestedSheets([sheet])


def labels_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """Labels for the terminals a filter finds."""
    sheet = labels_sheet(
        given.session, request.terminals, request.labels, given.house, given.around, given.now
    )
    return RequestedSheets([sheet])


def warnings_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The warnings that stand now."""
    sheet = warning_digest_sheet(
        given.session, request.area, given.around, given.now, for_leads=given.for_leads
    )
    return RequestedSheets([sheet])


def monthly_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The figures of a period."""
    period = month_of(request, given.today)
    sheet = monthly_sheet(given.session, period, request.area, given.around, given.now)
    return RequestedSheets([sheet])


WEEK_DAYS = 7


def selection(session: Session, today: date, request: Request, days: int) -> ScheduleSelection:
    """Period (from today, so many days, unless said; a week from its Monday), area, technician (by
    code) and plan.

    Raises `InvalidInput` (the period), `NotFound` (technician, plan).
    """
    begin = today - timedelta(days=today.weekday()) if days == WEEK_DAYS else today
    since = request.since or begin
    until = request.until or since + timedelta(days=days - 1)
    period = _period(replace(request, since=since, until=until), today, month=True)
    person = None
    if request.technician:
        code = request.technician.strip().upper()
        people = read_technicians(session, everybody=True)
        person = next((p for p in people if p.code == code), None)
        if person is None:
            raise NotFound("technician", request.technician)
    plan = read_plan(session, request.plan).key if request.plan else ""
    return ScheduleSelection(period.since, period.until, request.area, person, plan)


def _selection(request: Request, given: SheetSources, days: int) -> ScheduleSelection:
    return selection(given.session, given.today, request, days)


def schedule_sheets(fill: Callable[..., Sheet], days: int) -> Maker:
    """The maker of a schedule whose period is so many days unless said."""

    def make(request: Request, given: SheetSources) -> RequestedSheets:
        wanted, now = _selection(request, given, days), given.around.local(given.now)
        return RequestedSheets([fill(given.session, wanted, given.today, now)])

    return make


def compliance_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The maintenance of a period, on time and not."""
    period = _period(request, given.today, month=False)
    asked = replace(request, since=period.since, until=period.until)
    wanted, now = _selection(asked, given, 1), given.around.local(given.now)
    return RequestedSheets([compliance_sheet(given.session, wanted, given.today, now)])


def route_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The route of one technician, or of everybody who has visits, for each day of the period."""
    wanted, now = _selection(request, given, 1), given.around.local(given.now)
    people = read_technicians(given.session)
    sheets: list[Sheet] = []
    for day in DateSpan(wanted.since, wanted.until).days:
        for person in (wanted.technician,) if wanted.technician else people:
            route = day_route(given.session, person.id, day, given.today)
            if route.stops or wanted.technician:
                sheets.append(
                    route_sheet(
                        given.session, route, person, given.around.knowledge, given.today, now
                    )
                )
    if not sheets:
        raise InvalidInput.of("subject", "document.nothing_selected")
    return RequestedSheets(sheets)
