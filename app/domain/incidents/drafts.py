"""What people enter about an incident, and what is refused before anything is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.domain import text
from app.domain.errors import Problems
from app.domain.faults import ITEM_FAILURES, FaultClass
from app.domain.incidents.incidents import (
    FUNCTION_TESTS,
    SECURITY_CHECKS,
    Confirmation,
    Incident,
    Result,
    TestLine,
    TestOutcome,
    WorkKind,
    is_request,
)
from app.domain.incidents.lifecycle import Detection, HoldReason, Impact, Urgency
from app.domain.incidents.other_troubles import OtherTrouble, check_others
from app.domain.incidents.proof import PROOF_LINES, proof_missing
from app.domain.parts.catalogue import MOST_CENTS
from app.domain.parts.stock import MOST_REASON
from app.domain.register import identifiers

FEES = ("callout_fee_cents", "labour_fee_cents", "fee_cents")
"""What a merchant pays beside the parts, in fen: 上门费, 人工费, and other fees.  0 is one nobody
entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDraft:
    """A report of an abnormal state, as entered."""

    terminal_id: str = ""
    unknown_serial: str = ""
    displayed_code: str = ""
    code_profile: str = ""
    symptom: str = ""
    detection: Detection = Detection.MERCHANT_CALL
    impact: Impact = Impact.STOPPED
    urgency: Urgency = Urgency.NORMAL
    reporter_name: str = ""
    reporter_phone: str = ""
    reported_at: datetime | None = None
    down_from: datetime | None = None
    promised_at: datetime | None = None
    technician_id: str = ""
    visit_id: str = ""
    repeat_of: str = ""


def draft_of(incident: Incident) -> IncidentDraft:
    """What was reported of an incident, to be corrected."""
    return IncidentDraft(
        terminal_id=incident.terminal_id,
        unknown_serial=incident.unknown_serial,
        displayed_code=incident.displayed_code,
        code_profile=incident.code_profile,
        symptom=incident.symptom,
        detection=incident.detection,
        impact=incident.impact,
        urgency=incident.urgency,
        reporter_name=incident.reporter_name,
        reporter_phone=incident.reporter_phone,
        promised_at=incident.promised_at,
        down_from=incident.down_from,
    )


def check_incident(draft: IncidentDraft, now: datetime) -> IncidentDraft:
    """The draft cleaned.  Raises `InvalidInput` (what is missing or impossible, per field)."""
    problems = Problems()
    cleaned: dict[str, str] = {}
    for name, clean in (
        ("unknown_serial", lambda raw: identifiers.parse_serial(raw) if raw.strip() else ""),
        ("displayed_code", lambda raw: text.free_line(raw, 60)),
        ("code_profile", text.line),
        ("symptom", text.note),
        ("reporter_name", text.free_line),
        ("reporter_phone", identifiers.parse_phone),
    ):
        with problems.field(name):
            cleaned[name] = clean(getattr(draft, name))
    if not draft.terminal_id and not draft.unknown_serial.strip():
        problems.add("terminal_id", "incident.terminal_missing")
    if not draft.displayed_code.strip() and not draft.symptom.strip():
        problems.add("symptom", "incident.nothing_reported")
    reported_at = draft.reported_at or now
    if reported_at > now + timedelta(minutes=5):
        problems.add("reported_at", "date.in_future")
    down_from = draft.down_from or (reported_at if draft.impact is Impact.STOPPED else None)
    if down_from is not None and down_from > now + timedelta(minutes=5):
        problems.add("down_from", "date.in_future")
    problems.raise_if_any()
    return IncidentDraft(
        terminal_id=draft.terminal_id,
        detection=draft.detection,
        impact=draft.impact,
        urgency=draft.urgency,
        reported_at=reported_at,
        down_from=down_from,
        promised_at=draft.promised_at,
        technician_id=draft.technician_id,
        visit_id=draft.visit_id,
        repeat_of=draft.repeat_of,
        **cleaned,
    )


@dataclass(frozen=True, slots=True)
class HoldDraft:
    """Why work waits and until when."""

    reason: HoldReason
    expected_on: date | None = None
    remark: str = ""


def check_hold(draft: HoldDraft, today: date) -> HoldDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    remark = ""
    with problems.field("remark"):
        remark = text.note(draft.remark, 2_000)
        if draft.reason is HoldReason.OTHER:
            text.required(remark)
    if draft.expected_on is None:
        problems.add("expected_on", "hold.expected_missing")
    elif draft.expected_on < today:
        problems.add("expected_on", "date.past")
    problems.raise_if_any()
    return HoldDraft(draft.reason, draft.expected_on, remark)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEntryDraft:
    """One line of the work log."""

    kind: WorkKind = WorkKind.CHECK
    summary: str = ""
    outcome: str = ""
    minutes: int = 0
    check_id: str = ""
    at: datetime | None = None


