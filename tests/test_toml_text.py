"""TOML that would keep the parser busy for minutes is refused; what we write is read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app.toml_text import parse

SHIPPED = sorted((Path(__file__).parents[1] / "resources").rglob("*.toml"))


@pytest.mark.parametrize("part", ["a", '"a b"', "'…'", "a "])
def test_a_key_of_very_many_parts_is_refused(part: str) -> None:
    for table in ("{} = 1", "[{}]", "x = {{ {} = 1 }}"):
        with pytest.raises(tomllib.TOMLDecodeError, match="parts"):
            parse(table.format(".".join([part] * 50_000)))


def test_every_file_of_ours_is_read_as_before() -> None:
    assert SHIPPED
    for path in SHIPPED:
        text = path.read_text(encoding="utf-8")
        assert parse(text) == tomllib.loads(text)


def test_a_text_may_hold_many_points() -> None:
    assert parse("a = '" + "." * 5_000 + " 1.2.3.4'")
