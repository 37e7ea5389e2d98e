"""Logs and reports of bugs tell what went wrong and nothing of whom it was about."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import logs, paths
from app.domain.errors import BadValue, InvalidInput, NotFound, Unavailable
from app.services import Services

NAME, PHONE, CARD = "欧阳金丝雀", "13912345678", "6212345678900000003"
CANARIES = (NAME, PHONE, "139 1234 5678", "0531-88881234", CARD, "hunter2", "金丝雀路7号")


def written() -> str:
    """Everything in the folder of logs."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(paths.logs().iterdir()))


def _integrity(services: Services) -> None:
    with services.context.database.engine.begin() as connection:
        for _twice in range(2):
            connection.execute(
                sa.text("INSERT INTO area (id, name) VALUES (:id, :name)"),
                {"id": NAME, "name": NAME},
            )


def _value(_services: Services) -> None:
    int(f"{NAME} {PHONE}")


def _key(_services: Services) -> None:
    dict[str, str]()[NAME]


def _path(_services: Services) -> None:
    raise OSError(errno.ENOENT, "No such file or directory", f"{NAME}.pdf")


def _encoding(_services: Services) -> None:
    NAME.encode("ascii")


def _chained(_services: Services) -> None:
    try:
        int(NAME)
    except ValueError as error:
        raise RuntimeError(f"{PHONE} {CARD}") from error


def _noted(_services: Services) -> None:
    error = AssertionError(NAME)
    error.add_note(f"of {NAME}")
    raise error


def _refused(_services: Services) -> None:
    raise InvalidInput.of("reporter_phone", "phone.malformed", value=NAME)


def _unknown(_services: Services) -> None:
    raise NotFound("terminal", NAME)


def _address(_services: Services) -> None:
    raise Unavailable("db.no_connection", host=f"{NAME}.example")


BUGS: tuple[Callable[[Services], None], ...] = (
    _integrity,
    _value,
    _key,
    _path,
    _encoding,
    _chained,
    _noted,
    _refused,
    _unknown,
    _address,
)


@pytest.mark.parametrize("bug", BUGS)
def test_case_72_an_error_is_told_without_what_somebody_typed(
    services: Services, bug: Callable[[Services], None]
) -> None:
    with logs.writing(paths.logs()):
        log = logging.getLogger("x")
        try:
            bug(services)
        except Exception as error:
            log.exception("bug")
            log.error("failed: %s", error)
            text = logs.told_with_places(error)
    assert bug.__name__ in text
    for canary in CANARIES:
        assert canary not in written()
        assert canary not in text


def test_what_helps_is_told() -> None:
    constraint = "UNIQUE constraint failed: area.name"
    told = {
        logs.told(error)
        for error in (
            InvalidInput.of("mid", "mid.malformed", value="x"),
            BadValue("text.missing"),
            Unavailable("db.disk_full", folder="x"),
            OSError(errno.ENOSPC, "No space left on device", "x"),
            AttributeError("'Row' object has no attribute 'x'"),
            sa.exc.IntegrityError("INSERT …", {}, Exception(constraint + "\nDETAIL: x")),
            ValueError("x"),
        )
    }
    assert told == {
        "InvalidInput mid: mid.malformed",
        "BadValue text.missing",
        "Unavailable db.disk_full",
        f"OSError {errno.ENOSPC} No space left on device",
        "AttributeError: 'Row' object has no attribute 'x'",
        f"IntegrityError: {constraint}",
        "ValueError (not quoted, 1 characters)",
    }


def test_case_72_lines_hold_no_numbers_passwords_or_home(home: Path) -> None:
    with logs.writing(paths.logs()):
        for text in (
            f"phone {PHONE}, 139 1234 5678, 0531-88881234",
            f"card {CARD}",
            "password=hunter2",
            "postgresql://poscare:hunter2@db/poscare",
            f"in {Path.home() / 'poscare'}",
        ):
            logging.getLogger("x").warning(text)
    assert str(Path.home()) not in written()
    for canary in CANARIES:
        assert canary not in written()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file that is always full")
def test_case_7_a_log_on_a_full_disk_loses_its_lines_and_nothing_else(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    paths.logs().mkdir(parents=True)
    (paths.logs() / "poscare.log").symlink_to("/dev/full")
    with logs.writing(paths.logs()):
        logging.getLogger("x").warning("finds no room")
    assert capfd.readouterr().err == ""
