"""Exchange as people do it: keys given and trusted, package files written and taken in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app import bootstrap, paths
from app import settings as settings_file
from app.domain.errors import AppError, Cancelled, InvalidInput, NotFound, NotPermitted, Unavailable
from app.domain.operations.clock import reading_of
from app.domain.operations.settlement import Settlement
from app.domain.people.roles import Role, SignedIn
from app.domain.register.people import TechnicianDraft
from app.exchange.exchange import Exchange
from app.exchange.keys import read_key
from app.services.core.data_place import letter_in_use
from app.services.core.operation_log import CLOCK_SHOWN, fact, read_operations
from app.services.core.rights import read_again
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident
from tests.maintenance import make_plan
from tests.replaying import state_of

ROOT = Path(__file__).parents[2]


class Computer:
    """A computer with a data folder of its own."""

    def __init__(
        self,
        folder: Path,
        template: Path,
        clock: FrozenClock,
        move: Callable[[Path], None],
        letter: str,
    ) -> None:
        self.folder, self._clock, self._move = folder, clock, move
        folder.mkdir()
        shutil.copyfile(template, folder / "poscare.db")
        self.database = Database(folder / "poscare.db")
        self.settings = Settings(technician="T01", device=letter)
        self.services = bootstrap.build(self.settings, clock=clock, database=self.database)

    @property
    def exchange(self) -> Exchange:
        """Its exchange, with its own keys."""
        self._move(self.folder)
        return bootstrap.exchange(self.services, self.settings)

    def hire(self, code: str, name: str, phone: str = "") -> None:
        """Something that is done: a technician is entered, or edited."""
        known = {one.code: one for one in self.services.directory.technicians()}
        found = known.get(code)
        self.services.directory.save_technician(
            TechnicianDraft(code=code, name=name, phone=phone),
            found.id if found else "",
            found.version if found else 0,
        )

    @property
    def people(self) -> dict[str, str]:
        """Names of technicians by code."""
        return {one.code: one.name for one in self.services.directory.technicians()}

    def contents(self) -> object:
        """Everything stored, and which operations the log holds."""
        with self.services.context.read() as session:
            log = list(read_operations(session))
        return state_of(self.database), log


@pytest.fixture
def computer(
    tmp_path: Path, template: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Computer]]:
    """Makes a computer by name."""
    made: list[Computer] = []

    def make(name: str) -> Computer:
        def move(folder: Path) -> None:
            monkeypatch.setenv(paths.HOME_VARIABLE, str(folder))

        made.append(Computer(tmp_path / name, template, clock, move, f"L{len(made) + 1}"))
        return made[-1]

    yield make
    for one in made:
        one.services.close()


@pytest.fixture
def office(computer: Callable[[str], Computer]) -> Computer:
    """A computer that nobody made the office yet."""
    return computer("office")


@pytest.fixture
def laptop(computer: Callable[[str], Computer], office: Computer) -> Computer:
    """A laptop; it and the office trust each other."""
    made = computer("laptop")
    pair_up(office, made, "刘伟")
    return made


def pair_up(office: Computer, laptop: Computer, name: str) -> None:
    """Give each the key of the other."""
    made = laptop.exchange.identity.key(name)
    office.exchange.stations.trust(read_key(made.text))
    key = read_key(office.exchange.identity.key("办公室").text)
    laptop.exchange.stations.trust(key, office=True)


def code_of(action: Callable[[], object]) -> str:
    """Why something is refused."""
    with pytest.raises(AppError) as refused:
        action()
    return refused.value.code


def test_a_package_speaks_of_no_moment_after_its_work_was_read(
    office: Computer, laptop: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody saves while it is being written is not inside, and not said to be."""

    def passing(clock: FrozenClock) -> datetime:
        clock.forward(seconds=1)
        return clock.now

    monkeypatch.setattr(FrozenClock, "__call__", passing)
    laptop.exchange.export(tmp_path / "a.posx")
    with laptop.services.context.read() as session:
        later_work_reads = fact(session, CLOCK_SHOWN)
    office.exchange.take_in(tmp_path / "a.posx")
    [device] = office.exchange.status().devices
    assert device.complete_until is not None
    assert reading_of(device.complete_until) <= later_work_reads


