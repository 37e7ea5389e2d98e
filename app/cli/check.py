"""``poscare check``: the health of the data, and the upgrade of a server's schema."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any

from app.cli.context import Context, Verb, plain
from app.i18n import Translator
from app.texts import error_text, word
from app.texts.storage import faulty_lines, row_lines

if TYPE_CHECKING:
    from app.services.keeping.health import HealthFinding


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--thorough",
        action="store_true",
        help=t("read everything, and compare the records with the journal"),
    )
    parser.add_argument(
        "--upgrade",
        action="store_true",
        help=t("set up a server's empty database, or bring an old one to this version"),
    )
    parser.add_argument(
        "--seats",
        default="",
        metavar="ROLE",
        help=t("with --upgrade: the role of the seats, which may only append to the log"),
    )


def _run(context: Context) -> int:
    from app import bootstrap

    t = context.t
    if context.options.upgrade:
        bootstrap.upgrade_server(context.settings, context.options.seats)
    findings = context.services.care.check(thorough=context.options.thorough)
    context.emit(
        [_as_json(one) for one in findings],
        lambda: "\n".join(_line(t, finding) for finding in findings),
    )
    return 0 if all(finding.well for finding in findings) else 1


def _as_json(finding: HealthFinding) -> dict[str, Any]:
    problem = finding.problem.code if finding.problem else ""
    without = dataclasses.replace(finding, problem=None)
    return {**plain(without), "problem": problem}


def _line(t: Translator, finding: HealthFinding) -> str:
    mark = "✓" if finding.well else "✗"
    lines = [f"{mark} {word(t, 'check', finding.code)}  {finding.detail}".rstrip()]
    if finding.faulty:
        lines.append(faulty_lines(t, finding.faulty))
    lines += row_lines(t, [(r.table, r.record, r.how, r.columns) for r in finding.rows])
    if finding.problem is not None:
        lines.append(f"  {error_text(t, finding.problem)}")
    return "\n".join(lines)


VERB = Verb(_configure, _run)
