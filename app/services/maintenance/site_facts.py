"""What placing visits needs to know of their sites and jobs: who looks after the site, when it is
open, what the work needs; and the vehicles there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import OPEN_STATES
from app.domain.maintenance.job_needs import NOTHING_NEEDED, JobNeeds, together
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.plans import read_needs
from app.domain.maintenance.visits import VisitSummary
from app.domain.register.opening_hours import ALWAYS, OpeningHours, hours_understood, read_hours
from app.services.core.context import chunks
from app.services.maintenance.territories import read_kept
from db.models.company import VehicleRow
from db.models.incident import IncidentRow
from db.models.maintenance import OccurrenceRow, PlanVersionRow
from db.models.register import MerchantRow
from db.queries import FAULT_CLASS


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """Who looks after a merchant and when it is open, by merchant; what visits need, by visit."""

    keepers: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, JobNeeds] = field(default_factory=dict)

    def hours_of(self, merchant_id: str) -> OpeningHours:
        """When a shop is open, as far as it is known."""
        written = self.hours.get(merchant_id, "")
        return read_hours(written) if written else ALWAYS

    def hours_unread(self, merchant_id: str) -> bool:
        """Whether somebody wrote down when a shop is open, and it is not understood."""
        return not hours_understood(self.hours.get(merchant_id, ""))

    def needs_of(self, visit: VisitSummary) -> JobNeeds:
        """What a visit needs; two people where somebody said who comes along."""
        needs = self.needs.get(visit.id, NOTHING_NEEDED)
        return together([needs, JobNeeds(people=2)]) if visit.companion_id else needs


def read_site_facts(session: Session, visits: Sequence[VisitSummary]) -> SiteFacts:
    """The facts of all merchants, and of these visits."""
    open_at = sa.select(col(MerchantRow.id), col(MerchantRow.opening_hours)).where(
        col(MerchantRow.opening_hours) != ""
    )
    jobs: dict[str, list[JobNeeds]] = {}
    asking = _asking(session)
    for part in chunks([visit.id for visit in visits]):
        for visit_id, version_id in session.execute(_versions(part)) if asking else ():
            if version_id in asking:
                jobs.setdefault(visit_id, []).append(asking[version_id])
        for visit_id, found in session.execute(_classes(part)):
            if found:
                trained = JobNeeds(skills=(FaultClass(found),))
                jobs.setdefault(visit_id, []).append(trained)
    return SiteFacts(
        keepers=read_kept(session),
        hours={key: written for key, written in session.execute(open_at)},
        needs={key: together(all_of) for key, all_of in jobs.items()},
    )


def _asking(session: Session) -> dict[str, JobNeeds]:
    """The versions of plans that need more than one person with a bag."""
    rows = session.execute(sa.select(col(PlanVersionRow.id), col(PlanVersionRow.contents)))
    found = {key: read_needs(contents.get("needs")) for key, contents in rows}
    return {key: needs for key, needs in found.items() if needs != NOTHING_NEEDED}


def _versions(visit_ids: list[str]) -> Any:
    return (
        sa.select(col(OccurrenceRow.visit_id), col(OccurrenceRow.version_id))
        .where(
            col(OccurrenceRow.visit_id).in_(visit_ids),
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
        )
        .distinct()
    )


def _classes(visit_ids: list[str]) -> Any:
    """The classes of the faults a visit takes along."""
    return (
        sa.select(col(IncidentRow.visit_id), FAULT_CLASS)
        .where(col(IncidentRow.visit_id).in_(visit_ids), col(IncidentRow.state).in_(OPEN_STATES))
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class Fleet:
    """Whose vehicles there are: `own` of technicians, and how many are shared."""

    own: frozenset[str] = frozenset()
    pool: int = 0


def read_fleet(session: Session) -> Fleet:
    """The vehicles in use."""
    whose = session.execute(
        sa.select(col(VehicleRow.technician_id)).where(col(VehicleRow.active).is_(True))
    ).scalars()
    found = list(whose)
    return Fleet(frozenset(key for key in found if key), sum(not key for key in found))
