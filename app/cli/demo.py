"""``poscare demo``: the whole main job without a window, on a sample estate of its own.

Import, report, guided diagnosis, repair, report as PDF, maintenance schedule as PDF, and a picture
of every page of the window, through the same services the window uses.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app import paths
from app.cli.context import Context, Verb
from app.domain.documents import SignatureDraft, SignerRole
from app.domain.errors import InvalidInput, Unavailable
from app.domain.incidents.drafts import (
    ClosingDraft,
    IncidentDraft,
    ResolutionDraft,
    WorkEntryDraft,
)
from app.domain.incidents.incidents import Confirmation, Incident, TestLine, TestOutcome, WorkKind
from app.domain.incidents.lifecycle import Impact
from app.i18n import Translator
from app.settings import Settings
from app.texts import word
from app.trial import dressed

if TYPE_CHECKING:
    from app.domain.diagnosis.interview import Interview
    from app.services import Services
    from app.services.documents.requests import Request

SYMPTOM = "打印出来是空白"
"""What the merchant of the demo reports: printing comes out blank."""
SEEN = {
    "message": "none",
    "code": "none",
    "step": "print",
    "paper_right": "yes",
    "new_roll": "no",
    "test_page": "no",
}
"""Answers of the demo's technician by question; to any other: don't know."""
MOST_QUESTIONS = 4
LASTS = timedelta(minutes=60)
_MARK = ".poscare-demo"


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--out", default="out", metavar="FOLDER", help=t("folder for the documents and pictures")
    )


def _run(context: Context) -> None:
    from app import bootstrap

    t = context.t
    out = Path(context.options.out).absolute()
    with _estate(out / "demo") as home:
        database = context.options.db or str(home / "poscare.db")
        settings = dressed(Settings(language=t.language, database=database))
        services = bootstrap.build(settings)
        with contextlib.closing(services):
            written = _main_job(context, services, settings, out)
    files = [str(path) for path in written]
    context.emit({"files": files}, "\n".join([t("Written:"), *(f"  {file}" for file in files)]))


@contextlib.contextmanager
def _estate(home: Path) -> Iterator[Path]:
    """A home for the demo, new each time, instead of the user's own."""
    if home.exists() and not (home / _MARK).exists():
        raise InvalidInput.of("out", "demo.foreign_folder", path=str(home))
    try:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        (home / _MARK).touch()
    except OSError as error:
        raise Unavailable("files.unwritable", path=str(home)) from error
    before = os.environ.get(paths.HOME_VARIABLE)
    os.environ[paths.HOME_VARIABLE] = str(home)
    try:
        yield home
    finally:
        del os.environ[paths.HOME_VARIABLE]
        if before is not None:
            os.environ[paths.HOME_VARIABLE] = before


def _main_job(context: Context, services: Services, settings: Settings, out: Path) -> list[Path]:
    from app.services.documents.requests import Request
    from app.services.sample import estate

    t = context.t
    preview = estate.fill(services, paths.resources() / "sample", context.progress)
    context.note(
        t(
            "Terminal list: {rows} rows, {new} new, {blank} blank, {problems} refused with a"
            " reason",
            rows=len(preview.table.rows),
            new=preview.added,
            blank=preview.blank,
            problems=preview.refused,
        )
    )
    with _moving_clock(services) as pass_time:
        incident = _repair(context, services, pass_time)
    report = _printed(
        services,
        Request(kind="service_report", subject=incident.number),
        out / "service_report.pdf",
    )
    context.note(t("Service report {number}: {path}", number=incident.number, path=report))
    first = services.context.today()
    month = Request(
        kind="schedule_month", since=first, until=first + timedelta(days=30), technician="T01"
    )
    schedule = _printed(services, month, out / "schedule.pdf")
    context.note(t("Maintenance schedule: {path}", path=schedule))
    return [report, schedule, *context.pictures(services, settings, out)]


@contextlib.contextmanager
def _moving_clock(services: Services) -> Iterator[Callable[[int], None]]:
    """A clock that starts `LASTS` ago; calling it lets minutes pass."""
    place = services.context
    real = place.clock
    now = real() - LASTS

    def pass_time(minutes: int) -> None:
        nonlocal now
        now += timedelta(minutes=minutes)

    place.clock = lambda: now
    try:
        yield pass_time
    finally:
        place.clock = real


def _repair(context: Context, services: Services, pass_time: Callable[[int], None]) -> Incident:
    """One incident from the merchant's call to the closed report."""
    from app.services.register.terminal_queries import TerminalFilter

    t, incidents = context.t, services.incidents
    terminal = services.terminals.first(TerminalFilter(words="N910"), 1)[0]
    key = incidents.open(
        IncidentDraft(terminal_id=terminal.id, symptom=SYMPTOM, impact=Impact.PARTLY)
    )
    pass_time(25)
    incidents.start(key)
    pass_time(4)
    session = _interviewed(context, services.diagnosis.for_incident(key))
    outcome = session.outcome()
    incidents.triage(key, services.diagnosis.verdict(outcome))
    check = session.checks[0].check
    pass_time(check.minutes)
    services.work_log.add_work(
        key,
        WorkEntryDraft(
            kind=WorkKind.CHECK,
            summary=check.text.in_(t.language),
            minutes=check.minutes,
            check_id=check.id,
        ),
    )
    pass_time(3)
    cause = session.causes[0]
    remedy = services.diagnosis.knowledge.causes[cause.id].remedies[0]
    incidents.resolve(
        key,
        ResolutionDraft(
            fault_class=outcome.fault_class,
            mode=session.modes[0].id,
            cause=cause.id,
            remedy=remedy,
            work_done=t("Cleaned the print head; the test page prints clearly."),
            tests=tuple(TestLine(item, TestOutcome.PASSED) for item in ("print", "test_sale")),
        ),
    )
    pass_time(2)
    content = services.reporting.signable(key)
    services.signatures.sign_incident(
        key,
        content,
        SignatureDraft(SignerRole.MERCHANT, reason=t("Demonstration without a merchant.")),
    )
    incidents.close(key, ClosingDraft(Confirmation.BY_PHONE, t("Shop owner")))
    incident = incidents.get(key)
    context.note(
        t(
            "Incident {number}: {state}",
            number=incident.number,
            state=word(t, "incident_state", incident.state),
        )
    )
    return incident


def _interviewed(context: Context, session: Interview) -> Interview:
    """Answer what is asked, and say what came of it."""
    t = context.t
    for _ in range(MOST_QUESTIONS):
        question = session.question
        if question is None or session.decided:
            break
        given = question.answer(SEEN.get(question.id, ""))
        said = given.text.in_(t.language) if given else t("Don't know")
        context.note(f"  {question.text.in_(t.language)} {said}")
        session = session.answer(question.id, given.id if given else "")
    top = session.top
    reason = "; ".join(reason.in_(t.language) for reason in top.reasons)
    context.note(
        t(
            "Diagnosis: {name}, {share} %: {reason}",
            reason=reason,
            name=word(t, "fault_class", top.fault_class),
            share=round(top.share * 100),
        )
    )
    return session


def _printed(services: Services, request: Request, path: Path) -> Path:
    reporting = services.reporting
    reporting.save(reporting.pdf(request), path)
    return path


VERB = Verb(_configure, _run)
