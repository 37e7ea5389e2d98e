"""How a file answers lists and searches: by index, never by going through every incident where one
page is wanted.  What is refused is the plan, not a time, so that it holds at any size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import bootstrap
from app.services import Services
from app.services.diagnosis.learning import learned_for
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from app.settings import Settings
from tests.bench import estate


@pytest.fixture(scope="module")
def scaled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A small estate of the scale data; plans do not depend on how many rows there are, for no
    statistics are kept."""
    path: Path = tmp_path_factory.mktemp("scale") / "estate.db"
    estate.build(str(path), 60, 400)
    services = bootstrap.build(
        Settings(technician="T01", device="L7"),
        clock=lambda: estate.NOW,
        database=bootstrap.open_database(str(path)),
    )
    yield services
    services.close()


def plans(services: Services, ask: Callable[[], object]) -> list[str]:
    """The steps of every query asked, those that sort the few rows of a page left out."""
    asked: list[tuple[str, Any]] = []

    def record(_c: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    engine = services.context.database.engine
    sa.event.listen(engine, "before_cursor_execute", record)
    try:
        ask()
    finally:
        sa.event.remove(engine, "before_cursor_execute", record)
    with services.context.database.connect() as connection:
        return [
            f"{row[3]}"
            for statement, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


SCANNED = re.compile(r"^SCAN (incident|terminal|search_document|placement|visit)\b(?!.*INDEX)")

WALKED = [
    IncidentFilter(states="unfinished"),
    IncidentFilter(states="unfinished", order="-due"),
    IncidentFilter(states="open"),
    IncidentFilter(),
    IncidentFilter(order="-due"),
    IncidentFilter(order="reported"),
    IncidentFilter(order="-reported"),
    IncidentFilter(order="number"),
    IncidentFilter(order="state"),
    IncidentFilter(terminal_id="x", order="-reported"),
    IncidentFilter(words="黑屏"),
    IncidentFilter(words="139 余额不足"),
    IncidentFilter(states="unfinished", words="黑屏"),
]


@pytest.mark.parametrize("wanted", WALKED, ids=repr)
def test_a_page_of_incidents_goes_through_no_table(
    scaled: Services, wanted: IncidentFilter
) -> None:
    found = plans(scaled, lambda: scaled.incidents.first(wanted, 256))
    assert not [step for step in found if SCANNED.search(step)], found


ORDERED = [one for one in WALKED if not one.words and not one.terminal_id]


@pytest.mark.parametrize("wanted", ORDERED, ids=repr)
def test_which_incidents_are_in_a_page_is_not_sorted_for(
    scaled: Services, wanted: IncidentFilter
) -> None:
    """The rows of the page are put in order once they are known; which they are an index says."""
    found = plans(scaled, lambda: scaled.incidents.first(wanted, 256))
    pages = 2 if wanted.order.removeprefix("-") == "due" else 1
    sorts = [step for step in found if "TEMP B-TREE FOR ORDER BY" in step]
    assert len(sorts) <= pages, found


def test_a_count_looks_up_nothing_beside_the_incidents(scaled: Services) -> None:
    for wanted in (IncidentFilter(), IncidentFilter(states="unfinished")):
        found = plans(scaled, lambda wanted=wanted: scaled.incidents.listing(wanted))  # type: ignore[misc]
        assert not [s for s in found if "merchant" in s or "terminal " in s], found


@pytest.mark.parametrize("order", ["serial", "-serial", "state"])
def test_a_page_of_terminals_goes_through_no_table(scaled: Services, order: str) -> None:
    found = plans(scaled, lambda: scaled.terminals.first(TerminalFilter(order=order), 256))
    assert not [step for step in found if SCANNED.search(step)], found


@pytest.mark.parametrize(
    ("order", "begun"),
    [("merchant", "merchant"), ("-merchant", "merchant"), ("area", "area"), ("tid", "placement")],
)
def test_terminals_are_read_in_the_order_of_their_list(
    scaled: Services, order: str, begun: str
) -> None:
    """Begun with anything else, all that stand somewhere would be sorted for one page."""
    found = plans(scaled, lambda: scaled.terminals.first(TerminalFilter(order=order), 256))
    begins = [after for step, after in pairwise(found) if step.startswith("LIST SUBQUERY")]
    assert any(re.match(rf"(SEARCH|SCAN) {begun} USING", step) for step in begins), found


def test_the_open_incidents_of_a_terminal_are_counted_without_reading_them(
    scaled: Services,
) -> None:
    found = plans(scaled, lambda: scaled.terminals.first(TerminalFilter(), 256))
    counted = [step for step in found if re.match(r"\S+ incident\b", step)]
    assert counted, found
    assert all("USING COVERING INDEX" in step for step in counted), counted


@pytest.mark.parametrize("typed", ["TESTN85000000001", "20000042"])
def test_a_number_is_looked_up_not_looked_for(scaled: Services, typed: str) -> None:
    scaled.finding.find(typed)
    asks: tuple[Callable[[], object], ...] = (
        lambda: scaled.finding.find(typed),
        lambda: scaled.terminals.find(scaled.terminals.first(TerminalFilter(), 1)[0].serial),
        lambda: scaled.terminals.by_serial(scaled.terminals.first(TerminalFilter(), 1)[0].serial),
    )
    for ask in asks:
        found = plans(scaled, ask)
        walked = [step for step in found if re.match(r"SCAN (incident|placement|visit)\b", step)]
        assert not walked, found


def test_a_diagnosis_begins_without_sorting_what_is_finished(scaled: Services) -> None:
    def ask() -> None:
        with scaled.context.read() as session:
            learned_for(session, ["code:A0", "sign:hardware_1"])

    found = plans(scaled, ask)
    assert not [step for step in found if "FOR ORDER BY" in step], found


def test_words_are_looked_up_before_the_documents(scaled: Services) -> None:
    found = plans(scaled, lambda: scaled.terminals.find("黑屏"))
    order = [n for n, step in enumerate(found) if "search_fts" in step]
    documents = [n for n, step in enumerate(found) if "search_document" in step]
    assert order, found
    assert all(n < m for n, m in zip(order, documents, strict=True)), found
