"""The shop of an incident: whom to call, where it is, what else is there."""

from __future__ import annotations

from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.tabs import IncidentTab
from app.gui.shell.navigate import ShowIncident, ShowTerminal, ShowVisit
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import column
from app.gui.toolkit.shop_card import ShopCard


class ShopTab(IncidentTab):
    """The merchant at hand."""

    def __init__(self) -> None:
        super().__init__()
        self.card = ShopCard()
        self.card.terminal_opened.connect(lambda key: self.want(ShowTerminal(key)))
        self.card.incident_opened.connect(lambda key: self.want(ShowIncident(key)))
        self.card.visit_opened.connect(lambda key: self.want(ShowVisit(key)))
        self.setLayout(column(self.card))

    def title(self, view: IncidentView | None) -> str:
        return _("Merchant")

    def show_view(self, view: IncidentView) -> None:
        self.card.show_shop(view.shop)
