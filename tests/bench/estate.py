"""Scale data: an estate of any size with five years behind it, the same for the same numbers.

    python -m tests.bench.estate OUT.db --terminals 100000 --incidents 1000000

OUT is a file or the URL of a server's empty database.  People and the recommended plans are made
by the services, so that the log of operations has begun; everything that grows is written past
them, in the shape they leave behind: merchants, terminals with placement, custody and log,
incidents with events, work, parts and evidence, visits with occurrences done, and the search index.
What was written past the services has no operation in the log, as after an upgrade from before it.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import bootstrap, paths
from app.domain.maintenance.plans import Scope
from app.domain.register.people import TechnicianDraft
from app.services import Services
from app.services.sample.estate import TECHNICIANS
from app.settings import Settings
from tests.bench.scale_incidents import IncidentMaker, ScaledPlace
from tests.bench.scale_loader import ScaleLoader, loader_of, tables_known

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
"""The last moment of the data."""
YEARS = 5
BATCH = 10_000
MODELS = (
    ("新大陆", "N910", "smart"),
    ("新大陆", "N850", "smart"),
    ("联迪", "E350", "traditional"),
    ("联迪", "A8", "smart"),
    ("百富", "A920", "smart"),
    ("百富", "S90", "mpos"),
    ("升腾", "C960F", "smart"),
)
ACQUIRERS = ("银联商务", "拉卡拉", "盛付通", "瑞银信")
FIRMWARE = ("2.1.0", "2.1.3", "3.0.1", "3.2.0", "3.2.4")
SHOPS = ("超市", "药房", "餐厅", "服装店", "便利店", "五金店", "茶叶店", "宾馆")
NAMES = "晖瑞盛和天鑫源泰兴隆福祥顺达宏昌康乐"


def key(moment: datetime, kind: int, n: int) -> str:
    """A key in the form of a UUIDv7: sorted by the moment, told apart by kind and number."""
    milliseconds = int(moment.timestamp() * 1000)
    high = milliseconds >> 16
    return f"{high:08x}-{milliseconds & 0xFFFF:04x}-7{kind:03x}-8000-{n:012x}"


def text_of(moment: datetime) -> str:
    """A moment as a file stores it."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@dataclass(frozen=True, slots=True)
class Known:
    """Keys of what everything else refers to."""

    technicians: tuple[tuple[str, str], ...]
    """Key and code."""
    served: tuple[str, ...]
    """Areas somebody serves."""
    plan: tuple[str, str]
    """Plan and version of what was inspected every quarter."""