def test_work_goes_to_the_office_and_the_offices_comes_back(
    office: Computer, laptop: Computer, tmp_path: Path, clock: FrozenClock
) -> None:
    laptop.hire("T07", "刘伟")
    office.hire("T08", "王芳")
    package, answer = tmp_path / "a.posx", tmp_path / "b.posx"
    assert laptop.exchange.status().waiting == 1
    made = laptop.exchange.export(package)
    assert (made.to, made.package.operations) == ("办公室", 1)
    assert laptop.exchange.status().waiting == 1, "written is not yet received"
    clock.forward(minutes=1)

    taken = office.exchange.take_in(package)
    assert office.exchange.is_office, "a trusted laptop named it as its office"
    assert (taken.sender_name, taken.applied, taken.already) == ("刘伟", 1, 0)
    assert office.people == {"T07": "刘伟", "T08": "王芳"}
    [device] = office.exchange.status().devices
    assert (device.name, device.last_seq, device.missing) == ("刘伟", 1, None)
    assert device.last_contact == clock.now

    back = office.exchange.export(answer)
    assert back.to == "刘伟", "the only laptop needs no naming"
    came = laptop.exchange.take_in(answer)
    assert came.state
    assert came.sender_name == "办公室"
    assert laptop.people == office.people
    status = laptop.exchange.status()
    assert status.waiting == 0
    assert [one.last_contact for one in status.devices] == [clock.now]
    assert laptop.exchange.stations.office() is not None, "whom it trusts is its own decision"

    office.hire("T09", "赵六")
    laptop.exchange.export(package)
    office.exchange.take_in(package)
    assert not office.exchange.export(answer).snapshot, "from now on only what is new"
    laptop.exchange.take_in(answer)
    assert laptop.people == office.people
    assert state_of(laptop.database, log=False) == state_of(office.database, log=False)


def test_case_52_the_same_package_twice_changes_nothing(
    office: Computer, laptop: Computer, tmp_path: Path, clock: FrozenClock
) -> None:
    laptop.hire("T07", "刘伟")
    package, answer = tmp_path / "a.posx", tmp_path / "b.posx"
    laptop.exchange.export(package)
    office.exchange.take_in(package)
    before = office.contents()
    assert office.exchange.take_in(package).already == 1
    assert office.contents() == before

    office.exchange.export(answer)
    laptop.exchange.take_in(answer)
    clock.forward(hours=1)
    office.hire("T08", "王芳")
    laptop.exchange.export(package)
    office.exchange.take_in(package)
    later = tmp_path / "c.posx"
    office.exchange.export(later)
    laptop.exchange.take_in(later)
    before = laptop.contents()
    laptop.exchange.take_in(answer)
    laptop.exchange.take_in(later)
    assert laptop.contents() == before, "an older state does not take away what came after it"


def test_looking_into_a_package_changes_nothing(
    office: Computer, laptop: Computer, tmp_path: Path
) -> None:
    laptop.hire("T07", "刘伟")
    package = tmp_path / "a.posx"
    laptop.exchange.export(package)
    before = office.contents()
    assert office.exchange.take_in(package, dry_run=True).applied == 1
    assert office.contents() == before
    assert not office.exchange.is_office
    assert office.exchange.status().devices[0].last_contact is None

    office.exchange.take_in(package)
    office.hire("T08", "王芳")
    office.exchange.export(package)
    before = laptop.contents()
    assert laptop.exchange.take_in(package, dry_run=True).state
    assert laptop.contents() == before
    assert sorted(one.name for one in laptop.folder.iterdir() if one.suffix == ".db") == [
        "poscare.db"
    ]


def test_case_52_unknown_and_revoked_computers_change_nothing(
    office: Computer, computer: Callable[[str], Computer], tmp_path: Path
) -> None:
    stranger = computer("stranger")
    key = read_key(office.exchange.identity.key().text)
    stranger.exchange.stations.trust(key, office=True)
    stranger.hire("T07", "刘伟")
    package = tmp_path / "a.posx"
    stranger.exchange.export(package)
    before = office.contents()
    assert code_of(lambda: office.exchange.take_in(package)) == "exchange.unknown_sender"
    assert office.contents() == before

    trusted = office.exchange.stations.trust(read_key(stranger.exchange.identity.key().text))
    office.exchange.stations.revoke(trusted.name)
    assert code_of(lambda: office.exchange.take_in(package)) == "exchange.revoked"
    assert office.contents() == before
    assert (
        code_of(lambda: office.exchange.export(package, trusted.name))
        == "exchange.revoked_recipient"
    )

    office.exchange.stations.trust(read_key(stranger.exchange.identity.key().text))
    assert office.exchange.take_in(package).applied == 1, "trusted again"


