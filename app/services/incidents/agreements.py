"""What was promised to whom: agreements kept and asked, and the times a new case falls under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import Conflict, InvalidInput, NotFound, Problems
from app.domain.event_data import FieldChange
from app.domain.incidents.agreements import (
    AgreementCase,
    AgreementDraft,
    ServiceAgreement,
    agreed_for,
    check_agreement,
    draft_of_agreement,
    scope_of,
)
from app.domain.incidents.lifecycle import Priority, Target
from app.domain.incidents.service_hours import ServiceDays
from app.services.core.context import ServiceContext
from app.services.core.operations import Merge, Same, operation
from db.keys import new_key
from db.models.agreements import ServiceAgreementRow
from db.models.register import AcquirerRow, AreaRow, MerchantRow, PlacementRow
from db.queries import ACQUIRER, AREA, PLACED_NOW
from db.together import Asked, send_ahead, together

_FIELDS = tuple(one.name for one in fields(AgreementDraft))


@dataclass(frozen=True, slots=True)
class Promise:
    """The times a case falls under, and the name of the agreement they come from (empty for those
    of the settings)."""

    target: Target
    agreement: str
    days: ServiceDays

    def columns(self) -> dict[str, Any]:
        """What the row of the incident keeps of it."""
        return {
            "response_hours": self.target.response_hours,
            "resolve_hours": self.target.resolve_hours,
            "service_hours": self.target.hours.written(),
            "agreement": self.agreement,
        }

    def response_due(self, reported_at: datetime) -> datetime:
        """Until when work has to begin."""
        return self._due(reported_at, self.target.response_hours)

    def resolve_due(self, reported_at: datetime) -> datetime:
        """Until when the merchant has to trade again, unless the clock stops."""
        return self._due(reported_at, self.target.resolve_hours)

    def _due(self, reported_at: datetime, hours: int) -> datetime:
        return self.days.after(self.target.hours, reported_at, timedelta(hours=hours))


class Agreements:
    """Use cases of agreed times."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listed(self) -> tuple[ServiceAgreement, ...]:
        """Every agreement, those in use first, the most specific first."""
        with self._context.read() as session:
            found = read_agreements(session)
        return tuple(
            sorted(
                found,
                key=lambda one: (not one.active, *(not n for n in scope_of(one)), one.name),
            )
        )

    def nowhere(self) -> frozenset[str]:
        """The ids of those in use for an acquirer or an area that the register does not have: they
        hold for no case until it has."""
        with self._context.read() as session:
            found = [one for one in read_agreements(session) if one.active]
            acquirers = {"", *session.execute(sa.select(col(AcquirerRow.name))).scalars()}
            areas = {"", *session.execute(sa.select(col(AreaRow.name))).scalars()}
        return frozenset(
            one.id for one in found if one.acquirer not in acquirers or one.area not in areas
        )

    def by_name(self, name: str) -> ServiceAgreement:
        """The agreement with this name.  Raises `NotFound`."""
        found = next((one for one in self.listed() if one.name == name.strip()), None)
        if found is None:
            raise NotFound("agreement", name)
        return found

    def _as_listed(self, given: Mapping[str, Any]) -> tuple[AgreementDraft, int] | None:
        """An agreement as it stands, for a change to be merged with."""
        known = [one for one in self.listed() if one.id == given.get("agreement_id")]
        return (draft_of_agreement(known[0]), known[0].version) if known else None

    def _made_meanwhile(self, given: Mapping[str, Any]) -> tuple[str, AgreementDraft] | None:
        """The agreement with the name of a new one, and the new one's draft."""
        if given.get("agreement_id"):
            return None
        wanted = check_agreement(given["draft"])
        known = [one.id for one in self.listed() if one.name == wanted.name]
        return (known[0], wanted) if known else None

    @operation(
        "agreement.save",
        merge=Merge(draft="draft", version="version", read=_as_listed),
        same=Same(find=_made_meanwhile, edit="agreement.save", key="agreement_id"),
    )
    def save(self, draft: AgreementDraft, agreement_id: str = "", version: int = 0) -> str:
        """Add or change an agreement; returns the id.  Cases reported before keep what they were
        promised.  Raises `InvalidInput`, `NotFound`, `Conflict`."""
        checked = check_agreement(draft)
        with self._context.write() as unit:
            session = unit.session
            row = session.get(ServiceAgreementRow, agreement_id) if agreement_id else None
            if agreement_id and row is None:
                raise NotFound("agreement", agreement_id)
            if row is not None and row.version != version:
                raise Conflict("agreement", row.name)
            if row is None:
                row = ServiceAgreementRow(id=new_key(), name="", response_hours=0, resolve_hours=0)
            _refuse_taken(session, checked, row.id)
            for name in _FIELDS:
                setattr(row, name, getattr(checked, name))
            session.add(row)
            session.flush()
            unit.touched("agreement", [row.id])
            return str(row.id)

    def _as_marked(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], int] | None:
        """Contract and rank of a merchant, for a change to be merged with."""
        with self._context.read() as session:
            row = session.get(MerchantRow, given["merchant_id"])
            return None if row is None else ({"contract": row.contract, "vip": row.vip}, 0)

    @operation("merchant.set_service", merge=Merge(read=_as_marked, fields=("contract", "vip")))
    def mark_merchant(self, merchant_id: str, contract: str, vip: bool) -> None:
        """Note a merchant's contract and whether it is served before others; both may be asked for
        by agreements.  Raises `InvalidInput`, `NotFound`."""
        problems = Problems()
        number = ""
        with problems.field("contract"):
            number = text.line(contract, 60)
        problems.raise_if_any()
        with self._context.write() as unit:
            row = unit.session.get(MerchantRow, merchant_id)
            if row is None:
                raise NotFound("merchant", merchant_id)
            for name, value in (("contract", number), ("vip", vip)):
                before = getattr(row, name)
                if before != value:
                    setattr(row, name, value)
                    change = FieldChange(name, _said(before), _said(value))
                    unit.changed("merchant", merchant_id, change)
            unit.session.flush()
            unit.touched("merchant", [merchant_id])

    def merchant_by_number(self, mid: str) -> str:
        """The key of the merchant with this number.  Raises `NotFound`."""
        wanted = sa.select(col(MerchantRow.id)).where(col(MerchantRow.mid) == text.compact(mid))
        with self._context.read() as session:
            found = session.execute(wanted).scalar()
        if found is None:
            raise NotFound("merchant", mid)
        return str(found)


