"""``poscare plan`` preview, generate, runs, undo and missed: the visits made of plans."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.context import Context, day_of, table
from app.domain.maintenance.occurrences import CatchUp
from app.i18n import Translator
from app.texts import sentence
from app.texts.holidays import provisional_years


def configure(verbs: argparse._SubParsersAction, t: Translator) -> None:  # type: ignore[type-arg]
    """The verbs of generating."""
    for name, text in (
        ("preview", t("what generating visits would do, with nothing written")),
        ("generate", t("give every date up to a day its visit")),
    ):
        sub = verbs.add_parser(name, help=text)
        sub.add_argument("--until", default="", metavar="YYYY-MM-DD")
        if name == "generate":
            sub.add_argument(
                "--confirm-clock",
                action="store_true",
                help=t("the computer's date is right, though far ahead"),
            )
    verbs.add_parser("runs", help=t("past runs of generating"))
    verbs.add_parser("undo", help=t("take back what a run made")).add_argument("run")
    missed = verbs.add_parser("missed", help=t("dates missed more than once, and what to do"))
    missed.add_argument(
        "--settle",
        choices=list(CatchUp),
        default="",
        help=t("merge them into the newest, or keep all"),
    )
    missed.add_argument("--plan", default="", help=t("only this plan"))


def doubts(t: Translator, years: tuple[int, ...]) -> list[str]:
    """What to say of years whose notice on holidays is not known."""
    return [provisional_years(t, years)] if years else []


def _preview(context: Context) -> None:
    until = day_of("until", context.options.until)
    found = context.services.generation.preview(until)
    context.emit(found, lambda: "\n".join(_foreseen(context.t, found)))


def _foreseen(t: Translator, found: Any) -> list[str]:
    lines = [
        t(
            "{first} to {last}: {dates} dates in {visits} new visits; {joined} join visits there"
            " are",
            first=t.day(found.first),
            last=t.day(found.last),
            dates=found.occurrences,
            visits=found.visits,
            joined=found.joined,
        )
    ]
    lines += [f"  {key}: {count}" for key, count in found.by_plan.items()]
    for count, text in (
        (found.moved, t("dates that move: {count}", count=found.moved)),
        (found.voided, t("dates no longer due: {count}", count=found.voided)),
        (found.revived, t("dates due again: {count}", count=found.revived)),
        (found.relocated, t("tasks that follow their terminal: {count}", count=found.relocated)),
        (found.unassigned, t("visits nobody serves: {count}", count=found.unassigned)),
    ):
        if count:
            lines.append(text)
    if found.idle_plans:
        lines.append(t("plans that cover nothing: {plans}", plans=", ".join(found.idle_plans)))
    lines += doubts(t, found.unknown_years)
    if found.clock:
        lines.append(sentence(t, found.clock, {"day": found.last}))
    return lines


def _generate(context: Context) -> None:
    options, generation = context.options, context.services.generation
    run = generation.generate(day_of("until", options.until), confirm_clock=options.confirm_clock)
    made = next((item for item in generation.runs() if item.id == run), None)
    t = context.t
    text = t("Nothing to do: every date has its visit.")
    if made is not None:
        text = t(
            "{visits} visits for {dates} dates. To undo: poscare plan undo {run}",
            visits=made.visits,
            dates=made.occurrences,
            run=run,
        )
    context.emit(
        {
            "run": run,
            "visits": made.visits if made else 0,
            "occurrences": made.occurrences if made else 0,
        },
        text,
    )


def _runs(context: Context) -> None:
    t = context.t
    found = context.services.generation.runs()
    rows = [
        (
            r.id,
            t.moment(r.at),
            r.by,
            t.day(r.last),
            r.visits,
            r.occurrences,
            t("undone") if r.undone else "",
        )
        for r in found
    ]
    header = (t("Run"), t("At"), t("By"), t("Until"), t("Visits"), t("Dates"), "")
    context.emit(found, lambda: table(header, rows) if rows else t("No run yet."))


def _undo(context: Context) -> None:
    t = context.t
    found = context.services.generation.undo(context.options.run)
    context.emit(
        found,
        t(
            "{visits} visits and {dates} dates removed; {kept} dates kept: worked on,"
            " or missed already",
            visits=found.visits,
            dates=found.occurrences,
            kept=found.kept,
        ),
    )


def _missed(context: Context) -> None:
    t, options, generation = context.t, context.options, context.services.generation
    found = [
        backlog
        for backlog in generation.backlogs()
        if not options.plan or backlog.into.plan_key == options.plan
    ]
    decided = 0
    if options.settle:
        decided = generation.settle_backlogs(found, CatchUp(options.settle), context.progress)
    rows = [
        (
            b.into.plan_name.in_(t.language),
            b.into.merchant_name,
            b.into.serial,
            len(b.occurrences),
            " ".join(t.day(item.due_on) for item in b.occurrences[-5:]),
        )
        for b in found
    ]
    value = {
        "decided": decided,
        "backlogs": [
            {
                "plan": b.into.plan_key,
                "merchant": b.into.merchant_name,
                "serial": b.into.serial,
                "missed": [item.due_on for item in b.occurrences],
            }
            for b in found
        ],
    }
    header = (t("Plan"), t("Merchant"), t("Serial number"), t("Missed"), t("Dates"))
    empty = t("Nothing was missed more than once.")
    context.emit(value, lambda: table(header, rows) if rows else empty)


ACTIONS = {
    "preview": _preview,
    "generate": _generate,
    "runs": _runs,
    "undo": _undo,
    "missed": _missed,
}
"""What each verb does."""