def test_a_stopped_import_says_how_far_it_came_and_goes_on(
    office: Computer, laptop: Computer, tmp_path: Path
) -> None:
    for n in range(4):
        laptop.hire(f"T1{n}", f"技术员{n}")
    package = tmp_path / "a.posx"
    laptop.exchange.export(package)
    asked = iter([False] * 5 + [True] * 100)
    with pytest.raises(Cancelled):
        office.exchange.take_in(package, cancelled=lambda: True)
    part = office.exchange.take_in(package, cancelled=lambda: next(asked))
    assert [one.code for one in part.refused] == ["exchange.stopped"]
    assert 0 < part.applied < 4
    rest = office.exchange.take_in(package)
    assert (rest.already, rest.applied) == (part.applied, 4 - part.applied)


def test_laptops_exchange_only_with_their_office(
    office: Computer, laptop: Computer, computer: Callable[[str], Computer], tmp_path: Path
) -> None:
    other = computer("other")
    package = tmp_path / "a.posx"
    assert code_of(lambda: other.exchange.export(package)) == "exchange.no_office"
    found = laptop.exchange.stations.trust(read_key(other.exchange.identity.key("李雷").text))
    refused = code_of(lambda: laptop.exchange.export(package, found.name))
    assert refused == "exchange.only_to_the_office"
    pair_up(office, other, "李雷")
    office.exchange.begin_office()
    refused = code_of(lambda: office.exchange.export(package))
    assert refused == "exchange.choose_recipient"
    office.exchange.export(package, "李雷")
    assert code_of(lambda: laptop.exchange.take_in(package)) == "exchange.not_for_us"
    assert code_of(laptop.exchange.begin_office) == "exchange.has_an_office"
    assert not [one for one in tmp_path.glob("*.tmp")]


def test_two_that_take_each_other_for_the_office_are_told_so(
    computer: Callable[[str], Computer], tmp_path: Path
) -> None:
    one, other = computer("one"), computer("other")
    for mine, theirs in ((one, other), (other, one)):
        key = read_key(theirs.exchange.identity.key().text)
        mine.exchange.stations.trust(key, office=True)
    one.hire("T07", "刘伟")
    package = tmp_path / "a.posx"
    one.exchange.export(package)
    before = other.contents()
    assert code_of(lambda: other.exchange.take_in(package)) == "exchange.two_offices"
    assert other.contents() == before


def test_whom_to_trust_is_never_guessed(
    office: Computer, laptop: Computer, computer: Callable[[str], Computer]
) -> None:
    stations = office.exchange.stations
    own = read_key(office.exchange.identity.key().text)
    assert code_of(lambda: stations.trust(own)) == "exchange.own_key"
    other = computer("other")
    second = stations.trust(read_key(other.exchange.identity.key("刘伟").text))
    assert second.name == "刘伟 (2)"
    assert stations.named("刘伟").name == "刘伟"
    assert stations.named("(2)").key.station == second.key.station
    with pytest.raises(NotFound):
        stations.named("王")
    renewed = read_key(other.exchange.identity.renew().text)
    assert code_of(lambda: stations.trust(renewed)) == "exchange.key_changed"
    stations.revoke("刘伟 (2)")
    assert stations.trust(renewed).key.signing == renewed.signing
    refused = code_of(lambda: laptop.exchange.stations.trust(renewed, office=True))
    assert refused == "exchange.second_office"
    office.exchange.begin_office()
    assert code_of(lambda: stations.trust(renewed, office=True)) == "exchange.is_the_office"


