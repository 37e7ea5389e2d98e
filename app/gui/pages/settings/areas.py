"""Areas as a tree: renamed, put inside one another, merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from app.domain.register.areas import Area, AreaDraft
from app.gui.actions import UserAction
from app.gui.pages.settings.section import ListSection
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.permission import permit
from app.gui.toolkit.tables import TableColumn
from app.i18n import N_


class AreasSection(ListSection):
    """All areas, each followed by those inside it."""

    title = N_("Areas")

    def __init__(self, page: Page) -> None:
        super().__init__(
            page,
            _columns(),
            _(
                "Districts and regions. Who serves an area serves those inside it, too. Shops,"
                " people, agreed times, plans and warnings follow when one is renamed or merged."
            ),
            "areas",
        )

    def buttons(self) -> list[QPushButton]:
        """Merge."""
        self._merge = action_button(UserAction.MERGE_AREAS, self.merge)
        return [self._merge]

    def refresh(self) -> None:
        """Read the list."""
        areas = self.context.services.areas
        self.page.run(
            areas.listed,
            lambda found: self.show_rows(found, _("No area yet; an import brings them")),
        )

    def _on_current(self, value: Area | None) -> None:
        super()._on_current(value)
        standing, there = self.context.services.context.standing, value is not None
        permit(self._add, standing.refusal("area.save"))
        permit(self._edit, standing.refusal("area.save"), enabled=there)
        permit(self._merge, standing.refusal("area.merge"), enabled=there)

    def called(self, value: Area) -> str:
        """The name."""
        return value.name

    def add(self) -> None:
        """Add an area."""
        self._open(None)

    def edit(self, value: Area) -> None:
        """Rename an area or put it inside another."""
        self._open(value)

    def _open(self, known: Area | None) -> None:
        areas, key = self.context.services.areas, known.id if known else ""
        dialog = _area_editor(self.page, self._others(known), known)
        dialog.is_about(key, lambda _typed: self.open_anew(areas.listed, key, self._open))
        self.page.submit(
            dialog,
            lambda draft: areas.save(draft, key),
            self.page.saved(dialog.windowTitle()),
        )

    def merge(self) -> None:
        """Make the chosen area part of another one, which keeps its name."""
        area: Area = self.table.current()
        areas, others = self.context.services.areas, self._others(area)
        dialog = DraftDialog(
            _("Merge {area} with another", area=area.name),
            [
                Field(
                    name="into",
                    label=_("Becomes part of"),
                    kind="choice",
                    required=True,
                    choices=[(one.id, one.name) for one in others],
                    help=plural(
                        "{count} shop goes there, with people, agreed times, plans and warnings;"
                        " the name {area} is gone.",
                        "{count} shops go there, with people, agreed times, plans and warnings;"
                        " the name {area} is gone.",
                        area.merchants,
                        area=area.name,
                    ),
                )
            ],
            lambda values: values["into"],
            action=_("Merge"),
            parent=self.page,
        )
        self.page.submit(
            dialog,
            lambda into: areas.merge(area.id, into),
            self.page.saved(dialog.windowTitle()),
        )

    def _others(self, known: Area | None) -> list[Area]:
        return [row for row in self.model.rows() if known is None or row.id != known.id]


def _area_editor(parent: QWidget, others: Sequence[Area], known: Area | None) -> DraftDialog:
    """An area.  The draft is an `AreaDraft`."""
    choices: Choices = [("", _("none")), *((one.name, one.name) for one in others)]
    fields = [
        Field(name="name", label=_("Area"), required=True),
        Field(name="parent", label=_("Lies in"), kind="choice", choices=choices),
    ]
    title = _("Edit area") if known else _("Add area")
    dialog = DraftDialog(title, fields, lambda values: AreaDraft(**values), parent=parent)
    before: Any = known or AreaDraft()
    dialog.fill({"name": before.name, "parent": before.parent})
    return dialog


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Area"),
            text=lambda a: "　" * a.depth + a.name,
            width=220,
            stretch=True,
        ),
        TableColumn(title=_("Lies in"), text=lambda a: a.parent or "—", width=150),
        TableColumn(title=_("Shops"), text=lambda a: str(a.merchants), width=90),
        TableColumn(title=_("Terminals"), text=lambda a: str(a.terminals), width=90),
        TableColumn(title=_("People"), text=lambda a: "、".join(a.people) or "—", width=200),
    )
