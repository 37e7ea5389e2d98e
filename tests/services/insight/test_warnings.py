"""Warnings: one rule each, and the same rows on Today, on the command line and on paper."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.insight.figures import trailing
from app.domain.insight.warnings import MOST_EVIDENCE, StandingWarning, WarningRule
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
    return [(w.severity.value, w.subject.name, w.incidents) for w in warnings]


def printed(services: Services, area: str = "") -> list[Row]:
    sheet = services.reporting.documents(Request(kind="warning_digest", area=area))[0].sheet
    return [(w.severity, w.subject, w.evidence) for w in sheet.warnings]  # type: ignore[attr-defined]


CLASSES = ("hardware", "software", "hardware", "software", "network")
AREAS = ("浦东新区", "昆山市", "江宁区")


def random_estate(services: Services, folder: Path, seed: int) -> None:
    """Terminals with failures, deadlines, warranties, and some retired or turned out nothing."""
    chance = random.Random(seed)
    terminals = [
        make_terminal(
            services,
            serial=f"SN{n:06d}",
            area=chance.choice(AREAS),
            warranty_until=f"2026-12-{chance.randint(1, 31):02d}",
        )
        for n in range(8)
    ]
    months = ("09", "10", "11")
    rows = [
        (
            f"SN{chance.randrange(8):06d}",
            f"2026-{chance.choice(months)}-{chance.randint(1, 20):02d}",
            chance.choice(CLASSES),
        )
        for _ in range(40)
    ]
    finished(services, folder, list(dict.fromkeys(rows)))
    for terminal in chance.sample(terminals, 4):
        key = make_incident(services, terminal)
        if chance.random() < 0.3:
            services.incidents.cancel(key, "误报")
    for terminal in chance.sample(terminals, 2):
        services.terminals.change_state(terminal, "retired", "报废")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_paper_and_insight_page_show_the_warnings_the_service_names(
    any_services: Services, tmp_path: Path, clock: FrozenClock, seed: int
) -> None:
    random_estate(any_services, tmp_path, seed)
    clock.forward(days=6)
    insight, today = any_services.insight, any_services.context.today()
    for area in ("", *AREAS):
        found = insight.warnings(area)
        assert printed(any_services, area) == said(found)
        failing = [w.incidents for w in found if w.rule is WarningRule.TERMINAL]
        listed = insight.report(trailing(today, 1), area).warnings
        assert failing == [tuple(f.number for f in w.evidence) for w in listed]
    everywhere = insight.warnings()
    assert {w.rule for w in everywhere} >= {WarningRule.OVERDUE, WarningRule.TERMINAL}
    of_areas = [w for area in AREAS for w in insight.warnings(area)]
    one_each = {WarningRule.TERMINAL, WarningRule.SUBSTITUTED}
    assert sorted(said([w for w in of_areas if w.rule in one_each])) == sorted(
        said([w for w in everywhere if w.rule in one_each])
    )


def test_a_retired_terminal_and_a_withdrawn_report_warn_of_nothing(
    any_services: Services, tmp_path: Path
) -> None:
    for n in range(2):
        make_terminal(any_services, serial=f"SN00000{n}", warranty_until="2027-12-01")
    days = ("2026-11-01", "2026-11-10")
    finished(any_services, tmp_path, [(f"SN00000{n}", d, "hardware") for n in (0, 1) for d in days])
    assert len(any_services.insight.warnings()) == 2
    gone = any_services.terminals.by_serial("SN000000").id
    any_services.terminals.change_state(gone, "retired", "报废")
    (left,) = any_services.insight.warnings()
    assert left.subject.name.startswith("SN000001")


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
