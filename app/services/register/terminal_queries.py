"""How terminals are read: the list, one terminal with its history, the joins behind them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import NotFound
from app.domain.incidents.lifecycle import OPEN_STATES
from app.domain.register import identifiers
from app.domain.register.firmware import looks_like_version
from app.domain.register.terminal_fields import TERMINAL_FIELDS
from app.domain.register.terminals import (
    Placement,
    Terminal,
    TerminalEvent,
    TerminalState,
    TerminalSummary,
)
from app.services.core.event_rows import event_columns, told_by
from app.services.core.keyset import ListQuery
from app.services.register.fact_columns import fact_columns
from db import search
from db.models.incident import IncidentRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalEventRow,
    TerminalModelRow,
    TerminalRow,
)
from db.prepared import PreparedStatement
from db.queries import (
    ACQUIRER,
    AREA,
    MANUFACTURER,
    MODEL,
    PLACED_NOW,
    UNFINISHED,
    Join,
    merchant_of,
    present_placement,
)
from db.together import send_ahead, together


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalFilter:
    """Which terminals to list; empty fields do not restrict."""

    words: str = ""
    state: str = ""
    area: str = ""
    acquirer: str = ""
    model: str = ""
    merchant_id: str = ""
    firmware: str = ""
    app_version: str = ""
    order: str = "serial"


@dataclass(frozen=True, slots=True)
class Choices:
    """The names lists can be filtered by and forms complete."""

    areas: tuple[str, ...]
    acquirers: tuple[str, ...]
    manufacturers: tuple[str, ...]
    models: tuple[str, ...]
    firmware: tuple[str, ...] = ()


_ORDERS: dict[str, tuple[Any, ...]] = {
    "serial": (col(TerminalRow.serial_key),),
    "tid": (col(PlacementRow.tid), col(TerminalRow.id)),
    "merchant": (col(MerchantRow.name), col(TerminalRow.id)),
    "model": (col(TerminalModelRow.name), col(TerminalRow.id)),
    "area": (col(AreaRow.name), col(TerminalRow.id)),
    "state": (col(TerminalRow.state), col(TerminalRow.serial_key)),
    "firmware": (col(TerminalRow.firmware), col(TerminalRow.id)),
}


_WHERE_IT_STANDS: tuple[Join, ...] = (
    present_placement(),
    merchant_of(PlacementRow.merchant_id),
    AREA,
    ACQUIRER,
)


_PLACED_ONLY = frozenset({"tid", "merchant", "area"})
"""Orders by what only a terminal has that stands somewhere; the others come last."""


def joined(*columns: Any) -> sa.Select[Any]:
    """Terminals with their model, and with merchant, area and acquirer where they stand."""
    query = sa.select(*columns).select_from(TerminalRow).join(*MODEL).join(*MANUFACTURER)
    for target, condition in _WHERE_IT_STANDS:
        query = query.outerjoin(target, condition)
    return query


def list_query(session: Session, wanted: TerminalFilter) -> ListQuery[TerminalSummary]:
    """The filtered list as SQL."""
    open_incidents = (
        sa.select(sa.func.count())
        .where(
            col(IncidentRow.terminal_id) == col(TerminalRow.id),
            col(IncidentRow.state).in_(OPEN_STATES),
            UNFINISHED,
        )
        .scalar_subquery()
    )
    columns = (
        col(TerminalRow.id),
        col(TerminalRow.serial),
        col(PlacementRow.tid),
        col(TerminalRow.state),
        col(ManufacturerRow.name),
        col(TerminalModelRow.name),
        col(MerchantRow.name),
        col(AreaRow.name),
        col(AcquirerRow.name),
        col(PlacementRow.address),
        col(TerminalRow.firmware),
        col(TerminalRow.app_version),
        open_incidents,
    )
    return ListQuery(
        columns=columns,
        source=TerminalRow,
        key=col(TerminalRow.id),
        joins=(MODEL, MANUFACTURER, *_WHERE_IT_STANDS),
        conditions=tuple(_conditions(session, wanted)),
        order=_ORDERS[wanted.order.removeprefix("-")],
        make=_summary,
        descending=wanted.order.startswith("-"),
        empty_last=wanted.order.removeprefix("-") in _PLACED_ONLY,
    )


def facts_query(session: Session, wanted: TerminalFilter) -> sa.Select[Any]:
    """Every fact of every terminal of the filtered list, in its order."""
    order = _ORDERS[wanted.order.removeprefix("-")]
    down = wanted.order.startswith("-")
    query = joined(*_DETAIL).where(*_conditions(session, wanted))
    return query.order_by(
        *(key.desc().nulls_first() if down else key.asc().nulls_last() for key in order)
    )


def _conditions(session: Session, wanted: TerminalFilter) -> Iterator[Any]:
    for column, value in (
        (TerminalRow.state, wanted.state),
        (AreaRow.name, wanted.area),
        (AcquirerRow.name, wanted.acquirer),
        (TerminalModelRow.name, wanted.model),
        (PlacementRow.merchant_id, wanted.merchant_id),
        (TerminalRow.firmware, wanted.firmware),
        (TerminalRow.app_version, wanted.app_version),
    ):
        if value:
            yield col(column) == value
    if wanted.words.strip():
        yield _called(session, wanted.words)


def _called(session: Session, words: str) -> sa.ColumnElement[bool]:
    """Terminals by what people call them, or by the version they run; when the words say nothing,
    by the end of a serial number or TID, which is what is read out on the phone."""
    owners = search.matching(session, "terminal", words)
    if owners is None:
        return sa.false()
    version = text.compact(words)
    if looks_like_version(version):
        runs = (col(TerminalRow.firmware) == version, col(TerminalRow.app_version) == version)
        return sa.or_(col(TerminalRow.id).in_(owners), *runs)
    key = identifiers.serial_key(text.compact(words))
    if len(key) >= 3 and _nobody_called(session, words):
        return sa.or_(
            col(TerminalRow.serial_key).endswith(key, autoescape=True),
            col(PlacementRow.tid).endswith(key, autoescape=True),
        )
    return col(TerminalRow.id).in_(owners)


def _nobody_called(session: Session, words: str) -> bool:
    one = search.matching(session, "terminal", words, most=1)
    return one is not None and session.execute(one).first() is None


def _summary(row: Any) -> TerminalSummary:
    terminal_id, serial, tid, state, *names, open_incidents = row
    maker, model, merchant, area, acquirer, address, firmware, application = (
        name or "" for name in names
    )
    return TerminalSummary(
        id=terminal_id,
        serial=serial,
        tid=tid or "",
        state=TerminalState(state),
        manufacturer=maker,
        model=model,
        merchant_name=merchant,
        area=area,
        acquirer=acquirer,
        address=address,
        firmware=firmware,
        app_version=application,
        open_incidents=open_incidents,
    )


_DETAIL: tuple[Any, ...] = (
    *fact_columns(),
    col(TerminalRow.id),
    col(TerminalRow.version),
    col(TerminalRow.state),
    col(TerminalModelRow.id).label("model_id"),
    col(TerminalModelRow.required_firmware),
    col(TerminalModelRow.pts_expires_on),
    col(TerminalModelRow.pts_use_until),
    col(MerchantRow.id).label("merchant_id"),
    col(MerchantRow.address).label("registered_address"),
    col(MerchantRow.report_language),
    col(TerminalModelRow.code_profile).label("model_profile"),
    col(AcquirerRow.code_profile).label("acquirer_profile"),
    col(PlacementRow.since).label("placed_since"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What a new incident takes over from the terminal it is about."""

    terminal_id: str
    serial: str
    firmware: str
    tid: str
    merchant_id: str
    merchant_name: str
    contact_name: str
    contact_phone: str
    code_profile: str


