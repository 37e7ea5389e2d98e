"""How sure warnings must be, with what each level would have given over the last year."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.insight.warning_levels import LEAST_PERCENT, MOST_PERCENT, LevelYear
from app.gui.actions import UserAction
from app.gui.pages.settings.section import Section
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.i18n import N_
from app.texts.warning_levels import family_name, judged_text, level_text


class WarningLevelsSection(Section):
    """A line for each level of each family of rules; Enter or a double click sets it."""

    title = N_("Warnings")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.model = RowTableModel(_columns(), self)
        self.table = TableView(
            self.model, two_lines=True, name="warning_levels", title=_(self.title)
        )
        self.table.opened.connect(self.edit)
        self.table.current_changed.connect(self._on_current)
        self._edit = action_button(UserAction.EDIT_ENTRY, self._edit_current, opens_row=True)
        hint = label(
            _(
                "Of all warnings named, about so many per cent may be chance. A lower level warns"
                " less often and later. The year is worked out from the incidents known today,"
                " a warning counted once."
            ),
            "muted",
            wrap=True,
        )
        head = row(hint, boxed(row(self._edit)), spacing=16)
        head.setStretch(0, 1)
        self._states = StateStack(panel(column(self.table, margins=(1, 1, 1, 1))))
        self.setLayout(column(head, self._states, spacing=12))
        self._on_current(None)

    def refresh(self) -> None:
        """Work the year out anew."""
        self._states.show_loading()
        settings = self.context.services.warning_settings
        self.page.run(
            settings.last_year,
            self._show,
            failed=lambda error: self._states.show_failed(error, self.refresh),
        )

    def _show(self, found: Sequence[LevelYear]) -> None:
        self.model.set_rows(found)
        self._on_current(self.table.current())
        self._states.show_content()

    def _on_current(self, value: LevelYear | None) -> None:
        refusal = self.context.services.context.standing.refusal("warning.set_level")
        permit(self._edit, refusal, enabled=value is not None)

    def _edit_current(self) -> None:
        if (value := self.table.current()) is not None:
            self.edit(value)

    def edit(self, value: LevelYear) -> None:
        """Set the level of a family, at first that of the line."""
        settings = self.context.services.warning_settings
        dialog = DraftDialog(
            family_name(words(), value.family),
            [
                Field(
                    name="percent",
                    label=_("Level in per cent"),
                    required=True,
                    help=_(
                        "From {least} to {most}; holds for everybody from now on.",
                        least=f"{LEAST_PERCENT:g}",
                        most=f"{MOST_PERCENT:g}",
                    ),
                )
            ],
            lambda values: values["percent"],
            parent=self.page,
        )
        dialog.fill({"percent": f"{100 * value.level:g}"})

        def saved(_none: object) -> None:
            self.page.tell_saved(family_name(words(), value.family))
            self.refresh()

        self.page.submit(dialog, lambda percent: settings.set_level(value.family, percent), saved)


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Rules"),
            text=lambda one: family_name(words(), one.family),
            width=300,
            stretch=True,
        ),
        TableColumn(
            title=_("Level"),
            text=lambda one: level_text(one.level),
            badge=lambda one: Badge(_("In force"), "ok", "circle-check") if one.in_force else None,
            width=150,
        ),
        TableColumn(title=_("In a year"), text=lambda one: str(one.told), width=90, right=True),
        TableColumn(
            title=_("Standing now"), text=lambda one: str(one.standing), width=80, right=True
        ),
        TableColumn(title=_("Judged"), text=lambda one: judged_text(words(), one), width=160),
    )
