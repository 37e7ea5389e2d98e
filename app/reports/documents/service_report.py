"""维修服务单: what was reported, found, done, tested and accepted, on one page where it fits."""

from __future__ import annotations

from itertools import compress

from app.domain.diagnosis.session_record import is_stop
from app.domain.incidents.lifecycle import IncidentState
from app.domain.wordings import ReportColumn
from app.i18n import N_
from app.reports.data.sheets import TestedItem
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.service_parts import (
    FINISHED,
    other_told,
    parts_and_time,
    stops_on,
    total_due,
)
from app.reports.documents.service_receipt import compose_receipt
from app.reports.documents.service_sheet import (
    Fault,
    HandledRequest,
    ServiceReportSheet,
    WorkStep,
)
from app.reports.documents.shared_blocks import (
    attached,
    check_ticks,
    device_facts,
    listed,
    merchant_facts,
    photos,
    safety_stop,
    said,
    unparted,
)
from app.reports.documents.signature_boxes import SignaturePlace, ratings, signatures
from app.reports.typeset.bilingual import NOTHING, Words
from app.reports.typeset.blocks import EMPTY, TICKED, LabelledFact, Tick, facts, section, ticks
from app.reports.typeset.line_breaking import RichText, TextSpan
from app.reports.typeset.style import MM, QUIET, SMALL, STRONG
from app.reports.typeset.tables import PrintColumn, table


def _head(sheet: ServiceReportSheet, t: DocumentLanguages) -> DocumentHead:
    meta = t.word("service", sheet.service).joined(
        t("Priority {priority}", priority=t.word("priority", sheet.priority))
    )
    day = t.day(sheet.reported_at.date())
    meta = Words(f"{day} · {meta.first}", f"{day} · {meta.second}" if meta.second else "")
    mark, watermark = _standing(sheet, t)
    qr = f"POSCARE;{sheet.number};{sheet.device.serial};{sheet.device.tid};{day}"
    due, told = total_due(sheet), ""
    if sheet.state in FINISHED:
        # What is altered on paper the likeliest, told by the code as well.
        told = f";{sheet.outcome.result};{'' if due is None else f'{due / 100:.2f}'}"
    return DocumentHead(
        title=t("Terminal service report"),
        number=sheet.number,
        meta=meta,
        qr=qr,
        told=told,
        mark=mark,
        watermark=watermark,
    )


def _standing(sheet: ServiceReportSheet, t: DocumentLanguages) -> tuple[Words, Words]:
    """What a report that is no final one says of itself, in the head and across its pages."""
    if sheet.state in FINISHED:
        return NOTHING, NOTHING
    state = t.word("incident_state", sheet.state)
    if sheet.state in {IncidentState.CANCELLED, IncidentState.DUPLICATE}:
        return t("Void: {state}", state=state), t("VOID")
    return t("Draft: {state}", state=state), t("DRAFT")


