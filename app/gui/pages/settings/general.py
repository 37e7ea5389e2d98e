"""Settings of this machine: language and look at once, the rest when saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app import autostart, paths
from app import settings as settings_file
from app.company_logo import with_own_logo
from app.domain.errors import AppError, InvalidInput
from app.domain.incidents.targets import KEYS, LEAST_HOURS, MOST_HOURS
from app.gui.actions import UserAction
from app.gui.pages.settings.section import Section, show_refusal
from app.gui.shell.autosave import AutosavedForm
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button, key_hint
from app.gui.toolkit.forms import Field, Form
from app.gui.toolkit.language import (
    _,
    document_language_choices,
    language_choices,
    words,
)
from app.gui.toolkit.layout import boxed, column, label, panel, row, scrolled
from app.gui.toolkit.permission import permit
from app.gui.toolkit.wrapping import wrapping
from app.i18n import N_
from app.settings import Settings
from app.texts import word

DRAFT_KEY = "settings/general"
_LIVE = ("language", "theme")
_SAVED = (
    "technician",
    "device",
    "horizon_days",
    "lock_minutes",
    "quiet_hours",
    "silent_days",
    "seat_copy",
    "update_source",
    "report_language",
    "company_name",
    "company_phone",
    "company_logo",
    *KEYS,
)


class GeneralSection(Section):
    """Language, look, who works here, what documents say."""

    title = N_("General")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.look = Form(_look_fields())
        self.form = Form(_office_fields())
        self._kept: AutosavedForm | None = None
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self._state = label("", "muted")
        self.save_button = action_button(UserAction.SAVE_SETTINGS, self.save, role="primary")
        self._undo = action_button(UserAction.UNDO_CHANGES, self._discard, role="quiet")
        self.at_login = QCheckBox(_("Start POSCare when I sign in to this computer"))
        self.at_login.setEnabled(autostart.possible())
        if not autostart.possible():
            self.at_login.setToolTip(_("Only a program that is installed can be started so."))
        self.at_login.clicked.connect(self._start_at_login)
        self._arrange()
        for name in _LIVE:
            box = self.look.widget(name)
            assert isinstance(box, QComboBox)
            box.activated.connect(self._apply_look)
        self.form.edited.connect(self._show_state)

    def _arrange(self) -> None:
        look = panel(
            column(
                label(_("Window"), "section"),
                self.look,
                self.at_login,
                label(_("Takes effect at once."), "muted"),
                spacing=8,
            )
        )
        office = panel(
            column(
                self.form,
                self._trouble,
                wrapping(self._state, None, self._undo, self.save_button),
                spacing=10,
            )
        )
        both = boxed(column(look, office, None, spacing=12, margins=(0, 0, 8, 0)))
        both.setMaximumWidth(680)
        frame = QWidget()
        narrow = row(both, None)
        narrow.setStretch(0, 1000)
        frame.setLayout(narrow)
        self.setLayout(column(scrolled(frame)))

    # --- reading -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Fill the forms, unless somebody is typing in them."""
        if self._kept is not None and self._kept.changed():
            return
        directory = self.context.services.directory
        self.page.run(directory.technicians, self._fill)

    def _fill(self, people: Any) -> None:
        settings = self.context.settings
        names = [(person.code, f"{person.code} · {person.name}") for person in people]
        if settings.technician not in dict(names):
            names.insert(0, (settings.technician, settings.technician or "—"))
        self.form.set_choices("technician", names)
        self.look.fill({name: getattr(settings, name) for name in _LIVE})
        self.at_login.setChecked(autostart.wanted())
        stored = settings_file.values_of(settings)
        self.form.fill({name: stored[name] for name in _SAVED})
        if self._kept is None:
            self._kept = AutosavedForm(self.page, self.form, DRAFT_KEY)
            self._kept.offer(lambda _since: self._show_state())
        else:
            self._kept.restart()
        self._show_state()

    def _show_state(self) -> None:
        changed = self._kept.changed() if self._kept else {}
        self._state.setText(_("Not saved yet") if changed else "")
        refusal = self.context.services.context.standing.refusal("settings.change")
        permit(self.save_button, refusal, enabled=bool(changed))
        self._undo.setVisible(bool(changed))

    # --- language and look ---------------------------------------------------------------------

    def _apply_look(self) -> None:
        chosen = {name: self.look.value(name) for name in _LIVE}
        changed = replace(self.context.settings, **chosen)
        if changed != self.context.settings:
            self.form.flush()
            self._store(changed, lambda _settings: None)

    def _start_at_login(self, wish: bool) -> None:
        def refused(error: AppError) -> None:
            self.at_login.setChecked(not wish)
            self._refused(error)

        self.page.run(lambda: autostart.want(wish), lambda _none: None, failed=refused, lane="io")

    # --- the rest ------------------------------------------------------------------------------

    def save(self) -> None:
        """Save what was changed."""
        self.form.flush()
        self.form.clear_problems()
        self._trouble.hide()
        self.save_button.setEnabled(False)
        try:
            changed = settings_file.with_values(self.context.settings, self.form.values())
        except InvalidInput as refusal:
            self._refused(refusal)
            return

        def saved(settings: Settings) -> None:
            if self._kept is not None:
                self.form.fill({"company_logo": settings.company_logo, "device": settings.device})
                self._kept.restart()
            self._show_state()
            self.page.tell_saved(_(self.title))

        self._store(changed, saved)

    def _store(self, wanted: Settings, saved: Any) -> None:
        services, before = self.context.services, self.context.settings

        def store() -> Settings:
            settings = with_own_logo(settings_file.check(wanted), paths.home())
            values = settings_file.values_of
            services.settings_log.save(
                values(before),
                values(settings),
                lambda: settings_file.save(settings, paths.settings_file()),
            )
            return settings

        def stored(settings: Settings) -> None:
            saved(settings)
            self.context.settings_changed.emit(settings)

        self.page.run(store, stored, failed=self._refused, lane="io")

    def _refused(self, error: AppError) -> None:
        self._show_state()
        self.save_button.setEnabled(True)
        show_refusal(self.form, self._trouble, error)

    def _discard(self) -> None:
        if self._kept is not None:
            self._kept.discard()
        self._show_state()


