"""Office: the key of this computer, whom it trusts, and which one is the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.domain.errors import AppError, InvalidInput
from app.gui.actions import UserAction
from app.gui.pages.settings.hub_panel import HubPanel
from app.gui.pages.settings.section import Section
from app.gui.pages.settings.trust_editor import (
    TrustDraft,
    name_editor,
    people_editor,
    trust_editor,
)
from app.gui.shell.computers_table import last_contact, missing_badge, not_there_yet, received
from app.gui.shell.exchange_dialogs import ExchangeDialog, open_exchange
from app.gui.shell.exchange_work import exchange_of
from app.gui.shell.page import Page
from app.gui.toolkit import problems
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel, row, scrolled
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.qr_code import qr_pixmap
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.wrapping import wrapping
from app.i18n import N_
from app.texts import word
from app.texts.rules import listed

if TYPE_CHECKING:
    from app.domain.people.rights import Refusal
    from app.domain.register.people import Technician
    from app.exchange.identity import OwnKey
    from app.exchange.stations import Station
    from app.exchange.status import OtherComputer

_QR_SIDE = 250
_LOST = frozenset({"exchange.key_missing", "exchange.key_unreadable"})
"""Codes of a key that can only be made anew."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """A computer, and what is known of its work; None when nothing came from it yet."""

    station: Station
    known: OtherComputer | None

    @property
    def id(self) -> str:
        """Its key, by which a list finds it again."""
        return self.station.key.station


@dataclass(frozen=True, slots=True)
class _OfficeState:
    """What the section shows: the own key, or why there is none; everybody ever trusted, and how
    far each is; the people of this database."""

    own: OwnKey | None
    trouble: AppError | None
    stations: tuple[Trusted, ...]
    people: tuple[Technician, ...]

    @property
    def is_office(self) -> bool:
        """Whether this computer takes in the work of others."""
        return self.own is not None and self.own.role == "office"


class OfficeSection(Section):
    """Keys and trust; the exchange itself is one button."""

    title = N_("The office")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._own: OwnKey | None = None
        self._seen: _OfficeState | None = None
        self._name = label("", "section")
        self._role = label("", "muted")
        self._fingerprint = label("", "figure", copy=True)
        self._fingerprint.setAccessibleName(_("Fingerprint"))
        self._trouble = label("", "error", wrap=True)
        self._code = QLabel()
        self._code.setAccessibleName(_("Key as a QR code"))
        self.rename = action_button(UserAction.RENAME_COMPUTER, self._on_rename)
        self._renew = action_button(UserAction.RENEW_KEYS, self._on_renew)
        self.begin = action_button(UserAction.BEGIN_OFFICE, self._on_begin)
        self.model = RowTableModel(_columns(), self)
        self.trusted = TableView(
            self.model, two_lines=True, name="stations", title=_("Trusted computers")
        )
        self.trusted.current_changed.connect(self._on_current)
        self._revoke = action_button(UserAction.TRUST_NO_LONGER, self._on_revoke)
        self.people = action_button(UserAction.NAME_PEOPLE, self.name_people)
        self._listed = StateStack(panel(column(self.trusted, margins=(1, 1, 1, 1))))
        self.server = HubPanel(page)
        content = column(
            self._this_computer(), self.server, self._others(), spacing=12, margins=(0, 0, 8, 0)
        )
        self.setLayout(column(scrolled(boxed(content))))
        self._on_current(None)

    def _this_computer(self) -> QWidget:
        hint = label(
            _(
                "Give this key to the other side: as a file, or let it scan the code. Then compare"
                " the fingerprint by telephone."
            ),
            "muted",
            wrap=True,
        )
        self._with_key = [
            action_button(UserAction.SAVE_KEY, self._on_save),
            action_button(UserAction.COPY_KEY, self._on_copy),
        ]
        exchange = action_button(
            UserAction.OPEN_EXCHANGE, self.open_exchange, role="primary", text=_("Exchange …")
        )
        told = column(
            wrapping(self._name, self._role, None, exchange, spacing=12),
            label(_("Fingerprint"), "muted"),
            self._fingerprint,
            self._trouble,
            hint,
            None,
            wrapping(*self._with_key, self.rename, self._renew, None, self.begin),
            spacing=6,
        )
        both = row(self._code, boxed(told), spacing=16)
        both.setStretch(1, 1)
        return panel(both)

    def _others(self) -> QWidget:
        self._add = action_button(UserAction.TRUST_COMPUTER, self.add)
        return panel(
            column(
                wrapping(
                    label(_("Trusted computers"), "section"),
                    None,
                    self._revoke,
                    self.people,
                    self._add,
                ),
                self._listed,
                spacing=6,
            )
        )

    # --- reading -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The own key, and everybody trusted."""

        def look() -> _OfficeState:
            exchange = exchange_of(self.context)
            known = {one.station: one for one in exchange.status().devices}
            stations = tuple(
                Trusted(one, known.get(one.key.station)) for one in exchange.stations.listed()
            )
            people = self.context.services.directory.technicians()
            try:
                return _OfficeState(exchange.identity.key(), None, stations, people)
            except AppError as error:
                return _OfficeState(None, error, stations, people)

        self.page.run(look, self._show, lane="io")

    def _show(self, seen: _OfficeState) -> None:
        self._seen = seen
        own = self._own = seen.own
        self._name.setText(own.name if own else _("This computer"))
        self._role.setText(word(words(), "station_role", own.standing) if own else "")
        self._fingerprint.setText(own.fingerprint if own else "—")
        self._code.setVisible(own is not None)
        if own is not None:
            self._code.setPixmap(qr_pixmap(own.text, _QR_SIDE))
        self._trouble.setText(problems.message(seen.trouble) if seen.trouble else "")
        self._trouble.setVisible(seen.trouble is not None)
        self._renew.setVisible(seen.trouble is not None and seen.trouble.code in _LOST)
        for made in self._with_key:
            made.setEnabled(own is not None)
        refusal = self._refusal()
        permit(self.rename, refusal, enabled=own is not None)
        for made in (self._renew, self.begin, self._add):
            permit(made, refusal)
        self.begin.setVisible(own is not None and own.alone)
        self.model.set_rows(seen.stations)
        self._on_current(self.trusted.current())
        if seen.stations:
            self._listed.show_content()
        else:
            self._listed.show_empty(
                _("No other computer is trusted yet"),
                _("Get its key (.poskey), or the line its QR code stands for."),
                _("Trust a computer …"),
                self.add,
                "key-round",
            )

    def _on_current(self, chosen: Trusted | None) -> None:
        trusted = chosen is not None and chosen.station.revoked_at is None
        refusal = self._refusal()
        permit(self._revoke, refusal, enabled=trusted)
        office = self._seen is not None and self._seen.is_office
        self.people.setVisible(office)
        permit(self.people, refusal, enabled=trusted)

    def _refusal(self) -> Refusal | None:
        """Why the person who works here may not decide with whom it exchanges."""
        if not self.context.is_ready:
            return None
        return self.context.services.context.standing.refusal("exchange.arrange")

    # --- doing ---------------------------------------------------------------------------------

    def open_exchange(self) -> ExchangeDialog:
        """Open the exchange."""
        return open_exchange(self.page, self.context)

    def _on_save(self) -> None:
        if self._own is not None:
            ask_new_file(
                self.page,
                _("Save the key"),
                _("Keys ({pattern})", pattern="*.poskey"),
                f"{self._own.name}.poskey",
                self.save_key,
            )

    def save_key(self, path: Path) -> None:
        """Write the key to a file."""
        self.page.run(
            lambda: exchange_of(self.context).identity.write_key(path),
            lambda _own: self.context.note(_("Saved: {name}", name=path.name)),
            lane="io",
        )

    def _on_copy(self) -> None:
        if self._own is not None:
            QApplication.clipboard().setText(self._own.text)
            self.context.note(_("The key is in the clipboard."))

    def _on_rename(self) -> None:
        if self._own is None:
            return
        dialog = name_editor(self.page, self._own.name)
        self.page.submit(
            dialog,
            lambda name: exchange_of(self.context).identity.key(name),
            lambda _own: self.refresh(),
        )

    def _on_renew(self) -> None:
        if problems.confirm(
            self,
            _("Make new keys?"),
            _("Every other computer has to trust the new key of this one then."),
            _("Make new keys"),
        ):
            self._then_refresh(lambda: exchange_of(self.context).identity.renew())

    def _on_begin(self) -> None:
        if problems.confirm(
            self,
            _("Make this computer the office?"),
            _(
                "There is one office: it puts everybody's work in order, and every laptop gets its"
                " state. This cannot be taken back."
            ),
            _("Make it the office"),
        ):
            self._then_refresh(lambda: exchange_of(self.context).begin_office())

    def _then_refresh(self, work: Callable[[], object]) -> None:
        self.page.run(work, lambda _done: self.refresh(), lane="io")

    def add(self) -> None:
        """Trust another computer."""
        seen = self._seen
        office = seen is not None and seen.is_office
        dialog = trust_editor(self.page, seen.people if seen else (), office=office)
        self.page.submit(dialog, self.trust, self._trusted)

    def name_people(self) -> None:
        """Say who works at the computer that is chosen."""
        chosen: Trusted | None = self.trusted.current()
        if chosen is None or self._seen is None:
            return
        key = chosen.station.key.station
        self.page.submit(
            people_editor(self.page, chosen.station, self._seen.people),
            lambda codes: exchange_of(self.context).stations.name_people(key, codes),
            lambda _station: self.refresh(),
        )

    def trust(self, draft: TrustDraft) -> Station:
        """Trust the computer a key belongs to.  Raises `InvalidInput`."""
        from app.exchange.keys import read_key

        key = read_key(draft.key)
        if not draft.compared:
            raise InvalidInput.of("compared", "exchange.not_compared")
        stations = exchange_of(self.context).stations
        people = draft.people or None
        return stations.trust(key, office=draft.office, name=draft.name, people=people)

    def _trusted(self, station: Station) -> None:
        self.context.note(_("Trusted: {name}", name=station.name))
        self.refresh()

    def _on_revoke(self) -> None:
        chosen: Trusted | None = self.trusted.current()
        station = chosen.station if chosen is not None else None
        if station is not None and problems.confirm(
            self,
            _("Trust {name} no longer?", name=station.name),
            _("Its packages are refused from now on; what it sent before stays."),
            _("Trust no longer"),
        ):
            key = station.key.station
            self._then_refresh(lambda: exchange_of(self.context).stations.revoke(key))


