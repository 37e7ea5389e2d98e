"""Lists in pages: whichever way they are sorted, the pages together are the list."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.services import Services
from app.services.core import keyset
from app.services.incidents.incident_queries import _ORDERS as INCIDENT_ORDERS
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import _ORDERS as TERMINAL_ORDERS
from app.services.register.terminal_queries import TerminalFilter
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "PAGE", 4)


@pytest.mark.writes_rows
@pytest.mark.parametrize("without", [0, 3, 5, 11])
def test_pages_are_the_list_whichever_way_it_is_sorted(
    any_services: Services, clock: FrozenClock, without: int
) -> None:
    """With none, some and all of the incidents without a deadline."""
    services = any_services
    terminals = [
        make_terminal(services, serial=f"TESTKS{n:06d}", tid=f"3100{n:04d}", mid=f"84829005{n:07d}")
        for n in range(11)
    ]
    made = []
    for n, terminal in enumerate(terminals):
        clock.forward(minutes=n % 3)
        made.append(make_incident(services, terminal, displayed_code=("A0", "51")[n % 2]))
    with services.context.database.write() as session:
        session.execute(
            sa.text("UPDATE incident SET resolve_due_at = NULL WHERE number <= :last"),
            {"last": f"L7-{without:06d}"},
        )
    for lists, wanted_of, orders in (
        (services.incidents, IncidentFilter, INCIDENT_ORDERS),
        (services.terminals, TerminalFilter, TERMINAL_ORDERS),
    ):
        for order in (*orders, *(f"-{name}" for name in orders)):
            wanted = wanted_of(order=order)
            listing = lists.listing(wanted)
            pages = [lists.page(wanted, listing, n) for n in range(listing.pages)]
            rows = [row.id for page in pages for row in page]
            assert listing.count == len(made) == len(set(rows)), order
            assert [len(page) for page in pages] == [4, 4, 3], order
            assert rows == [row.id for row in lists.first(wanted, 50)], order
            mirror = wanted_of(order=order[1:] if order[0] == "-" else f"-{order}")
            assert rows == [row.id for row in lists.first(mirror, 50)][::-1], order


@pytest.mark.writes_rows
def test_what_nobody_promised_anything_about_comes_last(any_services: Services) -> None:
    services = any_services
    terminal = make_terminal(services)
    made = [make_incident(services, terminal, displayed_code="A0") for _ in range(6)]
    with services.context.database.write() as session:
        session.execute(sa.text("UPDATE incident SET resolve_due_at = NULL WHERE number LIKE '%1'"))
    by_due = services.incidents.first(IncidentFilter(order="due"), 10)
    assert [row.id for row in by_due] == [*made[1:], made[0]]
    assert [row.resolve_due_at is None for row in by_due] == [False] * 5 + [True]
