"""Fills the service order of an incident: what is known before the visit, a copy for each side."""

from __future__ import annotations

from app.reports.documents.service_order import COPIES, ServiceOrderSheet
from app.services.documents.incident_sheet import service_report_sheet
from app.services.documents.requests import Request, RequestedSheets, SheetSources


def service_order_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The order of an incident, for the merchant and for the company.  Raises `NotFound`."""
    case = given.cases.of(request.subject)
    known = service_report_sheet(case, given.around)
    sheets = [
        ServiceOrderSheet(
            number=f"{known.number}-P",
            made_at=known.made_at,
            copy_for=copy_for,
            incident=known.number,
            priority=known.priority,
            channel=known.channel,
            reported_at=known.reported_at,
            reporter=known.reporter,
            promised_at=known.promised_at,
            technician=known.technician,
            technician_code=known.technician_code,
            merchant=known.merchant,
            device=known.device,
            fault=known.fault,
            terminal_stops=known.terminal_stops,
        )
        for copy_for in COPIES
    ]
    return RequestedSheets([*sheets], language=case.language)
