"""``poscare restore FILE``: put a backup in place of the live database."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.frame import Context, Verb
from app.i18n import N_, Translator


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("file", type=Path, help=t("a file made by “poscare backup”"))


def _run(context: Context) -> None:
    replaced = context.services.care.restore(context.options.file)
    context.emit(
        {"replaced": replaced},
        context.t("Restored. The database that was replaced is in {path}", path=replaced),
    )


VERB = Verb("restore", N_("restore a backup"), _configure, _run)
