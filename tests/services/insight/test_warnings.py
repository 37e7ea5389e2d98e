"""Warnings: one rule each, and the same rows on Today, on the command line and on paper."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from app.domain.insight.warnings import MOST_EVIDENCE, StandingWarning, WarningRule
from app.domain.register.terminals import TerminalState
from app.services import Services
from app.services.documents.requests import Request
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal

HEADER = "序列号,报修时间,显示代码,现象,确认故障类别,恢复时间,工程师,工时分钟\n"
Row = tuple[str, str, tuple[str, ...]]


def finished(services: Services, folder: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    """Finished incidents: serial number, day reported, class."""
    path = folder / "history.csv"
    lines = [
        f"{serial},{day} 10:00,,现象{n},{name},2026-11-22 23:00,T01,10"
        for n, (serial, day, name) in enumerate(rows)
    ]
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    services.history_import.commit(services.history_import.preview(path), skip_bad=False)


def said(warnings: Sequence[StandingWarning]) -> list[Row]:
    return [(w.severity.value, w.subject.name, w.incidents[:MOST_EVIDENCE]) for w in warnings]


def printed(services: Services, area: str = "") -> list[Row]:
    sheet = services.reporting.documents(Request(kind="warning_digest", area=area))[0].sheet
    return [(w.severity, w.subject, w.evidence) for w in sheet.warnings]  # type: ignore[attr-defined]


AREAS = ("浦东新区", "昆山市", "江宁区")
NINE_DAYS = tuple(f"2026-11-{day:02d}" for day in range(3, 21, 2))


def estate_with_causes(services: Services, folder: Path, seed: int) -> None:
    """Forty terminals with an incident now and then, one that fails every other day, an outage of
    an area, deadlines and warranties."""
    chance = random.Random(seed)
    serials = [f"SN{n:06d}" for n in range(40)]
    terminals = [
        make_terminal(
            services,
            serial=serial,
            area=AREAS[n % 3],
            installed_on="2025-01-10",
            warranty_until=f"2026-12-{chance.randint(1, 31):02d}",
        )
        for n, serial in enumerate(serials)
    ]
    rows = [
        (
            chance.choice(serials[1:]),
            f"2026-{chance.randint(1, 10):02d}-{chance.randint(1, 28):02d}",
            chance.choice(CLASSES),
        )
        for _ in range(60)
    ]
    rows += [(serials[0], day, "hardware") for day in NINE_DAYS]
    rows += [(serials[n], "2026-11-12", "network") for n in range(1, 31, 3)]
    finished(services, folder, list(dict.fromkeys(rows)))
    for terminal in terminals[:4]:
        make_incident(services, terminal)


CLASSES = ("hardware", "software", "operation", "system")


def test_paper_shows_the_warnings_the_service_names(
    any_services: Services, tmp_path: Path, clock: FrozenClock
) -> None:
    estate_with_causes(any_services, tmp_path, 1)
    clock.forward(days=6)
    insight = any_services.insight
    everywhere = insight.warnings()
    for area in ("", *AREAS):
        assert printed(any_services, area) == said(insight.warnings(area))
    rules = {w.rule for w in everywhere}
    assert rules >= {WarningRule.OVERDUE, WarningRule.OUTBREAK, WarningRule.EXPIRES}
    (failing,) = [w for w in everywhere if w.fault_class == "hardware"]
    assert failing.rule in (WarningRule.TERMINAL, WarningRule.MERCHANT)
    assert failing.seen == len(failing.incidents) == len(failing.incident_ids) == 9
    (outage,) = [w for w in everywhere if w.rule is WarningRule.OUTBREAK]
    assert (outage.subject.name, outage.seen, outage.fault_class) == ("昆山市", 10, "network")
    assert outage.since is not None
    assert outage.expected is not None
    assert outage.expected < 1 < outage.confidence * 2
    elsewhere = [w.key for w in insight.warnings("江宁区")]
    assert failing.key not in elsewhere
    assert outage.key not in elsewhere


def test_as_of_a_day_it_says_what_it_said_then(
    any_services: Services, tmp_path: Path, clock: FrozenClock
) -> None:
    """Whatever was entered, resolved, withdrawn, moved or loaded afterwards."""
    estate_with_causes(any_services, tmp_path, 3)
    today = any_services.context.today()
    clock.forward(days=1)
    then = any_services.insight.warnings(day=today)
    assert {w.rule for w in then} >= {WarningRule.OUTBREAK}
    clock.forward(days=20)
    first = any_services.terminals.by_serial("SN000000")
    for _ in range(3):
        make_incident(any_services, first.id)
        any_services.incidents.cancel(make_incident(any_services, first.id), "误报")
    any_services.terminals.change_state(first.id, TerminalState.RETIRED, "报废")
    assert [w.key for w in any_services.insight.warnings(day=today)] == [w.key for w in then]
    again = any_services.insight.warnings(day=today)
    assert [(w.seen, w.expected, w.incidents) for w in again] == [
        (w.seen, w.expected, w.incidents) for w in then
    ]
    assert any_services.insight.warnings() != then


def test_a_withdrawn_report_warns_of_nothing(any_services: Services, clock: FrozenClock) -> None:
    key = make_incident(any_services, make_terminal(any_services))
    clock.forward(days=3)
    assert WarningRule.OVERDUE in {w.rule for w in any_services.insight.warnings()}
    any_services.incidents.cancel(key, "误报")
    assert WarningRule.OVERDUE not in {w.rule for w in any_services.insight.warnings()}


def test_the_most_serious_comes_first_and_names_no_more_than_fits(
    any_services: Services, clock: FrozenClock
) -> None:
    for _ in range(MOST_EVIDENCE + 2):
        make_incident(any_services, make_terminal(any_services, warranty_until="2026-12-20"))
    clock.forward(days=10)
    late, warranty = any_services.insight.warnings()
    assert (late.rule, warranty.rule) == (WarningRule.OVERDUE, WarningRule.EXPIRES)
    assert (late.count, len(late.incidents)) == (MOST_EVIDENCE + 2, MOST_EVIDENCE)
    assert late.since is not None
    assert late.since < any_services.context.now() - timedelta(days=1)
