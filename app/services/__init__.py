"""Use cases.  Each service owns its transactions and SQL, takes drafts and ids, and returns
frozen values; rows and sessions never leave this package.

`Services` is the bundle handed to the window and the command line; `app.bootstrap` fills it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.services.care import Care
from app.services.directory import Directory
from app.services.drafts import Drafts
from app.services.history_import import HistoryImport
from app.services.incident_work import IncidentWork
from app.services.incidents import Incidents
from app.services.insight import Insight
from app.services.models import Models
from app.services.terminal_export import TerminalExport
from app.services.terminal_import import TerminalImport
from app.services.terminals import Terminals
from app.services.workplace import Workplace

if TYPE_CHECKING:
    from app.services.paperwork import Paperwork
    from app.services.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the program can do.  One field a service."""

    workplace: Workplace
    terminals: Terminals
    terminal_import: TerminalImport
    terminal_export: TerminalExport
    history_import: HistoryImport
    directory: Directory
    models: Models
    incidents: Incidents
    work: IncidentWork
    insight: Insight
    drafts: Drafts
    care: Care
    open_papers: Callable[[], Paperwork]
    open_upkeep: Callable[[], Upkeep]
    _opening: threading.RLock = field(default_factory=threading.RLock)
    _papers: list[Paperwork] = field(default_factory=list)
    _upkeep: list[Upkeep] = field(default_factory=list)

    @property
    def papers(self) -> Paperwork:
        """Photos, signatures and documents; loaded when first asked for, because the program
        starts faster without them."""
        with self._opening:
            if not self._papers:
                self._papers.append(self.open_papers())
            return self._papers[0]

    @property
    def upkeep(self) -> Upkeep:
        """Plans, visits and all of maintenance; loaded when first asked for, for the same
        reason."""
        if not self._upkeep:
            self._upkeep.append(self.open_upkeep())
        return self._upkeep[0]

    def close(self) -> None:
        """Let go of the database, and of what documents opened."""
        for papers in self._papers:
            papers.close()
        self.workplace.database.close()
