"""Exchange and journal together: no check cries wolf, whatever packages came and went."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from app.domain.errors import Rejected
from app.services.core.backups import Backups
from app.services.core.blobs import BlobStore
from app.services.keeping.care import DataCare
from app.services.keeping.journal_files import Began
from tests.exchange.histories import VERBS
from tests.exchange.network import Network, Station
from tests.factories import make_technician, make_terminal


def care_of(one: Station, folder: Path) -> DataCare:
    """Looks after one computer, whose backups are its own."""
    context = one.services.context
    backups = Backups(
        context, BlobStore(folder / "blobs"), folder / one.letter, None, folder / "keys"
    )
    return DataCare(context, backups, one.build)


def is_well(care: DataCare) -> bool:
    points = {one.code: one for one in care.check(thorough=True)}
    said = points["check.state"], points["check.journal"]
    assert all(one.well for one in said), said
    return True


@pytest.mark.parametrize("seed", [6])
def test_office_and_laptops_stay_well_through_a_random_history(
    template: Path, tmp_path: Path, seed: int
) -> None:
    network = Network(tmp_path / "net", template, laptops=2)
    make_terminal(network.office.services, serial="OFFICE000001", tid="70000001")
    make_technician(network.office.services)
    network.join_all()
    stations = [network.office, *network.laptops]
    cares = [care_of(one, tmp_path / "care") for one in stations]
    chance = random.Random(seed)
    try:
        for _ in range(14):
            network.world.tick(minutes=30)
            who = chance.randrange(len(stations))
            with contextlib.suppress(Rejected):
                chance.choice(VERBS)(stations[who], chance.randrange(40))
            cares[who].journal.catch_up()
            if chance.random() < 0.3:
                network.exchange(chance.choice(network.laptops))
                for care in cares:
                    care.journal.catch_up()
        network.settle_down()
        assert all(is_well(care) for care in cares)
        began = {one.began() for care in cares for one in care.journal.series}
        assert began == {Began.FIRST, Began.EXCHANGE}
        assert len(cares[0].journal.series) == 1, "the office goes on"
    finally:
        network.close()
