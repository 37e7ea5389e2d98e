"""Territories: who looks after which sites, proposed on a picture, taken over, changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from app.domain.errors import InvalidInput
from app.domain.maintenance.territories import TerritoryMap, TerritoryShare, TerritorySite
from app.gui.pages.maintenance.proposals import ProposalDialog
from app.gui.pages.maintenance.territory_picture import TerritoryPicture
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import label
from app.gui.toolkit.permission import permit
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.working_dialog import READING, WaitDialog, WorkManner


@dataclass(frozen=True, slots=True)
class TerritoryHours:
    """What one person has once the proposal is taken over."""

    id: str
    name: str
    sites: int
    needed: float
    there: float


class TerritoryPlanning(QObject):
    """Shows the territories and changes them."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context

    def show(self) -> None:
        """Who looks after which sites, with a proposal for those that are nobody's."""
        service = self._context.services.territories
        WaitDialog(self._page, _("Territories"), self._context).wait_for(
            service.map,
            self._opened,
            WorkManner(_("Working out who lives near what …"), reads=True),
        )

    def _opened(self, found: TerritoryMap) -> None:
        service = self._context.services.territories
        refusal = self._context.services.context.standing.refusal("territory.keep")
        dialog = TerritoryDialog(self._page)
        give = dialog.add_button(_("Give to …"), partial(self._ask_give, dialog))
        dialog.add_button(_("Propose anew for all"), partial(self._propose_anew, dialog))
        adopt = dialog.offer(_("Take over"))
        dialog.show_map(found)

        def settle() -> None:
            count = len(dialog.picture.marked)
            permit(give, refusal, enabled=bool(count))
            permit(adopt, refusal, enabled=bool(dialog.found.new))
            dialog.show_marked(count)

        dialog.picture.marked_changed.connect(settle)
        settle()

        def keep(_none: None) -> int:
            return service.keep(dialog.found.shares)

        self._page.submit(dialog, keep, self._kept)

    def _kept(self, count: int) -> None:
        self._context.note(
            plural(
                "{count} site has its technician now",
                "{count} sites have their technician now",
                count,
            )
        )

    def _propose_anew(self, dialog: TerritoryDialog) -> None:
        service = self._context.services.territories
        dialog.carry_out(
            self._context, lambda: service.map(anew=True), dialog.show_map, manner=READING
        )

    def _ask_give(self, dialog: TerritoryDialog) -> None:
        """Give the sites inside the box to somebody."""
        service, marked = self._context.services.territories, dialog.picture.marked
        people = list(dialog.found.people.items())
        asked = DraftDialog(
            plural("Give {count} site to", "Give {count} sites to", len(marked)),
            [
                Field(
                    name="technician_id",
                    label=_("Technician"),
                    kind="choice",
                    choices=[("", _("Nobody yet")), *people],
                )
            ],
            lambda values: values,
            action=_("Give"),
            parent=dialog,
        )

        def save(values: dict[str, Any]) -> TerritoryMap:
            service.keep([_share(values["technician_id"], marked)])
            return service.map()

        self._page.submit(asked, save, dialog.show_map)


def _share(technician_id: str, sites: Sequence[TerritorySite]) -> TerritoryShare:
    """Raises `InvalidInput` when no site is marked."""
    if not sites:
        raise InvalidInput.of("technician_id", "text.missing")
    return TerritoryShare(technician_id, tuple(site.merchant_id for site in sites))


class TerritoryDialog(ProposalDialog):
    """A picture of the sites above the people with their hours."""

    def __init__(self, parent: Page) -> None:
        super().__init__(parent, _("Territories"), _columns(), ())
        self.prefer(980, 720)
        self.found = TerritoryMap(people={}, room={}, homes={}, sites=())
        self.picture = TerritoryPicture()
        self._said = label("", "muted", wrap=True)
        self.shown.insertWidget(0, self.picture, 2)
        self.shown.insertWidget(1, self._said)

    def leave_text(self) -> str:
        return _("Close")

    def show_map(self, found: TerritoryMap) -> None:
        """Show these territories."""
        self.found = found
        self.model.set_rows(
            [
                TerritoryHours(
                    key,
                    name,
                    found.count(key),
                    found.minutes(key) / 60,
                    found.room.get(key, 0) / 60,
                )
                for key, name in found.people.items()
            ]
        )
        self.picture.show_map(found)
        self.picture.marked_changed.emit()

    def show_marked(self, count: int) -> None:
        """Say what the picture shows, and how many sites are marked."""
        nobody = sum(not site.proposed for site in self.found.sites)
        parts = [
            plural("{count} site marked", "{count} sites marked", count)
            if count
            else _("Draw a box around sites to give them to somebody."),
        ]
        if self.found.new:
            parts.append(
                plural(
                    "{count} site is only proposed until taken over.",
                    "{count} sites are only proposed until taken over.",
                    len(self.found.new),
                )
            )
        if nobody:
            parts.append(
                plural(
                    "{count} site lies in an area nobody serves.",
                    "{count} sites lie in areas nobody serves.",
                    nobody,
                )
            )
        self._said.setText(" ".join(parts))


def _columns() -> list[TableColumn]:
    def badge(item: TerritoryHours) -> Badge | None:
        over = item.needed > item.there
        return Badge(_("too much"), "danger", "triangle-alert") if over else None

    return [
        TableColumn(title=_("Technician"), text=lambda i: i.name, width=150, stretch=True),
        TableColumn(title=_("Sites"), text=lambda i: str(i.sites), width=90, right=True),
        TableColumn(
            title=_("Hours of work a year"), text=lambda i: f"{i.needed:.0f}", width=160, right=True
        ),
        TableColumn(
            title=_("Working hours a year"), text=lambda i: f"{i.there:.0f}", width=160, right=True
        ),
        TableColumn(title="", text=lambda i: "", badge=badge, width=120),
    ]
