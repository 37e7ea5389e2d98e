"""Fills the service report from one incident and what was read beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.session_record import reasons
from app.domain.documents import Attachment, Signature, SignerRole
from app.domain.faults import ContactRole
from app.domain.incidents.drafts import ResolutionDraft
from app.domain.incidents.incidents import Incident, TestLine, WorkKind, is_request
from app.domain.incidents.lifecycle import Action, IncidentState, stop_of
from app.domain.incidents.other_troubles import settled_troubles
from app.domain.parts.stock import months_after
from app.i18n import translator
from app.languages import LocalizedText
from app.reports.data.content import content_of, document_of, hash_of, plain
from app.reports.data.sheets import PrintedSheet, SignedBlock, TestedItem
from app.reports.data.signable import signable_hash
from app.reports.documents.addendum import AddendumSheet
from app.reports.documents.service_sheet import (
    Acceptance,
    Fault,
    HandledRequest,
    OtherReported,
    PartLine,
    RepairOutcome,
    ServiceReportSheet,
    Swap,
    WorkStep,
)
from app.services.documents.incident_data import IncidentData
from app.services.documents.sheet_sources import (
    SheetContext,
    catalogue_words,
    kept_of,
    photos_of,
    signed_of,
    stops_on_paper,
)
from app.services.incidents.terminal_stops import what_to_do


def service_report_sheet(
    case: IncidentData, around: SheetContext, typed: ResolutionDraft | None = None
) -> ServiceReportSheet:
    """Everything the report of an incident says; with `typed`, as if it were resolved so."""
    incident = _as_it_stands(case.incident) if typed is None else _as_typed(case.incident, typed)
    pictures, signatures, technician = case.pictures, case.signatures, case.technician
    device = replace(case.device, firmware=incident.firmware_after or case.device.firmware)
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
        merchant=case.merchant,
        device=device,
        fault=_fault(incident, case.trail, around),
        steps=_steps(incident, around),
        parts=_parts(case, around),
        swap=swap,
        tests=_checks(incident.tests),
        security=_checks(incident.security),
        photos=photos_of(pictures, around),
        kept=kept_of(pictures),
        outcome=_outcome(incident, case.next_visit),
        reopened=incident.reopen_count,
        request=_request(case, incident.mode, around),
        terminal_stops=stops_on_paper(case.stops, around.knowledge),
        others=_others(case) if typed is None else _typed_others(typed),
    )
    return with_acceptance(sheet, incident, signatures, around)


def with_acceptance(
    sheet: ServiceReportSheet,
    incident: Incident,
    signatures: Mapping[SignerRole, Signature],
    around: SheetContext,
) -> ServiceReportSheet:
    """The sheet with who signed; a signature for other content than this is marked."""
    current = signable_hash("service_report", plain(sheet)) if signatures else ""

    def signed(role: SignerRole) -> SignedBlock | None:
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
            remark=_remark(incident, signatures.get(SignerRole.MERCHANT)),
            satisfaction=incident.satisfaction,
        ),
    )


def _remark(incident: Incident, signed: Signature | None) -> str:
    """What the merchant remarked.  Why nobody signed stands in the place of the signature, and is
    the technician's word, not the merchant's."""
    reason = signed.reason if signed is not None else ""
    return "" if incident.closing_remark == reason else incident.closing_remark


def final(case: IncidentData, live: PrintedSheet) -> tuple[PrintedSheet, int]:
    """The report as it was fixed when the incident was closed, or as it is now; and the revision
    to fix it as, 0 unless it is closed and not yet fixed."""
    incident, kept = case.incident, case.issued
    if incident.state is not IncidentState.CLOSED or incident.closed_at is None:
        return live, 0
    if kept is None or kept.issued_at < incident.closed_at:
        return live, (kept.revision if kept else 0) + 1
    content = {**kept.content, "presentation": content_of(live)["presentation"]}
    return document_of(content, ServiceReportSheet), 0


def addenda(incident: Incident, report: PrintedSheet, around: SheetContext) -> list[AddendumSheet]:
    """What was added after the incident was resolved, oldest first."""
    found = [event for event in incident.events if event.action is Action.ADDENDUM]
    if not found:
        return []
    sheet, report_sha256 = report.sheet, hash_of(content_of(report))
    assert isinstance(sheet, ServiceReportSheet)
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


def _as_it_stands(incident: Incident) -> Incident:
    """The incident without a result that was taken back: what an earlier resolution found and
    proved is kept for the form of the next one, and is not said of work that goes on.  A request
    stays what was asked for."""
    if incident.resolved_at is not None or incident.result is None:
        return incident
    return replace(
        incident,
        confirmed_class=None,
        result=None,
        mode=incident.mode if is_request(incident.mode) else "",
        cause="",
        remedy="",
        other_text="",
        tests=(),
        security=(),
        waiting_reference="",
    )


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
        callout_fee_cents=typed.callout_fee_cents,
        labour_fee_cents=typed.labour_fee_cents,
    )


def _made_at(
    incident: Incident,
    pictures: tuple[Attachment, ...],
    signatures: Mapping[SignerRole, Signature],
    around: SheetContext,
) -> datetime:
    """The moment of the newest fact, so that the same facts have the same date."""
    moments = [event.at for event in incident.events if event.action is not Action.ADDENDUM]
    moments += [entry.at for entry in incident.work]
    moments += [item.added_at for item in pictures]
    moments += [signature.at for signature in signatures.values()]
    return around.local(max([incident.reported_at, *moments]))


def _arrived(incident: Incident) -> datetime | None:
    """When work began on site: the latest start that led to the result."""
    starts = [event.at for event in incident.events if event.action is Action.START]
    checks = [
        entry.at
        for entry in incident.work
        if entry.kind in {WorkKind.CHECK, WorkKind.MEASURE} and starts and entry.at >= starts[0]
    ]
    return min(checks, default=starts[0]) if starts else None


def _fault(incident: Incident, trail: Mapping[str, Any], around: SheetContext) -> Fault:
    knowledge = around.knowledge
    meanings = knowledge.meanings(incident.displayed_code, incident.code_profile)
    profile = knowledge.profiles.get(incident.code_profile)
    share = incident.provisional_share
    return Fault(
        reported=incident.symptom,
        code=incident.displayed_code,
        code_meaning=meanings[0].text if len(meanings) == 1 else LocalizedText(),
        code_profile=profile.text if profile else LocalizedText(),
        down_from=around.perhaps(incident.down_since),
        restored_at=around.perhaps(incident.restored_at),
        suggested=incident.provisional_class or "",
        share_percent=None if share is None else round(share * 100),
        confirmed=incident.confirmed_class or "",
        mode=catalogue_words(knowledge.modes, incident.mode),
        cause=catalogue_words(knowledge.causes, incident.cause),
        remedy=catalogue_words(knowledge.remedies, incident.remedy),
        other=incident.other_text,
        reasons=_reasons(incident, trail, knowledge),
    )


def _request(case: IncidentData, mode: str, around: SheetContext) -> HandledRequest | None:
    """What was asked for, when the case is filed as a business request."""
    if not is_request(mode):
        return None
    asked = around.knowledge.requests.values()
    what = next((one.text for one in asked if one.mode == mode), LocalizedText())
    told = [
        event
        for event in case.incident.events
        if event.action is Action.HANDOVER and event.reason == ContactRole.ACQUIRER
    ]
    own = case.technician
    by = own.name if told and own is not None and told[-1].by == own.code else ""
    return HandledRequest(
        what=what or catalogue_words(around.knowledge.modes, mode),
        old_address=case.move.old_address if case.move else "",
        new_address=case.move.new_address if case.move else "",
        reported_by=(by or told[-1].by) if told else "",
        reported_at=around.local(told[-1].at) if told else None,
    )


def _others(case: IncidentData) -> tuple[OtherReported, ...]:
    """The other troubles of the report, as the log tells what became of them."""
    return tuple(
        OtherReported(
            trouble=each.said,
            end=each.end,
            note=each.remark or case.beside.get(each.incident_id, ""),
        )
        for each in settled_troubles(case.incident.events)
    )


def _typed_others(typed: ResolutionDraft) -> tuple[OtherReported, ...]:
    """The same of a form that is not sent yet."""
    return tuple(OtherReported(one.said, one.end, one.why) for one in typed.others if one.end)


MOST_REASONS = 5


def _reasons(
    incident: Incident, trail: Mapping[str, Any], knowledge: Knowledge
) -> tuple[LocalizedText, ...]:
    """Why the class was suggested, as the guided session stored it.  A hard stop in what was
    reported comes first, also while nobody accepted a class yet: then the log knows it."""
    found = reasons(trail)[:MOST_REASONS]
    reported = stop_of(incident.events)
    if not reported or trail.get("stops"):
        return found
    do = what_to_do(reported, knowledge)
    return (LocalizedText.made(lambda language: _stop_said(language, reported, do)), *found)


def _stop_said(language: str, reported: LocalizedText, do: LocalizedText) -> str:
    t = translator(language)
    lines = t("Safety stop: {why}", why=reported.in_(language)), do.in_(language)
    return "\n".join(filter(None, lines))


def _steps(incident: Incident, around: SheetContext) -> tuple[WorkStep, ...]:
    return tuple(
        WorkStep(
            at=around.local(e.at),
            kind=e.kind,
            text=e.summary,
            outcome=e.outcome,
            minutes=e.minutes,
            by=e.by,
        )
        for e in incident.work
    )


def _checks(lines: Iterable[TestLine]) -> tuple[TestedItem, ...]:
    return tuple(TestedItem(line.item, line.outcome, line.reference) for line in lines)


def _parts(case: IncidentData, around: SheetContext) -> tuple[PartLine, ...]:
    """The parts fitted; their own warranty begins on the day the work was finished."""
    ended = around.perhaps(case.incident.resolved_at)
    found = []
    for part in case.incident.parts:
        months = case.part_months.get(part.part_kind_id, 0)
        found.append(
            PartLine(
                name=part.name,
                part_no=part.part_no,
                old_serial=part.old_serial,
                new_serial=part.new_serial,
                quantity=part.quantity,
                price_cents=part.unit_price_cents,
                in_warranty=part.in_warranty,
                warranty_until=months_after(ended.date(), months) if ended and months else None,
            )
        )
    return tuple(found)


def _swap(incident: Incident, serial: str) -> Swap | None:
    """The swap that belongs to the resolution, read off the log."""
    for event in reversed(incident.events):
        if event.action is Action.SWAP and event.change is not None:
            # Entries of earlier versions do not name the device that left: signed reports stay.
            custody = event.by if event.change.old else ""
            return Swap(serial, event.change.new, custody=custody)
    return None


def _outcome(incident: Incident, next_visit: str) -> RepairOutcome:
    return RepairOutcome(
        result=incident.result or "",
        work_done=incident.work_done,
        advice=incident.advice,
        waiting_reference=incident.waiting_reference,
        waiting_for=incident.handed_to or "",
        next_visit=next_visit,
        fee_cents=incident.fee_cents,
        callout_fee_cents=incident.callout_fee_cents,
        labour_fee_cents=incident.labour_fee_cents,
        firmware_before=incident.firmware_before,
        firmware_after=incident.firmware_after,
    )
