"""The card of who acts: the contacts a session proposes and what to have ready for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.diagnosis.interview import Interview
from app.domain.faults import ContactRole
from app.domain.register.people import SupportContact
from app.gui.pages.incidents.diagnosis_cards import Pool, said
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import button, column, label, row
from app.texts import word

Contacts = Mapping[ContactRole, Sequence[SupportContact]]


class ContactRow(QWidget):
    """A contact: role, telephone, hours, and a button that copies the handover text."""

    def __init__(self, copy: Callable[[ContactRole], object]) -> None:
        super().__init__()
        self._role = ContactRole.ACQUIRER
        self._name = label("", "strong", wrap=True, copy=True)
        self._reach = label("", "", wrap=True, copy=True)
        self._note = label("", "muted", wrap=True)
        self.copy = button(_("Copy handover text"), lambda: copy(self._role), icon="copy")
        self.setLayout(column(self._name, self._reach, self._note, row(self.copy, None), spacing=4))

    def show_contact(self, role: ContactRole, contact: SupportContact | None) -> None:
        """Show the nearest contact of a role, or say that none is known."""
        self._role = role
        name = word(words(), "contact_role", role)
        if contact is None:
            self._name.setText(name)
            self._reach.setText(_("No number is stored. Add one in the settings."))
            self._note.hide()
            return
        self._name.setText(f"{name} · {contact.organisation}")
        self._reach.setText(" · ".join(p for p in (contact.phone, contact.email) if p))
        checked = contact.last_verified_on
        known = _("checked {day}", day=words().day(checked)) if checked else ""
        note = " · ".join(part for part in (contact.hours, known, contact.prepare) if part)
        self._note.setText(note)
        self._note.setVisible(bool(note))


class ContactCard(QWidget):
    """The contacts the session proposes, and what to have ready for them."""

    copied = Signal(ContactRole)

    def __init__(self) -> None:
        super().__init__()
        self._ready = label("", "muted", wrap=True)
        rows = column(spacing=10)
        self.pool: Pool[ContactRow] = Pool(rows, lambda: ContactRow(self.copied.emit))
        self.setLayout(column(rows, self._ready, spacing=8))

    def show_session(self, session: Interview, contacts: Contacts) -> None:
        """Show whom this session says to contact."""
        roles = session.advice.contacts
        for made, role in zip(self.pool.take(len(roles)), roles, strict=True):
            made.show_contact(role, next(iter(contacts.get(role, ())), None))
        ready = _(", ").join(said(text) for text in session.advice.ready)
        self._ready.setText(_("Have ready: {ready}", ready=ready))
        self._ready.setVisible(bool(ready))
