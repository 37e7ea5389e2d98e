"""The support directory: contacts outside the company, and when each was last verified."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from PySide6.QtWidgets import QPushButton

from app.domain.register.people import ContactDraft, SupportContact
from app.gui.actions import UserAction
from app.gui.pages.settings.editors import contact_editor
from app.gui.pages.settings.section import ListSection
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge
from app.i18n import N_
from app.texts import word

STALE = timedelta(days=180)
"""A number nobody called for so long may be wrong."""


class ContactsSection(ListSection):
    """Contacts by role and organisation."""

    title = N_("Support directory")
    saves = "contact.save"

    def __init__(self, page: Page) -> None:
        super().__init__(
            page,
            self._columns(),
            _(
                "Whom to turn to when the fault is not ours. Call once in a while and mark the"
                " number as verified."
            ),
            "contacts",
        )

    def buttons(self) -> list[QPushButton]:
        """Mark as verified."""
        return [action_button(UserAction.MARK_VERIFIED, self.verify)]

    def refresh(self) -> None:
        """Read the list."""
        directory = self.context.services.directory
        self.page.run(lambda: directory.contacts(everybody=True), self._show)

    def _show(self, found: tuple[SupportContact, ...]) -> None:
        self.show_rows(found, _("The directory is empty"))

    def called(self, value: Any) -> str:
        """The organisation."""
        return str(value.organisation)

    def add(self) -> None:
        """Add a contact."""
        self._open(None)

    def edit(self, value: Any) -> None:
        """Change a contact."""
        self._open(value)

    def _open(self, known: SupportContact | None) -> None:
        services = self.context.services
        key, version = (known.id, known.version) if known else ("", 0)

        def ask(choices: Any) -> None:
            names = {
                "acquirer": choices.acquirers,
                "manufacturer": choices.manufacturers,
                "area": choices.areas,
            }
            dialog = contact_editor(self.page, names, known)
            dialog.is_about(
                key,
                lambda _typed: self.open_anew(
                    lambda: services.directory.contacts(everybody=True), key, self._open
                ),
            )
            submit_autosaved(
                self.page,
                dialog,
                f"contact/{key or 'new'}",
                lambda draft: services.directory.save_contact(draft, key, version),
                self.page.saved(dialog.windowTitle()),
            )

        self.page.run(services.terminals.choices, ask)

    def verify(self) -> None:
        """The number was called and answered today."""
        contact = self.table.current()
        if contact is None:
            return
        services = self.context.services
        today = services.context.today()
        names = (field.name for field in fields(ContactDraft))
        draft = ContactDraft(**{name: getattr(contact, name) for name in names})
        verified = replace(draft, last_verified_on=today)

        def undo() -> None:
            self.page.run(
                lambda: services.directory.save_contact(draft, contact.id, contact.version + 1),
                lambda _id: None,
            )

        self.page.run(
            lambda: services.directory.save_contact(verified, contact.id, contact.version),
            lambda _id: self.context.note(
                _("{name} verified today", name=contact.organisation), _("Undo"), undo
            ),
        )

    def _columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(
                title=_("Organisation"),
                text=lambda c: c.organisation,
                detail=lambda c: word(words(), "contact_role", c.role),
                width=220,
                stretch=True,
            ),
            TableColumn(
                title=_("Phone"),
                text=lambda c: c.phone or c.email,
                detail=lambda c: c.hours,
                width=150,
            ),
            TableColumn(
                title=_("Applies to"), text=_scope, detail=lambda c: c.languages, width=140
            ),
            TableColumn(title=_("Have ready"), text=lambda c: c.prepare, width=150),
            TableColumn(
                title=_("Last verified"),
                text=lambda c: words().day(c.last_verified_on),
                badge=self._freshness,
                width=130,
            ),
        )

    def _freshness(self, contact: SupportContact) -> Badge:
        if not contact.active:
            return Badge(_("Not in use"), "neutral", "archive")
        if contact.last_verified_on is None:
            return Badge(_("Never verified"), "warning", "circle-question-mark")
        if self.context.services.context.today() - contact.last_verified_on > STALE:
            return Badge(_("Verify again"), "warning", "clock")
        return Badge(_("Verified"), "ok", "check")


def _scope(contact: SupportContact) -> str:
    found = [name for name in (contact.acquirer, contact.manufacturer, contact.area) if name]
    return " · ".join(found) or _("everybody")
