"""Maintenance plans: what is done to which terminals, how often or on which occasion, and why.

A plan has versions, each valid from a day on: an edit never changes what was due before it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.faults import FaultClass
from app.domain.maintenance.job_needs import NOTHING_NEEDED, JobNeeds
from app.domain.maintenance.meters import MeterKind, MeterRule
from app.domain.maintenance.recurrence import Anchor
from app.domain.maintenance.recurrence_drafts import read_rule, write_rule
from app.domain.maintenance.recurrence_rule import Rule
from app.domain.register.terminals import TerminalKind, TerminalState
from app.languages import NO_TEXT, LocalizedText


class Scope(StrEnum):
    """What one occurrence of a plan is about."""

    TERMINAL = "terminal"
    MERCHANT = "merchant"
    ESTATE = "estate"


class WorkPlace(StrEnum):
    """Where the work is done; only work on site makes somebody travel."""

    SITE = "site"
    REMOTE = "remote"
    OFFICE = "office"


class AnchorKind(StrEnum):
    """What the rule counts from: one day for all, or each one's own installation."""

    START = "start"
    INSTALLED = "installed"


class PlanEvent(StrEnum):
    """Occasions on which a plan falls due, whatever the calendar says."""

    INSTALLED = "installed"
    REPAIRED = "repaired"
    SWAPPED = "swapped"
    RELOCATED = "relocated"
    RETURNED = "returned"
    UPDATED = "updated"
    INCIDENTS = "incidents"


class Confidence(StrEnum):
    """How sure the stated basis of a plan is."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class EventRule:
    """Due `late_days` after an event at the latest.  For INCIDENTS: after the `times`-th incident
    of one of the `classes` (none: any) on the same terminal within `within_days`."""

    event: PlanEvent
    classes: tuple[FaultClass, ...] = ()
    times: int = 1
    within_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Which terminals a plan covers (or the merchants they stand at); empty fields do not
    restrict, except that without states only terminals in service are meant."""

    areas: tuple[str, ...] = ()
    acquirers: tuple[str, ...] = ()
    manufacturers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    mids: tuple[str, ...] = ()


EVERYTHING = Subjects()
"""No restriction: every terminal in service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing maintained, with what filters, grouping and travel need of it.  `key` is its
    terminal's or merchant's id, or ``estate``; `site` the place one visit serves."""

    key: str
    scope: Scope
    terminal_id: str = ""
    merchant_id: str = ""
    serial: str = ""
    tid: str = ""
    merchant_name: str = ""
    area: str = ""
    acquirer: str = ""
    manufacturer: str = ""
    model: str = ""
    kind: TerminalKind = TerminalKind.OTHER
    state: TerminalState = TerminalState.IN_SERVICE
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    anchor_on: date | None = None
    mid: str = ""

    @property
    def site(self) -> str:
        """The place: terminals of one merchant are one stop."""
        return self.merchant_id or self.key


ESTATE = Subject(key="estate", scope=Scope.ESTATE)
"""The subject of plans about the estate as a whole."""


def admits(subjects: Subjects, subject: Subject) -> bool:
    """Whether a plan with this filter covers the subject."""
    states = subjects.states or (TerminalState.IN_SERVICE,)
    if subject.state not in states:
        return False
    return all(
        not wanted or value in wanted
        for wanted, value in (
            (subjects.areas, subject.area),
            (subjects.acquirers, subject.acquirer),
            (subjects.manufacturers, subject.manufacturer),
            (subjects.models, subject.model),
            (subjects.kinds, subject.kind),
            (subjects.serials, subject.serial),
            (subjects.mids, subject.mid),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything one version of a plan says."""

    name: LocalizedText
    scope: Scope
    place: WorkPlace
    starts_on: date
    rule: Rule | None = None
    anchor: AnchorKind = AnchorKind.INSTALLED
    ends_on: date | None = None
    meter: MeterRule | None = None
    events: tuple[EventRule, ...] = ()
    event_late_days: int = 7
    subjects: Subjects = EVERYTHING
    checklist: str = ""
    minutes: int = 30
    covers: tuple[str, ...] = ()
    gate: bool = False
    basis: LocalizedText = NO_TEXT
    source: str = ""
    confidence: Confidence = Confidence.HOUSE
    needs: JobNeeds = NOTHING_NEEDED

    def anchor_of(self, subject: Subject) -> Anchor:
        """What the rule counts from for one subject.  The day of installation itself needs no
        maintenance; the common first day does."""
        if self.anchor is AnchorKind.INSTALLED and subject.anchor_on is not None:
            return Anchor(subject.anchor_on, first=1)
        return Anchor(self.starts_on)


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan's contents from a day on, until the next version begins."""

    id: str
    number: int
    valid_from: date
    contents: Contents
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A maintenance plan with all its versions, oldest first."""

    id: str
    version: int
    key: str
    active: bool
    versions: tuple[PlanVersion, ...]

    def at(self, day: date) -> PlanVersion:
        """The version that counts on a day (the first one before any began)."""
        begun = [version for version in self.versions if version.valid_from <= day]
        return begun[-1] if begun else self.versions[0]

    @property
    def latest(self) -> PlanVersion:
        """The newest version."""
        return self.versions[-1]


# --- as a document -----------------------------------------------------------------------------


def write_contents(contents: Contents) -> dict[str, Any]:
    """The parts of a version no query looks at, as JSON can keep them."""
    meter = contents.meter
    return {
        "rule": None if contents.rule is None else write_rule(contents.rule),
        "meter": None if meter is None else [str(meter.kind), meter.every],
        "events": [
            [str(e.event), [str(c) for c in e.classes], e.times, e.within_days]
            for e in contents.events
        ],
        "subjects": {
            name: list(value)
            for name in Subjects.__dataclass_fields__
            if (value := getattr(contents.subjects, name))
        },
        "covers": list(contents.covers),
        **_write_needs(contents.needs),
    }


def read_contents(document: dict[str, Any], plain: Contents) -> Contents:
    """`plain` completed by what `write_contents` kept."""
    meter = document["meter"]
    return replace(
        plain,
        rule=None if document["rule"] is None else read_rule(document["rule"]),
        meter=None if meter is None else MeterRule(MeterKind(meter[0]), meter[1]),
        events=tuple(
            EventRule(PlanEvent(name), tuple(FaultClass(c) for c in classes), times, within)
            for name, classes, times, within in document["events"]
        ),
        subjects=Subjects(**{name: tuple(v) for name, v in document["subjects"].items()}),
        covers=tuple(document["covers"]),
        needs=read_needs(document.get("needs")),
    )


def _write_needs(needs: JobNeeds) -> dict[str, Any]:
    """Nothing is written of a job for one person with a bag, as before there were others."""
    if needs == NOTHING_NEEDED:
        return {}
    return {"needs": [needs.people, needs.vehicle, [str(skill) for skill in needs.skills]]}


def read_needs(written: Any) -> JobNeeds:
    """What `write_contents` kept of the needs; nothing kept: none."""
    if not written:
        return NOTHING_NEEDED
    people, vehicle, skills = written
    return JobNeeds(people=people, vehicle=vehicle, skills=tuple(FaultClass(s) for s in skills))
