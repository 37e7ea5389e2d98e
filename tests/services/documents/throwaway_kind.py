"""A document nobody has: everything a new kind needs, in one file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.typeset.blocks import LabelledFact, facts
from app.services.documents.requestable import PERIOD, RequestableDocument
from app.services.documents.requests import Request, RequestedSheets, SheetSources


@dataclass(frozen=True, slots=True)
class VehicleSheet:
    """Which area a vehicle was in, and until when."""

    number: str
    made_at: datetime
    area: str
    until: date | None


def _head(sheet: VehicleSheet, t: DocumentLanguages) -> DocumentHead:
    return DocumentHead(title=t("Vehicle log"), number=sheet.number)


def _compose(sheet: VehicleSheet, flow: DocumentFlow) -> None:
    t = flow.t
    pairs = [LabelledFact(t("Area"), sheet.area), LabelledFact(t("Until"), t.day(sheet.until))]
    facts(flow, pairs)


def _sheets(request: Request, given: SheetSources) -> RequestedSheets:
    sheet = VehicleSheet("CAR-1", given.around.local(given.now), request.area, request.until)
    return RequestedSheets([sheet])


KIND = RequestableDocument(
    layout=DocumentKind(
        id="vehicle_log", title="Vehicle log", sheet=VehicleSheet, head=_head, compose=_compose
    ),
    make=_sheets,
    hint="Where a vehicle was.",
    icon="route",
    options=(*PERIOD, "area"),
    verb="vehicle",
    help="where a vehicle was",
)
