"""What the dialogs of the exchange share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app import bootstrap
from app.domain.errors import AppError
from app.gui.toolkit.announce import announce
from app.gui.toolkit.layout import label
from app.gui.toolkit.problems import message
from app.gui.toolkit.working_dialog import WorkingDialog

if TYPE_CHECKING:
    from app.exchange.exchange import Exchange
    from app.gui.shell.page import AppContext

PACKAGES = "*.posx"


def exchange_of(context: AppContext) -> Exchange:
    """The exchange over the services of now."""
    return bootstrap.exchange(context.services, context.settings)


class ExchangeWork(WorkingDialog):
    """A line for trouble, and work that can be stopped."""

    closes_when_stopped = False

    def __init__(self, parent: QWidget, context: AppContext, title: str) -> None:
        super().__init__(parent)
        self.context = context
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.trouble = label("", "error", wrap=True)
        self.trouble.hide()

    def show_problem(self, error: AppError) -> None:
        self.show_stopped(message(error))
        announce(self, message(error), urgent=True)

    def show_stopped(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))