# Built once: putting a statement together costs more than SQLite needs to answer it.
_POSITION = PreparedStatement(
    joined(
        col(TerminalRow.id),
        col(TerminalRow.serial),
        col(TerminalRow.firmware),
        col(PlacementRow.tid),
        col(MerchantRow.id),
        col(MerchantRow.name),
        col(MerchantRow.contact_name),
        col(MerchantRow.phone),
        col(TerminalModelRow.code_profile),
        col(AcquirerRow.code_profile),
    ).where(col(TerminalRow.id) == sa.bindparam("key"))
)


def look_for_position(session: Session, terminal_id: str) -> None:
    """Ask what `read_position` will, with the next query."""
    send_ahead(session, (_POSITION, {"key": terminal_id}))


def read_position(session: Session, terminal_id: str) -> Position:
    """Where a terminal stands, in one small query.  Raises `NotFound`."""
    (found,) = together(session, (_POSITION, {"key": terminal_id}))
    if not found:
        raise NotFound("terminal", terminal_id)
    row = found[0]
    key, serial, firmware, tid, merchant_id, name, contact, phone, by_model, by_acquirer = (
        value or "" for value in row
    )
    profile = by_model or by_acquirer
    return Position(
        terminal_id=key,
        serial=serial,
        firmware=firmware,
        tid=tid,
        merchant_id=merchant_id,
        merchant_name=name,
        contact_name=contact,
        contact_phone=phone,
        code_profile=profile,
    )


