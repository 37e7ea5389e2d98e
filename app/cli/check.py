"""``poscare check``: the health of the data, and the upgrade of a server's schema."""

from __future__ import annotations

import argparse

from app import bootstrap
from app.cli.context import Context, Verb
from app.i18n import N_, Translator
from app.services.core.backups import HealthFinding
from app.texts import word
from app.texts.storage import faulty_lines


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--thorough", action="store_true", help=t("read every page of the file"))
    parser.add_argument(
        "--upgrade",
        action="store_true",
        help=t("set up a server's empty database, or bring an old one to this version"),
    )


def _run(context: Context) -> int:
    t = context.t
    if context.options.upgrade:
        bootstrap.upgrade_server(context.settings)
    findings = context.services.backups.check(thorough=context.options.thorough)
    context.emit(findings, lambda: "\n".join(_line(t, finding) for finding in findings))
    return 0 if all(finding.well for finding in findings) else 1


def _line(t: Translator, finding: HealthFinding) -> str:
    mark = "✓" if finding.well else "✗"
    line = f"{mark} {word(t, 'check', finding.code)}  {finding.detail}".rstrip()
    return f"{line}\n{faulty_lines(t, finding.faulty)}" if finding.faulty else line


VERB = Verb("check", N_("check the health of the data"), _configure, _run)
