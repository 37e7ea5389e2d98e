"""A damaged settings file never stops the program, loses nothing and is always told."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app import paths
from app import settings as settings_file
from app.domain.errors import InvalidInput, Unavailable
from app.i18n import translator
from app.services import Services
from app.services.core.data_place import letter_in_use
from app.settings import (
    Settings,
    SettingsReading,
    keys,
    last_good,
    load,
    read,
    recover,
    save,
    values_of,
    with_values,
)
from app.texts import problem_text
from db.engine import Database
from tests.factories import make_incident

GOOD = Settings(
    language="en",
    technician="T07",
    device="L7",
    company_name="测试公司",
    theme="dark",
    horizon_days=120,
)

WHOLLY_DAMAGED = {
    "NUL bytes after a power cut": b"\0" * 300,
    "a tail of NUL bytes": b'version = 1\ndevice = "B"\n' + b"\0" * 90,
    "empty": b"",
    "only white space": b" \r\n\n\t\n",
    "only a byte order mark": b"\xef\xbb\xbf",
    "deep nesting": b"a = " + b"[" * 30_000,
    "deep tables": b"a = " + b"{a=" * 30_000,
    "not UTF-8": 'company_name = "测试"\n'.encode("gb18030"),
    "half a surrogate as bytes": b'company_name = "\xed\xa0\x80"\n',
    "half a surrogate as an escape": b'company_name = "\\ud800"\n',
    "cut in the middle": b'version = 1\nlanguage = "z',
    "the same key twice": b'device = "A"\ndevice = "B"\n',
    "a number nobody can read": b"horizon_days = " + b"9" * 5_000 + b"\n",
    "a day that does not exist": b"day = 2026-02-31\n",
    "far too large": b"# x\n" * 400_000,
    "another format": b'{"device": "B"}',
}


@pytest.fixture
def path(home: Path) -> Path:
    """Where the settings of this test lie."""
    home.mkdir()
    return paths.settings_file()


def codes(found: SettingsReading) -> list[str]:
    return [problem.code for problem in found.problems]


def said(found: SettingsReading) -> str:
    return "\n".join(problem_text(translator("zh"), item) for item in found.problems)


def kept(path: Path) -> list[Path]:
    return sorted(path.parent.glob("settings.toml.damaged-*"))


@pytest.mark.parametrize("content", WHOLLY_DAMAGED.values(), ids=WHOLLY_DAMAGED)
def test_case_75_a_wholly_damaged_file_is_kept_and_the_last_good_one_used_and_told_once(
    path: Path, content: bytes
) -> None:
    save(GOOD, path)
    path.write_bytes(content)
    assert load(path) == GOOD, "also for those who only read"
    assert path.read_bytes() == content
    found = recover(path)
    assert found.settings == GOOD
    assert found.device_known
    (copy,) = kept(path)
    assert copy.read_bytes() == content
    assert copy.name in said(found)
    assert codes(found) == ["settings.kept", "settings.from_copy"]
    assert recover(path) == SettingsReading(GOOD, (), device_known=True), "said once, then in order"


@pytest.mark.parametrize("content", WHOLLY_DAMAGED.values(), ids=WHOLLY_DAMAGED)
def test_without_an_earlier_copy_the_defaults_are_used_and_the_letter_is_unknown(
    path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    found = recover(path)
    assert found.settings == Settings()
    assert not found.device_known
    assert codes(found) == ["settings.kept", "settings.from_defaults"]
    assert [copy.read_bytes() for copy in kept(path)] == [content]


def test_damage_at_the_same_second_overwrites_no_earlier_damage(path: Path) -> None:
    for content in (b"\0", b"\0\0", b"\0\0\0"):
        path.write_bytes(content)
        recover(path)
    assert sorted(copy.read_bytes() for copy in kept(path)) == [b"\0", b"\0\0", b"\0\0\0"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_marks_notepad_writes_are_skipped(path: Path, encoding: str) -> None:
    text = 'version = 1\r\nlanguage = "en"\r\ndevice = "B"\r\ncompany_name = "测试"\r\n'
    path.write_bytes(text.encode(encoding))
    found = recover(path)
    assert found.problems == ()
    assert (found.settings.device, found.settings.company_name) == ("B", "测试")
    assert kept(path) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "[1, 2]") for name in keys()),
        *((name, "1.5") for name in keys()),
        ("language", '"xx"'),
        ("theme", '"pink"'),
        ("paper", '"a3"'),
        ("report_language", '""'),
        ("horizon_days", "5000"),
        ("horizon_days", "true"),
        ("horizon_days", '"90"'),
        ("device", '"77"'),
        ("device", '""'),
        ("company_name", '"a\\u0000b"'),
        ("database", '"/x/\\u0007"'),
    ],
)
def test_case_75_one_bad_value_costs_only_itself_and_is_named(
    path: Path, name: str, value: str
) -> None:
    save(GOOD, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{name} = {value}" if line.startswith(f"{name} =") else line for line in lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = recover(path)
    identity = name in {"device", "technician", "database"}
    instead = values_of(GOOD if identity else Settings())[name]
    assert found.settings == with_values(GOOD, {name: instead})
    assert [item.params for item in found.problems] == [{"key": name}]
    assert name in said(found)
    assert found.device_known
    assert path.read_text(encoding="utf-8") == "\n".join(lines), "what a person wrote stays"
    assert load(last_good(path)) == GOOD


def test_a_lost_letter_is_never_taken_for_the_first_one(path: Path) -> None:
    save(GOOD, path)
    path.write_text('version = 1\nlanguage = "en"\n', encoding="utf-8")
    found = recover(path)
    assert (found.settings.device, found.settings.technician) == ("L7", "T07")
    assert codes(found) == ["settings.earlier_value", "settings.earlier_value"]
    assert load(last_good(path)) == GOOD, "a poorer file does not replace the good copy"
    path.unlink()
    assert recover(path).settings == GOOD
    assert load(path) == GOOD


@pytest.mark.parametrize("version", ["0", "-3", "true", '"1"', "1.0"])
def test_a_version_nobody_wrote_is_one_bad_value(path: Path, version: str) -> None:
    path.write_text(f'version = {version}\ndevice = "B"\n', encoding="utf-8")
    found = recover(path)
    assert (found.settings.device, codes(found)) == ("B", ["settings.bad_value"])


def test_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    path.write_text('version = 9\ndevice = "B"\n', encoding="utf-8")
    with pytest.raises(Unavailable, match=r"settings\.newer"):
        recover(path)
    assert kept(path) == []


def test_a_copy_of_a_newer_version_is_not_used(path: Path) -> None:
    path.write_text('device = "B"\n', encoding="utf-8")
    last_good(path).write_text('version = 9\ndevice = "C"\n', encoding="utf-8")
    assert recover(path).settings.device == "B"


def test_case_75_unknown_keys_are_named_and_do_no_harm(path: Path) -> None:
    path.write_text('device = "B"\ntecnician = "T1"\n[window]\nx = 1\n', encoding="utf-8")
    found = recover(path)
    assert found.settings == Settings(device="B")
    assert "tecnician, window" in said(found)


def test_a_folder_in_its_place_is_set_aside_with_what_is_in_it(path: Path) -> None:
    save(GOOD, path)
    path.unlink()
    path.mkdir()
    (path / "note.txt").write_text("mine", encoding="utf-8")
    assert recover(path).settings == GOOD
    assert (kept(path)[0] / "note.txt").read_text(encoding="utf-8") == "mine"
    save(replace(GOOD, device="C"), path)
    assert load(path).device == "C"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_in_its_place_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    assert recover(path).settings == Settings()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_an_unreadable_file_is_left_and_the_last_good_one_used(path: Path) -> None:
    save(GOOD, path)
    path.unlink()
    path.symlink_to(path.name)
    found = recover(path)
    assert found.settings == GOOD
    assert codes(found) == ["settings.unreadable", "settings.from_copy"]
    assert path.is_symlink()


def test_both_files_damaged_is_a_sentence_too(path: Path) -> None:
    save(GOOD, path)
    path.write_bytes(b"\0")
    last_good(path).write_bytes(b"\0")
    assert codes(recover(path)) == ["settings.kept", "settings.from_defaults"]


@pytest.mark.parametrize("text", ["/mnt/\udcff", "a\0b", "\x1b[2J"])
def test_what_a_file_cannot_hold_is_refused_at_saving_and_names_its_field(
    path: Path, text: str
) -> None:
    save(GOOD, path)
    with pytest.raises(InvalidInput) as refused:
        save(replace(GOOD, backup_folder=text), path)
    assert [item.field for item in refused.value.problems] == ["backup_folder"]
    assert load(path) == GOOD


def test_installations_that_never_saved_again_get_their_copy_at_the_next_start(
    path: Path,
) -> None:
    path.write_text('version = 1\ndevice = "B"\ntechnician = "T01"\n', encoding="utf-8")
    recover(path)
    path.write_bytes(b"")
    assert recover(path).settings == Settings(device="B", technician="T01")


def test_the_letter_is_found_in_the_database_and_no_file_is_made_by_asking(
    services: Services, sqlite_database: Database, tmp_path: Path
) -> None:
    target = str(sqlite_database.path)
    assert letter_in_use(target) == "", "nothing was numbered yet"
    make_incident(services)
    assert letter_in_use(target) == "L7"
    services.context.device = "B"
    make_incident(services)
    assert letter_in_use(target) == "B", "the one that worked last"
    assert letter_in_use(str(tmp_path / "none.db")) == ""
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "other.db").write_bytes(b"no database at all" * 99)
    assert letter_in_use(str(tmp_path / "other.db")) == ""
    assert letter_in_use("postgresql://nobody@127.0.0.1:1/none") == ""


def test_settings_that_were_saved_read_back_equal(path: Path) -> None:
    save(GOOD, path)
    assert read(path) == SettingsReading(GOOD, (), device_known=True)
    assert settings_file.check(GOOD) == GOOD


def test_a_card_number_written_by_hand_is_told_by_its_setting_and_never_copied(path: Path) -> None:
    save(GOOD, path)
    good = last_good(path).read_bytes()
    text = path.read_text(encoding="utf-8").replace("测试公司", "卡号 4111 1111 1111 1111")
    path.write_text(text, encoding="utf-8")
    found = recover(path)
    assert [(p.field, p.code) for p in found.problems] == [("company_name", "settings.bad_value")]
    assert found.settings.company_name == ""
    assert last_good(path).read_bytes() == good


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:///x?y=%%%",
        "sqlite:///x.db?mode=ro",
        "mysql://u:hunter2@h/x",
        "oracle://x",
        "mssql+pyodbc://x",
        "http://h/x",
        "ftp://h/x",
        "file:///x.db",
        "sqlite+aiosqlite:///x",
        "postgresql+asyncpg://h/x",
    ],
)
def test_an_address_of_a_file_with_options_is_told_and_never_opened(address: str) -> None:
    with pytest.raises(Unavailable) as refused:
        Database(address)
    assert refused.value.code == "db.bad_address"
