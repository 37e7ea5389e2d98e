"""What a package brings counts as done by others while somebody has the record open."""

from __future__ import annotations

from dataclasses import replace

from app.domain.register.terminals import draft_of
from app.services import Services
from app.services.register.terminal_queries import TerminalFilter
from tests.exchange.network import Network


def telephone(services: Services, key: str, number: str) -> None:
    """Another telephone number of a terminal."""
    terminal = services.terminals.get(key)
    draft = replace(draft_of(terminal), contact_phone=number)
    services.terminals.update(key, terminal.version, draft)


def test_what_a_package_brings_is_told_as_done_by_others(network: Network) -> None:
    """Though it was done before the record was opened, and is stored by this program."""
    office, one = network.office.services, network.laptops[0].services
    key = one.terminals.first(TerminalFilter(), 1)[0].id
    telephone(office, key, "13900000001")
    known = one.meanwhile.known(key)
    network.world.tick()
    telephone(one, key, "13900000002")
    assert one.meanwhile.by_others(key, known) == (), "one's own is no news"
    network.settle_down()
    found = one.meanwhile.by_others(key, known)
    assert [(entry.kind, entry.device) for entry in found] == [
        ("terminal.update", network.office.letter)
    ]
    assert [change.change.new for change in found[0].changes] == ["13900000001"]


def test_only_what_changed_the_record_is_told(network: Network) -> None:
    office, one = network.office.services, network.laptops[0].services
    keys = [item.id for item in one.terminals.first(TerminalFilter(), 2)]
    known = {key: one.meanwhile.known(key) for key in keys}
    telephone(office, keys[0], "13900000003")
    network.settle_down()
    told = {key: len(one.meanwhile.by_others(key, known[key])) for key in keys}
    assert told == {keys[0]: 1, keys[1]: 0}
