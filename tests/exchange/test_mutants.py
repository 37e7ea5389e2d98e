"""Three ways to get the exchange wrong, put in on purpose: what must be true of histories tells."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.domain.operations.operation import hash_of
from app.exchange import hub, laptop, rebase
from app.exchange.hub_carrier import Carrier, Fetched
from app.exchange.hub_connection import WaitingParcel
from app.exchange.hub_parcels import ParcelFolder
from app.exchange.laptop import Outgoing
from app.exchange.package_file import Step
from app.services.core import operation_log, recording
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.running_operation import running_operation
from db.keys import first_key
from tests.exchange.conftest import HubJoined, Joined
from tests.exchange.histories import Act, Run, hold
from tests.exchange.hub_histories import RunByServer
from tests.exchange.hub_network import behind_a_proxy
from tests.postgres import Server

HISTORY = [
    Act("work", 1, 0),
    Act("send", 1),
    Act("deliver", 0, 0),
    Act("killed-work", 1, 7, "work-before-append"),
    Act("work", 2, 0),
    Act("killed-exchange", 1, 1, "office-applied"),
    Act("exchange", 2),
    Act("work", 1, 14),
    Act("answer", 1),
    Act("deliver", 0, 1),
]


def test_the_history_itself_holds(joined: Joined) -> None:
    """What follows is caught because of the mutant."""
    assert hold(joined(), HISTORY).kills == 2


def test_appending_after_the_commit_is_caught(
    joined: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change in one transaction, its operation in the next."""

    @contextlib.contextmanager
    def write(context: ServiceContext) -> Iterator[UnitOfWork]:
        operation = running_operation()
        assert operation is not None
        operation.written = True
        with context.write_locally() as unit:
            recording.listen(unit.session, operation.changes)
            yield unit
        with context.write_locally() as later:
            operation_log.append(later.session, operation, unit.only_touched)

    monkeypatch.setattr(ServiceContext, "write", write)
    with pytest.raises(AssertionError, match="no operation made"):
        hold(joined(), HISTORY)


def test_a_key_given_when_sent_is_caught(joined: Joined, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operation known by another key each time it is sent."""
    real = laptop.outgoing

    def outgoing(services: Any) -> Outgoing:
        going = real(services)
        named = []
        before = going.operations[0].prev_hash if going.operations else b""
        for one in going.operations:
            again = replace(one, id=first_key(), prev_hash=before)
            again = replace(again, hash=hash_of(again))
            named.append(again)
            before = again.hash
        return replace(going, operations=tuple(named))

    monkeypatch.setattr(laptop, "outgoing", outgoing)
    with pytest.raises(AssertionError):
        hold(joined(), HISTORY)


def test_own_work_not_applied_again_is_caught(
    joined: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office's state without the own unsent operations on top."""
    monkeypatch.setattr(rebase.Rebase, "_apply", lambda *_args: None)
    with pytest.raises(AssertionError, match="no longer shows"):
        hold(joined(), HISTORY)


@pytest.mark.postgres
@pytest.mark.parametrize("mutant", [False, True])
def test_a_parcel_ended_before_it_was_taken_in_is_caught(
    hub_joined: HubJoined, server: Server, monkeypatch: pytest.MonkeyPatch, mutant: bool
) -> None:
    """The server is told that a parcel was taken as soon as it was fetched; the office is killed
    while it applies it.  Nothing that is told from time to time may mend that."""
    monkeypatch.setattr(hub, "TOLD_AGAIN", 1e12)
    real = Carrier.fetch

    def fetch(carrier: Carrier, parcel: WaitingParcel, folder: ParcelFolder, step: Step) -> Fetched:
        found = real(carrier, parcel, folder, step)
        carrier.ask(lambda line: line.take(parcel))
        return found

    history = [Act("work", 1, 0), Act("killed-exchange", 1, 1, "office-before-apply")]
    if mutant:
        monkeypatch.setattr(Carrier, "fetch", fetch)
    network = hub_joined(3)
    with behind_a_proxy(network, server.sockets) as proxy:

        def carried_out() -> Run:
            return hold(network, history, lambda given: RunByServer(given, proxy, server.crash))

        if not mutant:
            assert carried_out().kills == 1
            return
        with pytest.raises(AssertionError, match="lost"):
            carried_out()
