"""A bug while the window runs: said at once, with its report and a support bundle to be kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.errors import Unavailable
from app.gui.toolkit import problems
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _

if TYPE_CHECKING:
    from app.gui.shell.main_window import MainWindow
    from app.services import Services

REPORT = "report.txt"
"""The file of the bundle with the report of the bug."""


def tell_bug(window: MainWindow | None, error: BaseException) -> None:
    """Say so in front of the window; without one there is nothing but the report to copy."""
    from app.support import BUNDLE_NAME

    report = problems.report(error)
    if window is None:
        problems.show_bug(None, report)
        return

    def ask() -> None:
        ask_new_file(
            window,
            _("Save the support bundle"),
            _("ZIP files (*.zip)"),
            BUNDLE_NAME,
            lambda path: save_with_bundle(window, report, path),
        )

    problems.show_bug(window, report, ask)


def save_with_bundle(window: MainWindow, report: str, path: Path) -> None:
    """Write the report with what else helps to find the fault, and no data of customers."""
    from app import support

    context = window.context
    settings = context.settings

    def services() -> Services:
        if not context.is_ready:
            raise Unavailable("db.cannot_open")
        return context.services

    def work() -> None:
        parts = support.support_parts(settings, services)
        support.save_bundle(path, (support.SupportPart(REPORT, report), *parts))

    context.tasks.run(
        work,
        lambda _none: context.note(_("Saved: {path}", path=path)),
        owner=context,
        lane="io",
    )
