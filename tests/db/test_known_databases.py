"""The list of databases that were once opened holds no card number."""

from __future__ import annotations

from pathlib import Path

from db.leftovers import KnownDatabases


def test_a_path_that_holds_a_card_number_is_not_written(tmp_path: Path) -> None:
    record = tmp_path / "databases.txt"
    known = KnownDatabases(record)
    known.add(tmp_path / "shop.db")
    known.add(tmp_path / "4111111111111111.db")
    known.add(tmp_path / "4111 1111 1111 1111" / "shop.db")
    assert record.read_text(encoding="utf-8") == "shop.db\n"
    assert tmp_path / "shop.db" in known


def test_a_card_number_an_older_program_wrote_is_taken_out(tmp_path: Path) -> None:
    record = tmp_path / "databases.txt"
    record.write_text("4111111111111111.db\nshop.db\n", encoding="utf-8")
    KnownDatabases(record).add(tmp_path / "shop.db")
    assert record.read_text(encoding="utf-8") == "shop.db\n"
