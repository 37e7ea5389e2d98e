"""维修服务单: what was reported, found, done, tested and accepted, on one page where it fits."""

from __future__ import annotations

from datetime import timedelta

from app.i18n import N_
from app.reports.blocks import EMPTY, TICKED, Fact, Tick, facts, section, ticks
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import (
    check_ticks,
    device_facts,
    listed,
    merchant_facts,
    photos,
    said,
    yes_no,
)
from app.reports.service_sheet import (
    Fault,
    PartLine,
    ServiceReportSheet,
    Step,
    Swap,
)
from app.reports.sheets import Check
from app.reports.signing import Place, ratings, signatures
from app.reports.story import Story
from app.reports.style import MM, QUIET, SMALL, STRONG
from app.reports.tables import Column, table
from app.reports.text import Rich, Span
from app.reports.words import NOTHING, Speech, Words

_FINISHED = frozenset({"resolved", "closed"})
"""States in which a report is no draft."""


def _head(sheet: ServiceReportSheet, t: Speech) -> Head:
    meta = t.word("service", sheet.service).joined(
        t("Priority {priority}", priority=t.word("priority", sheet.priority))
    )
    day = t.day(sheet.reported_at.date())
    meta = Words(f"{day} · {meta.first}", f"{day} · {meta.second}" if meta.second else "")
    mark = (
        NOTHING
        if sheet.state in _FINISHED
        else t("Draft: {state}", state=t.word("incident_state", sheet.state))
    )
    qr = f"POSCARE;{sheet.number};{sheet.device.serial};{sheet.device.tid};{day}"
    return Head(t("Terminal service report"), sheet.number, meta, qr, mark)


def _compose(sheet: ServiceReportSheet, story: Story) -> None:
    t = story.t
    today = sheet.made_at.date()
    looked = {check.item: check.outcome for check in sheet.security}.get("location_registered", "")
    seen = {"passed": True, "failed": False}.get(looked)
    pairs = [
        *merchant_facts(t, sheet.merchant, boxes=True, seen=seen),
        *device_facts(t, sheet.device, today),
    ]
    facts(story, pairs)
    section(story, t("Fault"), 1)
    _fault(sheet, story)
    section(story, t("Diagnosis"), 2)
    _diagnosis(sheet.fault, story)
    section(story, t("Work done"), 3)
    _work(sheet, story)
    section(story, t("Parts and time"), 4)
    _parts(sheet, story)
    section(story, t("Function test"), 5)
    _tests(story, "function_test", sheet.tests, t("No function test recorded."))
    section(story, t("Security check"), 6)
    _tests(story, "security_check", sheet.security, t("No security check recorded."))
    section(story, t("Result"), 7)
    _result(sheet, story)
    _acceptance(sheet, story)
    photos(story, sheet.photos)


def _fault(sheet: ServiceReportSheet, story: Story) -> None:
    t, fault = story.t, sheet.fault
    meaning = said(t, fault.code_meaning)
    code: list[Span] = [Span(fault.code, STRONG)] if fault.code else []
    if meaning.first:
        code += [Span(" "), *meaning.spans()]
    profile = said(t, fault.code_profile).first
    if profile and fault.code:
        code.append(Span(f" ({profile})", QUIET))
    reported = [
        Span(f"{t.moment(sheet.reported_at)} · "), *t.word("detection", sheet.channel).spans(),
        Span(f" · {sheet.reporter}" if sheet.reporter else ""),
    ]  # fmt: skip
    facts(story, [
        Fact(t("Reported"), reported),
        Fact(t("Displayed"), code),
        Fact(t("Down"), _down(t, fault)),
        Fact(t("Promised"), t.moment(sheet.promised_at)),
        Fact(t("Symptom"), fault.reported, wide=True),
    ])  # fmt: skip


def _down(t: Speech, fault: Fault) -> Rich:
    if fault.down_from is None:
        return ""
    if fault.restored_at is None:
        return t("since {moment}", moment=t.moment(fault.down_from)).spans()
    span = t.duration(fault.restored_at - fault.down_from)
    same_day = fault.down_from.date() == fault.restored_at.date()
    until = t.hour(fault.restored_at) if same_day else t.moment(fault.restored_at)
    return (Span(f"{t.moment(fault.down_from)} – {until} · "), *span.spans())


