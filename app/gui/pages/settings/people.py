"""Technicians and managers: areas, role, telephone."""

from __future__ import annotations

from typing import Any

from app.domain.register.people import Technician
from app.gui.pages.settings.editors import technician_editor
from app.gui.pages.settings.section import ListSection
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.page import Page
from app.gui.toolkit.language import _, words
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge
from app.i18n import N_
from app.texts import word


class PeopleSection(ListSection):
    """Technicians and managers, those who left at the end."""

    title = N_("People")

    def __init__(self, page: Page) -> None:
        super().__init__(
            page,
            _columns(),
            _("Who does the work and in which areas. Those who left keep their place in the log."),
            "people",
        )

    def refresh(self) -> None:
        """Read the list."""
        directory = self.context.services.directory
        self.page.run(lambda: directory.technicians(everybody=True), self._show)

    def _show(self, found: tuple[Technician, ...]) -> None:
        ordered = sorted(found, key=lambda person: (not person.active, person.code))
        self.show_rows(ordered, _("Nobody is entered yet"))

    def add(self) -> None:
        """Add somebody."""
        self._open(None)

    def edit(self, value: Any) -> None:
        """Change somebody's entry."""
        self._open(value)

    def _open(self, known: Technician | None) -> None:
        services = self.context.services
        key, version = (known.id, known.version) if known else ("", 0)

        def ask(choices: Any) -> None:
            dialog = technician_editor(self.page, choices.areas, known)
            submit_autosaved(
                self.page,
                dialog,
                f"technician/{key or 'new'}",
                lambda draft: services.directory.save_technician(draft, key, version),
                lambda _id: self.context.note(_("Saved")),
            )

        self.page.run(services.terminals.choices, ask)


def _state(person: Technician) -> Badge:
    if person.active:
        return Badge(_("Active"), "ok", "circle-check")
    return Badge(_("No longer here"), "neutral", "archive")


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Name"), text=lambda p: p.name, detail=lambda p: p.code, width=140),
        TableColumn(
            title=_("Role"),
            text=lambda p: word(words(), "technician_role", p.role),
            detail=lambda p: p.badge_no,
            width=110,
        ),
        TableColumn(
            title=_("Areas"),
            text=lambda p: "、".join(p.areas) or "—",
            detail=lambda p: _("{minutes} min a day", minutes=p.capacity_minutes),
            width=220,
            stretch=True,
        ),
        TableColumn(title=_("Phone"), text=lambda p: p.phone, detail=lambda p: p.email, width=190),
        TableColumn(title=_("State"), text=lambda _p: "", badge=_state, width=110),
    )
