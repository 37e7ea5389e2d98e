"""``poscare update``: looks for a newer version, and fetches its installer when asked to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.cli.context import Context, Verb
from app.i18n import Translator

if TYPE_CHECKING:
    from app.updates import OfferedVersion


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--from",
        dest="source",
        default="",
        metavar="PLACE",
        help=t("folder, share or https address; without it that of the settings"),
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FOLDER",
        help=t("also fetch the installer into this folder; it is not started"),
    )


def _run(context: Context) -> None:
    from app import updates

    options = context.options
    offered = updates.look(options.source or context.settings.update_source)
    fetched = None
    if options.output is not None and offered.version != __version__:
        fetched = updates.fetch(offered, options.output)
    context.emit(
        {
            "here": __version__,
            "offered": offered.version,
            "newer": offered.is_newer,
            "file": fetched,
        },
        lambda: _told(context.t, offered, fetched),
    )


def _told(t: Translator, offered: OfferedVersion, fetched: Path | None) -> str:
    if offered.is_older:
        return t(
            "Offered is version {offered}, older than version {here} here; it could not open the"
            " data.",
            offered=offered.version,
            here=__version__,
        )
    if not offered.is_newer:
        return t("Version {here} is the newest that is offered.", here=__version__)
    lines = [
        t(
            "Version {offered} of {day} is offered; here is {here}.",
            offered=offered.version,
            day=offered.published or "—",
            here=__version__,
        ),
        offered.changes.in_(t.language),
    ]
    if fetched is not None:
        lines.append(t("Saved: {path}", path=fetched))
    return "\n\n".join(line for line in lines if line)


VERB = Verb(_configure, _run)
