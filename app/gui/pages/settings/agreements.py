"""Agreed times: which cases are promised what, and which merchants are served before others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QPushButton

from app.domain.incidents.agreements import (
    MOST_NAME,
    AgreementDraft,
    ServiceAgreement,
    draft_of_agreement,
)
from app.domain.incidents.lifecycle import Priority
from app.domain.incidents.targets import LEAST_HOURS, MOST_HOURS
from app.gui.actions import UserAction
from app.gui.pages.settings.section import ListSection
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field, word_choices
from app.gui.toolkit.language import _, words
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge
from app.i18n import N_
from app.texts.agreements import hours_text, scope_text


class AgreementsSection(ListSection):
    """The most specific first, as they are asked."""

    title = N_("Agreed times")
    saves = "agreement.save"

    def __init__(self, page: Page) -> None:
        self._nowhere: frozenset[str] = frozenset()
        super().__init__(
            page,
            _columns(lambda one: one.id in self._nowhere),
            _(
                "Of the agreements that fit a case the most specific holds: contract before VIP,"
                " acquirer, area and priority. Where none fits, the times in General hold. Cases"
                " reported before keep what they were promised."
            ),
            "agreements",
        )

    def buttons(self) -> list[QPushButton]:
        """Contract and rank of a merchant."""
        self._mark = action_button(UserAction.MARK_MERCHANT, self.mark_merchant)
        return [self._mark]

    def _on_current(self, value: Any) -> None:
        super()._on_current(value)
        # It needs no row.
        self._mark.setEnabled(True)

    def called(self, value: Any) -> str:
        """The name of the agreement."""
        return str(value.name)

    def refresh(self) -> None:
        """Read them."""
        agreements = self.context.services.agreements

        def show(found: tuple[tuple[ServiceAgreement, ...], frozenset[str]]) -> None:
            rows, self._nowhere = found
            self.show_rows(rows, _("No agreement yet; the times in General hold for everybody"))

        self.page.run(lambda: (agreements.listed(), agreements.nowhere()), show)

    def add(self) -> None:
        """Add an agreement."""
        self._open(None)

    def edit(self, value: Any) -> None:
        """Change an agreement."""
        self._open(value)

    def _open(self, known: ServiceAgreement | None) -> None:
        services = self.context.services
        key, version = (known.id, known.version) if known else ("", 0)

        def ask(choices: Any) -> None:
            dialog = _editor(self.page, choices.areas, choices.acquirers, known)
            dialog.is_about(
                key, lambda _typed: self.open_anew(services.agreements.listed, key, self._open)
            )
            submit_autosaved(
                self.page,
                dialog,
                f"agreement/{key or 'new'}",
                lambda draft: services.agreements.save(draft, key, version),
                self.page.saved(dialog.windowTitle()),
            )

        self.page.run(services.terminals.choices, ask)

    def mark_merchant(self) -> None:
        """Note contract and rank of a merchant."""
        agreements = self.context.services.agreements
        dialog = DraftDialog(
            _("Contract and rank of a merchant"),
            [
                Field(name="mid", label=_("Merchant number"), required=True),
                Field(name="contract", label=_("Contract"), help=_("Empty: none.")),
                Field(name="vip", label=_("VIP"), kind="check", unit=_("served before others")),
            ],
            lambda values: values,
            parent=self.page,
        )
        self.page.submit(
            dialog,
            lambda v: agreements.mark_merchant(
                agreements.merchant_by_number(v["mid"]), v["contract"], v["vip"]
            ),
            self.page.saved(dialog.windowTitle()),
        )


def _editor(
    page: Page, areas: tuple[str, ...], acquirers: tuple[str, ...], known: ServiceAgreement | None
) -> DraftDialog:
    fields = [
        Field(
            name="name",
            label=_("Name of the agreement"),
            required=True,
            help=_("It stands on the incidents it holds for; at most {most}.", most=MOST_NAME),
        ),
        Field(name="contract", label=_("Contract"), heading=_("For which cases")),
        Field(name="vip", label=_("VIP"), kind="check", unit=_("only merchants served first")),
        Field(name="acquirer", label=_("Acquirer"), choices=[(one, one) for one in acquirers]),
        Field(name="area", label=_("Area"), choices=[(one, one) for one in areas]),
        Field(
            name="priority",
            label=_("Priority"),
            kind="choice",
            choices=[("", _("every priority")), *word_choices("priority", Priority)],
        ),
        Field(
            name="response_hours",
            label=_("Work begins within"),
            kind="number",
            least=LEAST_HOURS,
            most=MOST_HOURS,
            unit=_("hours"),
            heading=_("Times"),
        ),
        Field(
            name="resolve_hours",
            label=_("Resolved within"),
            kind="number",
            least=LEAST_HOURS,
            most=MOST_HOURS,
            unit=_("hours"),
        ),
        Field(
            name="hours",
            label=_("Service hours"),
            choices=[(one, one) for one in ("0900-1800w", "0900-1800", "0800-2200")],
            help=_(
                "Only these hours count, such as 0900-1800; with w only on working days by the"
                " holiday calendar. Empty: round the clock."
            ),
        ),
        Field(name="active", label=_("In use"), kind="check", unit=_("holds for new cases")),
    ]
    title = _("Edit agreement {name}", name=known.name) if known else _("Add agreement")
    dialog = DraftDialog(title, fields, lambda v: AgreementDraft(**v), parent=page)
    before = draft_of_agreement(known) if known else AgreementDraft()
    dialog.fill({field.name: getattr(before, field.name) for field in fields})
    return dialog


def _columns(nowhere: Callable[[ServiceAgreement], bool]) -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Agreement"), text=lambda a: a.name, badge=_in_use, width=200, stretch=True
        ),
        TableColumn(
            title=_("For which cases"),
            text=lambda a: scope_text(words(), a, nowhere=nowhere(a)),
            width=260,
        ),
        TableColumn(
            title=_("Work begins within"),
            text=lambda a: words()("{hours} h", hours=a.response_hours),
            width=130,
            right=True,
        ),
        TableColumn(
            title=_("Resolved within"),
            text=lambda a: words()("{hours} h", hours=a.resolve_hours),
            width=120,
            right=True,
        ),
        TableColumn(
            title=_("Service hours"),
            text=lambda a: hours_text(words(), a.service_hours),
            width=170,
        ),
    )


def _in_use(agreement: ServiceAgreement) -> Badge | None:
    return None if agreement.active else Badge(_("Not in use"), "neutral", "archive")
