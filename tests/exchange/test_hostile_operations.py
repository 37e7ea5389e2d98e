"""Operations no program of ours would write, correctly signed by a computer one trusts: each is
refused or waits for a decision, and none keeps what comes after it from being taken in."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from app.domain.errors import InvalidInput, Rejected
from app.domain.operations.operation import (
    BRING,
    FIRST_HASH,
    REVIEW,
    UNREADABLE,
    Operation,
    canonical,
    hash_of,
    sealed_part,
)
from app.domain.operations.settlement import Settlement
from app.exchange import office as office_side
from app.exchange.conflict_sides import sides_of
from app.exchange.conflicts import listed, settle
from app.exchange.intake import CARD, NOT_STORABLE
from app.services.core.operation_lines import DEEPEST, operation_in
from app.services.core.operations import BASE, TARGETS, OperationKind
from app.services.core.running_operation import FOUND
from app.services.replay import Replay, known_kinds
from db.keys import first_key
from tests.exchange.histories import VERBS
from tests.exchange.network import Network, Parcel, Station
from tests.fuzzing import VALUES, replaced

ODD = (*VALUES, 2**63, -(2**63), 0.5, ["", None], [[1, 2, 3]], {"a": [{}]}, {"draft": {}})


def forged(like: Operation, seq: int, before: bytes, **changes: Any) -> Operation:
    """An operation with a right hash and number, and whatever else."""
    made = replace(like, id=first_key(), station_seq=seq, prev_hash=before, **changes)
    return replace(made, hash=hash_of(made))


def chain_of(one: Station) -> tuple[int, bytes]:
    """Where the next operation of a computer follows."""
    last = max(one.own(), key=lambda o: o.station_seq, default=None)
    return (0, FIRST_HASH) if last is None else (last.station_seq, last.hash)


def sent(network: Network, one: Station, operations: list[Operation]) -> Parcel:
    """A package of a computer with these operations behind its own unsent ones."""
    parcel = network.sent_by(one)
    held = (*parcel.held, *operations)
    return replace(
        parcel, held=held, manifest=replace(parcel.manifest, last_seq=held[-1].station_seq)
    )


def payloads(kind: OperationKind, chosen: Random) -> Iterator[dict[str, Any]]:
    """For each odd value one payload in which it stands for every argument, but for some that are
    missing, and for what the program itself puts in."""
    names = (*list(kind.signature.parameters)[1:], BASE, TARGETS, FOUND)
    for value in chosen.sample(ODD, 6):
        yield {name: value for name in names if chosen.random() < 0.9}


def test_no_payload_of_any_kind_stops_what_comes_after_it(network: Network) -> None:
    office, laptop = network.office, network.laptops[0]
    VERBS[0](laptop, 1)
    (honest,) = laptop.own()
    applying = office.build(office.services.context.database)
    replay, chosen = Replay(applying), Random(12)
    kinds, (seq, before), station = known_kinds(applying), (0, FIRST_HASH), first_key()
    for name, kind in sorted(kinds.items()):
        for payload in payloads(kind, chosen):
            about = {"kind": name, "subject_kind": kind.subject_kind, "payload": payload}
            if _why_not_carried(payload):
                continue
            seq += 1
            odd = forged(honest, seq, before, station=station, schema=kind.schema, **about)
            before = odd.hash
            done = replay.apply(odd)
            assert done.outcome.startswith(REVIEW) or done.outcome == "applied", name
    assert replay.apply(honest).outcome == "applied"
    assert sides_of(office.services, listed(office.services))


def _why_not_carried(payload: dict[str, Any]) -> bool:
    """Half characters are refused before anything is applied."""
    return b"\xed\xa0\x80" in canonical(payload)


@pytest.mark.parametrize("seed", range(6))
def test_changed_operations_of_a_laptop_let_the_others_in(network: Network, seed: int) -> None:
    """Real work with a part of it put away, doubled or replaced, before and after honest work."""
    chosen = Random(seed)
    hostile, other = network.laptops
    for n, verb in enumerate(VERBS):
        with contextlib.suppress(Rejected):
            verb(hostile, seed + n)
    seq, before = chain_of(hostile)
    odd = []
    for like in hostile.own() * 3:
        payload = replaced(chosen, json.loads(canonical(like.payload)))
        if not isinstance(payload, dict) or _why_not_carried(payload):
            continue
        seq += 1
        odd.append(forged(like, seq, before, payload=payload))
        before = odd[-1].hash
    found = network.deliver_to_office(sent(network, hostile, odd))
    assert not found.refused
    assert found.applied == len(odd) + len(hostile.own())
    VERBS[0](other, 99)
    assert network.deliver_to_office(network.sent_by(other)).applied == 1
    assert not network.deliver_to(other, network.answer_to(other)).refused
    assert other.state() == network.office.state()


def test_what_cannot_be_read_can_be_decided_about(network: Network) -> None:
    """Doing it again is refused in words; leaving it is possible."""
    laptop, office = network.laptops[0], network.office.services
    VERBS[0](laptop, 1)
    like, (seq, before) = laptop.own()[0], chain_of(laptop)
    odd = forged(like, seq + 1, before, payload={})
    network.deliver_to_office(sent(network, laptop, [odd]))
    (waiting,) = listed(office)
    assert waiting.code == UNREADABLE
    with pytest.raises(InvalidInput) as refused:
        settle(office, waiting.id, Settlement.TAKE)
    assert refused.value.code == UNREADABLE
    settle(office, waiting.id, Settlement.KEEP)
    assert not listed(office)


@pytest.mark.parametrize("payload", [{}, {"state": 1}, {"state": {"tables": 1, "until": "all"}}])
def test_records_that_are_brought_in_a_form_of_their_own_wait(
    network: Network, payload: dict[str, Any]
) -> None:
    laptop = network.laptops[0]
    VERBS[0](laptop, 1)
    like, (seq, before) = laptop.own()[0], chain_of(laptop)
    odd = forged(like, seq + 1, before, kind=BRING, subject_kind="database", payload=payload)
    found = network.deliver_to_office(sent(network, laptop, [odd]))
    assert (found.applied, found.refused) == (2, ())
    assert [one.code for one in listed(network.office.services)] == [UNREADABLE]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actor": "T01 4111 1111 1111 1111"}, CARD),
        ({"subject_id": "4111111111111111"}, CARD),
        ({"payload": {"draft": {"symptom": "4111-1111-1111-1111"}}}, CARD),
        ({"payload": {"draft": {"symptom": "a\0b"}}}, NOT_STORABLE),
        ({"payload": {"draft": {"symptom": "a\ud800b"}}}, NOT_STORABLE),
    ],
)
def test_what_may_not_be_kept_is_refused_with_what_follows(
    network: Network, changes: dict[str, Any], code: str
) -> None:
    """Wherever it stands in the operation; what came before it is taken in."""
    laptop = network.laptops[0]
    VERBS[0](laptop, 1)
    like, (seq, before) = laptop.own()[0], chain_of(laptop)
    odd = forged(like, seq + 1, before, **changes)
    found = network.deliver_to_office(sent(network, laptop, [odd]))
    assert [one.code for one in found.refused] == [code]
    assert found.applied == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "1"},
        {"station": "L1"},
        {"seq": 0},
        {"seq": 2**31},
        {"schema": 2**40},
        {"clock": -1},
        {"clock": 2**63},
        {"offset": 24 * 60},
        {"offset": 10**12},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"kind": "x" * 201},
        {"subject": ["incident", "x" * 201]},
        {"device": "L" * 201},
        {"numbers": {"": [2**31]}},
        {"numbers": {"": [0]}},
        {"numbers": {"x" * 201: [1]}},
    ],
)
def test_what_the_log_has_no_room_for_is_no_operation(
    network: Network, changes: dict[str, Any]
) -> None:
    VERBS[0](network.laptops[0], 1)
    _refused(sealed_part(network.laptops[0].own()[0]) | changes)


def test_what_stands_too_deep_in_itself_is_no_operation(network: Network) -> None:
    VERBS[0](network.laptops[0], 1)
    whole = sealed_part(network.laptops[0].own()[0])
    deep: Any = []
    for _ in range(DEEPEST - 2):
        deep = [deep]
    _taken(whole | {"payload": {"a": deep}})
    _refused(whole | {"payload": {"a": [deep]}})
    for _ in range(800):
        deep = {"a": deep}
    _refused(whole | {"payload": deep})


def _line(whole: dict[str, Any]) -> bytes:
    seal = hashlib.sha256(canonical(whole)).hexdigest()
    return canonical(whole | {"hash": seal, "outcome": "applied", "office_seq": None})


def _taken(whole: dict[str, Any]) -> None:
    assert operation_in(_line(whole)).payload == whole["payload"]


def _refused(whole: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        operation_in(_line(whole))
    assert refused.value.code == "exchange.altered"


@pytest.mark.parametrize(
    "changed",
    [
        "CREATE TRIGGER t AFTER INSERT ON operation BEGIN DELETE FROM incident; END",
        "DROP TABLE incident_event",
        "DROP INDEX uq_placement_tid_open",
        "CREATE VIEW shown AS SELECT 1",
        "DELETE FROM terminal",
    ],
)
def test_a_state_of_the_office_with_rules_of_its_own_is_not_taken_in(
    network: Network, tmp_path: Path, changed: str
) -> None:
    """A rule put into the file would change what this computer writes later."""
    laptop, path = network.laptops[0], tmp_path / "state.db"
    VERBS[0](laptop, 1)
    VERBS[0](network.office, 1)
    office_side.write_state(network.office.services, path)
    connection = dbapi2.connect(str(path))
    connection.execute(changed)
    connection.commit()
    connection.close()
    answer = network.answer_to(laptop)
    head = answer.manifest.head
    manifest = replace(answer.manifest, snapshot=head, made_at=network.world.now)
    before = laptop.state()
    with pytest.raises(InvalidInput) as refused:
        network.deliver_to(
            laptop, replace(answer, held=(), state=path.read_bytes(), manifest=manifest)
        )
    assert refused.value.code == "exchange.altered"
    assert laptop.state() == before
