"""``poscare diagnose``: from a displayed code and a description to the fault class, who must act
and what to do; questions are asked with ``--ask``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from app.cli.context import Context, Verb, plain, table
from app.cli.parser import names
from app.cli.printing import print_json
from app.cli.standing_stops import standing_lines
from app.domain.diagnosis.advice import Recommended
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.evidence import EvidenceKind
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.interview_parts import UNKNOWN, promised_classes
from app.domain.diagnosis.next_question import NextQuestion
from app.domain.errors import InvalidInput
from app.domain.incidents.terminal_stops import OpenStop
from app.i18n import Translator
from app.texts import error_text, word
from app.texts.rules import listed

_DONT_KNOW = "unknown"
"""What stands for "don't know" on the command line, where an empty value looks like a slip."""


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--code", default="", help=t("code or message on the screen"))
    parser.add_argument("--text", default="", help=t("what is wrong, in your own words"))
    parser.add_argument("--profile", default="", help=t("platform the code belongs to"))
    parser.add_argument(
        "--terminal", default="", help=t("serial number or TID: adds what the register knows")
    )
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="QUESTION=ANSWER",
        help=t("answer a question, for example other_card=yes; step=unknown for don't know"),
    )
    parser.add_argument(
        "--check",
        action="append",
        default=[],
        metavar="CHECK[=OUTCOME]",
        help=t(
            "a check that was done, and what became of it: {outcomes}; without an outcome only"
            " that it was done",
            outcomes=", ".join(names(CheckOutcome)),
        ),
    )
    parser.add_argument("--ask", action="store_true", help=t("ask until it is decided"))
    parser.add_argument(
        "--cases",
        type=Path,
        metavar="FILE.jsonl",
        help=t("diagnose every line of a file (id, text, code), one JSON object a line"),
    )


def _run(context: Context) -> None:
    options = context.options
    if options.cases:
        _run_cases(context, options.cases)
        return
    session = _begun(context)
    for given in options.answer:
        question, separator, value = given.partition("=")
        if not separator:
            raise InvalidInput.of("answer", "choice.unknown", value=given)
        session = session.answer(question, UNKNOWN if value == _DONT_KNOW else value)
    for given in options.check:
        check, _separator, outcome = given.partition("=")
        session = session.tick(check, outcome or CheckOutcome.DONE)
    if options.ask:
        session = _asked(context, session)
    language = context.t.language
    stops = _standing(context)
    lines = standing_lines(context.t, stops)
    context.emit(
        {**_plain(session, language), "terminal_stops": plain(stops)},
        lambda: "\n".join((*lines, _described(context.t, session))),
    )


def _standing(context: Context) -> tuple[OpenStop, ...]:
    """The safety stops of the terminal that was named."""
    if not context.options.terminal:
        return ()
    services = context.services
    return services.terminal_stops.at(services.terminals.by_serial(context.options.terminal).id)


def _begun(context: Context) -> Interview:
    """With a terminal or a database the estate's own experience counts; without either the answer
    depends on the catalogue alone and no database is opened."""
    from app import bootstrap

    options = context.options
    if options.terminal or options.db:
        terminal = ""
        if options.terminal:
            terminal = context.services.terminals.by_serial(options.terminal).id
        return context.services.diagnosis.begin(
            terminal, options.code, options.text, profile=options.profile
        )
    return begin(bootstrap.reasoner(), options.code, options.text, profile=options.profile)


def _run_cases(context: Context, path: Path) -> None:
    from app import bootstrap
    from app.knowledge.evaluate import read_cases

    reasoner = bootstrap.reasoner()
    for case in read_cases(path):
        session = begin(reasoner, case.code, case.text, profile=case.profile)
        line = {"id": case.id, **_plain(session, context.t.language)}
        print_json(line)


def _asked(context: Context, session: Interview) -> Interview:
    """Ask on the terminal; an empty line is "don't know", the end of input stops."""
    while (following := session.further) is not None:
        context.note(_question(context.t, following))
        line = sys.stdin.readline()
        if not line:
            break
        try:
            session = session.answer(following.question.id, _choice(following, line.strip()))
        except InvalidInput as error:
            context.note(error_text(context.t, error))
    return session


def _question(t: Translator, following: NextQuestion) -> str:
    question, language = following.question, t.language
    lines = [question.text.in_(language)]
    lines += [
        f"  {number}  {answer.text.in_(language)}"
        for number, answer in enumerate(question.answers, 1)
    ]
    return "\n".join([*lines, t("  (empty: don't know)")])


def _choice(following: NextQuestion, typed: str) -> str:
    answers = following.question.answers
    if typed.isdigit() and 1 <= int(typed) <= len(answers):
        return answers[int(typed) - 1].id
    short = {"y": "yes", "n": "no", "u": UNKNOWN, "是": "yes", "否": "no"}
    return short.get(typed.lower(), typed)


def _plain(session: Interview, language: str) -> dict[str, Any]:
    """What other programs read; the shape of `ranking` is fixed."""
    return _found(session, language) | _proposed(session, language)


def _found(session: Interview, language: str) -> dict[str, Any]:
    """What is known, and what follows from it."""
    return {
        "ranking": [
            {
                "class": str(r.fault_class),
                "probability": round(r.share, 4),
                "reasons": [reason.in_(language) for reason in r.reasons],
            }
            for r in session.ranking
        ],
        "promised": promised_classes(session.ranking, decided=session.decided),
        "decided": session.decided,
        "stopped": session.stopped,
        "stops": [
            {
                "id": stop.id,
                "kind": str(stop.kind),
                "title": stop.text.in_(language),
                "do": stop.do.in_(language),
            }
            for stop in session.stops
        ],
        "requests": [
            {
                "id": each.id,
                "title": each.text.in_(language),
                "steps": [step.in_(language) for step in each.steps],
            }
            for each in session.requests
        ],
        "straight_to_checks": session.straight_to_checks,
        "result_unknown": session.result_unknown,
        "mode": session.modes[0].id,
        "causes": [
            {"id": c.id, "share": round(c.share, 4), "text": c.text.in_(language)}
            for c in session.causes[:5]
        ],
        "meanings": [
            {
                "profile": m.profile,
                "code": m.code,
                "text": m.text.in_(language),
                "note": m.note.in_(language),
            }
            for m in session.codes
        ],
        "evidence": [
            {"id": e.id, "text": e.label.in_(language), "negated": e.negated}
            for e in session.evidence
        ],
        "done": [
            {"id": e.ref, "outcome": e.value, "text": e.label.in_(language)}
            for e in session.evidence
            if e.kind is EvidenceKind.CHECK
        ],
    }


def _proposed(session: Interview, language: str) -> dict[str, Any]:
    """What to ask, to do and to say next."""
    following, advice = session.next, session.advice
    return {
        "question": following
        and {
            "id": following.question.id,
            "text": following.question.text.in_(language),
            "answers": {a.id: a.text.in_(language) for a in following.question.answers},
            "expected_remaining": following.remaining,
        },
        "checks": [
            {
                "id": c.check.id,
                "text": c.check.text.in_(language),
                "minutes": c.check.minutes,
                "chance": round(c.chance, 3),
            }
            for c in session.checks
        ],
        "say": advice.say.in_(language),
        "contacts": [str(role) for role in advice.contacts],
        "ready": [text.in_(language) for text in advice.ready],
        "warnings": [text.in_(language) for text in advice.warnings],
        "knowledge": session.reasoner.knowledge.hash,
    }


def stop_lines(session: Interview, language: str) -> list[str]:
    """The hard stops as they stand first, each with what to do at once."""
    return [f"!!! {stop.text.in_(language)}\n    {stop.do.in_(language)}" for stop in session.stops]


def _request_lines(t: Translator, session: Interview) -> list[str]:
    """The business requests with their steps in order."""
    found = []
    for each in session.requests:
        steps = [f"  {n}. {step.in_(t.language)}" for n, step in enumerate(each.steps, 1)]
        title = each.text.in_(t.language)
        found.append("\n".join([t("Business request: {title}", title=title), *steps]))
    return found


def _chance(session: Interview, item: Recommended) -> str:
    """The chance that a check helps; nothing for an instruction or after a safety stop."""
    return "" if item.check.instruction or session.stopped else f"{item.chance:.0%}"


def _described(t: Translator, session: Interview) -> str:
    language, advice = t.language, session.advice
    parts = stop_lines(session, language)
    parts += [f"! {text.in_(language)}" for text in advice.warnings[len(session.stops) :]]
    parts += _request_lines(t, session)
    parts += [
        f"{m.code} {m.text.in_(language)} ({session.reasoner.knowledge.profiles[m.profile].text.in_(language)})"  # noqa: E501
        for m in session.codes
    ]
    rows = [
        (
            word(t, "fault_class", r.fault_class),
            f"{r.share:.0%}",
            " ".join(reason.in_(language) for reason in r.reasons),
        )
        for r in session.ranking
        if r.share >= 0.02 or r is session.top
    ]
    parts.append(table((t("Class"), t("Share"), t("Why")), rows))
    together = promised_classes(session.ranking, decided=session.decided)
    if len(together) > 1:
        named = listed(t, [word(t, "fault_class", each) for each in together])
        parts.append(
            t("Not clear yet: in nine of ten cases it is one of {classes}.", classes=named)
        )
    parts.append(f"{t('Tell the merchant')}: {advice.say.in_(language)}")
    roles = ", ".join(word(t, "contact_role", role) for role in advice.contacts)
    ready = ", ".join(text.in_(language) for text in advice.ready)
    parts.append(t("Contact: {roles}. Have ready: {ready}.", roles=roles, ready=ready))
    parts += [
        f"{t('Done')}: {item.label.in_(language)}"
        for item in session.evidence
        if item.kind is EvidenceKind.CHECK
    ]
    if session.checks:
        checks = [
            (c.check.id, c.check.text.in_(language), c.check.minutes, _chance(session, c))
            for c in session.checks
        ]
        parts.append(table((t("Id"), t("Check"), t("Minutes"), t("Chance")), checks))
    if session.next is not None:
        parts.append(_question(t, session.next))
    elif session.straight_to_checks:
        parts.append(t("Clear enough: do the checks first. --ask asks further."))
    return "\n\n".join(parts)


VERB = Verb(_configure, _run)
