"""How plans, checklists and what they apply to are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import NotFound, Problems
from app.domain.faults import FaultClass
from app.domain.maintenance.checklist_lines import (
    ChecklistLine,
    LineChoice,
    LineKind,
)
from app.domain.maintenance.checklists import Checklist
from app.domain.maintenance.plans import (
    ESTATE,
    AnchorKind,
    Confidence,
    Contents,
    Plan,
    PlanVersion,
    Scope,
    Subject,
    WorkPlace,
    read_contents,
)
from app.domain.register.identifiers import serial_key
from app.domain.register.terminal_states import KEPT_UP
from app.domain.register.terminals import TerminalKind, TerminalState
from app.languages import LocalizedText
from app.services.core.context import chunks
from app.services.register.terminal_queries import joined
from db.models.maintenance import (
    AnchorRow,
    ChecklistLineRow,
    ChecklistRow,
    PlanRow,
    PlanVersionRow,
)
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)
from db.together import Asked, together


def read_plans(session: Session, *, everything: bool = True) -> tuple[Plan, ...]:
    """All plans by key, or only the active ones."""
    query: Any = sa.select(PlanRow).order_by(col(PlanRow.key))
    if not everything:
        query = query.where(col(PlanRow.active).is_(True))
    versions: dict[str, list[PlanVersionRow]] = {}
    for row in session.execute(
        sa.select(PlanVersionRow).order_by(col(PlanVersionRow.number))
    ).scalars():
        versions.setdefault(row.plan_id, []).append(row)
    return tuple(
        Plan(row.id, row.version, row.key, row.active, _versions(versions[row.id]))
        for row in session.execute(query).scalars()
    )


def _versions(rows: list[PlanVersionRow]) -> tuple[PlanVersion, ...]:
    # A version saved while the clock ran ahead may begin later than the one that followed.
    begins = [min(row.valid_from for row in rows[at:]) for at in range(1, len(rows))]
    ends: list[date | None] = [*begins, None]
    return tuple(
        PlanVersion(row.id, row.number, row.valid_from, _contents(row), end)
        for row, end in zip(rows, ends, strict=True)
    )


def _contents(row: PlanVersionRow) -> Contents:
    plain = Contents(
        name=LocalizedText(row.name_zh, row.name_en),
        scope=Scope(row.scope),
        place=WorkPlace(row.place),
        starts_on=row.starts_on,
        anchor=AnchorKind(row.anchor),
        ends_on=row.ends_on,
        event_late_days=row.event_late_days,
        checklist=row.checklist,
        minutes=row.minutes,
        gate=row.gate,
        basis=LocalizedText(row.basis_zh, row.basis_en),
        source=row.source,
        confidence=Confidence(row.confidence),
    )
    return read_contents(row.contents, plain)


def read_version(session: Session, version_id: str) -> Contents:
    """What one version of a plan says.  Raises `NotFound`."""
    row = session.get(PlanVersionRow, version_id)
    if row is None:
        raise NotFound("plan", version_id)
    return _contents(row)


def read_plan(session: Session, key: str) -> Plan:
    """The plan with this key or id.  Raises `NotFound`."""
    for plan in read_plans(session):
        if key in (plan.key, plan.id):
            return plan
    raise NotFound("plan", key)


# --- subjects ----------------------------------------------------------------------------------

_SUBJECT: tuple[Any, ...] = (
    col(TerminalRow.id),
    col(PlacementRow.merchant_id),
    col(TerminalRow.serial),
    col(PlacementRow.tid),
    col(MerchantRow.name),
    col(AreaRow.name),
    col(AcquirerRow.name),
    col(ManufacturerRow.name),
    col(TerminalModelRow.name),
    col(TerminalModelRow.kind),
    col(TerminalRow.state),
    col(PlacementRow.address),
    col(PlacementRow.latitude),
    col(PlacementRow.longitude),
    col(TerminalRow.installed_on),
    col(PlacementRow.since),
    col(MerchantRow.mid),
)


Anchors = dict[str, tuple[date, date]]
"""Per subject the day its plans count from, and since when it is maintained."""


_AT_A_TIME = 2_000
"""Rows of terminals held beside what is made of them."""


def read_terminals(
    session: Session, terminal_ids: list[str] | None = None, anchors: Anchors | None = None
) -> list[Subject]:
    """Every terminal that is not retired (or just those named), as a subject; kept anchors win
    over dates of installation."""
    kept = anchors or {}
    query = joined(*_SUBJECT)
    if terminal_ids is None:
        query = query.where(col(TerminalRow.state).in_(KEPT_UP))
    else:
        query = query.where(col(TerminalRow.id).in_(terminal_ids))
    # A hundred thousand terminals have few makers, and several stand at one merchant: the same
    # words are one object.
    words: dict[str, str] = {}

    def shared(word: str | None) -> str:
        return words.setdefault(word or "", word or "")

    some_at_a_time = query.order_by(col(TerminalRow.id)).execution_options(yield_per=_AT_A_TIME)
    rows = session.execute(some_at_a_time)
    return [_terminal(row, kept, shared) for row in rows]


def read_gone(session: Session) -> list[str]:
    """Terminals `read_terminals` leaves out."""
    gone = sa.select(col(TerminalRow.id)).where(col(TerminalRow.state).not_in(KEPT_UP))
    return list(session.execute(gone).scalars())


def _terminal(row: Any, kept: Anchors, shared: Callable[[str | None], str]) -> Subject:
    (
        terminal_id,
        merchant_id,
        serial,
        tid,
        merchant,
        area,
        acquirer,
        maker,
        model,
        kind,
        state,
        address,
        lat,
        lon,
        installed,
        since,
        mid,
    ) = row
    if terminal_id in kept:
        installed = kept[terminal_id][0]
    elif installed is None and since is not None:
        installed = since.date()
    return Subject(
        key=terminal_id,
        scope=Scope.TERMINAL,
        terminal_id=terminal_id,
        merchant_id=shared(merchant_id),
        serial=serial,
        tid=tid or "",
        merchant_name=shared(merchant),
        area=shared(area),
        acquirer=shared(acquirer),
        manufacturer=shared(maker),
        model=shared(model),
        kind=_KINDS[kind],
        state=_STATES[state],
        address=shared(address),
        latitude=lat,
        longitude=lon,
        anchor_on=installed,
        mid=shared(mid),
    )


_KINDS = {str(kind): kind for kind in TerminalKind}
_STATES = {str(state): state for state in TerminalState}


def merchants_of(terminals: list[Subject], anchors: Anchors) -> list[Subject]:
    """The merchants at which these terminals stand.  A merchant is maintained from the day its
    first terminal was installed, and as long as one is in service."""
    found: dict[str, Subject] = {}
    for terminal in terminals:
        key = terminal.merchant_id
        if not key:
            continue
        known = found.get(key)
        if known is None:
            found[key] = _merchant(terminal, terminal.anchor_on, terminal.state)
            continue
        earlier = [day for day in (known.anchor_on, terminal.anchor_on) if day is not None]
        served = TerminalState.IN_SERVICE in (known.state, terminal.state)
        state = TerminalState.IN_SERVICE if served else known.state
        found[key] = _merchant(known, min(earlier, default=None), state)
    return [
        _merchant(subject, anchors[key][0], subject.state) if key in anchors else subject
        for key, subject in found.items()
    ]


def _merchant(like: Subject, anchor_on: date | None, state: TerminalState) -> Subject:
    return Subject(
        key=like.merchant_id,
        scope=Scope.MERCHANT,
        terminal_id="",
        merchant_id=like.merchant_id,
        serial="",
        tid="",
        merchant_name=like.merchant_name,
        area=like.area,
        acquirer=like.acquirer,
        manufacturer=like.manufacturer,
        model=like.model,
        kind=like.kind,
        state=state,
        address=like.address,
        latitude=like.latitude,
        longitude=like.longitude,
        anchor_on=anchor_on,
        mid=like.mid,
    )


def read_subjects(session: Session, anchors: Anchors) -> dict[Scope, list[Subject]]:
    """Everything a plan can be about, by scope."""
    terminals = read_terminals(session, None, anchors)
    return {
        Scope.TERMINAL: terminals,
        Scope.MERCHANT: merchants_of(terminals, anchors),
        Scope.ESTATE: [ESTATE],
    }


def read_anchors(session: Session) -> Anchors:
    """The anchors kept so far."""
    rows = session.execute(
        sa.select(col(AnchorRow.subject), col(AnchorRow.anchor_on), col(AnchorRow.since))
    )
    return {subject: (on, since) for subject, on, since in rows}


def registered(session: Session, contents: Contents) -> Contents:
    """The contents with serial numbers and MIDs of its filter written as in the register.  Raises
    `InvalidInput` naming those that are not there."""
    wanted, problems = contents.subjects, Problems()
    known: dict[str, str] = {}
    for part in chunks([serial_key(serial) for serial in wanted.serials]):
        rows = session.execute(
            sa.select(col(TerminalRow.serial_key), col(TerminalRow.serial)).where(
                col(TerminalRow.serial_key).in_(part)
            )
        )
        known |= {key: serial for key, serial in rows}
    merchants: set[str] = set()
    for part in chunks(list(wanted.mids)):
        found = sa.select(col(MerchantRow.mid)).where(col(MerchantRow.mid).in_(part))
        merchants |= set(session.execute(found).scalars())
    _refuse_unknown(problems, "serials", [s for s in wanted.serials if serial_key(s) not in known])
    _refuse_unknown(problems, "mids", [mid for mid in wanted.mids if mid not in merchants])
    problems.raise_if_any()
    serials = tuple(known[serial_key(serial)] for serial in wanted.serials)
    return replace(contents, subjects=replace(wanted, serials=serials))


def _refuse_unknown(problems: Problems, field: str, missing: list[str]) -> None:
    if missing:
        shown = "、".join(missing[:5]) + ("…" if len(missing) > 5 else "")
        problems.add(field, "plan.not_registered", value=shown)


# --- checklists --------------------------------------------------------------------------------


def read_checklist(session: Session, checklist_id: str) -> Checklist:
    """One edition of a checklist.  Raises `NotFound`."""
    found, lines = together(session, *checklist_asked(checklist_id))
    if not found:
        raise NotFound("checklist", checklist_id)
    row = found[0]
    title = LocalizedText(row.title_zh, row.title_en)
    return Checklist(
        row.id, row.key, row.edition, title, tuple(checklist_line(line) for line in lines)
    )


def checklist_asked(checklist_id: str) -> tuple[Asked, ...]:
    """The queries of `read_checklist`, to be sent ahead."""
    head, line = _CHECKLIST.c, _LINE.c
    lines = sa.select(_LINE).where(line.checklist_id == checklist_id).order_by(line.position)
    return (sa.select(_CHECKLIST).where(head.id == checklist_id), {}), (lines, {})


_CHECKLIST: Any = ChecklistRow.__table__  # type: ignore[attr-defined]
_LINE: Any = ChecklistLineRow.__table__  # type: ignore[attr-defined]


def checklist_line(row: Any) -> ChecklistLine:
    """A stored line of a checklist."""
    return ChecklistLine(
        key=row.key,
        kind=LineKind(row.kind),
        text=LocalizedText(row.text_zh, row.text_en),
        help=LocalizedText(row.help_zh, row.help_en),
        unit=row.unit,
        least=row.least,
        most=row.most,
        choices=tuple(
            LineChoice(key, LocalizedText(zh, en), fails) for key, zh, en, fails in row.choices
        ),
        required=row.required,
        alarm=None if row.alarm is None else FaultClass(row.alarm),
        fault_class=None if row.fault_class is None else FaultClass(row.fault_class),
        fault=LocalizedText(row.fault_zh, row.fault_en),
    )


def newest_checklist(session: Session, key: str) -> str | None:
    """The id of the newest edition of a checklist."""
    return session.execute(
        sa.select(col(ChecklistRow.id))
        .where(col(ChecklistRow.key) == key)
        .order_by(col(ChecklistRow.edition).desc())
        .limit(1)
    ).scalar()