def _diagnosis(fault: Fault, story: Story) -> None:
    t = story.t
    shown = fault.confirmed or fault.suggested
    spans = [*t.word("fault_class", shown).spans(STRONG)] if shown else []
    if spans:
        spans += [Span(" "), *_provisional(t, fault)]
    pairs = [Fact(t("Fault class"), spans, wide=True)]
    pairs += [
        Fact(label, said(t, text).spans())
        for label, text in (
            (t("Mode"), fault.mode), (t("Cause"), fault.cause), (t("Remedy"), fault.remedy),
        )
        if text.zh or text.en
    ]  # fmt: skip
    if fault.other:
        pairs.append(Fact(t("In words"), fault.other, wide=True))
    if fault.reasons:
        reasons = t.listing([said(t, reason) for reason in fault.reasons])
        because = [Span(reasons.first)]
        because += [Span(f"\n{text}", QUIET) for text in reasons.lines[1:]]
        pairs.append(Fact(t("Because"), because, wide=True))
    facts(story, pairs)


def _provisional(t: Speech, fault: Fault) -> tuple[Span, ...]:
    if not fault.suggested:
        return ()
    share = f" {fault.share_percent}%" if fault.share_percent is not None else ""
    suggested = t.word("fault_class", fault.suggested)
    if not fault.confirmed:
        return t("(provisional{share})", share=share).spans(QUIET)
    if fault.suggested == fault.confirmed:
        return t("(provisional{share}, confirmed)", share=share).spans(QUIET)
    return t("(provisional: {name}{share})", name=suggested, share=share).spans(QUIET)


def _work(sheet: ServiceReportSheet, story: Story) -> None:
    t = story.t
    pairs = [
        Fact(t("Start of work"), t.moment(sheet.arrived_at)),
        Fact(t("Finished"), t.moment(sheet.finished_at)),
    ]
    if sheet.outcome.work_done:
        pairs.append(Fact(t("Summary"), sheet.outcome.work_done, wide=True))
    facts(story, pairs)
    story.space(1.5 * MM)
    columns = (
        Column(t("Time"), mm=_time_width(t, sheet)),
        Column(t("Check or measure"), 3),
        Column(t("Result"), 1.2),
    )
    form = t.hour if _one_day(sheet.steps) else t.moment
    rows = [(form(step.at), _step(t, step), step.outcome) for step in sheet.steps]
    table(story, columns, rows, empty=t("No single steps were recorded."))


def _time_width(t: Speech, sheet: ServiceReportSheet) -> float:
    if not _one_day(sheet.steps):
        return 29
    return 14 if len(t.languages) == 1 else 21


def _one_day(steps: tuple[Step, ...]) -> bool:
    return len({step.at.date() for step in steps}) <= 1


def _step(t: Speech, step: Step) -> Rich:
    if step.kind in {"check", "measure"}:
        return step.text
    return (*t.word("work_kind", step.kind).spans(QUIET), Span(" "), Span(step.text))


def _parts(sheet: ServiceReportSheet, story: Story) -> None:
    t = story.t
    if sheet.parts:
        columns = (
            Column(t("Part"), 2.2),
            Column(t("Old serial"), 1.5),
            Column(t("New serial"), 1.5),
            Column(t("Quantity"), mm=16, align="right"),
            Column(t("Price each"), mm=22 if len(t.languages) == 1 else 28, align="right"),
            Column(t("Amount"), mm=22 if len(t.languages) == 1 else 28, align="right"),
        )
        table(story, columns, [_part_row(t, part) for part in sheet.parts])
        story.space(1 * MM)
    said: list[tuple[Span, ...]] = []
    if not sheet.parts:
        finished = sheet.state in _FINISHED
        none = t("No parts were recorded") if finished else t("No parts recorded yet")
        said.append(none.spans())
    said += [words.spans() for words in _times(t, sheet)]
    said += [words.spans(STRONG) for words in _charges(t, sheet)]
    before, after = sheet.outcome.firmware_before, sheet.outcome.firmware_after
    if after and after != before:
        said.append((*t("Firmware").spans(), Span(f" {before or '—'} → {after}")))
    story.text([span for i, spans in enumerate(said)
                for span in ((Span(" · "), *spans) if i else spans)])  # fmt: skip
    if sheet.swap is not None:
        _swap(t, sheet.swap, story)


