"""Since when something is warned of: a day where days are counted, else the moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.i18n import translator
from app.texts.warnings import warning_since

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_midnight_where_the_work_happens_is_a_day_and_all_else_a_moment(language: str) -> None:
    t = translator(language)
    midnight = datetime(2026, 9, 1, tzinfo=SHANGHAI)
    assert warning_since(t, midnight, SHANGHAI) == "2026-09-01"
    assert warning_since(t, midnight.astimezone(UTC)) == "2026-09-01", "in the zone of the computer"
    assert warning_since(t, midnight, UTC) == "2026-08-31 16:00"
    assert warning_since(t, midnight + timedelta(minutes=1), SHANGHAI) == "2026-09-01 00:01"
    assert warning_since(t, None) == ""
