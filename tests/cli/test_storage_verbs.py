"""Backup, restore and a missing database on the command line: sentences, codes, nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import bootstrap, paths
from app import settings as settings_file
from app.domain.documents import AttachmentDraft, Stage
from app.domain.missing_database import WINDOW
from app.services.documents.attachments import Owner
from app.settings import Settings
from db import storage
from db.engine import Database
from tests.cli.conftest import Run
from tests.cli.test_refusals import OPEN, refused
from tests.factories import make_incident
from tests.services.documents.paper import jpeg


def numbers(run: Run) -> list[str]:
    return [item["number"] for item in run("incident", "list", "--json").json]


@pytest.fixture
def copy(run: Run) -> Path:
    """A backup with one incident; a second one was opened after it."""
    run(*OPEN)
    made = Path(run("backup", "--json").json["file"])
    run(*OPEN)
    return made


def test_a_restore_beside_an_open_window_is_refused_and_nothing_saved_is_lost(
    run: Run, copy: Path, settings: Settings
) -> None:
    window = bootstrap.build(settings, name=WINDOW)
    for language, sentence in (("zh", "请关闭窗口后再试"), ("en", "Close the window")):
        command = [sys.executable, "-m", "app", "--lang", language, "restore", str(copy)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (5, "")
        assert sentence in done.stderr
    window.close()
    assert len(numbers(run)) == 2
    assert run("restore", str(copy)).code == 0
    assert numbers(run) == ["L7-000001"]


def test_a_missing_database_is_said_with_what_is_left_and_never_begun_anew(
    run: Run, copy: Path
) -> None:
    for path in paths.home().glob("poscare.db*"):
        path.unlink()
    for verb in (("incident", "list"), ("sample",), ("backup",), ("check",), OPEN):
        refused(run, verb, 5, "找不到数据库", "is missing")
        assert not paths.database_file().exists()
    said = run("incident", "list")
    assert f"1 条异常，当时最新的单号为 L7-000001  {copy}" in said.err
    (listed,) = run("restore", "--list", "--json").json
    assert (listed["path"], listed["incidents"]) == (str(copy), 1)
    assert run("restore", str(copy)).code == 0
    run(*OPEN)
    assert sorted(numbers(run)) == ["L7-000001", "L7-000002"], "the numbers go on"


@pytest.mark.parametrize("lost", ["list", "home kept only backups"])
def test_backups_alone_show_that_a_database_was_here(run: Run, copy: Path, lost: str) -> None:
    paths.database_file().unlink()
    paths.known_databases().unlink()
    if lost != "list":
        paths.settings_file().unlink()
    assert run("incident", "list").code == 5
    assert copy.exists()


def test_an_empty_file_is_said_with_what_is_left(run: Run, copy: Path) -> None:
    paths.database_file().write_bytes(b"")
    refused(run, ("incident", "list"), 5, "是空文件", "is an empty file")
    assert str(copy) in run("incident", "list").err
    assert run("restore", str(copy)).code == 0
    assert numbers(run) == ["L7-000001"]


def test_case_32_a_database_elsewhere_that_vanished_with_its_drive_is_missed(
    run: Run, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    place = ("--db", str(stick / "service.db"))
    assert run(*OPEN, *place).code == 0
    stick.rename(tmp_path / "pulled out")
    assert run("incident", "list", *place).code == 5
    stick.mkdir(exist_ok=True)
    assert run("incident", "list", *place).code == 5, "an empty mount point is no fresh start"
    shutil.copytree(tmp_path / "pulled out", stick, dirs_exist_ok=True)
    assert len(run("incident", "list", *place, "--json").json) == 1


def test_a_fresh_home_starts_without_a_question(run: Run) -> None:
    assert run("incident", "list").code == 0
    assert paths.database_file().stat().st_size


def test_beginning_empty_needs_another_letter_and_a_missing_database(run: Run, copy: Path) -> None:
    refused(run, ("restore", "--begin-empty", "M1"), 2, "还在", "is there")
    paths.database_file().unlink()
    refused(run, ("restore", "--begin-empty", "l7"), 2, "换一个字母", "Choose another")
    assert run("restore", "--begin-empty", "M1").code == 0
    assert settings_file.load(paths.settings_file()).device == "M1"
    run(*OPEN)
    assert numbers(run) == ["M1-000001"]


def test_an_interrupted_restore_is_finished_by_the_next_verb(run: Run, copy: Path) -> None:
    home = paths.home()
    shutil.copyfile(copy, home / "poscare.incoming")
    (home / "poscare.restoring").write_text("replaced-20261123T120000", encoding="utf-8")
    (home / "replaced-20261123T120000").mkdir()
    paths.database_file().rename(home / "replaced-20261123T120000" / "poscare.db")
    assert numbers(run) == ["L7-000001"]
    assert not list(home.glob("poscare.incoming")) + list(home.glob("poscare.restoring"))


@pytest.mark.parametrize("damage", ["flipped", "cut", "hash lost"])
def test_a_damaged_backup_is_refused(run: Run, copy: Path, damage: str) -> None:
    content = bytearray(copy.read_bytes())
    if damage == "flipped":
        # a letter of the symptom, which no index covers: SQLite's own check does not see it
        place = content.rindex("黑屏".encode())
        content[place + 2] ^= 1
    else:
        del content[len(content) // 2 :]
    copy.write_bytes(content)
    if damage == "hash lost":
        copy.with_name(copy.name + ".sha256").unlink()
    answer = run("restore", str(copy))
    assert (answer.code, answer.out) == (5, "")
    assert "没有恢复" in answer.err
    assert len(numbers(run)) == 2


def test_what_is_no_folder_to_write_in_is_said_and_leaves_nothing(
    run: Run, copy: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    refused(run, ("backup", "--to", str(tmp_path / "file")), 2, "是文件", "is a file")
    assert run("backup", "--list", "--json").json[0]["path"] == str(copy)


def test_case_7_a_full_disk_is_said_in_a_sentence_by_a_backup(
    run: Run, copy: Path, shim: Path, tmp_path: Path
) -> None:
    target = tmp_path / "full"
    done = subprocess.run(
        [sys.executable, "-m", "app", "backup", "--to", str(target)],
        env=_environment(LD_PRELOAD=str(shim), FAULT_FILE=str(target), FAULT_FULL_AT="2"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (5, "")
    assert "磁盘已满" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in target.rglob("*") if path.is_file()]
    assert copy.exists()


def test_a_copy_with_one_wrong_bit_in_unindexed_text_is_not_certified(
    run: Run, copy: Path, shim: Path, tmp_path: Path
) -> None:
    target = tmp_path / "bad medium"
    done = subprocess.run(
        [sys.executable, "-m", "app", "backup", "--to", str(target)],
        env=_environment(LD_PRELOAD=str(shim), FAULT_FILE=str(target), FAULT_FLIP="黑屏"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (5, "")
    # The medium does not hold what was written to it: the copy is refused, and nothing else.
    assert "备份无法写入" in done.stderr
    assert "以前的备份完好" in done.stderr
    assert not [path for path in target.rglob("*") if path.is_file()]


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}


def test_a_damaged_database_is_said_by_a_backup_which_ages_out_nothing(
    run: Run, copy: Path
) -> None:
    database = Database(paths.database_file())
    database.close()
    content = bytearray(paths.database_file().read_bytes())
    with_index = content.rindex(b"L7-000002")
    content[with_index : with_index + 9] = b"L7-900002"
    paths.database_file().write_bytes(content)
    refused(run, ("backup",), 5, "数据库本身已损坏", "The database itself is damaged")
    assert [item["path"] for item in run("backup", "--list", "--json").json] == [str(copy)]
    assert list(copy.parent.glob("damaged-*.db")), "still better than none"


def test_case_28_an_upgrade_without_room_is_refused_before_anything(
    run: Run, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(paths.database_file())
    with database.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 1")
    database.close()
    monkeypatch.setattr(storage, "ROOM_TO_BREATHE", 10**18)
    refused(run, ("incident", "list"), 5, "可用空间", "MB free")
    assert len(list(copy.parent.glob("poscare-*.db"))) == 1


def test_a_damaged_photo_is_named_by_backup_check_and_restore_and_is_no_success(
    run: Run, copy: Path, settings: Settings
) -> None:
    services = bootstrap.build(settings, name=WINDOW)
    owner = Owner(incident_id=make_incident(services))
    services.attachments.add(owner, jpeg(640, 480), AttachmentDraft("屏幕.jpg", Stage.BEFORE, ""))
    services.close()
    for path in paths.attachments().glob("??/*"):
        path.write_bytes(b"half")
    named = "L7-000003  屏幕.jpg"
    made = run("backup")
    assert (made.code, named in made.out, "损坏" in made.out) == (1, True, True)
    checked = run("check", "--thorough")
    assert (checked.code, named in checked.out) == (1, True)
    newest = run("backup", "--list", "--json").json[0]["path"]
    restored = run("restore", newest)
    assert (restored.code, named in restored.out) == (1, True)
    assert run("restore", newest, "--json").json["faulty"][0]["fault"] == "damaged"


def test_the_support_bundle_is_shown_before_and_while_it_is_saved(run: Run, tmp_path: Path) -> None:
    shown = run("support")
    assert shown.code == 0
    assert "=== about.txt ===" in shown.out
    assert list(tmp_path.glob("*.zip")) == []
    saved = run("support", "-o", str(tmp_path / "b.zip"), "--json").json
    assert {part["name"] for part in saved["parts"]} >= {
        "about.txt",
        "settings.txt",
        "database.txt",
    }
    assert (tmp_path / "b.zip").is_file()


def test_a_lost_database_is_rebuilt_with_what_was_done_after_the_last_backup(
    run: Run, copy: Path
) -> None:
    assert sorted(numbers(run)) == ["L7-000001", "L7-000002"]
    for path in paths.home().glob("poscare.db*"):
        path.unlink()
    done = run("restore", "--from-journal", "--json")
    assert (done.code, done.json["rebuilt"]["applied"]) == (0, 1)
    run(*OPEN)
    assert sorted(numbers(run)) == ["L7-000001", "L7-000002", "L7-000003"], "the numbers go on"
    checked = run("check", "--thorough", "--json")
    assert checked.code == 0, checked.out
    assert {"check.state", "check.journal"} <= {one["code"] for one in checked.json}


def test_a_journal_that_was_changed_gives_back_what_it_can_and_says_so(
    run: Run, copy: Path
) -> None:
    run(*OPEN)
    (day,) = (paths.backups() / "journal").glob("*/*.jsonl")
    lines = day.read_bytes().splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b'"device":"L7"', b'"device":"L8"')
    day.write_bytes(b"".join(lines))
    for path in paths.home().glob("poscare.db*"):
        path.unlink()
    done = run("restore", "--from-journal")
    assert done.code == 1
    assert f"{day.name}, {len(lines)}：有一项操作被改动过" in done.out
    assert sorted(numbers(run)) == ["L7-000001", "L7-000002"]


def test_a_rehearsal_counts_what_a_backup_holds_and_leaves_the_data_alone(
    run: Run, copy: Path
) -> None:
    done = run("backup", "--rehearse", "--json")
    assert (done.code, done.json["well"]) == (0, True)
    counts = {one["table"]: (one["backup"], one["now"]) for one in done.json["counts"]}
    assert counts["incident"] == (1, 2)
    assert len(numbers(run)) == 2
    copy.write_bytes(copy.read_bytes()[:-4096])
    refused(
        run, ("backup", "--rehearse"), 5, "与备份时校验的内容不一致", "no longer what was verified"
    )
    assert run("restore", "--from-journal", str(paths.home())).code == 3


def test_a_journal_that_is_gone_is_said_by_every_check_until_a_backup_settled_it(
    run: Run, copy: Path
) -> None:
    """And commands write what they did into the journal the first backup began."""
    journal = paths.backups() / "journal"
    (day,) = journal.glob("*/*.jsonl")
    assert len(day.read_bytes().splitlines()) > 1, "what was done after the backup"
    assert run("check").code == 0
    shutil.rmtree(journal)
    words = {"zh": "不见了", "en": "is gone"}
    for language, said in words.items():
        done = run("--lang", language, "check")
        assert done.code == 1
        assert said in done.out
        assert str(copy) in done.out
    run("check", "--thorough")
    assert run("check").code == 0
