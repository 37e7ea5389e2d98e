"""Maintenance: due dates, a month foreseen, a month in sight, levelling, memory over years."""

from __future__ import annotations

import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as midnight
from pathlib import Path

import sqlalchemy as sa
from dateutil.rrule import MONTHLY, rrule

from app import bootstrap, paths
from app.domain.maintenance.balancing import level
from app.domain.maintenance.planned_stops import PlannedStop, Worker
from app.domain.maintenance.recurrence import Anchor, Recurrence
from app.domain.maintenance.recurrence_rule import DayOffShift, Rule, Unit
from app.domain.maintenance.travel import Spot
from app.domain.maintenance.workdays import WEEKENDS_ONLY
from app.domain.register.people import TechnicianDraft
from app.services import Services
from app.services.core.context import Clock, system_clock
from app.services.maintenance.visit_queries import VisitFilter
from app.services.sample import estate
from app.settings import Settings
from tests.bench.harness import Row, paired, timed
from tests.bench.levelling_cases import cities

SETTINGS = Settings(technician="T01", device="L7")
EXPORT = paths.resources() / "sample" / "terminals.csv"
TERMINALS, MONTHS = 100_000, 24
RULED = 500
"""Terminals `rrule` is asked about; its time is scaled up, as it would take minutes."""
MONTHLY_RULE = Rule(unit=Unit.MONTH, every=1, shift=DayOffShift.NONE)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


def measure() -> Iterator[Row]:
    """Everything, on the sample estate of 2000 terminals with the eleven plans."""
    anchors = _anchors()
    yield paired(
        "due dates of 100 000 terminals over 24 months",
        lambda: _ours(anchors),
        lambda: _arithmetic(anchors),
        aim=3,
        against="integer date arithmetic",
    )
    yield _against_rrule(anchors)
    yield _level()
    yield from _level_cases()
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        services = _estate(Path(name) / "poscare.db", system_clock)
        try:
            yield from _estate_rows(services)
        finally:
            services.close()
        yield _three_years(Path(name))


# --- dates ---------------------------------------------------------------------------------------


def _anchors() -> list[date]:
    dice = random.Random(11)
    return [date(2020, 1, 1) + timedelta(days=dice.randrange(2100)) for _ in range(TERMINALS)]


def _ours(anchors: list[date]) -> int:
    recurrence = Recurrence(MONTHLY_RULE, FIRST, LAST, WEEKENDS_ONLY)
    return sum(len(recurrence.dates(Anchor(day, first=1)).days) for day in anchors)


