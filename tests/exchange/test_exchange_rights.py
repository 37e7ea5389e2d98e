"""Whatever writes in the exchange asks a right of the table; the background exchange asks none."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import app.cli
import app.exchange
import app.gui
from app.domain.errors import AppError, NotPermitted
from app.domain.operations.settlement import Settlement
from app.domain.people.roles import Role
from app.exchange.hub import Hub
from app.exchange.hub_address import HubAddress
from app.exchange.keys import new_key_pair, read_key
from db.contents import rows_of, tables
from db.keys import first_key
from tests.exchange.hub_network import exchange_of
from tests.exchange.network import Network, Station
from tests.exchange.test_exchange_read import sign_in
from tests.exchange.test_people_at_computers import hire, says
from tests.factories import change_technician, make_technician, make_terminal

INNER = {"PackageExchange", "Rebase"}
"""Classes that write for others of the exchange and for the background, and ask no right."""
IN_THE_BACKGROUND = {"Hub.run", "Hub.stop"}
"""What is done whoever is signed in."""
TELLING = {"progress", "cancelled"}
"""Arguments that change nothing of what is done."""


@dataclass
class WatchedComputer:
    """A computer an auditor works at, and what its exchange may be given."""

    station: Station
    arrived: Path
    undecided: str
    folder: Path

    @property
    def holders(self) -> dict[str, Any]:
        """The services of the exchange by the names of their classes."""
        exchange = exchange_of(self.station)
        address = HubAddress(host=str(self.folder), port=1, database="none", user="none")
        hub = Hub(self.station.services, exchange, address=address, password="", folder=self.folder)
        made = (exchange, exchange.identity, exchange.stations, hub)
        return {type(one).__name__: one for one in made}

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, also of those of this computer alone."""
        with self.station.services.context.database.connect() as connection:
            return {t.name: list(rows_of(connection, t)) for t in tables(without=frozenset())}


def given(place: WatchedComputer) -> dict[str, Mapping[str, Any]]:
    """What each public method is called with: every argument it has."""
    key = new_key_pair(first_key()).public("生人", "laptop", "Z")
    stations = exchange_of(place.station).stations
    (known, *_others) = stations.listed()
    one, how, new = place.station.own()[-1].id, Settlement.KEEP, place.folder / "new"
    return {
        "Exchange.begin_office": {},
        "Exchange.status": {},
        "Exchange.export": {"path": new, "to": known.name},
        "Exchange.take_in": {"path": place.arrived, "dry_run": False},
        "Exchange.conflicts": {},
        "Exchange.sides": {},
        "Exchange.record_names": {"entries": ()},
        "Exchange.names_of": {"operations": ()},
        "Exchange.settle": {"unsettled_id": place.undecided, "how": how},
        "Exchange.settle_all_of": {"actor": "T06", "how": how},
        "Exchange.settle_these": {"ids": [place.undecided], "how": how},
        "Exchange.pending": {},
        "Exchange.fitting_no_longer": {"operation_id": one},
        "Exchange.withdraw": {"operation_id": one},
        "Exchange.before_joining": {"leave": True},
        "Exchange.bring_back": {"old": place.station.path},
        "Identity.station": {},
        "Identity.key": {"name": "别的名字"},
        "Identity.write_key": {"path": new, "name": "别的名字"},
        "Identity.renew": {},
        "Identity.renewed_at": {},
        "Identity.pair": {},
        "Stations.listed": {},
        "Stations.trust": {"key": key, "office": False, "name": "生人", "people": ["T05"]},
        "Stations.name_people": {"name": known.name, "codes": ["T06"]},
        "Stations.unknown_codes": {"station": known},
        "Stations.revoke": {"name": known.name},
        "Stations.named": {"name": known.name},
        "Stations.office": {},
        "Stations.sender": {"station": known.key.station, "called": known.name},
        "Hub.check": {},
        "Hub.devices": {},
        "Hub.revoke": {"station": known.key.station},
    }


REFUSED = {
    "Exchange.begin_office",
    "Exchange.export",
    "Exchange.take_in",
    "Exchange.withdraw",
    "Exchange.before_joining",
    "Exchange.bring_back",
    "Identity.key",
    "Identity.write_key",
    "Identity.renew",
    "Stations.trust",
    "Stations.name_people",
    "Stations.revoke",
    "Hub.revoke",
}
"""What an auditor is told they may not do; what is settled together says it of each."""


def services_of_the_exchange() -> dict[str, type]:
    """Every class of the exchange that is given services, or their context, to work with."""
    found = {}
    for module in pkgutil.walk_packages(app.exchange.__path__, "app.exchange."):
        for name, one in vars(importlib.import_module(module.name)).items():
            if not inspect.isclass(one) or one.__module__ != module.name:
                continue
            taken = inspect.signature(one.__init__).parameters.values()
            if any(given.annotation in ("Services", "ServiceContext") for given in taken):
                found[name] = one
    return found


