"""Who looks after which site: kept site by site, proposed where nobody does yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import NotFound
from app.domain.event_data import FieldChange
from app.domain.maintenance.plans import Scope, WorkPlace
from app.domain.maintenance.territories import (
    Keeper,
    Site,
    TerritoryMap,
    TerritoryShare,
    TerritorySite,
    propose,
)
from app.domain.maintenance.travel import Plane, Spot
from app.domain.register.areas import AreaTree
from app.domain.register.people import Technician
from app.services.core.context import ServiceContext, chunks
from app.services.core.operations import operation
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.generation_dates import missing
from app.services.maintenance.working_times import capacities
from app.services.register.areas import read_area_tree
from app.services.register.directory import read_technicians
from db.models.company import TerritorySiteRow
from db.models.register import AreaRow, MerchantRow, TechnicianRow
from db.queries import AREA

YEAR = 365
PIECE = 1_000
"""Sites of one operation."""


class MerchantPlace(NamedTuple):
    """A merchant on the map."""

    merchant_id: str
    mid: str
    name: str
    spot: Spot


def read_places(session: Session) -> dict[str, MerchantPlace]:
    """Every merchant by key."""
    rows = session.execute(
        sa.select(
            col(MerchantRow.id),
            col(MerchantRow.mid),
            col(MerchantRow.name),
            col(MerchantRow.latitude),
            col(MerchantRow.longitude),
            col(AreaRow.name),
        )
        .outerjoin(*AREA)
        .execution_options(yield_per=PIECE)
    )
    return {
        key: MerchantPlace(key, mid, name, Spot(latitude, longitude, area or ""))
        for key, mid, name, latitude, longitude, area in rows
    }


def keepers(people: Iterable[Technician], tree: AreaTree) -> list[Keeper]:
    """Those who go on visits; who serves an area serves those inside it."""
    return [
        Keeper(p.id, tree.within(p.areas), Spot(p.latitude, p.longitude), p.capacity_minutes)
        for p in people
        if p.fieldwork
    ]


def read_kept(session: Session) -> dict[str, str]:
    """Whose each site is (by merchant), as somebody decided."""
    rows = session.execute(
        sa.select(col(TerritorySiteRow.merchant_id), col(TerritorySiteRow.technician_id))
    )
    return {merchant_id: technician_id for merchant_id, technician_id in rows}


def read_owners(
    due_dates: DueDates,
    places: dict[str, MerchantPlace],
    people: Iterable[Technician],
    kept: dict[str, str],
    tree: AreaTree,
) -> dict[str, str]:
    """Whose each merchant with work is: as kept, else as proposed."""
    work = yearly_minutes(due_dates)
    sites = [Site(key, places[key].spot, minutes) for key, minutes in work.items() if key in places]
    return propose(sites, keepers(people, tree), kept)


def yearly_minutes(due_dates: DueDates) -> dict[str, float]:
    """Per merchant the minutes a year the plans ask for there; a little for each terminal that has
    no plan yet, so that an estate can be divided before the first plan."""
    found: dict[str, float] = {}
    for subject in due_dates.subjects[Scope.TERMINAL]:
        if subject.merchant_id and subject.state == "in_service":
            found[subject.merchant_id] = found.get(subject.merchant_id, 0.0) + 1
    for plan in due_dates.plans:
        contents = plan.at(due_dates.today).contents
        rule = contents.rule
        if rule is None or contents.place is not WorkPlace.SITE:
            continue
        until = due_dates.today + timedelta(days=YEAR)
        recurrence = due_dates.recurrence(rule, due_dates.today, until)
        times: dict[int, int] = {}
        for subject in due_dates.covered(contents):
            if not subject.merchant_id:
                continue
            anchor, _ = due_dates.anchor(contents, subject)
            if id(anchor) not in times:
                times[id(anchor)] = len(recurrence.dates(anchor).days)
            more = contents.minutes * times[id(anchor)]
            found[subject.merchant_id] = found.get(subject.merchant_id, 0.0) + more
    return found


class Territories:
    """Use cases of territories."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def map(self, *, anew: bool = False) -> TerritoryMap:
        """All sites with whose they are, and a proposal for those that are nobody's; `anew`
        proposes for all of them."""
        today = self._context.today()
        with self._context.read() as session:
            due_dates = DueDates(session, today)
            people = [p for p in read_technicians(session) if p.fieldwork]
            places, kept = read_places(session), read_kept(session)
            proposed = read_owners(
                due_dates, places, people, {} if anew else kept, read_area_tree(session)
            )
            work = yearly_minutes(due_dates)
            room = capacities(session, people, today, today + timedelta(days=YEAR - 1))
        sites = [places[key] for key in work if key in places]
        homes = {p.id: Spot(p.latitude, p.longitude) for p in people if p.latitude is not None}
        plane = Plane([*(site.spot for site in sites), *homes.values()])
        return TerritoryMap(
            people={p.id: p.name for p in people},
            room={key: sum(days.values()) for key, days in room.items()},
            homes={key: plane.point(spot) for key, spot in homes.items()},
            sites=tuple(
                TerritorySite(
                    merchant_id=site.merchant_id,
                    mid=site.mid,
                    name=site.name,
                    area=site.spot.area,
                    point=None if site.spot.latitude is None else plane.point(site.spot),
                    minutes=work[site.merchant_id],
                    kept=kept.get(site.merchant_id, ""),
                    proposed=proposed.get(site.merchant_id, ""),
                )
                for site in sites
            ),
        )

    def keep(self, shares: Iterable[TerritoryShare]) -> int:
        """Say who looks after sites from now on; returns how many that are.  Visits there are stay
        where they are.  Raises `NotFound`."""
        count = 0
        for share in shares:
            for part in chunks(list(share.merchant_ids), PIECE):
                count += self._keep(TerritoryShare(share.technician_id, tuple(part)))
        return count

    @operation("territory.keep")
    def _keep(self, share: TerritoryShare) -> int:
        with self._context.write() as unit:
            session, who = unit.session, share.technician_id or None
            if who is not None and session.get(TechnicianRow, who) is None:
                raise NotFound("technician", who)
            ids = set(share.merchant_ids)
            ids -= missing(session, col(MerchantRow.id), ids)
            for part in chunks(sorted(ids)):
                session.execute(
                    sa.delete(TerritorySiteRow).where(col(TerritorySiteRow.merchant_id).in_(part))
                )
            if who is not None:
                session.add_all(
                    TerritorySiteRow(merchant_id=key, technician_id=who) for key in sorted(ids)
                )
                changed = FieldChange("territory", "", str(len(ids)))
                unit.changed("technician", who, changed)
                unit.touched("technician", [who])
            unit.touched("visit")
        return len(ids)
