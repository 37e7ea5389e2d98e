"""``poscare support``: shows what a support bundle holds, and saves it."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.context import Context, Verb
from app.i18n import Translator


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "-o", "--output", type=Path, help=t("also save it as this ZIP file, to be sent")
    )


def _run(context: Context) -> None:
    """Shown first and always; saved only where asked to."""
    from app import support

    t, output = context.t, context.options.output
    parts = support.support_parts(context.settings, lambda: context.unsigned_services)
    if output is not None:
        support.save_bundle(output, parts)
    shown = "\n".join(f"=== {part.name} ===\n{part.text}" for part in parts)
    said = (
        t("Saved: {path}", path=output)
        if output is not None
        else t("Nothing was saved. To save it: {command}", command="poscare support -o FILE.zip")
    )
    context.emit({"file": output, "parts": parts}, f"{shown}\n{said}")


VERB = Verb(_configure, _run)