def _state(one: Trusted) -> Badge | None:
    if one.station.revoked_at is not None:
        return Badge(_("No longer trusted"), "neutral", "ban")
    missing = missing_badge(one.known) if one.known is not None else None
    if missing is None and not one.station.is_office and not one.station.codes:
        return Badge(_("Nobody named"), "warning", "triangle-alert")
    return missing or Badge(_("Trusted"), "ok", "circle-check")


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Computer"),
            text=lambda s: s.station.name,
            detail=lambda s: word(words(), "station_role", s.station.key.role),
            width=120,
            stretch=True,
        ),
        TableColumn(
            title=_("Works there"),
            text=lambda s: listed(words(), list(s.station.codes)) or "—",
            width=100,
        ),
        TableColumn(
            title=_("Fingerprint"),
            text=lambda s: s.station.key.fingerprint,
            detail=lambda s: _("trusted since {day}", day=words().moment(s.station.trusted_at)),
            width=220,
        ),
        TableColumn(
            title=_("Last contact"),
            text=lambda s: last_contact(s.known),
            detail=lambda s: received(s.known),
            width=185,
        ),
        TableColumn(
            title=_("It does not have yet"),
            text=lambda s: not_there_yet(s.known),
            width=115,
            right=True,
        ),
        TableColumn(title=_("State"), text=lambda _s: "", badge=_state, width=120),
    )
