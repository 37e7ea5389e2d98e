"""Every document that can be asked for: its layout, who fills it, and what it has to be told.

To add one: a module that holds the sheet, its layout and a maker, with a `RequestableDocument`; and
a line in `_REQUESTABLE`.  The reports page, ``poscare report`` and the words of lists follow.
"""

from __future__ import annotations

from app.domain.errors import InvalidInput
from app.i18n import N_, Translator
from app.reports.documents import (
    addendum,
    audit_trail,
    campaign_list,
    compliance,
    device_list,
    inspection,
    labels,
    merchant_summary,
    month_pack,
    monthly,
    route,
    schedule_month,
    schedule_week,
    schedule_year,
    service_order,
    service_report,
    swap_note,
    terminal_history,
    warning_digest,
)
from app.reports.documents.kind import DocumentKind
from app.services.documents import requests
from app.services.documents.campaign_sheet import campaign_sheets
from app.services.documents.month_pack import month_pack_sheets
from app.services.documents.order_sheet import service_order_sheets
from app.services.documents.requestable import PERIOD, SCHEDULE, SCOPE, RequestableDocument
from app.services.documents.requests import Request, RequestedSheets, SheetSources
from app.services.documents.schedule_sheets import month_sheet, week_sheet, year_sheet
from app.services.documents.trail_sheet import trail_sheets

