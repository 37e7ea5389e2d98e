"""What a newcomer does first, as a card: each step with what it is for, ticked once it is done.

Whether a step is done is read from the data, so that it does not matter where it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.domain.people.rights import Refusal, Standing
from app.gui.shell.navigate import (
    ImportTerminals,
    Navigate,
    ReportIncident,
    ShowPlans,
    ShowSettingsSection,
)
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, clear, column, label, row
from app.gui.toolkit.permission import permit
from app.gui.toolkit.theme import pixmap
from app.i18n import N_
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from app.settings import MANAGER, TECHNICIAN, Settings

if TYPE_CHECKING:
    from app.services import Services


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: what is done and what for, the words of its button, where that leads, whether the
    data show that it is done, and the operation it begins; empty where it leads to a list."""

    title: str
    hint: str
    action: str
    target: Navigate
    done: Callable[[Services, Settings], bool]
    begins: str = ""


_REGISTER = FirstStep(
    N_("Bring in the terminals"),
    N_("The acquirer's spreadsheet as it is; you see what would happen before it does."),
    N_("Import a spreadsheet"),
    ImportTerminals(),
    lambda services, _settings: bool(services.terminals.first(TerminalFilter(), 1)),
    "register.import",
)
_OFFICE = FirstStep(
    N_("Say who you are on paper"),
    N_("Company, telephone and logo stand on every document."),
    N_("Open the settings"),
    ShowSettingsSection("general"),
    lambda _services, settings: bool(settings.company_name),
)
STEPS: dict[str, tuple[FirstStep, ...]] = {
    TECHNICIAN: (
        _REGISTER,
        FirstStep(
            N_("Report the first incident"),
            N_("What the merchant says or the screen shows; POSCare asks on and names the class."),
            N_("Report an incident"),
            ReportIncident(),
            lambda services, _settings: bool(services.incidents.first(IncidentFilter(), 1)),
            "incident.open",
        ),
    ),
    MANAGER: (
        _OFFICE,
        FirstStep(
            N_("Enter your people"),
            N_("Code, minutes a day and areas of each; levelling and dispatch go by them."),
            N_("Enter people"),
            ShowSettingsSection("people"),
            lambda services, _settings: len(services.directory.technicians()) > 1,
        ),
        _REGISTER,
        FirstStep(
            N_("Say who serves which area"),
            N_("The areas come with the spreadsheet; a person's entry names those he serves."),
            N_("Assign areas"),
            ShowSettingsSection("people"),
            lambda services, _settings: any(p.areas for p in services.directory.technicians()),
        ),
        FirstStep(
            N_("Take on the recommended plans"),
            N_("Each says where its duty comes from; visits follow by themselves."),
            N_("Open the plans"),
            ShowPlans(),
            lambda services, _settings: bool(services.plans.listed()),
        ),
    ),
}
"""The steps of each role, in their order."""


def read_steps(services: Services, settings: Settings) -> tuple[tuple[FirstStep, bool], ...]:
    """The steps of the role in the settings, each with whether it is done; none once all are."""
    found = tuple((step, step.done(services, settings)) for step in STEPS[settings.first_steps])
    return () if all(done for _step, done in found) else found


class FirstStepsPanel(QFrame):
    """Hidden while there is nothing to begin with.  `chosen` carries where a step leads."""

    chosen = Signal(Navigate)
    unwanted = Signal()
    """Nobody wants to see the steps any more."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        hide = button(_("Hide"), self.unwanted.emit, role="quiet")
        hide.setToolTip(_("They do not come again."))
        head = row(label(_("First steps"), "section"), None, hide)
        self._lines = column(spacing=8)
        self.setLayout(column(head, self._lines, spacing=6, margins=(14, 8, 8, 12)))
        self.hide()

    def show_steps(self, steps: tuple[tuple[FirstStep, bool], ...], standing: Standing) -> None:
        """Show them; nothing at all when there are none.  What may not be done is grey."""
        clear(self._lines)
        first = next((step for step, done in steps if not done), None)
        for step, done in steps:
            refusal = standing.refusal(step.begins) if step.begins else None
            self._lines.addWidget(self._line(step, refusal, done=done, first=step is first))
        self.setVisible(bool(steps))

    def _line(
        self, step: FirstStep, refusal: Refusal | None, *, done: bool, first: bool
    ) -> QWidget:
        picture = QLabel()
        picture.setPixmap(
            pixmap("circle-check" if done else "circle", "ok" if done else "muted", 18)
        )
        picture.setAccessibleName(_("done") if done else _("to do"))
        words = column(
            label(_(step.title), "muted" if done else ""),
            *(() if done else (label(_(step.hint), "muted", wrap=True),)),
            spacing=2,
        )
        go = button(
            _(step.action),
            lambda: self.chosen.emit(step.target),
            role="primary" if first else "",
        )
        go.setVisible(not done)
        permit(go, refusal)
        line = row(picture, words, go, spacing=10)
        line.setStretch(1, 1)
        return boxed(line)
