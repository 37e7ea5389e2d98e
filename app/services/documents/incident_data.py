"""Incidents with everything their reports are filled from, read for many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.documents import Attachment, Signature, SignerRole
from app.domain.errors import NotFound
from app.domain.incidents.incidents import Incident, is_request
from app.domain.incidents.other_troubles import settled_troubles
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.visits import VisitState
from app.domain.register.terminals import Link, TerminalKind
from app.reports.data.sheets import Device, Merchant
from app.services.documents.attachments import attachment_of
from app.services.documents.signatures import signature_of
from app.services.incidents.incident_reading import read_incidents, read_trails
from app.services.incidents.terminal_stops import StopLogs
from db.models.documents import AttachmentRow, IssuedDocumentRow, SignatureRow
from db.models.incident import IncidentRow
from db.models.maintenance import OccurrenceRow, VisitRow
from db.models.parts import PartKindRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import ACQUIRER, AREA, MANUFACTURER, MODEL, merchant_of
from db.types import Key

AT_ONCE = 50
"""Incidents read together: few enough that memory does not show it."""


@dataclass(frozen=True, slots=True)
class Move:
    """A terminal was moved while an incident was worked on."""

    old_address: str
    new_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentData:
    """One incident, and what its report says beside it.  `issued` is the report as it was fixed
    last, `language` the merchant's, `move` the last move of the terminal meanwhile, `part_months`
    how long parts of the catalogue are under warranty, `stops` the safety stops other incidents
    left at the terminal, as they stood when this one was resolved, `beside` the numbers of the
    incidents opened for its other troubles, by their ids."""

    incident: Incident
    trail: Mapping[str, Any]
    pictures: tuple[Attachment, ...]
    signatures: Mapping[SignerRole, Signature]
    technician: TechnicianRow | None
    merchant: Merchant
    language: str
    device: Device
    next_visit: str
    issued: IssuedDocumentRow | None
    move: Move | None
    part_months: Mapping[str, int]
    stops: tuple[OpenStop, ...] = ()
    beside: Mapping[str, str] = field(default_factory=dict)


class IncidentDataReader:
    """The cases of one read transaction, each read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, IncidentData] = {}

    def of(self, number: str) -> IncidentData:
        """The case with this number.  Raises `NotFound`."""
        wanted = _plain(number)
        if wanted not in self._known:
            self.ahead([number])
        if wanted not in self._known:
            raise NotFound("incident", number)
        return self._known[wanted]

    def ahead(self, numbers: Iterable[str]) -> None:
        """Read these together, in a dozen queries however many they are."""
        wanted = {_plain(number) for number in numbers} - self._known.keys()
        keys = self._rows(_IDS, sorted(wanted))
        incidents = read_incidents(self._session, [row.id for row in keys])
        ids = [incident.id for incident in incidents]
        trails = read_trails(self._session, ids)
        pictures = self._grouped(_PICTURES, ids)
        signatures = self._grouped(_SIGNATURES, ids)
        technicians = self._by_id(_TECHNICIANS, [i.technician_id for i in incidents])
        devices = self._by_id(_DEVICES, [i.terminal_id for i in incidents])
        merchants = self._by_id(_MERCHANTS, [i.merchant_id for i in incidents])
        places = self._places(incidents)
        coming = self._by_id(_NEXT_VISITS, [i.terminal_id for i in incidents])
        issued = {row.number: row for row in self._rows(_ISSUED, [i.number for i in incidents])}
        moves = self._moves([i for i in incidents if _may_move(i, trails.get(i.id, {}))])
        parts = [part.part_kind_id for incident in incidents for part in incident.parts]
        months = {row.id: row.warranty_months for row in self._rows(_PART_KINDS, parts)}
        opened = [one.incident_id for i in incidents for one in settled_troubles(i.events)]
        beside = {row.id: row.number for row in self._rows(_NUMBERS, opened)}
        stops = StopLogs(
            self._session,
            {i.terminal_id for i in incidents},
            {i.unknown_serial for i in incidents if not i.terminal_id},
        )
        for incident in incidents:
            shop = merchants.get(incident.merchant_id)
            place = places.get((incident.merchant_id, incident.tid))
            self._known[incident.number] = IncidentData(
                incident=incident,
                trail=trails.get(incident.id, {}),
                pictures=tuple(map(attachment_of, pictures.get(incident.id, ()))),
                signatures={
                    SignerRole(row.role): signature_of(row)
                    for row in signatures.get(incident.id, ())
                },
                technician=technicians.get(incident.technician_id),
                merchant=_merchant(shop, place) if shop is not None else Merchant(),
                language=shop.report_language if shop is not None else "",
                device=_device(incident, devices.get(incident.terminal_id)),
                next_visit=_next_visit(coming.get(incident.terminal_id)),
                issued=issued.get(incident.number),
                move=moves.get(incident.id),
                part_months=months,
                beside=beside,
                stops=stops.standing(
                    at=incident.resolved_at,
                    terminal_id=incident.terminal_id,
                    serial=incident.unknown_serial,
                    besides=incident.id,
                ),
            )

    def _rows(self, statement: Any, keys: Sequence[str]) -> list[Any]:
        wanted = list(dict.fromkeys(filter(None, keys)))
        if not wanted:
            return []
        return list(self._session.connection().execute(statement, {"keys": wanted}))

    def _by_id(self, statement: Any, keys: Sequence[str]) -> dict[str, Any]:
        return {row.id: row for row in self._rows(statement, keys)}

    def _grouped(self, statement: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for row in self._rows(statement, ids):
            found.setdefault(row.incident_id, []).append(row)
        return found

    def _places(self, incidents: Sequence[Incident]) -> dict[tuple[str, str], Any]:
        """The position where each terminal stood: the latest of its merchant and TID."""
        merchants = {i.merchant_id for i in incidents if i.merchant_id}
        if not merchants:
            return {}
        values = {"keys": sorted(merchants), "tids": sorted({i.tid for i in incidents})}
        rows = self._session.connection().execute(_PLACES, values)
        return {(row.merchant_id, row.tid): row for row in rows}

    def _moves(self, incidents: Sequence[Incident]) -> dict[str, Move]:
        """Where the terminals went while these incidents were worked on."""
        stays: dict[str, list[Any]] = {}
        for row in self._rows(_STAYS, [i.terminal_id for i in incidents]):
            stays.setdefault(row.terminal_id, []).append(row)
        found = {}
        for incident in incidents:
            for old, new in pairwise(stays.get(incident.terminal_id, ())):
                until = incident.resolved_at or new.since
                if incident.reported_at <= new.since <= until:
                    found[incident.id] = Move(old.address, new.address)
        return found


def _may_move(incident: Incident, trail: Mapping[str, Any]) -> bool:
    """Whether something was asked for that may move the terminal."""
    return is_request(incident.mode) or bool(trail.get("requests"))


def _plain(number: str) -> str:
    return text.compact(number).upper()


def _next_visit(row: Any) -> str:
    """Day and number of the next visit planned to the terminal."""
    return "" if row is None else f"{row.planned_on} {row.number}"


def _merchant(row: Any, place: Any) -> Merchant:
    """The shop as it is registered, at the place where the terminal stood."""
    return Merchant(
        name=row.name,
        mid=row.mid,
        uscc=row.uscc,
        address=place.address if place is not None else row.address,
        registered_address=row.address,
        area=row.area or "",
        contact=row.contact_name,
        phone=row.phone,
        acquirer=(place.acquirer or "") if place is not None else "",
    )


def _device(incident: Incident, row: Any) -> Device:
    """The terminal with what is registered of it, at the TID of the incident."""
    if row is None:
        return Device(serial=incident.unknown_serial, tid=incident.tid)
    facts = dict(row._mapping)
    del facts["id"]
    facts |= {"kind": TerminalKind(row.kind), "link": Link(row.link), "tid": incident.tid}
    return Device(**facts)


# --- the queries, put together once --------------------------------------------------------------


def _among(column: Any) -> Any:
    return column.in_(sa.bindparam("keys", type_=column.type, expanding=True))


def _whole(table: Any, key: str, *order: str) -> Any:
    columns = table.__table__.c
    return sa.select(*columns).where(_among(columns[key])).order_by(*(columns[n] for n in order))


_IDS = sa.select(col(IncidentRow.id)).where(_among(col(IncidentRow.number)))
_NUMBERS = sa.select(col(IncidentRow.id), col(IncidentRow.number)).where(
    _among(col(IncidentRow.id))
)
_PICTURES = _whole(AttachmentRow, "incident_id", "position", "id").where(
    col(AttachmentRow.removed_at).is_(None)
)
_SIGNATURES = _whole(SignatureRow, "incident_id", "at", "id")
_TECHNICIANS = _whole(TechnicianRow, "id")
_ISSUED = _whole(IssuedDocumentRow, "number", "revision").where(
    col(IssuedDocumentRow.kind) == "service_report"
)
_MERCHANTS: Any = (
    sa.select(*MerchantRow.__table__.c, col(AreaRow.name).label("area"))  # type: ignore[attr-defined]
    .select_from(MerchantRow)
    .outerjoin(*AREA)
    .where(_among(col(MerchantRow.id)))
)
_NEXT_VISITS: Any = (
    # Read by the terminal: of several visits the last row, which is the earliest, stays.
    sa.select(
        col(OccurrenceRow.terminal_id).label("id"), col(VisitRow.planned_on), col(VisitRow.number)
    )
    .join(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
    .where(
        col(OccurrenceRow.terminal_id).in_(sa.bindparam("keys", type_=Key, expanding=True)),
        col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
        col(VisitRow.state) == VisitState.PLANNED,
    )
    .order_by(col(VisitRow.planned_on).desc(), col(VisitRow.number).desc())
)
_DEVICES: Any = (
    sa.select(
        col(TerminalRow.id),
        col(ManufacturerRow.name).label("manufacturer"),
        col(TerminalModelRow.name).label("model"),
        col(TerminalModelRow.kind),
        col(TerminalRow.serial),
        col(TerminalRow.firmware),
        col(TerminalModelRow.required_firmware),
        col(TerminalRow.app_version),
        col(TerminalRow.link),
        col(TerminalRow.iccid),
        col(TerminalRow.imei),
        col(TerminalRow.seal_no),
        col(TerminalRow.installed_on),
        col(TerminalRow.warranty_until),
    )
    .select_from(TerminalRow)
    .join(*MODEL)
    .join(*MANUFACTURER)
    .where(_among(col(TerminalRow.id)))
)
_PART_KINDS = _whole(PartKindRow, "id")
_STAYS: Any = (
    sa.select(
        col(PlacementRow.terminal_id),
        col(PlacementRow.since),
        sa.func.coalesce(
            sa.func.nullif(col(PlacementRow.address), ""), col(MerchantRow.address)
        ).label("address"),
    )
    .join(*merchant_of(PlacementRow.merchant_id))
    .where(_among(col(PlacementRow.terminal_id)))
    .order_by(col(PlacementRow.since), col(PlacementRow.id))
)
_PLACES: Any = (
    sa.select(
        col(PlacementRow.merchant_id),
        col(PlacementRow.tid),
        col(PlacementRow.address),
        col(AcquirerRow.name).label("acquirer"),
    )
    .outerjoin(*ACQUIRER)
    .where(
        _among(col(PlacementRow.merchant_id)),
        col(PlacementRow.tid).in_(sa.bindparam("tids", type_=sa.Text, expanding=True)),
    )
    .order_by(col(PlacementRow.since), col(PlacementRow.id))
)