def _times(t: Speech, sheet: ServiceReportSheet) -> list[Words]:
    minutes = {"travel": 0, "wait": 0, "site": 0}
    for step in sheet.steps:
        minutes[step.kind if step.kind in minutes else "site"] += step.minutes
    names = {"travel": t("Travel"), "wait": t("Waiting"), "site": t("On site")}
    return [
        Words(*(f"{name} {span}" for name, span in
                zip(names[kind].lines, t.duration(timedelta(minutes=spent)).lines, strict=False)))
        for kind, spent in minutes.items()
        if spent
    ]  # fmt: skip


def _charges(t: Speech, sheet: ServiceReportSheet) -> list[Words]:
    """What is to be paid, as far as it was entered: a price or fee of nothing is one nobody
    entered, and what rests on it stays blank."""
    sums = [part_amount(part) for part in sheet.parts if not part.in_warranty]
    parts = None if None in sums else sum(amount for amount in sums if amount is not None)
    fee = sheet.outcome.fee_cents
    found = []
    if parts:
        found.append(t("Parts {amount}", amount=t.money(parts)))
    if fee:
        found.append(t("Service fee {amount}", amount=t.money(fee)))
    if parts and fee:
        found.append(t("Together {amount}", amount=t.money(parts + fee)))
    return found


def part_amount(part: PartLine) -> int | None:
    """What a part costs the merchant, in fen: nothing under warranty, None while no price was
    entered."""
    if part.in_warranty:
        return 0
    return part.price_cents * part.quantity or None


def _part_row(t: Speech, part: PartLine) -> list[Rich]:
    amount = part_amount(part)
    each: Rich = t("warranty").spans() if part.in_warranty else ""
    if amount:
        each = t.money(part.price_cents)
    return [
        " ".join(filter(None, (part.name, part.part_no))), part.old_serial, part.new_serial,
        str(part.quantity), each, t.money(amount) if amount else "",
    ]  # fmt: skip


def _swap(t: Speech, swap: Swap, story: Story) -> None:
    pairs = [
        Fact(t("Swap"), f"{swap.old_serial} → {swap.new_serial}"),
        Fact(t("Unsent cleared"), yes_no(t, swap.unsent_cleared)),
    ]
    if swap.custody:
        pairs.append(Fact(t("Custody of old"), swap.custody, wide=True))
    facts(story, pairs)


def _tests(story: Story, kind: str, checks: tuple[Check, ...], empty: Words) -> None:
    if checks:
        ticks(story, check_ticks(story.t, kind, checks))
    else:
        story.words(empty, QUIET)


def _result(sheet: ServiceReportSheet, story: Story) -> None:
    t, outcome = story.t, sheet.outcome
    ticks(story, [
        Tick(t.word("result", result), TICKED if result == outcome.result else EMPTY,
             outcome.waiting_reference if result == outcome.result == "waiting" else "")
        for result in ("solved", "workshop", "waiting", "unsolved")
    ])  # fmt: skip
    pairs = []
    if outcome.advice:
        pairs.append(Fact(t("Advice"), outcome.advice, wide=True))
    if outcome.next_visit:
        pairs.append(Fact(t("Next visit"), outcome.next_visit))
    if sheet.reopened:
        times = t.plural("{count} time", "{count} times", sheet.reopened)
        pairs.append(Fact(t("Reopened"), times.spans()))
    facts(story, pairs)


def _acceptance(sheet: ServiceReportSheet, story: Story) -> None:
    t, acceptance = story.t, sheet.acceptance
    badge = listed(sheet.technician, sheet.technician_code, sheet.badge_no)
    merchant = acceptance.merchant
    person = merchant.signer if merchant else acceptance.confirmed_by
    if story.closing.first:
        story.words(story.closing, SMALL, before=1 * MM)
    signatures(story, [
        Place(t("Merchant"), person, merchant),
        Place(t("Technician"), badge, acceptance.technician),
        Place(t("Seal / rating"), extra=ratings(t, acceptance.satisfaction)),
    ])  # fmt: skip
    confirmation = t.word("confirmation", acceptance.confirmation)
    if acceptance.confirmation and acceptance.confirmation != "signed":
        story.text([*confirmation.spans(SMALL), Span(f" {acceptance.confirmed_by}", SMALL)],
                   SMALL, before=1 * MM)  # fmt: skip
    if acceptance.remark:
        story.text([*t("Merchant's remark").spans(SMALL), Span(f" {acceptance.remark}", SMALL)],
                   SMALL, before=1 * MM)  # fmt: skip


KIND = Kind(
    "service_report",
    N_("Terminal service report"),
    ServiceReportSheet,
    _head,
    _compose,
    compact=True,
)
