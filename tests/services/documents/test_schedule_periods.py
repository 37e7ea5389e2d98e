"""Which days a schedule covers when nobody says."""

from __future__ import annotations

from datetime import date

import pytest

from app.services import Services
from app.services.documents.requests import Request
from tests.conftest import FrozenClock
from tests.reports.reading import all_text


@pytest.mark.parametrize("days", [0, 2, 6])
def test_a_week_is_the_one_we_are_in(services: Services, clock: FrozenClock, days: int) -> None:
    clock.forward(days=days)
    said = all_text(services.reporting.pdf(Request(kind="schedule_week")).pdf)
    assert "2026-11-23–2026-11-29" in said


def test_a_week_that_is_said_begins_where_it_is_said(services: Services) -> None:
    request = Request(kind="schedule_week", since=date(2026, 11, 25))
    assert "2026-11-25–2026-12-01" in all_text(services.reporting.pdf(request).pdf)