def test_a_database_without_its_key_speaks_for_nobody(
    office: Computer, laptop: Computer, computer: Callable[[str], Computer], tmp_path: Path
) -> None:
    """Somebody carries a copy of the database away; the key is not in it."""
    laptop.hire("T07", "刘伟")
    package = tmp_path / "a.posx"
    thief = computer("thief")
    thief.services.close()
    copy = laptop.services.backups.back_up(target=tmp_path / "copies").path
    shutil.copyfile(copy, thief.folder / "poscare.db")
    thief.database = Database(thief.folder / "poscare.db")
    thief.services = bootstrap.build(thief.settings, database=thief.database)
    with pytest.raises(Unavailable) as failed:
        thief.exchange.export(package)
    assert failed.value.code == "exchange.key_missing"
    assert not package.exists()
    thief.exchange.identity.renew()
    thief.exchange.export(package)
    assert code_of(lambda: office.exchange.take_in(package)) == "exchange.other_key"


def test_a_computer_with_new_keys_is_trusted_anew_and_goes_on(
    office: Computer, laptop: Computer, tmp_path: Path
) -> None:
    package, answer = tmp_path / "a.posx", tmp_path / "b.posx"
    laptop.exchange.export(package)
    office.exchange.take_in(package)
    office.exchange.export(answer)
    made = read_key(laptop.exchange.identity.renew().text)
    laptop.hire("T07", "刘伟")
    laptop.exchange.export(package)
    assert code_of(lambda: office.exchange.take_in(package)) == "exchange.other_key"
    assert code_of(lambda: laptop.exchange.take_in(answer)) == "exchange.old_key"
    office.exchange.stations.revoke("刘伟")
    office.exchange.stations.trust(made)
    office.exchange.take_in(package)
    office.exchange.export(answer)
    laptop.exchange.take_in(answer)
    assert office.people == laptop.people == {"T07": "刘伟"}


def test_a_conflict_is_shown_on_both_sides_and_settled_in_one_step(
    office: Computer, laptop: Computer, tmp_path: Path, clock: FrozenClock
) -> None:
    package, answer = tmp_path / "a.posx", tmp_path / "b.posx"

    def both_ways() -> None:
        clock.forward(minutes=5)
        laptop.exchange.export(package)
        office.exchange.take_in(package)
        office.exchange.export(answer)
        laptop.exchange.take_in(answer)

    laptop.hire("T07", "刘伟", "13800000001")
    both_ways()
    office.hire("T07", "刘伟", "13800000002")
    laptop.hire("T07", "刘伟", "13800000003")
    laptop.exchange.export(package)
    [seen] = office.exchange.take_in(package, dry_run=True).conflicts
    assert (seen.field, seen.kept, seen.lost) == ("phone", "13800000003", "13800000002")
    both_ways()
    [here], [there] = laptop.exchange.conflicts(), office.exchange.conflicts()
    assert here.id == there.id == seen.id
    assert office.exchange.record_names([there]) == {there.subject_id: "刘伟"}

    with pytest.raises(NotFound):
        office.exchange.settle("none", Settlement.TAKE)
    office.exchange.settle(there.id, Settlement.TAKE)
    both_ways()
    for one in (laptop, office):
        assert one.exchange.conflicts() == ()
        [person] = one.services.directory.technicians()
        assert person.phone == "13800000002"


def test_a_name_of_a_computer_is_one_line(laptop: Computer) -> None:
    assert laptop.exchange.identity.key("  新  名字 ").name == "新 名字"
    with pytest.raises(InvalidInput):
        laptop.exchange.identity.key("x" * 300)
    assert laptop.exchange.identity.key().name == "新 名字"


def test_two_computers_never_number_by_the_same_letter(
    office: Computer, laptop: Computer, computer: Callable[[str], Computer]
) -> None:
    third = computer("third")
    for taken, code in ((laptop, "device.of_another"), (office, "exchange.same_letter")):
        third.services.context.device = taken.settings.device
        key = read_key(third.exchange.identity.key("李雷").text)
        assert code_of(lambda key=key: office.exchange.stations.trust(key)) == code
    for one in (office, laptop):
        with pytest.raises(InvalidInput) as refused:
            one.services.letters.check({office: "L2", laptop: "L1"}[one])
        assert refused.value.code == "device.of_another"
        one.services.letters.check("L9")
        one.services.letters.check(one.settings.device)


def test_a_laptop_that_has_the_state_of_an_office_does_not_take_its_letter(
    office: Computer, laptop: Computer, tmp_path: Path
) -> None:
    target = str(laptop.folder / "poscare.db")
    make_incident(office.services)
    office.exchange.begin_office()
    office.exchange.export(tmp_path / "all.posx")
    laptop.exchange.take_in(tmp_path / "all.posx")
    assert letter_in_use(target) == "", "the counters came from the office"
    make_incident(laptop.services)
    assert letter_in_use(target) == laptop.settings.device
    laptop.exchange.export(tmp_path / "work.posx")
    office.exchange.take_in(tmp_path / "work.posx")
    assert letter_in_use(str(office.folder / "poscare.db")) == office.settings.device


