"""Agreed times as data: who was promised what, and which agreement holds for a case.

An agreement names a contract, a merchant's rank, an acquirer, an area, a priority, or several of
them, and holds for the cases that fit all it names.  Of those that fit the most specific one wins:
a contract comes before the rank of the merchant, that before the acquirer, the area and last the
priority.  Where none fits, the times of the settings hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields

from app.domain import text
from app.domain.errors import Problems
from app.domain.incidents.lifecycle import Priority, Target
from app.domain.incidents.service_hours import ROUND_THE_CLOCK, ServiceHours, hours_written
from app.domain.incidents.targets import LEAST_HOURS, MOST_HOURS

MOST_NAME = 60
MOST_DAYS = 500
"""Days of service within which a promise has to be over: with a few minutes of service a day it
would lie beyond every calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAgreement:
    """What was agreed, and for which cases; a field that names nothing restricts nothing."""

    id: str
    version: int
    name: str
    contract: str
    vip: bool
    acquirer: str
    area: str
    priority: str
    response_hours: int
    resolve_hours: int
    hours: str
    active: bool

    @property
    def service_hours(self) -> ServiceHours:
        """The hours in which its times pass."""
        return hours_written(self.hours) or ROUND_THE_CLOCK

    @property
    def target(self) -> Target:
        """Its times."""
        return Target(self.response_hours, self.resolve_hours, self.service_hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDraft:
    """An agreement as entered.  `hours` are written as in `ServiceHours.written`."""

    name: str = ""
    contract: str = ""
    vip: bool = False
    acquirer: str = ""
    area: str = ""
    priority: str = ""
    response_hours: int = 4
    resolve_hours: int = 24
    hours: str = ""
    active: bool = True


SCOPE = ("contract", "vip", "acquirer", "area", "priority")
"""What an agreement may name, the most specific first."""


def draft_of_agreement(known: ServiceAgreement) -> AgreementDraft:
    """The agreement as an editable draft; saved unchanged it stays as it is."""
    return AgreementDraft(**{f.name: getattr(known, f.name) for f in fields(AgreementDraft)})


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementCase:
    """What of a case an agreement may ask for."""

    priority: Priority
    contract: str = ""
    vip: bool = False
    acquirer: str = ""
    area: str = ""


def scope_of(agreement: ServiceAgreement | AgreementDraft) -> tuple[object, ...]:
    """What it is for; two in use may not be for the same."""
    return tuple(getattr(agreement, name) for name in SCOPE)


def agreed_for(
    agreements: Iterable[ServiceAgreement], case: AgreementCase
) -> ServiceAgreement | None:
    """The agreement that holds for a case; None where only the settings say anything."""
    fitting = [
        one
        for one in agreements
        if one.active
        and all(
            not getattr(one, name) or getattr(one, name) == getattr(case, name) for name in SCOPE
        )
    ]
    # The name decides between two that computers made for the same cases before they exchanged.
    return min(fitting, key=_rank, default=None)


def _rank(one: ServiceAgreement) -> tuple[tuple[bool, ...], str, str]:
    return tuple(not named for named in scope_of(one)), one.name, one.id


def check_agreement(draft: AgreementDraft) -> AgreementDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    cleaned: dict[str, str] = {}
    for name in ("name", "contract", "acquirer", "area"):
        with problems.field(name):
            cleaned[name] = text.line(getattr(draft, name), MOST_NAME)
            if name == "name":
                text.required(cleaned[name])
    if draft.priority and draft.priority not in list(Priority):
        problems.add("priority", "choice.unknown", value=draft.priority)
    for name in ("response_hours", "resolve_hours"):
        value = getattr(draft, name)
        if not LEAST_HOURS <= value <= MOST_HOURS:
            problems.add(
                name, "number.out_of_range", value=value, least=LEAST_HOURS, most=MOST_HOURS
            )
    if draft.resolve_hours < draft.response_hours:
        problems.add("resolve_hours", "targets.order")
    hours = hours_written(text.compact(draft.hours))
    if hours is None:
        problems.add("hours", "agreement.hours", value=draft.hours)
    elif (days := math.ceil(draft.resolve_hours * 60 / hours.minutes)) > MOST_DAYS:
        problems.add("hours", "agreement.never_over", days=days, most=MOST_DAYS)
    problems.raise_if_any()
    assert hours is not None
    return AgreementDraft(
        vip=draft.vip,
        priority=draft.priority,
        response_hours=draft.response_hours,
        resolve_hours=draft.resolve_hours,
        hours=hours.written(),
        active=draft.active,
        **cleaned,
    )
