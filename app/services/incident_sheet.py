"""Fills the service report from one incident, in one read transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.documents import Attachment, Signature, SignerRole
from app.domain.faults import Text
from app.domain.incident_drafts import ResolutionDraft
from app.domain.incidents import Incident, TestLine, WorkKind
from app.domain.knowledge import OTHER
from app.domain.lifecycle import Action
from app.reports.addendum import AddendumSheet
from app.reports.content import plain
from app.reports.service_sheet import (
    Acceptance,
    Fault,
    Outcome,
    PartLine,
    ServiceReportSheet,
    Step,
    Swap,
)
from app.reports.sheets import Bilingual, Check, Device, Merchant, Signed
from app.reports.signable import signable_hash
from app.services.attachments import Owner, read_attachments
from app.services.incident_queries import read_trail
from app.services.sheet_parts import Surroundings, photos_of, signed_of
from app.services.signatures import read_signatures
from app.services.terminal_queries import read_terminal
from db.models.documents import SignatureRow
from db.models.register import AcquirerRow, AreaRow, MerchantRow, PlacementRow, TechnicianRow


def service_report_sheet(
    session: Session,
    incident: Incident,
    around: Surroundings,
    typed: ResolutionDraft | None = None,
) -> ServiceReportSheet:
    """Everything the report of an incident says; with `typed`, as if it were resolved so."""
    incident_id = incident.id
    if typed is not None:
        incident = _as_typed(incident, typed)
    trail = read_trail(session, incident_id) or {}
    pictures = read_attachments(session, Owner(incident_id=incident_id))
    signatures = read_signatures(session, col(SignatureRow.incident_id) == incident_id)
    technician = _technician(session, incident)
    device = _device(session, incident)
    swap = _swap(incident, device.serial)
    sheet = ServiceReportSheet(
        number=incident.number,
        made_at=_made_at(incident, pictures, signatures, around),
        state=incident.state,
        service="swap" if swap else "repair",
        priority=incident.priority,
        channel=incident.detection,
        reported_at=around.local(incident.reported_at),
        reporter=" ".join(filter(None, (incident.reporter_name, incident.reporter_phone))),
        promised_at=around.perhaps(incident.promised_at),
        arrived_at=around.perhaps(_arrived(incident)),
        finished_at=around.perhaps(incident.resolved_at),
        technician=technician.name if technician else "",
        technician_code=technician.code if technician else "",
        badge_no=technician.badge_no if technician else "",
        merchant=_merchant(session, incident),
        device=device,
        fault=_fault(incident, trail, around),
        steps=_steps(incident, around),
        parts=tuple(
            PartLine(p.name, p.part_no, p.old_serial, p.new_serial, p.quantity,
                     p.unit_price_cents, p.in_warranty)
            for p in incident.parts
        ),
        swap=swap,
        tests=_checks(incident.tests),
        security=_checks(incident.security),
        photos=photos_of(pictures, around),
        outcome=_outcome(incident),
        reopened=incident.reopen_count,
    )  # fmt: skip
    return with_acceptance(sheet, incident, signatures, around)


def with_acceptance(
    sheet: ServiceReportSheet, incident: Incident, signatures: Mapping[SignerRole, Signature],
    around: Surroundings,
) -> ServiceReportSheet:  # fmt: skip
    """The sheet with who signed; a signature for other content than this is marked."""
    current = signable_hash("service_report", plain(sheet))

    def signed(role: SignerRole) -> Signed | None:
        found = signatures.get(role)
        return None if found is None else signed_of(found, current, around)

    return replace(
        sheet,
        acceptance=Acceptance(
            merchant=signed(SignerRole.MERCHANT),
            technician=signed(SignerRole.TECHNICIAN),
            reviewer=signed(SignerRole.REVIEWER),
            confirmation=incident.confirmation or "",
            confirmed_by=incident.confirmed_by,
            remark=incident.closing_remark,
            satisfaction=incident.satisfaction,
        ),
    )


def addenda(incident: Incident, report_sha256: str, sheet: ServiceReportSheet,
            around: Surroundings) -> list[AddendumSheet]:  # fmt: skip
    """What was added after the incident was resolved, oldest first."""
    found = [event for event in incident.events if event.action is Action.ADDENDUM]
    return [
        AddendumSheet(
            number=f"{incident.number}-A{i}",
            made_at=around.local(event.at),
            report_number=incident.number,
            report_sha256=report_sha256,
            merchant=sheet.merchant.name,
            serial=sheet.device.serial,
            tid=sheet.device.tid,
            closed_at=around.perhaps(incident.closed_at),
            by=event.by,
            text=event.remark,
        )
        for i, event in enumerate(found, 1)
    ]


def _as_typed(incident: Incident, typed: ResolutionDraft) -> Incident:
    """The incident with what stands in a form that is not sent yet, as it stands there."""
    return replace(
        incident,
        confirmed_class=typed.fault_class,
        result=typed.result,
        mode=typed.mode,
        cause=typed.cause,
        remedy=typed.remedy,
        other_text=typed.other_text,
        work_done=typed.work_done,
        advice=typed.advice,
        firmware_after=typed.firmware_after,
        tests=typed.tests,
        security=typed.security,
        waiting_reference=typed.waiting_reference,
        fee_cents=typed.fee_cents,
    )


def _made_at(
    incident: Incident, pictures: tuple[Attachment, ...],
    signatures: Mapping[SignerRole, Signature], around: Surroundings,
) -> datetime:  # fmt: skip
    """The moment of the newest fact, so that the same facts have the same date."""
    moments = [event.at for event in incident.events if event.action is not Action.ADDENDUM]
    moments += [entry.at for entry in incident.work]
    moments += [item.added_at for item in pictures]
    moments += [signature.at for signature in signatures.values()]
    return around.local(max([incident.reported_at, *moments]))


def _technician(session: Session, incident: Incident) -> TechnicianRow | None:
    if not incident.technician_id:
        return None
    return session.get(TechnicianRow, incident.technician_id)


def _arrived(incident: Incident) -> datetime | None:
    """When work began on site: the latest start that led to the result."""
    starts = [event.at for event in incident.events if event.action is Action.START]
    checks = [
        entry.at
        for entry in incident.work
        if entry.kind in {WorkKind.CHECK, WorkKind.MEASURE} and starts and entry.at >= starts[0]
    ]
    return min(checks, default=starts[0]) if starts else None


def _merchant(session: Session, incident: Incident) -> Merchant:
    """The shop as it is registered, at the place where the terminal stood."""
    if not incident.merchant_id:
        return Merchant()
    row = session.get(MerchantRow, incident.merchant_id)
    if row is None:
        return Merchant()
    place = session.execute(
        sa.select(col(PlacementRow.address), col(AcquirerRow.name))
        .outerjoin(AcquirerRow, col(AcquirerRow.id) == col(PlacementRow.acquirer_id))
        .where(
            col(PlacementRow.merchant_id) == row.id,
            col(PlacementRow.tid) == incident.tid,
        )
        .order_by(col(PlacementRow.since).desc())
        .limit(1)
    ).first()
    area = session.get(AreaRow, row.area_id) if row.area_id else None
    return Merchant(
        name=row.name,
        mid=row.mid,
        uscc=row.uscc,
        address=place[0] if place else row.address,
        registered_address=row.address,
        area=area.name if area else "",
        contact=row.contact_name,
        phone=row.phone,
        acquirer=(place[1] or "") if place else "",
    )


def _device(session: Session, incident: Incident) -> Device:
    if not incident.terminal_id:
        return Device(serial=incident.unknown_serial, tid=incident.tid)
    terminal = read_terminal(session, incident.terminal_id)
    return Device(
        manufacturer=terminal.manufacturer,
        model=terminal.model,
        kind=terminal.kind,
        serial=terminal.serial,
        tid=incident.tid,
        firmware=incident.firmware_after or terminal.firmware,
        required_firmware=terminal.required_firmware,
        app_version=terminal.app_version,
        link=terminal.link,
        iccid=terminal.iccid,
        imei=terminal.imei,
        seal_no=terminal.seal_no,
        installed_on=terminal.installed_on,
        warranty_until=terminal.warranty_until,
    )


def _fault(incident: Incident, trail: Mapping[str, Any], around: Surroundings) -> Fault:
    knowledge = around.knowledge
    meanings = knowledge.meanings(incident.displayed_code, incident.code_profile)
    profile = knowledge.profiles.get(incident.code_profile)
    share = incident.provisional_share
    return Fault(
        reported=incident.symptom,
        code=incident.displayed_code,
        code_meaning=_bilingual(meanings[0].text) if len(meanings) == 1 else Bilingual(),
        code_profile=_bilingual(profile.text) if profile else Bilingual(),
        down_from=around.perhaps(incident.down_from),
        restored_at=around.perhaps(incident.restored_at),
        suggested=incident.provisional_class or "",
        share_percent=None if share is None else round(share * 100),
        confirmed=incident.confirmed_class or "",
        mode=_entry(knowledge.modes, incident.mode),
        cause=_entry(knowledge.causes, incident.cause),
        remedy=_entry(knowledge.remedies, incident.remedy),
        other=incident.other_text,
        reasons=_reasons(trail),
    )


def _bilingual(text: Text) -> Bilingual:
    return Bilingual(text.zh, text.en)


def _entry(entries: Mapping[str, Any], key: str) -> Bilingual:
    """An entry of the catalogue in words; an id the catalogue no longer has stays readable."""
    if not key:
        return Bilingual()
    if key == OTHER:
        return Bilingual("其他", "Other")
    found = entries.get(key)
    return _bilingual(found.text) if found is not None else Bilingual(key, key)


MOST_REASONS = 5


def _reasons(trail: Mapping[str, Any]) -> tuple[Bilingual, ...]:
    """Why the class was suggested, as the guided session stored it."""
    found = []
    for reason in trail.get("reasons", ())[:MOST_REASONS]:
        if isinstance(reason, Mapping):
            found.append(Bilingual(str(reason.get("zh", "")), str(reason.get("en", ""))))
        elif isinstance(reason, str):
            found.append(Bilingual(reason, reason))
    return tuple(item for item in found if item.zh or item.en)


def _steps(incident: Incident, around: Surroundings) -> tuple[Step, ...]:
    return tuple(
        Step(around.local(e.at), e.kind, e.summary, e.outcome, e.minutes, e.by)
        for e in incident.work
    )


def _checks(lines: Iterable[TestLine]) -> tuple[Check, ...]:
    return tuple(Check(line.item, line.outcome, line.reference) for line in lines)


def _swap(incident: Incident, serial: str) -> Swap | None:
    """The swap that belongs to the resolution, read off the log."""
    for event in reversed(incident.events):
        if event.action is Action.SWAP:
            return Swap(serial, event.remark.removeprefix("→").strip())
    return None


def _outcome(incident: Incident) -> Outcome:
    return Outcome(
        result=incident.result or "",
        work_done=incident.work_done,
        advice=incident.advice,
        waiting_reference=incident.waiting_reference,
        waiting_for=incident.handed_to or "",
        fee_cents=incident.fee_cents,
        firmware_before=incident.firmware_before,
        firmware_after=incident.firmware_after,
    )
