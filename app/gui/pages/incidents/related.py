"""The tab of a common cause: the parent of an incident, and the incidents that joined it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.incidents.incidents import IncidentSummary
from app.domain.incidents.lifecycle import OPEN_STATES
from app.gui.actions import UserAction
from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.tabs import (
    IncidentTab,
    JoinParent,
    LeaveParent,
    TakeIn,
)
from app.gui.shell.navigate import ShowIncident
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.badge import summary_badge
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column, label, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.view_tabs import counted
from app.services.incidents.parents import IncidentParents
from app.texts import word
from app.texts.incidents import beginning, in_short


class RelatedTab(IncidentTab):
    """One cause at many terminals: each stays a case of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._parent = label("", wrap=True, copy=True)
        self._model = RowTableModel(_columns(), self)
        self._table = TableView(
            self._model, two_lines=True, name="joined", title=_("Incidents of the same cause")
        )
        self._table.opened.connect(lambda one: self.want(ShowIncident(one.id)))
        self._table.current_changed.connect(lambda _one: self._allow())
        self._listed = StateStack(self._table)
        self._open = action_button(UserAction.OPEN_PARENT, self._open_parent)
        self._join = action_button(UserAction.JOIN_PARENT, lambda: self.want(JoinParent()))
        self._leave = action_button(UserAction.LEAVE_PARENT, self._leave_it)
        self._take_in = action_button(UserAction.TAKE_IN, lambda: self.want(TakeIn()))
        self.setLayout(
            column(
                row(self._parent, None, self._open, self._join, self._take_in, self._leave),
                self._listed,
                margins=(0, 12, 0, 0),
            )
        )

    def title(self, view: IncidentView | None) -> str:
        return counted(_("Same cause"), len(view.related.joined) if view else 0)

    def show_view(self, view: IncidentView) -> None:
        parent, joined = view.related.parent, view.related.joined
        self._parent.setText(
            _("Belongs to {number}: {symptom}", number=parent.number, symptom=in_short(parent))
            if parent
            else ""
        )
        self._model.set_rows(joined)
        if joined:
            self._listed.show_content()
        elif parent:
            self._listed.show_empty(
                _("This incident belongs to another one"),
                _("It is counted, worked on and closed by itself all the same."),
                icon="copy",
            )
        else:
            self._listed.show_empty(
                _("No other incident of the same cause"),
                _("During an outage let one incident stand for the cause and the others join it."),
                icon="copy",
            )
        self._allow()

    def _allow(self) -> None:
        if self.view is None:
            return
        view, related = self.view, self.view.related
        is_open = view.incident.state in OPEN_STATES
        self._open.setVisible(related.parent is not None)
        self._join.setVisible(is_open and related.parent is None and not related.joined)
        self._take_in.setVisible(is_open and related.parent is None)
        marked = self._table.current() if related.joined else None
        self._leave.setVisible(related.parent is not None or bool(related.joined))
        for button, kind, possible in (
            (self._join, JOIN, True),
            (self._take_in, JOIN, True),
            (self._leave, LEAVE, related.parent is not None or marked is not None),
        ):
            permit(button, view.refused_parents.get(kind), enabled=possible)

    def _open_parent(self) -> None:
        if self.view is not None and self.view.related.parent is not None:
            self.want(ShowIncident(self.view.related.parent.id))

    def _leave_it(self) -> None:
        """The incident marked in the list, or this one itself, has another cause after all."""
        if self.view is None:
            return
        marked = self._table.current() if self.view.related.joined else None
        self.want(LeaveParent(marked.id if marked is not None else self.view.incident.id))


JOIN, LEAVE = "incident.join_parent", "incident.leave_parent"


class RelatedActions:
    """Carries out what the tab asks for."""

    def __init__(self, page: Page, save: Callable[..., None]) -> None:
        """`save` shows a dialog and does something with what it was given."""
        self._page, self._save = page, save

    @property
    def _parents(self) -> IncidentParents:
        return self._page.context.services.parents

    def join(self, incident_id: str) -> None:
        """Ask for the parent of an incident."""
        self._ask(
            lambda: self._parents.could_be_parent(incident_id),
            (_("Join a parent incident"), _("Parent incident")),
            lambda parent: self._parents.join(parent, (incident_id,)),
        )

    def take_in(self, incident_id: str) -> None:
        """Ask for an incident that joins this one."""
        self._ask(
            lambda: self._parents.could_join(incident_id),
            (_("Take in an incident"), _("Incident of the same cause")),
            lambda child: self._parents.join(incident_id, (child,)),
        )

    def leave(self, incident_id: str) -> None:
        """An incident has another cause after all."""

        def leave() -> str:
            self._parents.leave(incident_id)
            return self._page.context.services.incidents.get(incident_id).number

        self._page.run(
            leave,
            lambda number: self._page.context.note(
                _("{number}: taken off its parent", number=number)
            ),
        )

    def _ask(
        self,
        read: Callable[[], tuple[IncidentSummary, ...]],
        said: tuple[str, str],
        join: Callable[[str], Any],
    ) -> None:
        def ask(found: tuple[IncidentSummary, ...]) -> None:
            if found:
                self._save(related_dialog(self._page, found, *said), join)
            else:
                self._page.context.note(_("No other open incident can be chosen."))

        self._page.run(read, ask)


SHOP = 20
"""Characters of a merchant in a choice of incidents: a choice is as wide as its longest entry."""


def related_dialog(
    parent: QWidget, found: tuple[IncidentSummary, ...], title: str, asked: str
) -> DraftDialog:
    """Which incident; the draft is its id."""
    offered = [
        (
            one.id,
            " · ".join(
                filter(None, (one.number, beginning(one.merchant_name, SHOP), in_short(one)))
            ),
        )
        for one in found
    ]
    field = Field(name="incident_id", label=asked, kind="choice", choices=offered, required=True)
    return DraftDialog(title, [field], lambda v: v["incident_id"], action=title, parent=parent)


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Number"),
            text=lambda i: i.number,
            detail=lambda i: words().moment(i.reported_at),
            badge=lambda i: summary_badge(i, i.reported_at),
            width=150,
        ),
        TableColumn(
            title=_("Merchant / symptom"),
            text=lambda i: i.of_whom,
            detail=in_short,
            width=220,
            stretch=True,
        ),
        TableColumn(
            title=_("Class"),
            text=lambda i: word(words(), "fault_class", i.fault_class),
            detail=lambda i: i.technician,
            width=130,
        ),
    )