def check_work(draft: WorkEntryDraft) -> WorkEntryDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    summary = outcome = ""
    with problems.field("summary"):
        summary = text.required(text.note(draft.summary, 4_000))
    with problems.field("outcome"):
        outcome = text.free_line(draft.outcome, 500)
    if not 0 <= draft.minutes <= 24 * 60:
        problems.add("minutes", "number.out_of_range", value=draft.minutes, least=0, most=1440)
    problems.raise_if_any()
    return WorkEntryDraft(
        kind=draft.kind,
        summary=summary,
        outcome=outcome,
        minutes=draft.minutes,
        check_id=draft.check_id,
        at=draft.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDraft:
    """A part fitted, with the serial numbers that left and came.

    `part_kind_id` is the part of the catalogue, empty for one that is not in it; `taken_from` is
    the place of the stock it came from (`app.domain.parts.stock`), empty for none; `stock_reason`
    says why that place had it although the stock says otherwise.
    """

    name: str = ""
    part_no: str = ""
    old_serial: str = ""
    new_serial: str = ""
    quantity: int = 1
    unit_price_cents: int = 0
    in_warranty: bool = False
    part_kind_id: str = ""
    taken_from: str = ""
    stock_reason: str = ""


def check_part(draft: PartDraft) -> PartDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    cleaned: dict[str, str] = {}
    for name in ("name", "part_no", "old_serial", "new_serial"):
        with problems.field(name):
            cleaned[name] = text.line(getattr(draft, name))
    with problems.field("name"):
        text.required(cleaned.get("name", "?"))
    with problems.field("stock_reason"):
        cleaned["stock_reason"] = text.free_line(draft.stock_reason, MOST_REASON)
    if draft.taken_from and not draft.part_kind_id:
        problems.add("taken_from", "stock.no_part")
    if not 1 <= draft.quantity <= 999:
        problems.add("quantity", "number.out_of_range", value=draft.quantity, least=1, most=999)
    _check_cents("unit_price_cents", draft.unit_price_cents, problems)
    problems.raise_if_any()
    return PartDraft(
        quantity=draft.quantity,
        unit_price_cents=draft.unit_price_cents,
        in_warranty=draft.in_warranty,
        part_kind_id=draft.part_kind_id,
        taken_from=draft.taken_from,
        **cleaned,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionDraft:
    """How the incident was resolved."""

    fault_class: FaultClass
    result: Result | None = Result.SOLVED
    mode: str = ""
    cause: str = ""
    remedy: str = ""
    other_text: str = ""
    work_done: str = ""
    advice: str = ""
    restored_at: datetime | None = None
    firmware_after: str = ""
    tests: tuple[TestLine, ...] = ()
    security: tuple[TestLine, ...] = ()
    waiting_reference: str = ""
    fee_cents: int = 0
    callout_fee_cents: int = 0
    labour_fee_cents: int = 0
    others: tuple[OtherTrouble, ...] = ()


def check_resolution(
    draft: ResolutionDraft,
    *,
    item_failure: bool,
    down_from: datetime | None,
    now: datetime,
    stopped: bool = False,
) -> ResolutionDraft:
    """The draft cleaned.  Raises `InvalidInput`.

    An item failure needs mode, cause and remedy (ISO 14224); any other class needs what was done
    or advised.  A solved incident needs the proof of its class, and a failed line contradicts
    "solved".  While the terminal is `stopped` for safety and stays, nobody may have tried it, and
    it is not solved.
    """
    problems = Problems()
    cleaned: dict[str, Any] = {}
    for name, limit in (
        ("other_text", 500),
        ("work_done", 4_000),
        ("advice", 2_000),
        ("waiting_reference", 200),
        ("firmware_after", 80),
    ):
        with problems.field(name):
            cleaned[name] = text.note(getattr(draft, name), limit)
    if item_failure:
        for name in ("mode", "cause", "remedy"):
            if not getattr(draft, name):
                problems.add(name, f"resolution.{name}_missing")
    if "other" in (draft.mode, draft.cause, draft.remedy) and not cleaned.get("other_text"):
        problems.add("other_text", "text.missing")
    _check_done(draft, cleaned, problems, item_failure=item_failure)
    if draft.result is None:
        problems.add("result", "text.missing")
    tests = _check_lines("tests", draft.tests, PROOF_LINES, problems)
    security = _check_lines("security", draft.security, SECURITY_CHECKS, problems)
    for name in FEES:
        _check_cents(name, getattr(draft, name), problems)
    _check_proof(draft, problems, item_failure=item_failure, stopped=stopped)
    _check_restored(draft, down_from, now, problems)
    others = check_others(draft.others, problems)
    problems.raise_if_any()
    solved = max(now, down_from or now) if draft.result is Result.SOLVED else None
    return replace(
        draft,
        restored_at=draft.restored_at or solved,
        tests=tests,
        security=security,
        others=others,
        **cleaned,
    )


def _check_done(
    draft: ResolutionDraft, cleaned: Mapping[str, str], problems: Problems, *, item_failure: bool
) -> None:
    """Something was done or advised; of a class of its own it is said in words, of a request by
    what became of it."""
    done = draft.remedy or cleaned.get("work_done") or cleaned.get("advice")
    if is_request(draft.mode):
        if not draft.remedy:
            problems.add("remedy", "resolution.remedy_missing")
    elif not item_failure and not done:
        problems.add("work_done", "resolution.action_missing")
    elif draft.fault_class is FaultClass.OTHER and not cleaned.get("work_done"):
        problems.add("work_done", "text.missing")


def _tried(draft: ResolutionDraft) -> bool:
    """Whether a function of the terminal is said to have been tried and to work."""
    return any(
        line.item in FUNCTION_TESTS and line.outcome is TestOutcome.PASSED for line in draft.tests
    )


def _check_cents(name: str, cents: int, problems: Problems) -> None:
    if not 0 <= cents <= MOST_CENTS:
        limits = {"least": 0, "most": MOST_CENTS // 100}
        problems.add(name, "number.out_of_range", value=cents / 100, **limits)


def _check_lines(
    name: str, lines: Iterable[TestLine], known: Collection[str], problems: Problems
) -> tuple[TestLine, ...]:
    """The lines of a proof cleaned: only tests there are, each slip a line of text."""
    cleaned = []
    for line in lines:
        if line.item not in known:
            problems.add(name, "resolution.test_unknown", value=line.item, known=", ".join(known))
            continue
        with problems.field(name):
            cleaned.append(TestLine(line.item, line.outcome, text.line(line.reference, 60)))
    return tuple(cleaned)


def _check_proof(
    draft: ResolutionDraft, problems: Problems, *, item_failure: bool, stopped: bool
) -> None:
    if draft.result is not Result.SOLVED:
        return
    if stopped and (item_failure or _tried(draft)):
        problems.add("result", "resolution.stopped")
        return
    outcomes = {line.outcome for line in (*draft.tests, *draft.security)}
    passed = {line.item for line in draft.tests if line.outcome is TestOutcome.PASSED}
    if TestOutcome.FAILED in outcomes:
        problems.add("tests", "resolution.test_failed")
    elif proof_missing(draft.fault_class, item_failure=item_failure, passed=passed):
        tested = item_failure or draft.fault_class in ITEM_FAILURES
        problems.add("tests", "resolution.test_missing" if tested else "resolution.trade_missing")


def _check_restored(
    draft: ResolutionDraft, down_from: datetime | None, now: datetime, problems: Problems
) -> None:
    if draft.restored_at is None:
        return
    if down_from is not None and draft.restored_at < down_from:
        problems.add("restored_at", "date.before", other=down_from)
    # A clock that ran ahead when it was reported leaves no moment but that one.
    if draft.restored_at > max(now + timedelta(minutes=5), down_from or now):
        problems.add("restored_at", "date.in_future")


@dataclass(frozen=True, slots=True)
class ClosingDraft:
    """The merchant's confirmation."""

    confirmation: Confirmation = Confirmation.SIGNED
    confirmed_by: str = ""
    remark: str = ""
    satisfaction: str = ""


def check_closing(draft: ClosingDraft) -> ClosingDraft:
    """The draft cleaned.  Raises `InvalidInput`: a confirmation needs a name, its absence a
    reason."""
    problems = Problems()
    confirmed_by = remark = ""
    with problems.field("confirmed_by"):
        confirmed_by = text.free_line(draft.confirmed_by)
        if draft.confirmation in {Confirmation.SIGNED, Confirmation.BY_PHONE}:
            text.required(confirmed_by)
    with problems.field("remark"):
        remark = text.note(draft.remark, 2_000)
        if draft.confirmation in {Confirmation.REFUSED, Confirmation.ABSENT}:
            text.required(remark)
    if draft.satisfaction not in {"", "satisfied", "neutral", "dissatisfied"}:
        problems.add("satisfaction", "choice.unknown", value=draft.satisfaction)
    problems.raise_if_any()
    return ClosingDraft(draft.confirmation, confirmed_by, remark, draft.satisfaction)
