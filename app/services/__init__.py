"""Use cases.  Each service owns its transactions and SQL, takes drafts and ids, and returns
frozen values; rows and sessions never leave this package.

`Services` is the bundle handed to the window and the command line; `app.bootstrap` fills it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.services.care import Care
from app.services.diagnosis import Diagnosis
from app.services.directory import Directory
from app.services.drafts import Drafts
from app.services.history_import import HistoryImport
from app.services.incident_work import IncidentWork
from app.services.incidents import Incidents
from app.services.terminal_import import TerminalImport
from app.services.terminals import Terminals
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the program can do.  One field a service."""

    workplace: Workplace
    terminals: Terminals
    terminal_import: TerminalImport
    history_import: HistoryImport
    directory: Directory
    incidents: Incidents
    work: IncidentWork
    diagnosis: Diagnosis
    drafts: Drafts
    care: Care

    def close(self) -> None:
        """Let go of the database."""
        self.workplace.database.close()
