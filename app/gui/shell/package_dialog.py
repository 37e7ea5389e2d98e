"""A package before it is taken in: what it holds and would do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app.gui.shell.exchange_work import ExchangeWork, exchange_of
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.working_dialog import WorkManner
from app.texts.intake import intake_lines, unsettled_line

if TYPE_CHECKING:
    from app.exchange.intake import Intake
    from app.gui.shell.page import AppContext


class PackageDialog(ExchangeWork):
    """What a package holds and would do; taken in only when the person says so."""

    def __init__(self, parent: QWidget, context: AppContext, path: Path) -> None:
        super().__init__(parent, context, _("Package {name}", name=path.name))
        self.prefer(620, 320)
        self._path = path
        self._text = label("", wrap=True, copy=True)
        self._go = button(_("Take in"), self.take_in, role="primary", icon="check")
        self._go.setEnabled(False)
        self._close = button(_("Close"), self.reject)
        self.arrange(
            column(self._text, None),
            self.trouble,
            self.progress,
            row(None, self._close, self._go),
            title=self.windowTitle(),
        )

    @property
    def said(self) -> str:
        """What the dialog tells of the package."""
        return self._text.text()

    def look(self) -> None:
        """Find out what the package would do; nothing is changed."""
        self._work(dry_run=True, done=self._looked)

    def take_in(self) -> None:
        """Take the package in."""
        self._work(dry_run=False, done=self._taken)

    def _work(self, *, dry_run: bool, done: Callable[[Any], None]) -> None:
        path = self._path

        def work(
            progress: Callable[[int, int], None], cancelled: Callable[[], bool]
        ) -> tuple[Intake, dict[str, str]]:
            exchange = exchange_of(self.context)
            found = exchange.take_in(path, dry_run=dry_run, progress=progress, cancelled=cancelled)
            return found, exchange.record_names(found.conflicts)

        self.show_stopped("")
        manner = WorkManner(
            _("Looking into the package …") if dry_run else _("Taking the package in …"),
            _("Stopped. What was taken in stays; take the package in again to go on."),
            reads=dry_run,
        )
        self.carry_out(self.context, work, done, manner=manner)

    def _looked(self, result: tuple[Intake, dict[str, str]]) -> None:
        self._tell(result, dry_run=True)
        fatal = result[0].applied == 0 and bool(result[0].refused)
        self._go.setEnabled(not fatal)
        self._go.setFocus()

    def _taken(self, result: tuple[Intake, dict[str, str]]) -> None:
        self._tell(result, dry_run=False)
        self._go.hide()
        self._close.setFocus()

    def _tell(self, result: tuple[Intake, dict[str, str]], *, dry_run: bool) -> None:
        found, called = result
        lines = intake_lines(words(), found, dry_run=dry_run)
        if found.conflicts:
            lines += ["", _("To be decided:")]
            lines += [unsettled_line(words(), one, called) for one in found.conflicts]
        self._text.setText("\n".join(lines))
        self.fit()
