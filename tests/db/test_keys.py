"""Keys are what the standard's own type says they are, though they are written without it."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from db.keys import KeySeries, derived_key, derived_key_after, first_key

NAMES = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4)
UUIDS = st.uuids().map(str)


@given(NAMES, st.integers(0, 1 << 20), UUIDS)
def test_a_derived_key_is_a_uuid_of_version_8(names: list[str], n: int, record: str) -> None:
    for key in (derived_key(*names), derived_key_after(n, record, *names)):
        known = uuid.UUID(key)
        assert str(known) == key
        assert known.version == 8
        assert known.variant == uuid.RFC_4122


@given(st.integers(1, 300))
def test_the_keys_of_a_series_count_up_from_the_first(many: int) -> None:
    first = first_key()
    series = KeySeries(first)
    given = [series.following() for _ in range(many)]
    assert given == [str(uuid.UUID(int=uuid.UUID(first).int + n)) for n in range(1, many + 1)]
    assert series.first == given[0]
