"""People of the house: who does the work, where, in which role, and how they sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QPushButton

from app.domain.people.credentials import shown_code
from app.domain.people.rights import Refusal
from app.domain.register.people import Technician
from app.gui.actions import UserAction
from app.gui.pages.settings.editors import technician_editor
from app.gui.pages.settings.section import ListSection
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.page import Page
from app.gui.shell.sign_in import show_recovery
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.permission import permit
from app.gui.toolkit.secret_dialogs import password_dialog, pin_dialog, show_code
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge
from app.i18n import N_
from app.texts import word

if TYPE_CHECKING:
    from app.services import Services
    from app.services.people.people import OneTimeCode, SignInState


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with the way they sign in; `state` is None for those who never could."""

    person: Technician
    state: SignInState | None

    @property
    def has_password(self) -> bool:
        """Whether a password was set."""
        return self.state is not None and self.state.has_password


class PeopleSection(ListSection):
    """Everybody, those who left at the end."""

    title = N_("People")

    def __init__(self, page: Page) -> None:
        super().__init__(
            page,
            _columns(),
            _(
                "Who works here, in which areas and with which rights. Once the administrator has a"
                " password, everybody signs in. Those who left keep their place in the log."
            ),
            "people",
        )

    def buttons(self) -> list[QPushButton]:
        """What lets the chosen person in."""
        self._password = action_button(UserAction.SET_PASSWORD, self.set_password)
        self._pin = action_button(UserAction.SET_PIN, self.set_pin)
        self._code = action_button(UserAction.GIVE_CODE, self.give_code)
        return [self._password, self._pin, self._code]

    def refresh(self) -> None:
        """Read the list."""
        services = self.context.services
        self.page.run(lambda: _read(services), self._show)

    def _show(self, found: list[PersonRow]) -> None:
        ordered = sorted(found, key=lambda row: (not row.person.active, row.person.code))
        self.show_rows(ordered, _("Nobody is entered yet"))

    def _on_current(self, value: PersonRow | None) -> None:
        super()._on_current(value)
        standing = self.context.services.context.standing
        edit, there = standing.refusal("technician.save"), value is not None
        permit(self._add, edit)
        permit(self._edit, edit, enabled=there)
        permit(self._password, self._own("people.set_password", value), enabled=there)
        has_password = value is not None and value.has_password
        permit(self._pin, self._own("people.set_pin", value), enabled=has_password)
        coded = there and standing.guarded
        permit(self._code, standing.refusal("people.give_code"), enabled=coded)

    def _own(self, kind: str, row: PersonRow | None) -> Refusal | None:
        place = self.context.services.context
        own = place.person is not None and row is not None and row.person.id == place.person.id
        return place.standing.refusal(kind, own=own)

    def called(self, value: PersonRow) -> str:
        """The name."""
        return value.person.name

    def add(self) -> None:
        """Add somebody."""
        self._open(None)

    def edit(self, value: PersonRow) -> None:
        """Change somebody's entry."""
        self._open(value.person)

    def _open(self, known: Technician | None) -> None:
        services = self.context.services
        key, version = (known.id, known.version) if known else ("", 0)

        def ask(choices: Any) -> None:
            dialog = technician_editor(self.page, choices.areas, known)
            dialog.is_about(
                key,
                lambda _typed: self.open_anew(
                    lambda: services.directory.technicians(everybody=True), key, self._open
                ),
            )
            submit_autosaved(
                self.page,
                dialog,
                f"technician/{key or 'new'}",
                lambda draft: services.directory.save_technician(draft, key, version),
                self.page.saved(dialog.windowTitle()),
            )

        self.page.run(services.terminals.choices, ask)

    # --- signing in ----------------------------------------------------------------------------

    def set_password(self) -> None:
        """A password for the chosen person: oneself, or the first one of all."""
        row: PersonRow = self.table.current()
        people, key = self.context.services.people, row.person.id
        context, place = self.context, self.context.services.context
        before = place.person

        def done(recovery: OneTimeCode | None) -> None:
            context.note(_("The password is set."))
            shown = show_recovery(self.page, recovery) if recovery is not None else None
            if shown is not None:
                shown.open()
            if before is None and shown is not None:
                # The first password of all: its owner works here from now on.
                shown.finished.connect(context.person_changed)

        self.page.submit(
            password_dialog(self.page, has_one=row.has_password),
            lambda both: people.set_password(key, both[1], both[0]),
            done,
        )

    def set_pin(self) -> None:
        """A PIN for oneself."""
        row: PersonRow = self.table.current()
        people, key = self.context.services.people, row.person.id
        dialog = pin_dialog(self.page)
        self.page.submit(
            dialog,
            lambda both: people.set_pin(key, *both),
            self.page.saved(dialog.windowTitle()),
        )

    def give_code(self) -> None:
        """A one-time code for the chosen person, shown once."""
        row: PersonRow = self.table.current()
        people, key = self.context.services.people, row.person.id

        def show(made: OneTimeCode) -> None:
            if made.until is None:
                show_recovery(self.page, made).open()
                return
            text = _(
                "Tell it to {name} in person or by telephone. It opens once, until {until}: at the"
                " sign-in, “Forgotten? Use a one-time code”.",
                name=row.person.name,
                until=words().moment(made.until),
            )
            show_code(self.page, _("One-time code"), text, shown_code(made.code)).open()

        self.page.run(lambda: people.give_code(key), show)


def _read(services: Services) -> list[PersonRow]:
    states = services.people.states()
    people = services.directory.technicians(everybody=True)
    return [PersonRow(person, states.get(person.id)) for person in people]


def _state(row: PersonRow) -> Badge:
    if row.person.active:
        return Badge(_("Active"), "ok", "circle-check")
    return Badge(_("No longer here"), "neutral", "archive")


def _signs_in(row: PersonRow) -> str:
    if row.state is None:
        return "—"
    ways = [_("password")] if row.state.has_password else []
    ways += [_("PIN")] if row.state.has_pin else []
    return " + ".join(ways) or "—"


def _waiting(row: PersonRow) -> str:
    waits = row.state is not None and row.state.code_waits and row.state.code_until is not None
    return _("code not used yet") if waits else ""


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Name"),
            text=lambda r: r.person.name,
            detail=lambda r: r.person.code,
            width=130,
        ),
        TableColumn(
            title=_("Role"),
            text=lambda r: word(words(), "technician_role", r.person.role),
            detail=lambda r: r.person.badge_no,
            width=110,
        ),
        TableColumn(
            title=_("Areas"),
            text=lambda r: "、".join(r.person.areas) or "—",
            detail=lambda r: (
                _("{minutes} min a day", minutes=r.person.capacity_minutes)
                if r.person.fieldwork
                else _("goes on no visits")
            ),
            width=200,
            stretch=True,
        ),
        TableColumn(
            title=_("Phone"),
            text=lambda r: r.person.phone,
            detail=lambda r: r.person.email,
            width=170,
        ),
        TableColumn(title=_("Signs in with"), text=_signs_in, detail=_waiting, width=130),
        TableColumn(title=_("State"), text=lambda _r: "", badge=_state, width=110),
    )
