"""Cases for levelling, always the same: three cities with districts, technicians who live there."""

from __future__ import annotations

import random
from datetime import date, timedelta

from app.domain.maintenance.planned_stops import Importance, PlannedStop, Worker
from app.domain.maintenance.travel import Spot

FIRST = date(2026, 11, 23)
_CITIES = ((31.23, 121.47), (31.30, 120.62), (30.25, 120.17))
_DISTRICTS = 4
_MINUTES = (20, 30, 40, 60)


def working_days(count: int) -> list[date]:
    """The weekdays among so many days."""
    days = (FIRST + timedelta(days=n) for n in range(count))
    return [day for day in days if day.weekday() < 5]


def cities(
    seed: int, visits: int, people: int, days: int, capacity: int = 420
) -> tuple[list[PlannedStop], list[Worker]]:
    """Visits around the middles of twelve districts, each due within ten days; technicians serve
    two or three districts of their city."""
    dice, dates = random.Random(seed), working_days(days)
    districts = [
        (city, f"c{city}d{n}", lat + dice.gauss(0, 0.08), lon + dice.gauss(0, 0.1))
        for city, (lat, lon) in enumerate(_CITIES)
        for n in range(_DISTRICTS)
    ]
    workers = []
    for number in range(people):
        mine = [d for d in districts if d[0] == number % len(_CITIES)]
        areas = tuple(sorted(d[1] for d in dice.sample(mine, 2 + dice.randrange(2))))
        _, _, lat, lon = dice.choice(mine)
        home = Spot(lat + dice.gauss(0, 0.02), lon + dice.gauss(0, 0.02))
        workers.append(
            Worker(
                id=f"t{number:03}",
                days=dict.fromkeys(dates, capacity),
                areas=areas,
                home=home,
            )
        )
    served = [d for d in districts if any(d[1] in worker.areas for worker in workers)]
    stops = []
    for number in range(visits):
        _, area, lat, lon = dice.choice(served)
        opens = dates[dice.randrange(max(1, len(dates) - 3))]
        stops.append(
            PlannedStop(
                visit_id=f"v{number:05}",
                spot=Spot(lat + dice.gauss(0, 0.025), lon + dice.gauss(0, 0.03), area),
                minutes=dice.choice(_MINUTES),
                window_from=opens,
                window_until=min(opens + timedelta(days=9), dates[-1]),
                planned_on=opens,
                technician_id=dice.choice([w.id for w in workers if area in w.areas]),
                importance=dice.choices(list(Importance), [5, 15, 5, 75])[0],
            )
        )
    return stops, workers
