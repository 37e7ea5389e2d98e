"""Territories: who looks after which sites.

A territory is kept site by site.  Where none is kept one is proposed: neighbouring sites for each
person, so that everybody's hours bear the same relation to the time they have.  Whoever is named
for areas serves these and no others; the others serve the areas nobody is named for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.domain.maintenance.travel import NOWHERE, Plane, Point, Spot, kilometres

TOLERANCE = 0.1
"""How far from an even share a cut may be moved to where nobody's sites are near: a city is not
divided for a few hours."""


@dataclass(frozen=True, slots=True)
class Site:
    """A merchant's place with the minutes of work it takes, in the same period for all."""

    id: str
    spot: Spot
    minutes: float


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who goes on visits: the areas served (none: those nobody is named for), where they
    leave from, and how much time they have compared with others."""

    id: str
    areas: tuple[str, ...] = ()
    home: Spot = NOWHERE
    room: float = 1.0


class Service:
    """Who may be sent to which area."""

    def __init__(self, keepers: Iterable[Keeper]) -> None:
        self.keepers = {keeper.id: keeper for keeper in keepers}
        self._anywhere = tuple(k.id for k in self.keepers.values() if not k.areas)
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, area: str) -> tuple[str, ...]:
        """Those named for an area, else those who are named for none."""
        known = self._known.get(area)
        if known is None:
            named = tuple(k.id for k in self.keepers.values() if area in k.areas)
            known = self._known[area] = named or self._anywhere
        return known


def propose(
    sites: Sequence[Site], keepers: Sequence[Keeper], kept: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The keeper of each site, by their keys; sites nobody may be sent to are left out.

    What is `kept` stays, as long as that person still goes on visits.  When a part is kept, further
    sites go to whoever has the nearest ones; else the sites of each area are divided.
    """
    service = Service(keepers)
    plane = Plane([*(site.spot for site in sites), *(keeper.home for keeper in keepers)])
    found = {
        site.id: kept[site.id]
        for site in sites
        if kept and kept.get(site.id, "") in service.keepers
    }
    load = dict.fromkeys(service.keepers, 0.0)
    for site in sites:
        if site.id in found:
            load[found[site.id]] += site.minutes
    centres = _centres(sites, found, plane)
    shared: dict[tuple[str, ...], list[Site]] = {}
    for site in sites:
        if site.id in found:
            continue
        people = service.of(site.spot.area)
        near = [(kilometres(centres[p], plane.point(site.spot)), p) for p in people if p in centres]
        if near:
            found[site.id] = min(near)[1]
        elif people:
            shared.setdefault(people, []).append(site)
    # Who serves few areas gets his share there first; the others make up for it elsewhere.
    for people, theirs in sorted(shared.items(), key=lambda pair: (len(pair[0]), pair[0])):
        group = [service.keepers[key] for key in people]
        shares = _shares(group, load, sum(site.minutes for site in theirs))
        for keeper_id, mine in _divide(theirs, group, shares, plane):
            found |= dict.fromkeys((site.id for site in mine), keeper_id)
            load[keeper_id] += sum(site.minutes for site in mine)
    return found


def _centres(sites: Sequence[Site], found: Mapping[str, str], plane: Plane) -> dict[str, Point]:
    """The middle of what each person keeps."""
    sums: dict[str, tuple[float, float, int]] = {}
    for site in sites:
        if site.id in found:
            x, y = plane.point(site.spot)
            east, north, count = sums.get(found[site.id], (0.0, 0.0, 0))
            sums[found[site.id]] = (east + x, north + y, count + 1)
    return {key: (x / count, y / count) for key, (x, y, count) in sums.items()}


def _shares(group: Sequence[Keeper], load: Mapping[str, float], work: float) -> list[float]:
    """How many minutes each of them takes, so that all are as full as can be: those who are fuller
    already take none."""
    level, rooms = work, 0.0
    for keeper in sorted(group, key=lambda k: load[k.id] / max(k.room, 1e-9)):
        if rooms and load[keeper.id] / max(keeper.room, 1e-9) >= level / rooms:
            break
        level, rooms = level + load[keeper.id], rooms + max(keeper.room, 1e-9)
    height = level / rooms
    return [max(0.0, height * max(k.room, 1e-9) - load[k.id]) for k in group]