def _compose(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t = flow.t
    for stop in stops_on(sheet.fault, sheet.terminal_stops):
        safety_stop(flow, said(t, stop))
    today = sheet.made_at.date()
    looked = {check.item: check.outcome for check in sheet.security}.get("location_registered", "")
    seen = {"passed": True, "failed": False}.get(looked)
    pairs = [
        *merchant_facts(t, sheet.merchant, boxes=True, seen=seen),
        *device_facts(t, sheet.device, today),
    ]
    facts(flow, pairs)
    if sheet.request is not None:
        section(flow, t("Request"), 1)
        _request(sheet, sheet.request, flow)
        section(flow, t("Handling"), 2)
        _handling(sheet.fault, flow)
    else:
        section(flow, t("Fault"), 1)
        _fault(sheet, flow)
        section(flow, t("Diagnosis"), 2)
        _diagnosis(sheet.fault, flow)
    section(flow, t("Work done"), 3)
    _work(sheet, flow)
    section(flow, t("Parts and time"), 4)
    parts_and_time(sheet, flow)
    section(flow, t("Function test"), 5)
    _tests(flow, "function_test", sheet.tests, t("No function test recorded."))
    section(flow, t("Security check"), 6)
    _tests(flow, "security_check", sheet.security, t("No security check recorded."))
    section(flow, t("Result"), 7)
    _result(sheet, flow)
    _acceptance(sheet, flow)
    photos(flow, sheet.photos, sheet.kept)


def _fault(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t, fault = flow.t, sheet.fault
    meaning = said(t, fault.code_meaning)
    code: list[TextSpan] = [TextSpan(fault.code, STRONG)] if fault.code else []
    if meaning.first:
        code += [TextSpan(" "), *meaning.spans()]
    profile = said(t, fault.code_profile).first
    if profile and fault.code:
        code.append(TextSpan(f" ({profile})", QUIET))
    facts(
        flow,
        [
            LabelledFact(t("Reported"), _reported(t, sheet)),
            LabelledFact(t("Displayed"), code),
            LabelledFact(t("Down"), _down(flow, fault)),
            LabelledFact(t("Promised"), t.moment(sheet.promised_at)),
            LabelledFact(t("Symptom"), fault.reported, wide=True),
        ],
    )


def _reported(t: DocumentLanguages, sheet: ServiceReportSheet) -> list[TextSpan]:
    return [
        TextSpan(f"{t.moment(sheet.reported_at)} · "),
        *t.word("detection", sheet.channel).spans(),
        TextSpan(f" · {sheet.reporter}" if sheet.reporter else ""),
    ]


def _request(sheet: ServiceReportSheet, asked: HandledRequest, flow: DocumentFlow) -> None:
    """What was asked for and who told the acquirer; the addresses where the terminal was moved."""
    t = flow.t
    told: RichText = t("nobody did so far").spans(QUIET)
    if asked.reported_by:
        told = listed(asked.reported_by, t.moment(asked.reported_at))
    pairs = [
        LabelledFact(t("Reported"), _reported(t, sheet)),
        LabelledFact(t("Promised"), t.moment(sheet.promised_at)),
        LabelledFact(t("Asked for"), said(t, asked.what).spans(STRONG), wide=True),
        LabelledFact(t("In words"), sheet.fault.reported, wide=True),
    ]
    if asked.new_address:
        pairs.append(LabelledFact(t("Old address"), asked.old_address, wide=True))
        pairs.append(LabelledFact(t("New address"), asked.new_address, wide=True))
    pairs.append(LabelledFact(t("Reported to the acquirer by"), told, wide=True))
    facts(flow, pairs)


def _handling(fault: Fault, flow: DocumentFlow) -> None:
    t = flow.t
    pairs = [LabelledFact(t("What became of it"), said(t, fault.remedy).spans(), wide=True)]
    if fault.other:
        pairs.append(LabelledFact(t("In words"), fault.other, wide=True))
    facts(flow, pairs)


def _down(flow: DocumentFlow, fault: Fault) -> RichText:
    t = flow.t
    if fault.down_from is None:
        return ""
    if fault.restored_at is None:
        return t("since {moment}", moment=t.moment(fault.down_from)).spans()
    span = t.duration(fault.restored_at - fault.down_from)
    same_day = fault.down_from.date() == fault.restored_at.date()
    until = t.hour(fault.restored_at) if same_day else t.moment(fault.restored_at)
    return (TextSpan(f"{t.moment(fault.down_from)} – {until} · "), *unparted(flow, span.spans()))


def _diagnosis(fault: Fault, flow: DocumentFlow) -> None:
    t = flow.t
    shown = fault.confirmed or fault.suggested
    spans = [*t.word("fault_class", shown).spans(STRONG)] if shown else []
    if spans:
        spans += [TextSpan(" "), *_provisional(t, fault)]
    pairs = [LabelledFact(t("Fault class"), spans, wide=True)]
    pairs += [
        LabelledFact(label, said(t, text).spans())
        for label, text in (
            (t("Mode"), fault.mode),
            (t("Cause"), fault.cause),
            (t("Remedy"), fault.remedy),
        )
        if text
    ]
    if fault.other:
        pairs.append(LabelledFact(t("In words"), fault.other, wide=True))
    because = [reason for reason in fault.reasons if not is_stop(reason)]
    if because:
        reasons = t.listing([said(t, reason) for reason in because])
        lines = [TextSpan(reasons.first)]
        lines += [TextSpan(f"\n{text}", QUIET) for text in reasons.lines[1:]]
        pairs.append(LabelledFact(t("Because"), lines, wide=True))
    facts(flow, pairs)


def _provisional(t: DocumentLanguages, fault: Fault) -> tuple[TextSpan, ...]:
    if not fault.suggested:
        return ()
    share = f" {fault.share_percent}%" if fault.share_percent is not None else ""
    suggested = t.word("fault_class", fault.suggested)
    if not fault.confirmed:
        return t("(provisional{share})", share=share).spans(QUIET)
    if fault.suggested == fault.confirmed:
        return t("(provisional{share}, confirmed)", share=share).spans(QUIET)
    return t("(provisional: {name}{share})", name=suggested, share=share).spans(QUIET)


def _work(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t = flow.t
    pairs = [
        LabelledFact(t("Start of work"), t.moment(sheet.arrived_at)),
        LabelledFact(t("Finished"), t.moment(sheet.finished_at)),
        LabelledFact(t("Attached"), attached(t, sheet.photos, sheet.kept), wide=True),
    ]
    if sheet.outcome.work_done:
        pairs.append(LabelledFact(t("Summary"), sheet.outcome.work_done, wide=True))
    facts(flow, pairs)
    flow.space(1.5 * MM)
    columns = (
        PrintColumn(t("Time"), mm=_time_width(t, sheet)),
        PrintColumn(t("Check or measure"), 3),
        PrintColumn(t("Result"), 1.2),
        PrintColumn(t("Minutes"), mm=13 if len(t.languages) == 1 else 21, align="right"),
        PrintColumn(t("By"), mm=20),
    )
    form = t.hour if _one_day(sheet.steps) else t.moment
    minutes, person = flow.shows(ReportColumn.MINUTES), flow.shows(ReportColumn.PERSON)
    shown = (True, True, True, minutes, person)
    rows = [
        tuple(
            compress(
                (form(step.at), _step(t, step), step.outcome, str(step.minutes or ""), step.by),
                shown,
            )
        )
        for step in sheet.steps
    ]
    table(flow, tuple(compress(columns, shown)), rows, empty=t("No single steps were recorded."))


def _time_width(t: DocumentLanguages, sheet: ServiceReportSheet) -> float:
    if not _one_day(sheet.steps):
        return 29
    return 14 if len(t.languages) == 1 else 21


def _one_day(steps: tuple[WorkStep, ...]) -> bool:
    return len({step.at.date() for step in steps}) <= 1


def _step(t: DocumentLanguages, step: WorkStep) -> RichText:
    if step.kind in {"check", "measure"}:
        return step.text
    return (*t.word("work_kind", step.kind).spans(QUIET), TextSpan(" "), TextSpan(step.text))


def _tests(flow: DocumentFlow, kind: str, checks: tuple[TestedItem, ...], empty: Words) -> None:
    if checks:
        ticks(flow, check_ticks(flow.t, kind, checks))
    else:
        flow.words(empty, QUIET)


def _result(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t, outcome = flow.t, sheet.outcome
    ticks(
        flow,
        [
            Tick(
                t.word("result", result),
                TICKED if result == outcome.result else EMPTY,
                outcome.waiting_reference if result == outcome.result == "waiting" else "",
            )
            for result in ("solved", "workshop", "waiting", "unsolved")
        ],
    )
    pairs = [
        LabelledFact(t("Also reported"), other_told(t, each).spans(), wide=True)
        for each in sheet.others
    ]
    if outcome.waiting_for:
        asked = t.word("contact_role", outcome.waiting_for)
        pairs.append(LabelledFact(t("Handed to"), asked.spans()))
    if outcome.advice:
        pairs.append(LabelledFact(t("Advice"), outcome.advice, wide=True))
    if outcome.next_visit:
        pairs.append(LabelledFact(t("Next visit"), outcome.next_visit))
    if sheet.reopened:
        times = t.plural("{count} time", "{count} times", sheet.reopened)
        pairs.append(LabelledFact(t("Reopened"), times.spans()))
    facts(flow, pairs)


def _acceptance(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t, acceptance = flow.t, sheet.acceptance
    badge = listed(sheet.technician, sheet.technician_code, sheet.badge_no)
    merchant = acceptance.merchant
    person = merchant.signer if merchant else acceptance.confirmed_by
    if flow.closing.first:
        flow.words(flow.closing, SMALL, before=1 * MM)
    places = [
        SignaturePlace(t("Merchant"), person, merchant),
        SignaturePlace(t("Technician"), badge, acceptance.technician),
    ]
    if (reviewer := acceptance.reviewer) is not None:
        places.append(SignaturePlace(t("Reviewer"), reviewer.signer, reviewer))
    places.append(
        SignaturePlace(t("Seal / rating"), stamp=True, extra=ratings(t, acceptance.satisfaction))
    )
    signatures(flow, places)
    confirmation = t.word("confirmation", acceptance.confirmation)
    if acceptance.confirmation and acceptance.confirmation != "signed":
        flow.text(
            [*confirmation.spans(SMALL), TextSpan(f" {acceptance.confirmed_by}", SMALL)],
            SMALL,
            before=1 * MM,
        )
    if acceptance.remark:
        flow.text(
            [*t("Merchant's remark").spans(SMALL), TextSpan(f" {acceptance.remark}", SMALL)],
            SMALL,
            before=1 * MM,
        )


KIND = DocumentKind(
    id="service_report",
    title=N_("Terminal service report"),
    sheet=ServiceReportSheet,
    head=_head,
    compose=_compose,
    for_merchant=True,
    compact=True,
    receipt=compose_receipt,
)
