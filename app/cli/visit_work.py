"""``poscare visit complete`` and ``skip``: complete tasks with the answers their checklists need.

An answer is ``LINE=VALUE``: pass, fail or na for a check, else what was read.  A failed line needs
``--fixed LINE=HOW`` or ``--incident LINE``; nothing fails silently.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from app import files
from app.cli.context import Context, day_of
from app.domain.errors import InvalidInput, NotFound, Unavailable
from app.domain.maintenance.checklist_lines import (
    AnswerDraft,
    ChecklistLine,
    EntryForm,
    LineVerdict,
)
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.visits import Visit
from app.domain.register.people import Technician
from app.i18n import Translator


def configure(verbs: argparse._SubParsersAction, t: Translator) -> None:  # type: ignore[type-arg]
    """Add the two verbs."""
    done = verbs.add_parser("complete", help=t("settle the tasks of a visit"))
    skipped = verbs.add_parser("skip", help=t("leave tasks out this time, with a reason"))
    for sub in (done, skipped):
        sub.add_argument("number", metavar="NUMBER")
        sub.add_argument("--plan", default="", help=t("only the task of this plan"))
        sub.add_argument("--serial", default="", help=t("only the tasks of this terminal"))
    skipped.add_argument("--reason", required=True)
    done.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="LINE=VALUE",
        help=t("pass, fail or na for a check, else what was read"),
    )
    done.add_argument(
        "--answers",
        default="",
        metavar="FILE.json",
        help=t("the same as an object, for many lines"),
    )
    done.add_argument("--remark", action="append", default=[], metavar="LINE=TEXT")
    done.add_argument("--rest", action="store_true", help=t("checks not named here passed"))
    done.add_argument(
        "--fixed",
        action="append",
        default=[],
        metavar="LINE=HOW",
        help=t("a failed line was put right now"),
    )
    done.add_argument(
        "--incident",
        action="append",
        default=[],
        metavar="LINE",
        help=t("open an incident for a failed line"),
    )
    done.add_argument("--partial", default="", metavar="WHY", help=t("why lines are missing"))
    done.add_argument("--done-on", default="", metavar="YYYY-MM-DD")
    done.add_argument(
        "--accept-early", action="store_true", help=t("work before the window counts as this date")
    )


def minute_of(raw: str) -> int | None:
    """``HH:MM`` as a minute of the day, or None.  Raises `InvalidInput`."""
    if not raw:
        return None
    hours, _, minutes = raw.replace("：", ":").partition(":")
    if not (hours.isdecimal() and minutes.isdecimal()) or int(minutes) > 59:
        raise InvalidInput.of("start_minute", "choice.unknown", value=raw)
    return int(hours) * 60 + int(minutes)


def skip(context: Context, visit: Visit) -> None:
    """Leave tasks of a visit out."""
    for item in _chosen(context, visit):
        context.services.visits.skip(item.id, context.options.reason)


def complete(context: Context, visit: Visit) -> None:
    """Complete tasks of a visit; when none is left open the visit is finished."""
    services, options = context.services, context.options
    day = day_of("done_on", options.done_on)
    for item in _chosen(context, visit):
        contents = services.plans.get(item.plan_key).at(item.due_on).contents
        if contents.checklist:
            _work(context, item, day)
        else:
            services.visits.complete(item.id, day, accept_early=options.accept_early)
    left = services.visits.get(visit.summary.id)
    if all(item.outcome is not OccurrenceOutcome.OPEN for item in left.occurrences):
        services.visits.finish(visit.summary.id)


def _chosen(context: Context, visit: Visit) -> list[Occurrence]:
    options = context.options
    found = [
        item
        for item in visit.occurrences
        if item.outcome is OccurrenceOutcome.OPEN
        and options.plan in ("", item.plan_key)
        and options.serial.upper() in ("", item.serial)
    ]
    if not found:
        raise NotFound("occurrence", options.plan or options.serial or visit.summary.number)
    return found


def _work(context: Context, item: Occurrence, day: date | None) -> None:
    options, checklists = context.options, context.services.checklists
    given, remarks = _answers(context), _pairs("remark", options.remark)
    fixed, wanted = _pairs("fixed", options.fixed), set(options.incident)
    run = checklists.begin(item.id)
    for line in run.checklist.lines:
        if line.key not in given and not (options.rest and line.type.entry is EntryForm.MARK):
            continue
        draft = _draft(line, given.get(line.key, "pass"), remarks.get(line.key, ""))
        result = checklists.answer(run.id, line.key, draft)
        if result.answer.verdict is not LineVerdict.FAIL or result.settled:
            continue
        if line.key in fixed:
            checklists.follow_up(run.id, line.key, FollowUp.FIXED_NOW, fixed[line.key])
        elif line.key in wanted:
            checklists.follow_up(run.id, line.key, FollowUp.INCIDENT, remarks.get(line.key, ""))
    checklists.finish(
        run.id, done_on=day, accept_early=options.accept_early, why_partial=options.partial
    )


def _draft(line: ChecklistLine, value: str, remark: str) -> AnswerDraft:
    if value == LineVerdict.NOT_APPLICABLE:
        return AnswerDraft(LineVerdict.NOT_APPLICABLE, "", remark)
    if line.type.entry is EntryForm.MARK:
        if value not in (LineVerdict.PASS, LineVerdict.FAIL):
            raise InvalidInput.of(line.key, "choice.unknown", value=value)
        return AnswerDraft(LineVerdict(value), "", remark)
    if value == LineVerdict.FAIL:
        return AnswerDraft(LineVerdict.FAIL, "", remark)
    return AnswerDraft(None, value, remark)


def _answers(context: Context) -> dict[str, str]:
    found: dict[str, str] = {}
    path = context.options.answers
    if path:
        try:
            content = json.loads(files.read_chosen(Path(path)).decode("utf-8-sig"))
        except OSError as failure:
            raise Unavailable("file.missing", name=path) from failure
        except (ValueError, RecursionError):
            raise InvalidInput.of("answers", "choice.unknown", value=path) from None
        if not isinstance(content, dict):
            raise InvalidInput.of("answers", "choice.unknown", value=path)
        found = {str(key): str(value) for key, value in content.items()}
    return found | _pairs("answer", context.options.answer)


def _pairs(name: str, given: list[str]) -> dict[str, str]:
    found = {}
    for item in given:
        key, mark, value = item.partition("=")
        if not mark or not key.strip():
            raise InvalidInput.of(name, "choice.unknown", value=item)
        found[key.strip()] = value.strip()
    return found


def person(context: Context, code: str) -> Technician:
    """The active technician with this code.  Raises `NotFound`."""
    wanted = code.strip().upper()
    for found in context.services.directory.technicians():
        if found.code == wanted:
            return found
    raise NotFound("technician", code)
