"""Vehicles of the company: whose they are, or shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.register.people import Technician
from app.domain.register.vehicles import Vehicle, VehicleDraft
from app.gui.pages.settings.section import ListSection
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.permission import permit
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge
from app.i18n import N_


class VehiclesSection(ListSection):
    """All vehicles, those no longer in use at the end."""

    title = N_("Vehicles")

    def __init__(self, page: Page) -> None:
        super().__init__(
            page,
            _columns(),
            _(
                "Work that needs a vehicle goes to people who have one, or to as many a day as"
                " there are shared ones. Which work needs one is said in its plan."
            ),
            "vehicles",
        )

    def refresh(self) -> None:
        """Read the list."""
        vehicles = self.context.services.vehicles
        self.page.run(
            vehicles.listed, lambda found: self.show_rows(found, _("No vehicle is entered yet"))
        )

    def _on_current(self, value: Vehicle | None) -> None:
        super()._on_current(value)
        edit = self.context.services.context.standing.refusal("vehicle.save")
        permit(self._add, edit)
        permit(self._edit, edit, enabled=value is not None)

    def called(self, value: Vehicle) -> str:
        """The plate."""
        return value.plate

    def add(self) -> None:
        """Add a vehicle."""
        self._open(None)

    def edit(self, value: Vehicle) -> None:
        """Change a vehicle."""
        self._open(value)

    def _open(self, known: Vehicle | None) -> None:
        services = self.context.services
        key, version = (known.id, known.version) if known else ("", 0)

        def ask(people: Sequence[Technician]) -> None:
            dialog = _vehicle_editor(self.page, people, known)
            dialog.is_about(
                key, lambda _typed: self.open_anew(services.vehicles.listed, key, self._open)
            )
            submit_autosaved(
                self.page,
                dialog,
                f"vehicle/{key or 'new'}",
                lambda draft: services.vehicles.save(draft, key, version),
                self.page.saved(dialog.windowTitle()),
            )

        self.page.run(services.directory.technicians, ask)


def _vehicle_editor(
    parent: QWidget, people: Sequence[Technician], known: Vehicle | None
) -> DraftDialog:
    """A vehicle.  The draft is a `VehicleDraft`."""
    fields = [
        Field(name="plate", label=_("Plate"), required=True, hint="沪A12345"),
        Field(name="description", label=_("Description"), hint=_("van with lift")),
        Field(
            name="technician_id",
            label=_("Whose"),
            kind="choice",
            choices=[("", _("shared")), *((p.id, f"{p.code} {p.name}") for p in people)],
        ),
        Field(name="active", label=_("In use"), kind="check", unit=_("work is planned with it")),
    ]
    title = _("Edit vehicle") if known else _("Add vehicle")
    dialog = DraftDialog(title, fields, lambda values: VehicleDraft(**values), parent=parent)
    before: Any = known or VehicleDraft()
    dialog.fill({field.name: getattr(before, field.name) for field in fields})
    return dialog


def _state(vehicle: Vehicle) -> Badge:
    if vehicle.active:
        return Badge(_("In use"), "ok", "circle-check")
    return Badge(_("Out of use"), "neutral", "archive")


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Plate"), text=lambda v: v.plate, width=140),
        TableColumn(
            title=_("Description"), text=lambda v: v.description or "—", width=240, stretch=True
        ),
        TableColumn(title=_("Whose"), text=lambda v: v.technician or _("shared"), width=160),
        TableColumn(title=_("State"), text=lambda _v: "", badge=_state, width=120),
    )
