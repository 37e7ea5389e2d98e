"""Where one page may send the person: every target of the window as a value with its arguments.

To add a target: write its class here and take it in the `activate` of its page.  Pages do not know
each other; they know these values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from app.domain.register.terminal_actions import TerminalAction

if TYPE_CHECKING:
    from app.services.incidents.incident_queries import IncidentFilter
    from app.services.register.terminal_queries import TerminalFilter


class Navigate:
    """A target in the window."""

    page: ClassVar[str]
    """The id in `app.gui.shell.main_window.PAGES` of the page that shows it."""


@dataclass(frozen=True, slots=True)
class ShowNewWork(Navigate):
    """What was handed to who works here and waits for an answer."""

    page = "today"


@dataclass(frozen=True, slots=True)
class ReportIncident(Navigate):
    """The form for a new incident, about a terminal where one is given, with the code that is shown
    and with what was scanned where that is."""

    page = "incidents"
    terminal_id: str = ""
    displayed_code: str = ""
    searched: str = ""


@dataclass(frozen=True, slots=True)
class ShowIncident(Navigate):
    """One incident."""

    page = "incidents"
    incident_id: str


@dataclass(frozen=True, slots=True)
class ListIncidents(Navigate):
    """The incidents that pass a filter."""

    page = "incidents"
    wanted: IncidentFilter


@dataclass(frozen=True, slots=True)
class ShowTerminal(Navigate):
    """One terminal."""

    page = "terminals"
    terminal_id: str


@dataclass(frozen=True, slots=True)
class ActOnTerminal(Navigate):
    """One terminal, with the dialog of an action on it; `incident_id` is the incident it is done
    for, whose work log then tells of it."""

    page = "terminals"
    terminal_id: str
    action: TerminalAction
    incident_id: str = ""


@dataclass(frozen=True, slots=True)
class ListTerminals(Navigate):
    """The terminals that pass a filter."""

    page = "terminals"
    wanted: TerminalFilter


@dataclass(frozen=True, slots=True)
class ImportTerminals(Navigate):
    """The dialog that takes in a spreadsheet of terminals."""

    page = "terminals"


@dataclass(frozen=True, slots=True)
class ShowSchedule(Navigate):
    """The calendar, at a day where one is given."""

    page = "maintenance"
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ShowVisit(Navigate):
    """One visit."""

    page = "maintenance"
    visit_id: str


@dataclass(frozen=True, slots=True)
class PlanVisit(Navigate):
    """The form for a visit by hand to a terminal."""

    page = "maintenance"
    terminal_id: str


@dataclass(frozen=True, slots=True)
class DecideMissedDates(Navigate):
    """The dialog that asks what becomes of tasks missed more than once."""

    page = "maintenance"


@dataclass(frozen=True, slots=True)
class ShowPlans(Navigate):
    """The list of plans, where recommended ones are taken over."""

    page = "maintenance"


@dataclass(frozen=True, slots=True)
class ShowWarningDigest(Navigate):
    """The printed digest of the warnings."""

    page = "reports"


@dataclass(frozen=True, slots=True)
class ShowWarnings(Navigate):
    """The warnings, at one where its key is given."""

    page = "insight"
    key: str = ""


@dataclass(frozen=True, slots=True)
class ShowCampaign(Navigate):
    """One campaign."""

    page = "insight"
    campaign_id: str


@dataclass(frozen=True, slots=True)
class ShowIssued(Navigate):
    """The documents that left and are called so."""

    page = "reports"
    words: str


@dataclass(frozen=True, slots=True)
class ShowTrail(Navigate):
    """What was done: to records people call `subject`, by the person with the code `actor`."""

    page = "trail"
    subject: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class ShowDocumentSettings(Navigate):
    """The settings of documents."""

    page = "settings"


@dataclass(frozen=True, slots=True)
class ShowSecuritySettings(Navigate):
    """Encryption of the data."""

    page = "settings"


@dataclass(frozen=True, slots=True)
class ShowDataSettings(Navigate):
    """Database, backups and checks."""

    page = "settings"


@dataclass(frozen=True, slots=True)
class ShowSettingsSection(Navigate):
    """A section of the settings, by its name in `app.gui.pages.settings.page.SECTIONS`."""

    page = "settings"
    section: str