def _divide(
    sites: list[Site], group: Sequence[Keeper], shares: Sequence[float], plane: Plane
) -> Iterable[tuple[str, list[Site]]]:
    """Cut the sites in two across their longer side, again and again, until each part is one
    person's; people go to the side they live on."""
    if len(group) == 1:
        yield group[0].id, sites
        return
    points = [plane.point(site.spot) for site in sites]
    axis = 0 if _extent(points, 0) >= _extent(points, 1) else 1
    order = sorted(range(len(sites)), key=lambda n: (points[n][axis], points[n][1 - axis], n))
    middle = sum(point[axis] for point in points) / max(1, len(points))

    def lives(n: int) -> tuple[float, str]:
        home = group[n].home
        return (middle if home.latitude is None else plane.point(home)[axis]), group[n].id

    people = sorted(range(len(group)), key=lives)
    half = len(people) // 2
    # An earlier cut at a gap left more or less than the shares: these divide what there is.
    there = sum(site.minutes for site in sites) / (sum(shares) or 1.0)
    quota = there * sum(shares[n] for n in people[:half])
    cut = _cut([sites[n].minutes for n in order], [points[n][axis] for n in order], quota)
    for mine, places in ((people[:half], order[:cut]), (people[half:], order[cut:])):
        yield from _divide(
            [sites[n] for n in places], [group[n] for n in mine], [shares[n] for n in mine], plane
        )


def _extent(points: Sequence[Point], axis: int) -> float:
    values = [point[axis] for point in points]
    return max(values) - min(values) if values else 0.0


def _cut(minutes: Sequence[float], along: Sequence[float], quota: float) -> int:
    """Where to cut a row of sites: where the share is reached, or at the widest gap near there."""
    sums = [0.0, *accumulate(minutes)]
    allowed = TOLERANCE * min(quota, sums[-1] - quota)
    near = [n for n in range(1, len(minutes)) if abs(sums[n] - quota) <= allowed]
    if near:
        return max(near, key=lambda n: (along[n] - along[n - 1], -abs(sums[n] - quota)))
    return min(range(len(sums)), key=lambda n: abs(sums[n] - quota))


@dataclass(frozen=True, slots=True)
class TerritoryShare:
    """Sites (by the keys of their merchants) somebody looks after from now on; nobody when the
    technician is empty."""

    technician_id: str
    merchant_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritorySite:
    """A site in sight: where it lies on the map, its minutes of planned work a year, whose it is
    and whose it would be."""

    merchant_id: str
    mid: str
    name: str
    area: str
    point: Point | None
    minutes: float
    kept: str
    proposed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryMap:
    """All sites, and the people who go on visits with their working minutes a year.  `homes` are
    where they leave from."""

    people: Mapping[str, str]
    room: Mapping[str, int]
    homes: Mapping[str, Point]
    sites: tuple[TerritorySite, ...]

    @property
    def new(self) -> list[TerritorySite]:
        """Those the proposal gives to somebody else than they are kept for, or to a first one."""
        return [site for site in self.sites if site.proposed and site.proposed != site.kept]

    @property
    def shares(self) -> tuple[TerritoryShare, ...]:
        """What taking over the proposal changes."""
        found: dict[str, list[str]] = {}
        for site in self.new:
            found.setdefault(site.proposed, []).append(site.merchant_id)
        return tuple(TerritoryShare(key, tuple(ids)) for key, ids in sorted(found.items()))

    def minutes(self, technician_id: str) -> float:
        """Planned work a year somebody has once the proposal is taken over."""
        return sum(site.minutes for site in self.sites if site.proposed == technician_id)

    def count(self, technician_id: str) -> int:
        """Sites somebody has then."""
        return sum(site.proposed == technician_id for site in self.sites)
