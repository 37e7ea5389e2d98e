"""The shop of an incident: whom to call, where it is, what else is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent

from app.domain.dispatch.shop import Shop
from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.tabs import IncidentTab
from app.gui.shell.campaign_tick import ask_done
from app.gui.shell.navigate import ShowIncident, ShowTerminal, ShowVisit
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import column
from app.gui.toolkit.shop_card import ShopCard
from app.services.dispatch.shop import shop_of_incident

if TYPE_CHECKING:
    from app.gui.shell.page import Page


class ShopTab(IncidentTab):
    """The merchant at hand; read when the tab becomes visible, for it takes as many questions to
    a server as all the rest of an incident."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._context = page.context
        self._stale = True
        self.card = ShopCard()
        self.card.terminal_opened.connect(lambda key: self.want(ShowTerminal(key)))
        self.card.incident_opened.connect(lambda key: self.want(ShowIncident(key)))
        self.card.visit_opened.connect(lambda key: self.want(ShowVisit(key)))
        self.card.task_chosen.connect(lambda task: ask_done(page, task, self._read_again))
        self.setLayout(column(self.card))

    def title(self, view: IncidentView | None) -> str:
        return _("Merchant")

    def show_view(self, view: IncidentView) -> None:
        self._stale = True
        self._read_if_seen()

    def _read_again(self) -> None:
        self._stale = True
        self._read_if_seen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_if_seen()

    def _read_if_seen(self) -> None:
        if self.view is None or not self._stale or not self.isVisible():
            return
        self._stale = False
        services, key = self._context.services, self.view.incident.id

        def arrived(shop: Shop | None) -> None:
            if self.view is not None and self.view.incident.id == key:
                self.card.show_shop(shop)

        self._context.tasks.run(
            lambda: shop_of_incident(services.context, services.terminal_stops, key),
            arrived,
            owner=self,
        )