def _arithmetic(anchors: list[date]) -> int:
    """The plainest way: year and month counted up, the day cut to the length of the month."""
    lengths = {
        (year, month): (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        for year in (2026, 2027)
        for month in range(1, 13)
    }
    starts = {key: date(*key, 1).toordinal() - 1 for key in lengths}
    count = 0
    for anchor in anchors:
        day = anchor.day
        count += len([starts[key] + min(day, length) for key, length in lengths.items()])
    return count


def _moment(day: date) -> datetime:
    return datetime.combine(day, midnight(), UTC)


def _against_rrule(anchors: list[date]) -> Row:
    some = anchors[:RULED]

    def floor() -> None:
        begin, end = _moment(FIRST), _moment(LAST)
        for day in some:
            rrule(MONTHLY, dtstart=_moment(day), until=end).between(begin, end, inc=True)

    scale = TERMINALS / RULED
    pairs = [(timed(lambda: _ours(anchors)), timed(floor) * scale) for _ in range(3)]
    ours, theirs = (sorted(pair[n] for pair in pairs)[1] for n in (0, 1))
    return Row(
        "the same against dateutil.rrule",
        ours,
        theirs,
        theirs / ours,
        20,
        f"rrule for {RULED} terminals, scaled",
        faster=True,
    )


# --- levelling -----------------------------------------------------------------------------------


def _level() -> Row:
    dice, first = random.Random(5), date(2026, 11, 23)
    days = [
        first + timedelta(days=n) for n in range(26) if (first + timedelta(days=n)).weekday() < 5
    ]

    def spot() -> Spot:
        return Spot(31.0 + dice.random() * 0.5, 121.2 + dice.random() * 0.6)

    workers = [Worker(id=f"w{n}", days=dict.fromkeys(days, 420), home=spot()) for n in range(20)]
    stops = []
    for n in range(2000):
        opens = days[dice.randrange(len(days) - 5)]
        stops.append(
            PlannedStop(
                visit_id=f"v{n}",
                spot=spot(),
                minutes=dice.choice((20, 30, 40, 60)),
                window_from=opens,
                window_until=opens + timedelta(days=9),
                planned_on=opens,
                technician_id=dice.choice(workers).id,
                locked=dice.random() < 0.03,
            )
        )
    return _levelled("levelling 2000 visits over 20 technicians", stops, workers, 20)


def _levelled(name: str, stops: list[PlannedStop], workers: list[Worker], most: float) -> Row:
    begun = time.process_time()
    found = level(stops, workers)
    seconds = time.process_time() - begun
    before, after = found.before, found.after
    late = sum(item.misfit is not None for item in found.assignments)
    note = (
        f"in window {len(found.assignments) - late} of {len(stops)},"
        f" km {before.kilometres:.0f} → {after.kilometres:.0f},"
        f" busiest day {before.busiest_minutes} → {after.busiest_minutes} min, overfull days"
        f" {before.overfull_days} → {after.overfull_days}"
    )
    return Row(name, seconds, most, seconds / most, 1, "allowed", note=note)


def _level_cases() -> Iterator[Row]:
    """Too much work, just too much, all fits, and a whole region."""
    for seed, visits, people, days, capacity, most in (
        (1, 500, 6, 12, 420, 20),
        (2, 1143, 18, 12, 400, 20),
        (3, 500, 8, 26, 420, 20),
        (7, 10_000, 110, 26, 420, 60),
    ):
        stops, workers = cities(seed, visits, people, days, capacity)
        name = f"levelling {visits} visits over {people} technicians"
        yield _levelled(name, stops, workers, most)


# --- the estate ----------------------------------------------------------------------------------


def _estate(path: Path, clock: Clock, export: Path = EXPORT) -> Services:
    services = bootstrap.build(SETTINGS, clock=clock, database=bootstrap.open_database(str(path)))
    for code, name, areas in estate.TECHNICIANS:
        services.directory.save_technician(TechnicianDraft(code=code, name=name, areas=areas))
    importer = services.terminal_import
    importer.commit(importer.preview(export), skip_bad=True)
    services.plans.install_pack()
    return services


def _estate_rows(services: Services) -> Iterator[Row]:
    today = services.context.today()
    ahead = today + timedelta(days=200)
    yield _allowed(
        "one month of 11 plans for 2000 terminals foreseen",
        0.1,
        lambda: services.plans.forecast(ahead, ahead + timedelta(days=30)),
    )
    yield _allowed("what generating would do, 90 days", 0, services.generation.preview)
    seconds = timed(services.generation.generate)
    yield Row("generating 90 days", seconds, 0, 0, 0, "nothing to compare")
    first = today.replace(day=1)
    yield _allowed(
        "visits of six weeks in sight",
        0,
        lambda: services.visits.between(first, first + timedelta(days=41)),
    )
    visit = services.visits.between(today, ahead, VisitFilter(states="open"))[0]
    yield _allowed(
        "three days somebody can come", 0.3, lambda: services.balancing.offers.find(visit.id)
    )
    ill = visit.technician_id or services.directory.technicians()[0].id
    leave = services.leave
    yield _allowed("a sick call planned anew", 10, lambda: leave.preview(ill, today, today))
    yield _allowed("capacity of a year", 0, services.plans.capacity.view)
    yield _memory(services)


QUARTERS = 12
FEW = 100
"""Terminals of the estate nobody works at."""


def _three_years(folder: Path) -> Row:
    """The start of a quarter after three years in which no visit was made, against the second
    quarter: what it takes must not grow with what is undecided."""
    export = folder / "some.csv"
    export.write_bytes(b"\n".join(EXPORT.read_bytes().split(b"\n")[: FEW + 1]))
    now = [datetime(2026, 11, 23, 1, tzinfo=UTC)]
    services = _estate(folder / "years.db", lambda: now[0], export)
    seconds = []
    for _quarter in range(QUARTERS):
        begun = time.process_time()
        services.generation.catch_up()
        seconds.append(time.process_time() - begun)
        now[0] += timedelta(days=91)
    open_rows = _rows(services)
    services.close()
    second, last = seconds[1], seconds[-1]
    return Row(
        "a quarter generated after three years with nothing worked off",
        last,
        second,
        last / second,
        1.5,
        "the second quarter",
        note=f"{FEW} terminals, {open_rows} rows",
    )


def _allowed(name: str, most: float, call: Callable[[], object]) -> Row:
    call()
    seconds = sorted(timed(call) for _ in range(5))[2]
    ratio = seconds / most if most else 0
    return Row(name, seconds, most, ratio, 1 if most else 0, "allowed" if most else "no limit of")


def _memory(services: Services) -> Row:
    """What foreseeing a month takes with and without ten years of work done behind it."""
    today = services.context.today()

    def peak() -> float:
        tracemalloc.start()
        services.plans.forecast(today, today + timedelta(days=30))
        _size, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most / 1000

    before = peak()
    with services.context.database.write() as session:
        for years in range(1, 11):
            session.execute(sa.text(_COPY), {"n": -100_000 * years, "slot": f"-{years}"})
    rows = _rows(services)
    after = peak()
    return Row(
        "memory for a month, ten years of history behind it",
        after / 1000,
        before / 1000,
        after / before,
        1.2,
        "without history (kB)",
        note=f"{rows} rows",
    )


def _rows(services: Services) -> int:
    with services.context.read() as session:
        return int(session.execute(sa.text("SELECT count(*) FROM occurrence")).scalar_one())


_COPY = """
INSERT INTO occurrence (id, plan_id, version_id, scope, subject, terminal_id, merchant_id, slot, n,
                        occasion, nominal_on, due_on, window_from, window_until, outcome, reason,
                        done_on, done_by, anchor_day, uncertain, version)
SELECT id || :slot, plan_id, version_id, scope, subject, terminal_id, merchant_id, slot || :slot,
       n + :n, occasion, '2020-01-01', '2020-01-01', '2020-01-01', '2020-01-02', 'done', '',
       '2020-01-01', '', anchor_day, uncertain, version
FROM occurrence WHERE n >= 0
"""