def _look_fields() -> list[Field]:
    themes = [("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))]
    return [
        Field(name="language", label=_("Language"), kind="choice", choices=language_choices()),
        Field(name="theme", label=_("Colours"), kind="choice", choices=themes),
    ]


def _office_fields() -> list[Field]:
    return [
        Field(
            name="technician",
            label=_("Who works here"),
            kind="choice",
            heading=_("This laptop"),
            help=_("Stands in the log behind everything done on this machine."),
        ),
        Field(
            name="device",
            label=_("Letter of this laptop"),
            required=True,
            help=_("Before every number made here; no two laptops may share one."),
        ),
        Field(
            name="horizon_days",
            label=_("Plan ahead"),
            kind="number",
            least=7,
            most=800,
            unit=_("days"),
        ),
        *_target_fields(),
        *_waiting_fields(),
        Field(
            name="update_source",
            label=_("Updates are offered in"),
            hint=_("for example https://… or \\\\server\\poscare"),
            help=_(
                "Folder, share or https address of your office. POSCare looks there only when"
                " somebody asks for an update."
            ),
        ),
        Field(
            name="report_language",
            label=_("Language of documents"),
            kind="choice",
            choices=document_language_choices(),
            heading=_("Documents"),
        ),
        Field(name="company_name", label=_("Company")),
        Field(
            name="company_phone",
            label=_("Phone"),
            help=_("Printed so that a merchant can verify an order."),
        ),
        Field(name="company_logo", label=_("Logo"), kind="picture"),
    ]


def _waiting_fields() -> list[Field]:
    """After which time the program says or does something by itself, and when it does not."""
    return [
        Field(
            name="silent_days",
            label=_("Silent after"),
            kind="number",
            least=1,
            most=90,
            unit=_("days"),
            help=_("Without a package, a laptop is named on the office's Today page."),
        ),
        Field(
            name="lock_minutes",
            label=_("Lock after"),
            kind="number",
            most=240,
            unit=_("min"),
            help=_(
                "Without input, once people sign in; 0 for never. At once with {keys}.",
                keys=key_hint(UserAction.LOCK),
            ),
        ),
        Field(
            name="quiet_hours",
            label=_("Quiet hours"),
            hint="21:00-07:00",
            help=_("Nobody is reminded then; what was due comes afterwards. Empty: never."),
        ),
        Field(
            name="seat_copy",
            label=_("Copy of the server"),
            kind="choice",
            choices=[("kept", _("Keep one on this computer")), ("none", _("Keep none"))],
            help=_(
                "To read while a shared PostgreSQL does not answer. It holds everything the server"
                " does and takes room on the disk: keep none where others use this computer."
            ),
        ),
    ]


def _target_fields() -> list[Field]:
    """How soon work begins and the merchant trades again, by priority."""
    names = {
        "response_hours": N_("{priority}: work begins within"),
        "resolve_hours": N_("{priority}: resolved within"),
    }
    first, *_between, last = KEYS
    return [
        Field(
            name=key,
            label=_(names[field], priority=word(words(), "priority", priority)),
            kind="number",
            least=LEAST_HOURS,
            most=MOST_HOURS,
            unit=_("h"),
            heading=_("Agreed times") if key == first else "",
            help=_("For incidents reported from now on; those reported keep theirs.")
            if key == last
            else "",
        )
        for key, (priority, field) in KEYS.items()
    ]