def test_a_program_that_was_just_started_knows_every_kind_of_operation(
    office: Computer, laptop: Computer, tmp_path: Path
) -> None:
    office.exchange.begin_office()
    office.exchange.export(tmp_path / "all.posx")
    laptop.exchange.take_in(tmp_path / "all.posx")
    plan = make_plan(laptop.services)
    incident = make_incident(laptop.services)
    laptop.services.incidents.start(incident)
    laptop.services.plans.set_active(plan, active=False)
    laptop.exchange.export(tmp_path / "work.posx")
    for one in (office, laptop):
        one.services.close()
        settings_file.save(one.settings, one.folder / "settings.toml")
    for of, *arguments in (
        (office, "import", "work.posx"),
        (office, "export", "-o", "answer.posx"),
        (laptop, "import", "answer.posx"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "app", "exchange", *arguments],
            cwd=tmp_path,
            env={**os.environ, paths.HOME_VARIABLE: str(of.folder), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    database = Database(office.folder / "poscare.db")
    with database.read() as session:
        kinds = {one.kind for one in read_operations(session)}
    database.close()
    assert {"plan.save", "plan.set_active", "incident.start"} <= kinds


def test_who_may_what_is_decided_in_the_office_whatever_a_laptop_says(
    office: Computer, laptop: Computer, tmp_path: Path
) -> None:
    boss = office.services.directory.save_technician(
        TechnicianDraft(code="A01", name="赵敏", role=Role.ADMINISTRATOR)
    )
    worker = office.services.directory.save_technician(TechnicianDraft(code="T01", name="刘伟"))
    office.exchange.begin_office()
    office.exchange.export(tmp_path / "all.posx")
    laptop.exchange.take_in(tmp_path / "all.posx")
    office.services.people.set_password(boss, "a long password")
    # On the laptop nobody has a password, and it may call itself whoever it likes.
    laptop.services.context.actor = "A01"
    people = {one.code: one for one in laptop.services.directory.technicians()}
    for code, changes in (("T01", {"role": Role.ADMINISTRATOR}), ("A01", {"active": False})):
        known = people[code]
        draft = replace(TechnicianDraft(code=code, name=known.name, role=known.role), **changes)
        laptop.services.directory.save_technician(draft, known.id, known.version)
    laptop.services.directory.save_technician(
        TechnicianDraft(code="T02", name="李雷", role=Role.MANAGER)
    )
    laptop.exchange.export(tmp_path / "work.posx")
    office.services.context.person = SignedIn(
        id=boss, code="A01", name="赵敏", role=Role.ADMINISTRATOR
    )
    read_again(office.services.context)
    taken = office.exchange.take_in(tmp_path / "work.posx")
    assert len(taken.conflicts) == 3
    roles = {one.code: (one.role, one.active) for one in office.services.directory.technicians()}
    assert roles == {"A01": (Role.ADMINISTRATOR, True), "T01": (Role.TECHNICIAN, True)}
    assert worker in {one.id for one in office.services.directory.technicians()}


def test_whom_a_computer_trusts_is_no_business_of_a_technician(
    office: Computer, laptop: Computer
) -> None:
    boss, worker = (
        office.services.directory.save_technician(TechnicianDraft(code=code, name=code, role=role))
        for code, role in (("A01", Role.ADMINISTRATOR), ("T01", Role.TECHNICIAN))
    )
    office.services.people.set_password(boss, "a long password")
    office.services.context.person = SignedIn(
        id=worker, code="T01", name="T01", role=Role.TECHNICIAN
    )
    read_again(office.services.context)
    exchange = office.exchange
    [known] = exchange.stations.listed()
    for act in (
        lambda: exchange.stations.revoke(known.name),
        lambda: exchange.stations.trust(known.key),
        exchange.identity.renew,
        exchange.begin_office,
    ):
        with pytest.raises(NotPermitted):
            act()
    assert [one.revoked_at for one in exchange.stations.listed()] == [None]
