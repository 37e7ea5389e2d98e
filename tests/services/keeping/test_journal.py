"""The journal holds everything that was done, and a database is rebuilt from it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import bootstrap
from app.services import Services
from app.services.keeping.care import DataCare
from app.services.keeping.journal import Journal
from app.services.keeping.journal_files import Began, JournalFault, Series
from app.services.keeping.rebuilding import Rebuilt, rebuild
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident
from tests.replaying import differences

Work = Callable[[int, int], None]


@pytest.fixture
def rebuilt(
    services: Services, settings: Settings, clock: FrozenClock, tmp_path: Path
) -> Callable[[], tuple[Rebuilt, list[str]]]:
    """Rebuild from the newest series; what was said, and what differs from the database."""

    def make() -> tuple[Rebuilt, list[str]]:
        target = tmp_path / "rebuilt.db"
        target.unlink(missing_ok=True)
        found = rebuild(
            services.care.journal.series[-1], target, bootstrap.builder(settings, clock)
        )
        other = Database(target)
        try:
            return found, differences(services.context.database, other)
        finally:
            other.close()

    return make


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_rebuilt_after_a_random_session_is_equal_in_every_table(
    services: Services, work: Work, rebuilt: Callable[[], tuple[Rebuilt, list[str]]], seed: int
) -> None:
    for part in range(3):
        services.care.journal.catch_up()
        work(seed * 10 + part, 8)
    services.care.journal.catch_up()
    said, wrong = rebuilt()
    assert (said.is_whole, wrong) == (True, [])
    assert said.applied > 10
    assert len(services.care.journal.series[-1].days()) > 1, "a file a day"


def test_a_log_older_than_the_journal_is_rebuilt_too(
    services: Services, work: Work, rebuilt: Callable[[], tuple[Rebuilt, list[str]]]
) -> None:
    work(1, 10)
    services.care.journal.catch_up()
    work(2, 10)
    services.care.journal.catch_up()
    said, wrong = rebuilt()
    assert (said.is_whole, wrong) == (True, [])


def lines(series: Series) -> list[bytes]:
    return [line for day in series.days() for line in day.read_bytes().splitlines(keepends=True)]


def test_every_operation_is_written_once_whoever_writes(
    services: Services, settings: Settings, clock: FrozenClock
) -> None:
    services.care.journal.catch_up()
    other = bootstrap.build(settings, clock=clock, database=services.context.database)
    for n in range(6):
        make_incident(services)
        assert (services if n % 2 else other).care.journal.catch_up() == 2
    (series,) = services.care.journal.series
    keys = [one.id for one in series.read([])]
    assert len(keys) == len(set(keys)) == 12


def test_a_line_cut_short_by_a_crash_is_written_again(services: Services) -> None:
    services.care.journal.catch_up()
    make_incident(services)
    services.care.journal.catch_up()
    (day,) = services.care.journal.series[-1].days()
    whole = day.read_bytes()
    for length in (len(whole) - 1, len(whole) - 500, whole.find(b"\n") + 1):
        day.write_bytes(whole[:length])
        services.care.journal.catch_up()
        assert day.read_bytes() == whole
    assert len(services.care.journal.series) == 1


def test_case_29_a_clock_set_back_or_forward_goes_on_in_one_order(
    services: Services, clock: FrozenClock, rebuilt: Callable[[], tuple[Rebuilt, list[str]]]
) -> None:
    services.care.journal.catch_up()
    for days in (0, 3650, -4015, 1):
        clock.forward(days=days)
        make_incident(services)
        services.care.journal.catch_up()
    said, wrong = rebuilt()
    assert (said.is_whole, wrong) == (True, [])


@pytest.mark.parametrize("harm", ["line", "left out", "file", "beginning"])
def test_what_was_changed_in_the_files_is_found(
    services: Services,
    clock: FrozenClock,
    rebuilt: Callable[[], tuple[Rebuilt, list[str]]],
    harm: str,
) -> None:
    services.care.journal.catch_up()
    for _ in range(3):
        make_incident(services)
        services.care.journal.catch_up()
        clock.forward(days=1)
    series = services.care.journal.series[-1]
    first, second, _third = series.days()
    content = first.read_bytes()
    if harm == "line":
        first.write_bytes(content.replace("重新签到后仍然".encode(), "一切正常".encode(), 1))
    elif harm == "left out":
        first.write_bytes(b"".join(content.splitlines(keepends=True)[:-1]))
    elif harm == "file":
        second.unlink()
    else:
        harmed = bytearray(series.beginning.read_bytes())
        harmed[harmed.index(bytes(400)) + 200] ^= 1  # where no row is
        series.beginning.write_bytes(harmed)
    said, _wrong = rebuilt()
    assert not said.is_whole
    expected = {
        "line": JournalFault("line", first.name, 3),
        "left out": JournalFault("chain", second.name),
        "file": JournalFault("chain", _third.name),
        "beginning": JournalFault("beginning", "beginning.db"),
    }
    assert expected[harm] in said.faults


def test_a_long_series_that_was_proved_is_followed_by_another_and_old_ones_go(
    services: Services, settings: Settings, clock: FrozenClock
) -> None:
    build = bootstrap.builder(settings, clock)
    care = DataCare(services.context, services.backups, build, long_series=4)
    care.journal.catch_up()
    for _ in range(5):
        for _ in range(2):
            make_incident(services)
            care.journal.catch_up()
        clock.forward(days=7)
        assert {o.code: o.well for o in care.check(thorough=True)}["check.journal"]
    assert [one.began() for one in care.journal.series] == [Began.PROVED] * 3
    with services.context.database.write() as session:
        session.connection().exec_driver_sql("UPDATE incident SET symptom = 'x'")
    assert not {o.code: o.well for o in care.check(thorough=True)}["check.state"]
    assert len(care.journal.series) == 3, "what is not proved is not left behind"


def test_case_33_what_an_older_backup_lacks_stays_in_the_journal(
    services: Services, settings: Settings, clock: FrozenClock
) -> None:
    older = services.backups.back_up().path
    services.care.journal.catch_up()
    lost = make_incident(services)
    services.care.journal.catch_up()
    services.backups.restore(older)
    from app.services.core.log_beginning import begin_log

    begin_log(services.context)
    for _ in range(6):
        clock.forward(days=1)
        make_incident(services)
        services.care.journal.catch_up()
    first, *others = services.care.journal.series
    assert [one.began() for one in others] == [Began.RESTORED]
    assert lost in {one.subject_id for one in first.read([])}


def test_several_programs_may_begin_a_series_in_the_same_second(
    services: Services, work: Work, rebuilt: Callable[[], tuple[Rebuilt, list[str]]]
) -> None:
    folder = services.care.journal.folder
    programs = [Journal(services.context, folder) for _ in range(4)]
    with ThreadPoolExecutor(len(programs)) as pool:
        for begun in [pool.submit(program.begin_another) for program in programs]:
            begun.result()
    assert not list(folder.glob(".*.tmp"))
    work(1, 4)
    services.care.journal.catch_up()
    said, wrong = rebuilt()
    assert (said.is_whole, wrong) == (True, [])


def test_of_operations_to_be_applied_no_payload_is_held(
    services: Services, work: Work, settings: Settings, clock: FrozenClock, tmp_path: Path
) -> None:
    """One whose line is changed while others are applied is said, and the others are applied."""
    services.care.journal.catch_up()
    work(3, 10)
    services.care.journal.catch_up()
    series = services.care.journal.series[-1]
    (day,) = series.days()
    amount = len(list(series.read([])))

    def alter(count: int, _total: int) -> None:
        if count == 1:
            content = day.read_bytes()
            day.write_bytes(content[:-9] + b"\0" + content[-8:])

    build = bootstrap.builder(settings, clock)
    said = rebuild(series, tmp_path / "made.db", build, progress=alter)
    assert said.faults == [JournalFault("line", day.name, amount + 1)]
    assert said.applied == amount - 1