_OPTIONAL = {item.name for item in dataclasses.fields(Terminal) if item.default is None}
_CHOICES = {item.name: item.choices for item in TERMINAL_FIELDS if item.choices is not None}


def read_terminal(session: Session, terminal_id: str) -> Terminal:
    """Everything about one terminal, in an open session.  Raises `NotFound`."""
    found, placements, log = together(
        session,
        (joined(*_DETAIL).where(col(TerminalRow.id) == terminal_id), {}),
        (_placements_of(terminal_id), {}),
        (_events_of(terminal_id), {}),
    )
    if not found:
        raise NotFound("terminal", terminal_id)
    row = found[0]
    values: dict[str, Any] = {
        name: value if value is not None or name in _OPTIONAL else ""
        for name, value in row._mapping.items()
    }
    profile = values.pop("model_profile") or values.pop("acquirer_profile", "")
    values.pop("acquirer_profile", None)
    values["state"] = TerminalState(values["state"])
    values |= {name: choices(values[name]) for name, choices in _CHOICES.items()}
    return Terminal(
        **values,
        code_profile=profile,
        placements=tuple(map(_placement, placements)),
        log=tuple(map(_terminal_event, log)),
    )


def _placements_of(terminal_id: str) -> Any:
    """Where the device has stood and, for its present position, which devices stood there."""
    positions = sa.select(col(PlacementRow.tid)).where(
        col(PlacementRow.terminal_id) == terminal_id, PLACED_NOW
    )
    return (
        sa.select(
            col(PlacementRow.id),
            col(PlacementRow.terminal_id),
            col(TerminalRow.serial),
            col(PlacementRow.tid),
            col(MerchantRow.mid),
            col(MerchantRow.id).label("merchant_id"),
            col(MerchantRow.name).label("merchant_name"),
            col(PlacementRow.address),
            col(AcquirerRow.name).label("acquirer"),
            col(PlacementRow.since),
            col(PlacementRow.until),
            col(PlacementRow.ended_because),
        )
        .join(TerminalRow, col(TerminalRow.id) == col(PlacementRow.terminal_id))
        .join(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*ACQUIRER)
        .where(
            sa.or_(
                col(PlacementRow.terminal_id) == terminal_id, col(PlacementRow.tid).in_(positions)
            )
        )
        .order_by(col(PlacementRow.since).desc(), col(PlacementRow.id).desc())
        .limit(200)
    )


def _placement(row: Any) -> Placement:
    values: dict[str, Any] = dict(row._mapping)
    return Placement(**{**values, "acquirer": values["acquirer"] or ""})


def _terminal_event(row: Any) -> TerminalEvent:
    at, by, kind, *told = row
    return TerminalEvent(at=at, by=by, kind=kind, **told_by(told))


def _events_of(terminal_id: str) -> Any:
    return (
        sa.select(
            col(TerminalEventRow.at),
            col(TerminalEventRow.actor),
            col(TerminalEventRow.kind),
            *event_columns(TerminalEventRow),
        )
        .where(col(TerminalEventRow.terminal_id) == terminal_id)
        .order_by(col(TerminalEventRow.at).desc(), col(TerminalEventRow.id).desc())
        .limit(200)
    )