def build(target: str, terminals: int, incidents: int) -> None:
    """Fill a database that is empty or does not exist yet.  Nothing of whoever runs this is
    written to: what the program keeps beside a database goes to a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="poscare-estate-") as home:
        before = os.environ.get(paths.HOME_VARIABLE)
        os.environ[paths.HOME_VARIABLE] = home
        try:
            _build(target, terminals, incidents)
        finally:
            del os.environ[paths.HOME_VARIABLE]
            if before is not None:
                os.environ[paths.HOME_VARIABLE] = before


def _build(target: str, terminals: int, incidents: int) -> None:
    if "://" in target:
        bootstrap.upgrade_server(Settings(database=target))
    database = bootstrap.open_database(target, lambda: NOW)
    settings = Settings(technician="T01", device="L7")
    services = bootstrap.build(settings, clock=lambda: NOW, database=database)
    known = _begin(services)
    tables_known()
    loader = loader_of(services.context.database)
    places = _register(loader, known, terminals)
    _maintain(loader, known, places)
    maker = IncidentMaker(loader, places, known.technicians, key, text_of)
    moments = _moments(incidents)
    for n in range(0, incidents, BATCH):
        some = [next(moments) for _ in range(min(BATCH, incidents - n))]
        maker.write(n, some, total=incidents)
    loader.rows("counter", ("device", "kind", "last"), [("L8", "", incidents)])
    loader.close()
    services.close()


def _begin(services: Services) -> Known:
    for code, name, areas in TECHNICIANS:
        services.directory.save_technician(TechnicianDraft(code=code, name=name, areas=areas))
    services.plans.install_pack()
    plans = services.plans.listed()
    plan = next(plan for plan in plans if plan.latest.contents.scope is Scope.TERMINAL)
    people = services.directory.technicians()
    with services.context.read() as session:
        areas = session.execute(sa.text("SELECT id FROM area ORDER BY name")).scalars().all()
    return Known(
        tuple((person.id, person.code) for person in people),
        tuple(map(str, areas)),
        (plan.id, plan.latest.id),
    )


def _moments(incidents: int) -> Iterator[datetime]:
    """When incidents were reported: in order, over the years, the last shortly before the end."""
    step = timedelta(days=365 * YEARS) / max(incidents, 1)
    begin = NOW - timedelta(days=365 * YEARS)
    for n in range(incidents):
        yield begin + step * n


# --- the register --------------------------------------------------------------------------------


def _register(loader: ScaleLoader, known: Known, terminals: int) -> list[ScaledPlace]:
    begin = NOW - timedelta(days=365 * YEARS + 60)
    models = _names(loader, begin)
    areas = [*known.served, *_areas(loader, begin)]
    dice = random.Random(18)
    places: list[ScaledPlace] = []
    for first in range(0, terminals, BATCH):
        numbers = range(first, min(first + BATCH, terminals))
        _merchants(loader, numbers, areas, dice, begin)
        places += _terminals(loader, numbers, models, dice, begin)
    return places


def _areas(loader: ScaleLoader, begin: datetime) -> list[str]:
    """Twenty areas that have nobody of their own."""
    found = [key(begin, 1, n) for n in range(20)]
    loader.rows("area", ("id", "name"), [(one, f"测试{n:02d}区") for n, one in enumerate(found)])
    return found


def _names(loader: ScaleLoader, begin: datetime) -> list[str]:
    makers = {name: key(begin, 2, n) for n, name in enumerate(dict.fromkeys(m[0] for m in MODELS))}
    loader.rows("manufacturer", ("id", "name"), [(one, name) for name, one in makers.items()])
    loader.rows(
        "acquirer",
        ("id", "name", "code_profile"),
        [(key(begin, 3, n), name, "") for n, name in enumerate(ACQUIRERS)],
    )
    models = [key(begin, 4, n) for n in range(len(MODELS))]
    loader.rows(
        "terminal_model",
        ("id", "manufacturer_id", "name", "kind"),
        [
            (one, makers[maker], name, kind)
            for one, (maker, name, kind) in zip(models, MODELS, strict=True)
        ],
    )
    return models


PER_MERCHANT = 2
"""Terminals at a merchant's counters."""