def public_methods(of: type) -> dict[str, set[str]]:
    """The arguments of each method others may call."""
    return {
        f"{of.__name__}.{name}": {*inspect.signature(one).parameters} - {"self"} - TELLING
        for name, one in inspect.getmembers(of, inspect.isfunction)
        if not name.startswith("_")
    }


@pytest.fixture(params=["office", "laptop"])
def place(request: pytest.FixtureRequest, network: Network, tmp_path: Path) -> WatchedComputer:
    """Something waits for a decision, something to be sent, a package to be taken in; an auditor
    works at this computer."""
    office, (one, other) = network.office, network.laptops
    boss = exchange_of(office)
    for laptop in network.laptops:
        there = exchange_of(laptop)
        boss.stations.trust(
            read_key(there.identity.key().text), name=laptop.letter, people=["G01", "T05", "T06"]
        )
        there.stations.trust(read_key(boss.identity.key().text), office=True)
    make_technician(office.services, code="S01", name="审计", role=Role.AUDITOR)
    made = hire(office)
    for laptop in network.laptops:
        network.exchange(laptop)
    for laptop, actor, phone in ((one, "T06", "13800000005"), (other, "G01", "13800000006")):
        says(laptop, actor)
        change_technician(laptop.services, made["T06"], phone=phone)
        network.exchange(laptop)
    network.exchange(one)
    says(one, "T05")
    says(office, "G01")
    for where, n in ((one, 1), (office, 2)):
        make_terminal(where.services, serial=f"WAITING{n:05}", tid=f"7000006{n}")
    arrived = tmp_path / "arrived.posx"
    if request.param == "office":
        exchange_of(one).export(arrived)
    else:
        sign_in(office, "M01", Role.ADMINISTRATOR).export(arrived, one.letter)
        one.services.people.set_password(made["M01"], "a long password")
    station = office if request.param == "office" else one
    exchange = sign_in(station, "S01", Role.AUDITOR)
    undecided = [waiting.id for waiting in exchange.conflicts()]
    assert undecided
    return WatchedComputer(station, arrived, undecided[0], tmp_path)


def outcome(act: Callable[[], object]) -> AppError | None:
    """What it was refused or failed with."""
    try:
        act()
    except AppError as error:
        return error
    return None


def test_every_public_method_of_the_exchange_is_asked_about(place: WatchedComputer) -> None:
    found = services_of_the_exchange()
    assert set(found) - INNER == set(place.holders)
    methods = {}
    for name in place.holders:
        methods.update(public_methods(found[name]))
    table = {name: set(arguments) for name, arguments in given(place).items()}
    assert {name: methods[name] for name in methods if name not in IN_THE_BACKGROUND} == table


def test_an_auditor_changes_nothing_of_the_exchange(place: WatchedComputer) -> None:
    """Refused, or without any effect on the database."""
    before = place.everything()
    refused = set()
    for name, arguments in given(place).items():
        holder, _, method = name.partition(".")
        why = outcome(lambda: getattr(place.holders[holder], method)(**arguments))  # noqa: B023
        if isinstance(why, NotPermitted):
            refused.add(name)
        now = place.everything()
        changed = [table for table, rows in now.items() if rows != before[table]]
        assert not changed, f"{name} changed {changed}"
    assert refused >= REFUSED


def test_who_may_is_not_refused(place: WatchedComputer) -> None:
    sign_in(place.station, "M01", Role.ADMINISTRATOR)
    for name, arguments in given(place).items():
        holder, _, method = name.partition(".")
        if name in {"Exchange.export", "Exchange.take_in", "Identity.key", "Stations.name_people"}:
            why = outcome(lambda: getattr(place.holders[holder], method)(**arguments))  # noqa: B023
            assert not isinstance(why, NotPermitted), name


def test_the_background_takes_in_whoever_is_signed_in(place: WatchedComputer) -> None:
    before = place.everything()["terminal"]
    found = exchange_of(place.station).packages.take_in(place.arrived)
    assert (found.applied > 0, found.refused) == (True, ())
    assert len(place.everything()["terminal"]) == len(before) + 1


@pytest.mark.parametrize("package", [app.gui, app.cli])
def test_window_and_command_line_do_not_go_round_the_rights(package: Any) -> None:
    """What asks no right is for the exchange itself."""
    for source in Path(package.__path__[0]).rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        assert not any(word in text for word in (".packages.", "PackageExchange", "Rebase"))
