"""Bad input on the command line: a clear sentence in both languages, the exit code, no half."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import paths
from app.paths import resources
from db.engine import Database
from tests.cli.conftest import Run

EXPORT = str(resources() / "sample" / "terminals.csv")
OPEN = ("incident", "open", "ABCD0001", "--unknown", "--symptom", "黑屏")


def refused(run: Run, arguments: tuple[str, ...], code: int, zh: str, en: str) -> None:
    """The command is refused with `code`, in Chinese and in English."""
    for language, sentence in (("zh", zh), ("en", en)):
        answer = run(*arguments, "--lang", language)
        assert (answer.code, answer.out) == (code, ""), answer.err
        assert sentence in answer.err
        assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("name", "content", "code", "zh", "en"),
    [
        ("picture.csv", b"\x89PNG\r\n\x1a\n\xff\xff", 5, "不是表格", "not a table"),
        ("nothing.csv", b"", 5, "里没有表格", "holds no table"),
        ("broken.xlsx", b"PK\x03\x04zip?", 5, "不是可读的 Excel 文件", "not a readable Excel"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1"), 5, ".xlsx", "password-protected"),
        ("other.csv", b"a,b\n1,2\n", 2, "序列号: 没有为此项指定列。", "Serial number: No column"),
    ],
)
def test_a_wrong_file_is_told_apart_and_nothing_is_stored(
    run: Run, tmp_path: Path, name: str, content: bytes, code: int, zh: str, en: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refused(run, ("import", "terminals", str(path)), code, zh, en)
    assert run("terminal", "find", "1", "--json").json == []


def test_a_wrong_encoding_is_said(run: Run) -> None:
    arguments = ("import", EXPORT, "--encoding", "utf-8")
    refused(run, arguments, 5, "不是 utf-8 编码", "is not written in utf-8")


def test_a_history_without_its_columns_is_said(run: Run) -> None:
    arguments = ("import", "history", EXPORT)
    refused(run, arguments, 2, "恢复时间: 没有为此项指定列", "Restored: No column")


@pytest.mark.parametrize("column", ["serial=没有", "nonsense=序列号"])
def test_a_column_that_does_not_exist_is_refused(run: Run, column: str) -> None:
    assert run("import", EXPORT, "--dry-run", "--column", column).code == 2


def test_a_terminal_nobody_registered_is_not_found(run: Run) -> None:
    refused(
        run,
        ("incident", "open", "99999999", "--code", "51"),
        3,
        "找不到终端 99999999",
        "Terminal 99999999 does not exist",
    )


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("resume",), "“新建”状态下不能“继续处理”", "is not possible in the state “New”"),
        (("reopen", "--reason", "x"), "“新建”状态下不能", "is not possible in the state “New”"),
        (("resolve", "--class", "hardware"), "“新建”状态下不能“解决”", "“Resolve” is not possible"),
        (("move", "on_hold", "--reason", "parts", "--until", "2099-01-01"), "不能", "not possible"),
        (("move", "closed", "--confirmed-by", "王"), "“新建”状态下不能", "is not possible"),
    ],
)
def test_a_step_the_state_forbids_is_refused(
    run: Run, arguments: tuple[str, ...], zh: str, en: str
) -> None:
    run(*OPEN)
    verb, *rest = arguments
    refused(run, ("incident", verb, "L7-000001", *rest), 4, zh, en)
    assert run("incident", "show", "L7-000001", "--json").json["state"] == "new"


def test_a_newer_database_is_refused_untouched(run: Run) -> None:
    run(*OPEN)
    database = Database(paths.database_file())
    with database.connect() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 9000")
        connection.commit()
    database.close()
    refused(run, ("incident", "list"), 5, "9000", "9000")


@pytest.fixture
def somebody_writes(run: Run) -> Iterator[None]:
    """Another program holds the write lock."""
    run(*OPEN)
    database = Database(paths.database_file())
    with database.write() as session:
        session.execute(sa.text("UPDATE counter SET last = last"))
        yield
    database.close()


@pytest.mark.usefixtures("somebody_writes")
def test_a_locked_database_is_said_after_a_while(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.write_turns.WAIT", 0.05)
    monkeypatch.setattr("db.engine._PRAGMAS", ("busy_timeout=50",))
    refused(run, OPEN, 5, "没有保存", "nothing was saved")
    assert run("incident", "list", "--json").code == 0


@pytest.fixture
def never_writable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that may only be read (the tests may run as a user no permission stops)."""
    run(*OPEN)
    monkeypatch.setattr("db.engine._PRAGMAS", ("query_only=ON",))


@pytest.mark.usefixtures("never_writable")
def test_a_read_only_database_can_be_read_and_says_so_when_written(run: Run) -> None:
    refused(run, OPEN, 5, "只能读取", "only read")
    assert len(run("incident", "list", "--json").json) == 1


@pytest.fixture
def no_room(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room for one more page."""
    run(*OPEN)
    monkeypatch.setattr("db.engine._PRAGMAS", ("max_page_count=1",))


@pytest.mark.usefixtures("no_room")
def test_a_full_disk_stores_no_half_import(run: Run) -> None:
    refused(run, ("import", EXPORT, "--skip-bad"), 5, "磁盘已满", "disk is full")
    assert run("terminal", "find", "测试", "--json").json == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--db", "{}", "incident", "list"),
        ("log", "export", "-o", "{}.xlsx"),
        ("support", "-o", "{}.zip"),
        ("exchange", "key", "-o", "{}.poskey"),
    ],
    ids=" ".join,
)
def test_no_file_is_made_whose_name_is_a_card_number(
    run: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    named = tuple(one.format(tmp_path / "客户 6212345678901232001") for one in arguments)
    for language, sentence in (("zh", "换一个文件名"), ("en", "Choose another name")):
        answer = (
            run(*named[:2], "--lang", language, *named[2:])
            if named[0] == "--db"
            else run(*named, "--lang", language)
        )
        assert (answer.code, answer.out) == (2, ""), answer.err
        assert sentence in answer.err
        assert "6212345678901232001" not in answer.err
    assert list(tmp_path.glob("*62123*")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "add", "--weekdays", "4111111111111111", "--name-zh", "x"),
        ("plan", "add", "--minutes", "4111111111111111"),
        ("knowledge", "simulate", "--wrong", "卡号4111 1111 1111 1111"),
        ("insight", "levels", "--units", "4111111111111111"),
        ("incident", "list", "--state", "4111 1111 1111 1111"),
        ("incident", "show", "4111111111111111"),
    ],
)
def test_no_refusal_repeats_a_card_number(run: Run, arguments: tuple[str, ...]) -> None:
    """What scripts say ends in files and mails."""
    answer = run(*arguments)
    assert answer.code
    assert answer.err
    assert "4111111111111111" not in answer.err.replace(" ", "") + answer.out.replace(" ", "")
