"""The settings page: sections at the left, the chosen one at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QWidget

from app.gui.action_places import DATA, DIRECTORY, OFFICE, SECURITY, SETTINGS
from app.gui.actions import UserAction
from app.gui.pages.settings.agreements import AgreementsSection
from app.gui.pages.settings.areas import AreasSection
from app.gui.pages.settings.backups import DataSection
from app.gui.pages.settings.contacts import ContactsSection
from app.gui.pages.settings.documents import DocumentsSection
from app.gui.pages.settings.general import GeneralSection
from app.gui.pages.settings.knowledge import CatalogueSection
from app.gui.pages.settings.models import ModelsSection
from app.gui.pages.settings.office import OfficeSection
from app.gui.pages.settings.parts import PartsSection
from app.gui.pages.settings.people import PeopleSection
from app.gui.pages.settings.section import Section
from app.gui.pages.settings.security import SecuritySection
from app.gui.pages.settings.support import SupportSection
from app.gui.pages.settings.vehicles import VehiclesSection
from app.gui.pages.settings.warning_levels import WarningLevelsSection
from app.gui.pages.settings.wordings import WordingsSection
from app.gui.shell.navigate import (
    Navigate,
    ShowDataSettings,
    ShowDocumentSettings,
    ShowSecuritySettings,
    ShowSettingsSection,
)
from app.gui.shell.page import AppContext, Page
from app.gui.toolkit.action_buttons import bound
from app.gui.toolkit.folding import FoldingSplitter
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, column, scrolled
from app.gui.toolkit.theme import icon

SECTIONS: tuple[tuple[str, str, Callable[[Page], Section]], ...] = (
    ("general", "settings", GeneralSection),
    ("documents", "file-text", DocumentsSection),
    ("wordings", "house", WordingsSection),
    ("people", "users", PeopleSection),
    ("areas", "map-pin", AreasSection),
    ("vehicles", "route", VehiclesSection),
    ("contacts", "phone", ContactsSection),
    ("models", "smartphone-nfc", ModelsSection),
    ("parts", "package", PartsSection),
    ("agreements", "clock", AgreementsSection),
    ("warnings", "triangle-alert", WarningLevelsSection),
    ("catalogue", "clipboard-list", CatalogueSection),
    ("office", "server", OfficeSection),
    ("data", "database", DataSection),
    ("security", "lock-keyhole", SecuritySection),
    ("support", "circle-question-mark", SupportSection),
)
"""Name, icon, class.  To add a section: write a `Section` and add its line here."""


_SECTIONS_OF = {
    SETTINGS: ("general", "documents", "wordings"),
    DIRECTORY: (
        "people",
        "areas",
        "vehicles",
        "contacts",
        "models",
        "parts",
        "agreements",
        "warnings",
        "catalogue",
    ),
    OFFICE: ("office",),
    DATA: ("data",),
    SECURITY: ("security",),
}
"""Where to look for the actions of a place."""

LIST = 232
"""Pixels of the list of sections."""


class SettingsPage(Page):
    """Sections are built when first seen."""

    kinds = (
        "technician",
        "contact",
        "model",
        "terminal",
        "exchange",
        "part",
        "stock",
        "agreement",
        "vehicle",
        "area",
        "knowledge",
        "wording",
    )

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Settings"))
        self._sections: dict[int, Section] = {}
        self._areas: dict[int, QWidget] = {}
        self._list = QListWidget()
        self._list.setProperty("role", "sections")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(_("Sections"))
        for _name, picture, made in SECTIONS:
            title = _(made.title)  # type: ignore[attr-defined]
            self._list.addItem(QListWidgetItem(icon(picture, "text", 18), title))
        self._stack = QStackedWidget()
        content = boxed(column(self._stack, margins=(16, 16, 16, 12)))
        both = FoldingSplitter(self._list, content, least=(LIST, 440), heights=(96, 300))
        self.set_content(both)
        self._list.currentRowChanged.connect(self._show_section)
        self._list.setCurrentRow(self._remembered())

    def _remembered(self) -> int:
        names = [name for name, *_rest in SECTIONS]
        wanted = str(QSettings().value("settings/section", names[0]))
        return names.index(wanted) if wanted in names else 0

    def section(self, name: str) -> Section:
        """Show a section by name."""
        self._list.setCurrentRow([one for one, *_rest in SECTIONS].index(name))
        return self._sections[self._list.currentRow()]

    def _show_section(self, place: int) -> None:
        if place not in self._sections:
            made = self._sections[place] = SECTIONS[place][2](self)
            self._areas[place] = scrolled(made)
            self._stack.addWidget(self._areas[place])
        self._stack.setCurrentWidget(self._areas[place])
        if self.context.is_ready:
            self._sections[place].refresh()

    def refresh(self) -> None:
        """Bring the section in sight up to date."""
        self._sections[self._list.currentRow()].refresh()

    def activate(self, target: Navigate) -> None:
        """Show a section."""
        match target:
            case ShowDocumentSettings():
                self.section("documents")
            case ShowDataSettings():
                self.section("data")
            case ShowSecuritySettings():
                self.section("security")
            case ShowSettingsSection(name):
                self.section(name)
            case _:
                super().activate(target)

    def reach(self, action: UserAction) -> None:
        """Show the section that has an action, unless the one in sight has it."""
        here = SECTIONS[self._list.currentRow()][0]
        for name in (here, *_SECTIONS_OF.get(action.row.place, ())):
            if any(one is action for one, _bound in bound(self.section(name))):
                return

    def keep_place(self, store: QSettings) -> None:
        """Remember which section was in sight."""
        store.setValue("settings/section", SECTIONS[self._list.currentRow()][0])
