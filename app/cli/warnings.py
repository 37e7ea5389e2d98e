"""``poscare warnings``: all the data warns of now, as Today and the printed digest have it."""

from __future__ import annotations

import argparse

from app.cli.context import Context, Verb
from app.domain.insight.warnings import StandingWarning
from app.i18n import N_, Translator
from app.texts import word
from app.texts.warnings import warning_advice, warning_reason, warning_title


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--area", default="", help=t("only this area"))


def _run(context: Context) -> None:
    found = context.services.insight.warnings(context.options.area)
    context.emit([_plain(warning) for warning in found], lambda: _text(context.t, found))


def _plain(warning: StandingWarning) -> dict[str, object]:
    return {
        "rule": warning.rule,
        "severity": warning.severity,
        "subject": warning.subject.name,
        "count": warning.seen,
        "evidence": warning.incidents,
        "since": warning.since,
        "detail": warning.detail,
    }


def _text(t: Translator, warnings: tuple[StandingWarning, ...]) -> str:
    if not warnings:
        return t("Nothing to warn of.")
    return "\n\n".join(_one(t, warning) for warning in warnings)


def _one(t: Translator, warning: StandingWarning) -> str:
    title = f"{warning_title(t, warning)}  {warning.subject.name}".rstrip()
    evidence = ", ".join(warning.incidents)
    if warning.seen > len(warning.incidents):
        evidence += " …"
    lines = [
        f"{word(t, 'severity', warning.severity)} · {title}",
        warning_reason(t, warning),
        evidence,
        warning_advice(t, warning),
    ]
    if warning.since is not None:
        lines.append(t("since {moment}", moment=t.moment(warning.since)))
    return "\n  ".join(filter(None, lines))


VERB = Verb("warnings", N_("what the data warns of now"), _configure, _run)
