"""Models of terminals with required firmware and approvals; acquirers with their code tables."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QSizePolicy

from app.domain.register.equipment import EXPIRES_SOON, Acquirer, TerminalModel
from app.gui.actions import UserAction
from app.gui.pages.settings.editors import acquirer_editor, model_editor
from app.gui.pages.settings.section import ListSection
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.draft_dialog import Typed
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.i18n import N_
from app.texts import word


class ModelsSection(ListSection):
    """What is known of all devices of a model."""

    title = N_("Models and acquirers")
    saves = "model.save"

    def __init__(self, page: Page) -> None:
        super().__init__(
            page,
            self._columns(),
            _(
                "Required firmware, approval and battery life of each model; codes are read from"
                " the table of the model, else of the acquirer."
            ),
            "models",
        )
        self._acquirers = RowTableModel(_acquirer_columns(), self)
        self.acquirers = TableView(self._acquirers, name="acquirers", title=_("Acquirers"))
        self.acquirers.opened.connect(self.edit_acquirer)
        self._change = action_button(UserAction.EDIT_CODE_TABLE, self._edit_acquirer)
        self._change.setEnabled(False)
        self.acquirers.current_changed.connect(lambda one: self._change.setEnabled(one is not None))
        below = boxed(
            column(
                row(label(_("Acquirers"), "section"), None, self._change),
                panel(column(self.acquirers, margins=(1, 1, 1, 1))),
                spacing=8,
            )
        )
        below.setMaximumHeight(230)
        below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(below)

    def called(self, value: Any) -> str:
        """The name of the model."""
        return str(value.name)

    def refresh(self) -> None:
        """Read both lists."""
        models = self.context.services.models

        def shown(found: Any) -> None:
            self.show_rows(found[0], _("No model yet; an import brings them"))
            self._acquirers.set_rows(found[1])
            self._change.setEnabled(self.acquirers.current() is not None)

        self.page.run(lambda: (models.listed(), models.acquirers()), shown)

    def add(self) -> None:
        """Add a model."""
        self._open(None)

    def edit(self, value: Any) -> None:
        """Change a model."""
        self._open(value)

    def _open(self, known: TerminalModel | None) -> None:
        services = self.context.services
        key, version = (known.id, known.version) if known else ("", 0)

        def ask(found: Any) -> None:
            choices, profiles = found
            dialog = model_editor(self.page, choices.manufacturers, profiles, known)
            dialog.is_about(
                key, lambda _typed: self.open_anew(services.models.listed, key, self._open)
            )
            submit_autosaved(
                self.page,
                dialog,
                f"model/{key or 'new'}",
                lambda draft: services.models.save(draft, key, version),
                self.page.saved(dialog.windowTitle()),
            )

        self.page.run(lambda: (services.terminals.choices(), services.models.profiles()), ask)

    def _edit_acquirer(self) -> None:
        acquirer = self.acquirers.current()
        if acquirer is not None:
            self.edit_acquirer(acquirer)

    def edit_acquirer(self, acquirer: Acquirer, typed: Typed | None = None) -> None:
        """Change the code table of an acquirer; `typed` is what somebody had entered before."""
        models = self.context.services.models

        def ask(profiles: tuple[str, ...]) -> None:
            dialog = acquirer_editor(self.page, profiles, acquirer)
            dialog.is_about(
                acquirer.id,
                lambda typed: self.open_anew(
                    models.acquirers, acquirer.id, lambda now: self.edit_acquirer(now, typed)
                ),
            )
            self.page.submit(
                dialog,
                lambda profile: models.set_acquirer_profile(acquirer.id, profile),
                self.page.saved(dialog.windowTitle()),
            )
            dialog.restore(typed or {})

        self.page.run(models.profiles, ask)

    def _columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(
                title=_("Model"),
                text=lambda m: m.name,
                detail=lambda m: m.manufacturer,
                width=150,
                stretch=True,
            ),
            TableColumn(
                title=_("Type"),
                text=lambda m: word(words(), "terminal_kind", m.kind),
                detail=lambda m: plural("{count} terminal", "{count} terminals", m.terminals),
                width=140,
            ),
            TableColumn(
                title=_("Required firmware"),
                text=lambda m: m.required_firmware or "—",
                badge=_firmware,
                width=160,
            ),
            TableColumn(
                title=_("PTS approval"),
                text=_approved,
                badge=self._approval,
                width=180,
            ),
            TableColumn(title=_("Code table"), text=lambda m: m.code_profile or "—", width=130),
            TableColumn(title=_("Battery life"), text=_battery, width=110, right=True),
        )

    def _approval(self, model: TerminalModel) -> Badge | None:
        until = model.pts_expires_on
        if until is None:
            return None
        today = self.context.services.context.today()
        if until < today:
            return Badge(_("Expired {day}", day=words().day(until)), "danger", "x")
        if until - today <= EXPIRES_SOON:
            return Badge(_("Until {day}", day=words().day(until)), "warning", "clock")
        return Badge(_("Until {day}", day=words().day(until)), "ok", "check")


def _approved(model: TerminalModel) -> str:
    day = words().day(model.pts_use_until)
    used = _("used until {day}", day=day) if day else ""
    return " · ".join(part for part in (model.pts_version, used) if part) or "—"


def _firmware(model: TerminalModel) -> Badge | None:
    if not model.required_firmware:
        return None
    if model.outdated:
        text = plural("{count} older", "{count} older", model.outdated)
        return Badge(text, "warning", "triangle-alert")
    return Badge(_("None older"), "ok", "check")


def _battery(model: TerminalModel) -> str:
    months = model.battery_life_months
    return plural("{count} month", "{count} months", months) if months else "—"


def _acquirer_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Acquirer"), text=lambda a: a.name, width=220, stretch=True),
        TableColumn(title=_("Code table"), text=lambda a: a.code_profile or "—", width=220),
        TableColumn(title=_("Terminals"), text=lambda a: str(a.terminals), width=110, right=True),
    )
