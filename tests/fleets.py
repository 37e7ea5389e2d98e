"""Estates and their incidents by chance, with causes planted in them: what the rules of warnings
are measured on.

Terminals start at staggered days, the estate grows, classes have seasons, terminals and shops
differ (log-normal, mildly or strongly), areas are of unequal size, and some were merged.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.faults import FaultClass
from app.domain.insight.estate_counts import CLASSES, Estate, Incident, IncidentColumns
from app.domain.insight.warnings import SubjectKind

A_YEAR = 365.25
RATES = {
    FaultClass.HARDWARE: 0.58,
    FaultClass.SOFTWARE: 0.30,
    FaultClass.NETWORK: 0.50,
    FaultClass.OPERATION: 0.55,
    FaultClass.VIOLATION: 0.12,
    FaultClass.BALANCE: 0.25,
    FaultClass.FROZEN: 0.24,
    FaultClass.SYSTEM: 0.25,
}
"""Incidents a terminal has in a year."""
MODELS = (("N910", 3), ("A8", 2), ("A920", 2), ("C960F", 2), ("N850", 2), ("P2", 2), ("V240m", 1))
"""Models with the number of their firmware versions."""
MILD, STRONG = 0.3, 0.7
"""Standard deviation of the logarithm of what makes terminals, and shops, differ."""


@dataclass(frozen=True, slots=True)
class Plant:
    """A cause in the incidents: `ratio` times as many of a class on the terminals from a day on."""

    kind: str
    subject: tuple[SubjectKind, int]
    name: int
    ratio: float
    first: int
    terminals: frozenset[int]
    also: frozenset[tuple[SubjectKind, int]] = frozenset()


@dataclass(slots=True)
class Fleet:
    """An estate over some years with its incidents, by day."""

    days: int
    starts: list[int]
    groups: dict[SubjectKind, list[int]]
    sizes: dict[SubjectKind, int]
    rows: list[Incident]
    plants: list[Plant] = field(default_factory=list)

    def estate(self, today: int) -> Estate:
        """The estate as of a day."""
        size = len(self.starts)
        return Estate(
            days=today + 1,
            starts=self.starts,
            ends=[today + 1] * size,
            ages=[today - start for start in self.starts],
            groups=dict(self.groups),
            sizes=self.sizes,
        )

    def until(self, today: int) -> IncidentColumns:
        """The incidents until a day."""
        return IncidentColumns(row for row in self.rows if row[0] <= today)

    def members(self, kind: SubjectKind, group: int) -> list[int]:
        """The terminals of a group."""
        of = self.groups[kind]
        return [who for who in range(len(of)) if of[who] == group]


class FleetMaker:
    """Makes a fleet of `size` terminals from a seed."""

    def __init__(self, size: int, seed: int, *, months: int = 24, unlike: float = MILD) -> None:
        self.chance = random.Random(f"{size} {seed} {months} {unlike}")
        self.days = round(months * A_YEAR / 12)
        self.unlike = unlike
        self.fleet = self._estate(size)
        self._factors = self._differences()
        self._seasons = [(self.chance.uniform(0, 0.3), self.chance.uniform(0, 1)) for _ in CLASSES]
        self.fleet.rows = list(self._usual())

    def _estate(self, size: int) -> Fleet:
        chance = self.chance
        areas = max(2, min(60, round(size**0.5 / 5)))
        weights = [chance.uniform(0.4, 2) for _ in range(areas)]
        merged = chance.randrange(areas)
        versions = [(m, v) for m, (_name, n) in enumerate(MODELS) for v in range(n)]
        popular = [chance.uniform(0.3, 2) for _ in versions]
        groups: dict[SubjectKind, list[int]] = {
            kind: [] for kind in (*_KINDS, SubjectKind.MERCHANT)
        }
        starts: list[int] = []
        shop, left, place = -1, 0, (0, 0)
        for _ in range(size):
            if not left:
                shop, left = shop + 1, chance.choices((1, 2, 3, 5, 9), (50, 30, 13, 5, 2))[0]
                area = chance.choices(range(areas), weights)[0]
                place = (0 if area == merged else area), chance.randrange(4)
            left -= 1
            version = chance.choices(range(len(versions)), popular)[0]
            groups[SubjectKind.FIRMWARE].append(version)
            groups[SubjectKind.MODEL].append(versions[version][0])
            groups[SubjectKind.AREA].append(place[0])
            groups[SubjectKind.ACQUIRER].append(place[1])
            groups[SubjectKind.MERCHANT].append(shop)
            starts.append(0 if chance.random() < 0.6 else chance.randrange(self.days))
        sizes = {
            SubjectKind.FIRMWARE: len(versions),
            SubjectKind.MODEL: len(MODELS),
            SubjectKind.AREA: areas,
            SubjectKind.ACQUIRER: 4,
            SubjectKind.MERCHANT: shop + 1,
        }
        return Fleet(self.days, starts, groups, sizes, [])

    def _differences(self) -> list[list[float]]:
        def unlike() -> float:
            return math.exp(self.chance.gauss(-(self.unlike**2) / 2, self.unlike))

        shops = [[unlike() for _ in CLASSES] for _ in range(self.fleet.sizes[SubjectKind.MERCHANT])]
        of = self.fleet.groups[SubjectKind.MERCHANT]
        return [[unlike() * by for by in shops[of[who]]] for who in range(len(of))]

    def _usual(self) -> Iterator[Incident]:
        for who, start in enumerate(self.fleet.starts):
            for name, fault_class in enumerate(CLASSES):
                rate = RATES.get(fault_class, 0.0) * self._factors[who][name]
                yield from self._incidents(who, name, rate, start, self.days)

    def _incidents(
        self, who: int, name: int, rate: float, first: int, end: int
    ) -> Iterator[Incident]:
        """Incidents of a terminal and class, thinned by the season."""
        height, phase = self._seasons[name]
        shop = self.fleet.groups[SubjectKind.MERCHANT][who]
        at = float(first)
        top = rate * (1 + height) / A_YEAR
        while top > 0:
            at += self.chance.expovariate(top)
            if at >= end:
                return
            season = 1 + height * math.sin(2 * math.pi * (at / A_YEAR + phase))
            if self.chance.random() * (1 + height) < season:
                yield int(at), who, shop, name

    # --- causes --------------------------------------------------------------------------------

    def raise_rate(
        self,
        kind: str,
        subject: tuple[SubjectKind, int],
        name: int,
        ratio: float,
        first: int,
        terminals: Sequence[int],
    ) -> None:
        """`ratio` times as many incidents of a class on these terminals from a day on."""
        for who in terminals:
            more = RATES[CLASSES[name]] * self._factors[who][name] * (ratio - 1)
            start = max(first, self.fleet.starts[who])
            self.fleet.rows += self._incidents(who, name, more, start, self.days)
        self._planted(Plant(kind, subject, name, ratio, first, frozenset(terminals)))

    def new_firmware(self, name: int, ratio: float, first: int, amount: int) -> None:
        """A version of its own on `amount` terminals of a model, worse from a day on."""
        model = self.chance.randrange(len(MODELS))
        some = self.fleet.members(SubjectKind.MODEL, model)
        chosen = self.chance.sample(some, min(amount, len(some)))
        version = self.fleet.sizes[SubjectKind.FIRMWARE]
        self.fleet.sizes[SubjectKind.FIRMWARE] = version + 1
        for who in chosen:
            self.fleet.groups[SubjectKind.FIRMWARE][who] = version
        self.raise_rate("firmware", (SubjectKind.FIRMWARE, version), name, ratio, first, chosen)

    def rise(self, kind: SubjectKind, name: int, ratio: float, first: int) -> None:
        """A class rising in a group from a day on."""
        group = self.chance.randrange(self.fleet.sizes[kind])
        while len(self.fleet.members(kind, group)) < 5:
            group = self.chance.randrange(self.fleet.sizes[kind])
        members = self.fleet.members(kind, group)
        self.raise_rate("rise", (kind, group), name, ratio, first, members)

    def shop_burst(self, name: int, amount: int, first: int, length: int) -> None:
        """So many incidents of a class at one merchant within some days."""
        shop = self.chance.randrange(self.fleet.sizes[SubjectKind.MERCHANT])
        members = self.fleet.members(SubjectKind.MERCHANT, shop)
        self._burst(
            "merchant", (SubjectKind.MERCHANT, shop), name, members, (amount, first, length)
        )

    def terminal_burst(self, name: int, amount: int, first: int, length: int) -> None:
        """So many incidents of a class on one terminal within some days."""
        who = self.chance.randrange(len(self.fleet.starts))
        self._burst("terminal", (SubjectKind.TERMINAL, who), name, [who], (amount, first, length))

    def outage(self, name: int, amount: int, day: int) -> None:
        """So many terminals of an area with one class on one day."""
        amount = min(amount, len(self.fleet.starts) // 4)
        areas = range(self.fleet.sizes[SubjectKind.AREA])
        fitting = [a for a in areas if len(self.fleet.members(SubjectKind.AREA, a)) >= amount]
        area = self.chance.choice(fitting)
        members = self.fleet.members(SubjectKind.AREA, area)
        chosen = self.chance.sample(members, amount)
        shops = self.fleet.groups[SubjectKind.MERCHANT]
        self.fleet.rows += [(day, who, shops[who], name) for who in chosen]
        self._planted(Plant("outage", (SubjectKind.AREA, area), name, 0, day, frozenset(chosen)))

    def _burst(
        self,
        kind: str,
        subject: tuple[SubjectKind, int],
        name: int,
        members: Sequence[int],
        when: tuple[int, int, int],
    ) -> None:
        amount, first, length = when
        shops = self.fleet.groups[SubjectKind.MERCHANT]
        for _ in range(amount):
            who = self.chance.choice(members)
            day = first + self.chance.randrange(length)
            self.fleet.rows.append((day, who, shops[who], name))
        self._planted(Plant(kind, subject, name, 0, first, frozenset(members)))

    def _planted(self, plant: Plant) -> None:
        for who in plant.terminals:
            self.fleet.starts[who] = min(self.fleet.starts[who], max(0, plant.first - 60))
        self.fleet.plants.append(plant)


_KINDS = (SubjectKind.FIRMWARE, SubjectKind.MODEL, SubjectKind.AREA, SubjectKind.ACQUIRER)
