"""``poscare warnings`` and ``poscare insight warnings``: all the data warns of, now or as of a day,
as Today and the printed digest have it."""

from __future__ import annotations

import argparse
from datetime import date

from app.cli.context import Context, Verb
from app.domain.errors import BadValue, InvalidInput
from app.domain.insight.warnings import MOST_EVIDENCE, StandingWarning
from app.domain.parsing import parse_date
from app.i18n import Translator
from app.texts import word
from app.texts.warnings import (
    warning_advice,
    warning_certainty,
    warning_reason,
    warning_since,
    warning_title,
)


def configure_warnings(parser: argparse.ArgumentParser, t: Translator) -> None:
    """The options, wherever the verb stands."""
    parser.add_argument("--area", default="", help=t("only this area"))
    parser.add_argument(
        "--as-of",
        default="",
        metavar="YYYY-MM-DD",
        help=t("what was known at the end of that day"),
    )


def run_warnings(context: Context) -> None:
    """Print them."""
    found = context.services.insight.warnings(context.options.area, _day(context.options.as_of))
    t = context.t
    context.emit(
        {"warnings": [plain_warning(t, warning) for warning in found]}, lambda: _text(t, found)
    )


def _day(raw: str) -> date | None:
    try:
        return parse_date(raw)
    except BadValue as refusal:
        raise InvalidInput.of("as_of", refusal.code, **refusal.params) from None


def plain_warning(t: Translator, warning: StandingWarning) -> dict[str, object]:
    """A warning as other programs read it."""
    return {
        "rule": warning.rule,
        "subject": {
            "kind": warning.subject.kind,
            "name": warning.subject.name,
            **dict(warning.subject.named),
        },
        "class": warning.fault_class,
        "since": warning.since,
        "seen": warning.seen,
        "expected": warning.expected,
        "confidence": warning.confidence,
        "sentence": warning_reason(t, warning),
        "incidents": warning.incidents,
        "advice": warning_advice(t, warning),
        "key": warning.key,
        "severity": warning.severity,
        "terminals": warning.terminals,
        "detail": warning.detail,
        "explains": [warning_reason(t, one) for one in warning.explains],
    }


def _text(t: Translator, warnings: tuple[StandingWarning, ...]) -> str:
    if not warnings:
        return t("Nothing to warn of.")
    return "\n\n".join(_one(t, warning) for warning in warnings)


def evidence_line(warning: StandingWarning) -> str:
    """The newest of the incidents behind a warning; `--json` names them all."""
    line = ", ".join(warning.incidents[:MOST_EVIDENCE])
    if len(warning.incidents) > MOST_EVIDENCE or warning.count > len(warning.incidents):
        line += " …"
    return line


def _one(t: Translator, warning: StandingWarning) -> str:
    title = f"{warning_title(t, warning)}  {warning.subject.name}".rstrip()
    head = (word(t, "severity", warning.severity), title, warning_certainty(t, warning))
    lines = [
        " · ".join(filter(None, head)),
        warning_reason(t, warning),
        evidence_line(warning),
        warning_advice(t, warning),
    ]
    if warning.explains:
        lines.append(
            t.plural(
                "Explains {count} narrower warning.",
                "Explains {count} narrower warnings.",
                len(warning.explains),
            )
        )
    if warning.since is not None:
        lines.append(t("since {moment}", moment=warning_since(t, warning.since)))
    return "\n  ".join(filter(None, lines))


VERB = Verb(configure_warnings, run_warnings)