def _said(value: object) -> str:
    return ("yes" if value else "") if isinstance(value, bool) else str(value)


_TABLE: Any = ServiceAgreementRow.__table__  # type: ignore[attr-defined]
_ALL: Asked = (sa.select(*_TABLE.c), {})


def ask_agreements(session: Session) -> None:
    """Ask what `read_agreements` will, with the next query."""
    send_ahead(session, _ALL)


def read_agreements(session: Session) -> tuple[ServiceAgreement, ...]:
    """Every agreement, in an open session."""
    (rows,) = together(session, _ALL)
    return tuple(ServiceAgreement(**row._mapping) for row in rows)


def promise(
    session: Session,
    context: ServiceContext,
    priority: Priority,
    terminal_id: str | None,
    merchant_id: str | None,
) -> Promise:
    """What holds for a case of this priority at this terminal or merchant: the most specific
    agreement, else the times of the settings."""
    agreements = [one for one in read_agreements(session) if one.active]
    agreed = None
    if agreements:
        agreed = agreed_for(agreements, _case(session, priority, terminal_id, merchant_id))
    if agreed is None:
        return Promise(context.targets[priority], "", ServiceDays(context.zone))
    target = agreed.target
    days = (
        ServiceDays(context.zone) if target.hours.round_the_clock else context.service_days(session)
    )
    return Promise(target, agreed.name, days)


def _case(
    session: Session, priority: Priority, terminal_id: str | None, merchant_id: str | None
) -> AgreementCase:
    at_merchant: Any = (
        sa.select(col(MerchantRow.contract), col(MerchantRow.vip), col(AreaRow.name))
        .outerjoin(*AREA)
        .where(col(MerchantRow.id) == merchant_id)
    )
    at_position: Any = (
        sa.select(col(AcquirerRow.name))
        .select_from(PlacementRow)
        .join(*ACQUIRER)
        .where(col(PlacementRow.terminal_id) == terminal_id, PLACED_NOW)
    )
    place = session.execute(at_merchant).first() if merchant_id else None
    acquirer = session.execute(at_position).scalar() if terminal_id else None
    contract, vip, area = place or ("", False, "")
    return AgreementCase(
        priority=priority,
        contract=contract,
        vip=bool(vip),
        acquirer=acquirer or "",
        area=area or "",
    )


def _refuse_taken(session: Session, draft: AgreementDraft, own: str) -> None:
    """No two agreements bear one name, and no two in use are for the same cases."""
    others = [one for one in read_agreements(session) if one.id != own]
    if any(one.name == draft.name for one in others):
        raise InvalidInput.of("name", "agreement.known", value=draft.name)
    same = [one.name for one in others if one.active and scope_of(one) == scope_of(draft)]
    if draft.active and same:
        raise InvalidInput.of("name", "agreement.same_scope", name=same[0])
