"""Use cases.  Each service owns its transactions and SQL, takes drafts and ids, and returns
frozen values; rows and sessions never leave this package.

`Services` is the bundle handed to the window and the command line; `app.bootstrap` fills it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from app.services.care import Care
from app.services.directory import Directory
from app.services.drafts import Drafts
from app.services.incident_work import IncidentWork
from app.services.incidents import Incidents
from app.services.terminals import Terminals
from app.services.workplace import Workplace

if TYPE_CHECKING:
    from app.services.diagnosis import Diagnosis
    from app.services.exchange import Exchange
    from app.services.history_import import HistoryImport
    from app.services.insight import Insight
    from app.services.models import Models
    from app.services.paperwork import Paperwork
    from app.services.terminal_export import TerminalExport
    from app.services.terminal_import import TerminalImport
    from app.services.upkeep import Upkeep


T = TypeVar("T")


class Later(Generic[T]):
    """A part made when first asked for, because the program starts faster without it; once,
    whatever thread asks."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.RLock()
        self.made: T | None = None

    def get(self) -> T:
        """The part.  Raises what making it raises, and tries again the next time."""
        with self._lock:
            if self.made is None:
                self.made = self._make()
            return self.made


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the program can do.  One field a service."""

    workplace: Workplace
    terminals: Terminals
    directory: Directory
    incidents: Incidents
    work: IncidentWork
    drafts: Drafts
    care: Care
    open_diagnosis: Later[Diagnosis]
    open_papers: Later[Paperwork]
    open_upkeep: Later[Upkeep]
    open_exchange: Later[Exchange]
    open_models: Later[Models]
    open_insight: Later[Insight]

    @property
    def diagnosis(self) -> Diagnosis:
        """Guided diagnosis.  Raises `BadKnowledge`."""
        return self.open_diagnosis.get()

    @property
    def papers(self) -> Paperwork:
        """Photos, signatures and documents."""
        return self.open_papers.get()

    @property
    def upkeep(self) -> Upkeep:
        """Plans, visits and all of maintenance."""
        return self.open_upkeep.get()

    @property
    def terminal_import(self) -> TerminalImport:
        """The acquirer's list of terminals in."""
        return self.open_exchange.get().terminal_import

    @property
    def terminal_export(self) -> TerminalExport:
        """The register out."""
        return self.open_exchange.get().terminal_export

    @property
    def history_import(self) -> HistoryImport:
        """Past incidents in."""
        return self.open_exchange.get().history_import

    @property
    def models(self) -> Models:
        """Makers and models."""
        return self.open_models.get()

    @property
    def insight(self) -> Insight:
        """What the incidents of a period say together."""
        return self.open_insight.get()

    def close(self) -> None:
        """Let go of the database, and of what documents opened."""
        if self.open_papers.made is not None:
            self.open_papers.made.close()
        self.workplace.database.close()
