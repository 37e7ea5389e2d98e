"""The shop behind a row of any page, as a dialog: to call, to drive there, to see what is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from app.domain.dispatch.shop import Shop
from app.gui.shell.campaign_tick import ask_done
from app.gui.shell.navigate import Navigate, ShowIncident, ShowTerminal, ShowVisit
from app.gui.shell.page import Page
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, row
from app.gui.toolkit.manual_window import bind_help
from app.gui.toolkit.shop_card import ShopCard


class ShopDialog(Dialog):
    """One shop."""

    def __init__(self, page: Page, shop: Shop, read: Callable[[], Shop | None]) -> None:
        super().__init__(page)
        bind_help(self)
        self.setWindowTitle(shop.name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._page = page
        self.card = ShopCard()
        self.card.show_shop(shop)
        self.card.copied.connect(lambda text: page.context.note(_("Copied: {text}", text=text)))
        self.card.terminal_opened.connect(lambda key: self._leave_for(ShowTerminal(key)))
        self.card.incident_opened.connect(lambda key: self._leave_for(ShowIncident(key)))
        self.card.visit_opened.connect(lambda key: self._leave_for(ShowVisit(key)))
        self._read = read
        self.card.task_chosen.connect(lambda task: ask_done(page, task, self._read_again))
        close = button(_("Close"), self.accept)
        self.arrange(self.card, row(None, close), margins=(20, 4, 20, 16))
        self.prefer_most_of(page.window(), 0.9)

    def _read_again(self) -> None:
        self._page.run(self._read, self.card.show_shop, owner=self)

    def _leave_for(self, target: Navigate) -> None:
        self.accept()
        self._page.context.go(target)


def show_shop(page: Page, read: Callable[[], Shop | None]) -> None:
    """Open the shop that `read` gives; say so when there is none."""

    def shown(shop: Shop | None) -> None:
        if shop is None:
            page.context.note(_("The shop is not known: the terminal is not registered."))
        else:
            ShopDialog(page, shop, read).open()

    page.run(read, shown)