def merchant_name(n: int) -> str:
    """What the merchant `n` is called; a few share a name, as branches do."""
    a, b, c = NAMES[n % 18], NAMES[n // 18 % 18], NAMES[n // 324 % 18]
    return f"测试{a}{b}{c}{SHOPS[n % len(SHOPS)]}"


def _merchants(
    loader: ScaleLoader, numbers: range, areas: list[str], dice: random.Random, begin: datetime
) -> None:
    loader.rows(
        "merchant",
        (
            "id",
            "mid",
            "name",
            "area_id",
            "address",
            "contact_name",
            "phone",
            "latitude",
            "longitude",
        ),
        [
            (
                key(begin, 5, n // PER_MERCHANT),
                f"8482900{n // PER_MERCHANT:08d}",
                merchant_name(n // PER_MERCHANT),
                areas[n // PER_MERCHANT % len(areas)],
                f"测试路{n % 2000}号",
                "王先生",
                f"1380{n // PER_MERCHANT:07d}",
                31.0 + dice.random() / 2,
                121.0 + dice.random() / 2,
            )
            for n in numbers
            if n % PER_MERCHANT == 0
        ],
    )


def _terminals(
    loader: ScaleLoader, numbers: range, models: list[str], dice: random.Random, begin: datetime
) -> list[ScaledPlace]:
    made, placed, held, told, said, places = [], [], [], [], [], []
    since = text_of(begin)
    for n in numbers:
        one, merchant = key(begin, 6, n), n // PER_MERCHANT
        serial, tid = f"TEST{MODELS[n % 7][1]}{n:08d}", f"{20_000_000 + n:08d}"
        installed = (begin + timedelta(days=dice.randrange(900))).date()
        made.append((one, serial, serial, models[n % 7], "in_service", dice.choice(FIRMWARE), "4g",
                     installed.isoformat()))  # fmt: skip
        placed.append((key(begin, 7, n), one, key(begin, 5, merchant),
                       key(begin, 3, merchant % len(ACQUIRERS)), tid, since))  # fmt: skip
        name, phone = merchant_name(merchant), f"1380{merchant:07d}"
        held.append((key(begin, 8, n), one, "merchant", name, "opened", since, "imported", "T01"))
        told.append((key(begin, 9, n), one, since, "T01", "imported"))
        said.append((one, f"{serial} {tid} {name} {phone} 8482900{merchant:08d}"))
        places.append(
            ScaledPlace(one, key(begin, 5, merchant), serial, tid, name, phone, installed)
        )
    loader.rows(
        "terminal",
        ("id", "serial", "serial_key", "model_id", "state", "firmware", "link", "installed_on"),
        made,
    )
    loader.rows(
        "placement", ("id", "terminal_id", "merchant_id", "acquirer_id", "tid", "since"), placed
    )
    loader.rows(
        "custody",
        ("id", "terminal_id", "kind", "holder", "pack", "since", "cause", "actor"),
        held,
    )
    loader.rows("terminal_event", ("id", "terminal_id", "at", "actor", "kind"), told)
    loader.documents("terminal", said)
    return places


# --- maintenance ---------------------------------------------------------------------------------


def _maintain(loader: ScaleLoader, known: Known, places: list[ScaledPlace]) -> None:
    """A visit to every merchant each year with an occurrence done at each of its terminals, and an
    open one for every twentieth merchant in the weeks to come."""
    today = NOW.date()
    for year in range(YEARS, -1, -1):
        for first in range(0, len(places), BATCH):
            some = range(first, min(first + BATCH, len(places)))
            _visits(loader, known, places, some, year, today)


def _visits(
    loader: ScaleLoader,
    known: Known,
    places: list[ScaledPlace],
    some: range,
    year: int,
    today: date,
) -> None:
    visits, told, done = [], [], []
    plan, version = known.plan
    for n in some:
        merchant = n // PER_MERCHANT
        if not year and merchant % 20:
            continue
        ahead = merchant % 28 if not year else merchant % 300 - 330 * year
        day = today + timedelta(days=ahead)
        at = NOW + timedelta(days=ahead - 30)
        visit = key(at, 10 + year, merchant)
        technician, code = known.technicians[merchant % len(known.technicians)]
        state, outcome = ("planned", "open") if not year else ("done", "done")
        window = (day.isoformat(), day.isoformat(), (day + timedelta(days=6)).isoformat())
        ended = None if not year else text_of(NOW + timedelta(days=ahead))
        if n % PER_MERCHANT == 0:
            number = f"L8-V{year}{merchant:06d}"
            visits.append((visit, number, state, "site", places[n].merchant, technician, *window,
                           40, ended, ended))  # fmt: skip
            told.append((key(at, 20 + year, merchant), visit, text_of(at), code, "create"))
        done.append((key(at, 30 + year, n), plan, version, "terminal", places[n].terminal,
                     places[n].terminal, places[n].merchant, f"s{year}", -year, "extra", window[0],
                     *window, outcome, day.isoformat() if year else None, ended,
                     code if year else "", visit))  # fmt: skip
    loader.rows("visit", ("id", "number", "state", "place", "merchant_id", "technician_id",
                          "planned_on", "window_from", "window_until", "minutes", "started_at",
                          "finished_at"), visits)  # fmt: skip
    loader.rows("visit_event", ("id", "visit_id", "at", "actor", "action"), told)
    loader.rows("occurrence", ("id", "plan_id", "version_id", "scope", "subject", "terminal_id",
                               "merchant_id", "slot", "n", "occasion", "nominal_on", "due_on",
                               "window_from", "window_until", "outcome", "done_on", "done_at",
                               "done_by", "visit_id"), done)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.estate", description=__doc__)
    parser.add_argument("target", metavar="OUT", help="a file, or the URL of an empty database")
    parser.add_argument("--terminals", type=int, default=100_000)
    parser.add_argument("--incidents", type=int, default=1_000_000)
    found: Any = parser.parse_args(arguments)
    build(found.target, found.terminals, found.incidents)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