_REQUESTABLE: tuple[RequestableDocument, ...] = (
    RequestableDocument(
        layout=service_report.KIND,
        make=requests.service_report_sheets,
        hint=N_(
            "What was reported, found and done, with proof and signatures. A closed report is"
            " printed as it was closed."
        ),
        icon="file-text",
        subjects="incidents",
        verb="incident",
        help=N_("service reports by incident number"),
    ),
    RequestableDocument(
        layout=service_order.KIND,
        make=service_order_sheets,
        hint=N_("To be filled in by hand at the shop, a copy for the merchant and one to keep."),
        icon="clipboard-list",
        subjects="incidents",
        verb="order",
        help=N_("service orders to be filled in by hand, by incident number"),
    ),
    RequestableDocument(
        layout=inspection.KIND,
        make=requests.inspection_sheets_of_visit,
        hint=N_("Checklist of a visit, filled in or blank for the pen."),
        icon="clipboard-list",
        subjects="visits",
        options=("blank",),
        verb="inspection",
        help=N_("inspection sheets by visit number"),
    ),
    RequestableDocument(
        layout=swap_note.KIND,
        make=requests.swap_note_sheets,
        hint=N_("For an incident with a swap, or a terminal that is taken back."),
        icon="arrow-right-left",
        subjects="swaps",
        verb="swap",
        help=N_("a swap note by incident number, a return note by serial number"),
    ),
    RequestableDocument(
        layout=terminal_history.KIND,
        make=requests.history_sheets,
        hint=N_("Everything that happened to a terminal."),
        icon="history",
        subjects="terminals",
        verb="terminal",
        help=N_("the history of a terminal by serial number or TID"),
    ),
    RequestableDocument(
        layout=merchant_summary.KIND,
        make=requests.summary_sheets,
        hint=N_("What was done for a merchant in a period."),
        icon="store",
        subjects="merchants",
        options=PERIOD,
        verb="merchant",
        help=N_("what was done for a merchant, by MID or name"),
    ),
    RequestableDocument(
        layout=device_list.LIST,
        make=requests.device_list_sheets,
        hint=N_("Terminals with place, version and state."),
        icon="list",
        options=SCOPE,
        verb="devices",
        help=N_("the terminal list"),
    ),
    RequestableDocument(
        layout=device_list.EVIDENCE,
        make=requests.evidence_sheets,
        hint=N_("Terminal list with all inspections of a period, for PCI DSS 9.5.1."),
        icon="list-checks",
        options=(*PERIOD, *SCOPE, "basis"),
        verb="evidence",
        help=N_("terminal list with all inspections of a period"),
    ),
    RequestableDocument(
        layout=labels.KIND,
        make=requests.labels_sheets,
        hint=N_("Labels with QR code on common sheets; begins at the first free label."),
        icon="smartphone-nfc",
        options=(*SCOPE, "stickers", "start", "title", "fields", "code", "outlines"),
        verb="labels",
        help=N_("labels with QR codes for sheets of stickers"),
    ),
    RequestableDocument(
        layout=schedule_year.KIND,
        make=requests.schedule_sheets(year_sheet, 365),
        hint=N_("Plans and their dates month by month."),
        icon="calendar-days",
        options=SCHEDULE,
        ahead=True,
    ),
    RequestableDocument(
        layout=schedule_month.KIND,
        make=requests.schedule_sheets(month_sheet, 31),
        hint=N_("Who goes where in a month."),
        icon="users",
        options=SCHEDULE,
        ahead=True,
    ),
    RequestableDocument(
        layout=schedule_week.KIND,
        make=requests.schedule_sheets(week_sheet, requests.WEEK_DAYS),
        hint=N_("Visits day by day."),
        icon="calendar-clock",
        options=SCHEDULE,
        ahead=True,
    ),
    RequestableDocument(
        layout=route.KIND,
        make=requests.route_sheets,
        hint=N_("Stops of a day in order, with times and what to take along."),
        icon="route",
        options=(*PERIOD, "technician"),
        ahead=True,
    ),
    RequestableDocument(
        layout=compliance.KIND,
        make=requests.compliance_sheets,
        hint=N_("Done, late, skipped and missed."),
        icon="circle-check",
        options=SCHEDULE,
    ),
    RequestableDocument(
        layout=warning_digest.KIND,
        make=requests.warnings_sheets,
        hint=N_("Open warnings with the evidence behind each."),
        icon="triangle-alert",
        options=("area",),
        verb="warnings",
        help=N_("the warning digest"),
    ),
    RequestableDocument(
        layout=campaign_list.KIND,
        make=campaign_sheets,
        hint=N_("The terminals of every campaign under way, to be ticked at the shop."),
        icon="list-checks",
    ),
    RequestableDocument(
        layout=monthly.KIND,
        make=requests.monthly_sheets,
        hint=N_("Counts, times and charts for managers."),
        icon="chart-line",
        options=(*PERIOD, "area"),
        verb="month",
        help=N_("the figures of a month"),
    ),
    RequestableDocument(
        layout=month_pack.KIND,
        make=month_pack_sheets,
        hint=N_("Every key figure on one page, for the house or for one acquirer."),
        icon="chart-line",
        options=(*PERIOD, "area", "acquirer"),
        verb="month-pack",
        help=N_("every key figure of a month, also for one acquirer"),
    ),
    RequestableDocument(
        layout=audit_trail.KIND,
        make=trail_sheets,
        hint=N_("Who did what, when, on which computer, and which fields it changed."),
        icon="list-checks",
        options=(*PERIOD, "technician", "text"),
        verb="log",
        help=N_("who did what, and which fields changed"),
    ),
)
"""In the order of the list people choose from."""

REQUESTABLE: dict[str, RequestableDocument] = {document.id: document for document in _REQUESTABLE}


def layouts() -> dict[str, DocumentKind]:
    """The layout of every kind, those included that only come with another (an addendum)."""
    return {key: document.layout for key, document in REQUESTABLE.items()} | {
        addendum.KIND.id: addendum.KIND
    }


def answer(request: Request, given: SheetSources) -> RequestedSheets:
    """The sheets that answer a request.

    Raises `NotFound` (no such subject), `InvalidInput` (unknown kind, wrong period, nothing
    selected).
    """
    wanted = REQUESTABLE.get(request.kind)
    if wanted is None:
        raise InvalidInput.of("kind", "choice.unknown", value=request.kind)
    return wanted.make(request, given)


def title_of(t: Translator, kind: str) -> str:
    """What a kind of document is called; the kind itself when a newer program knows it."""
    known = layouts().get(kind)
    return t(known.title) if known is not None else kind
