"""Use cases.  Each service owns its transactions and SQL, takes drafts and ids, and returns
frozen values; rows and sessions never leave this package.

`Services` hands them to the window and the command line; `app.bootstrap` makes it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from app.services.core.backups import Backups
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.lazy import Lazy
from app.services.core.saved_forms import SavedForms
from app.services.document_services import DocumentServices
from app.services.incidents.agreements import Agreements
from app.services.incidents.catalogue_needs import Hazards
from app.services.incidents.incidents import Incidents
from app.services.incidents.terminal_stops import TerminalStops
from app.services.incidents.work_log import WorkLog
from app.services.maintenance.commissioning import CommissioningInspection
from app.services.register.directory import Directory
from app.services.register.terminals import Terminals

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import tzinfo
    from pathlib import Path

    from sqlmodel import Session

    from app.domain.diagnosis.knowledge import Knowledge
    from app.domain.errors import Overtaken
    from app.domain.incidents.service_hours import ServiceDays
    from app.secret_store import SecretStore
    from app.services.core.audit import AuditTrail
    from app.services.core.letters import Letters
    from app.services.core.meanwhile import Meanwhile
    from app.services.core.phrases import Phrases
    from app.services.core.settings_log import SettingsLog
    from app.services.diagnosis.diagnosis import Diagnosis
    from app.services.diagnosis.living_knowledge import Catalogue, LivingKnowledge
    from app.services.diagnosis.steps import DiagnosisSteps
    from app.services.dispatch.dispatching import Dispatching
    from app.services.dispatch.reminders import Reminders
    from app.services.finding.finding import RecordFinder
    from app.services.incidents.history_import import HistoryImport
    from app.services.keeping.care import DataCare
    from app.services.keeping.encryption import Encryption
    from app.services.keeping.kept_trust import KeptTrust
    from app.services.maintenance.balancing import Balancing
    from app.services.maintenance.checklists import Checklists
    from app.services.maintenance.compliance import ComplianceBook
    from app.services.maintenance.extra_visits import ExtraVisits
    from app.services.maintenance.generation import Generation
    from app.services.maintenance.leave import Leave
    from app.services.maintenance.meters import Meters
    from app.services.maintenance.plans import Plans, RecommendedPlans
    from app.services.maintenance.visits import Visits
    from app.services.parts.catalogue import PartsCatalogue
    from app.services.parts.stock import Stock
    from app.services.people.known_proofs import KnownProofs
    from app.services.people.people import People
    from app.services.register.custody import Custody
    from app.services.register.exporting import TerminalExport
    from app.services.register.importing import TerminalImport
    from app.services.register.models import Models
    from app.services.settling import Settling
    from db.engine import Database


class Services(DocumentServices):
    """Everything the program can do.  One attribute a service; those marked `Lazy` are imported
    when first used."""

    def __init__(  # noqa: PLR0913 - what the composition root knows, by name
        self,
        context: ServiceContext,
        *,
        files: Path,
        backups: Backups,
        secrets: SecretStore,
        catalogue: Callable[[], Catalogue],
        hazards: Hazards,
        plan_pack: Callable[[], RecommendedPlans],
        build: Callable[[Database], Services],
        horizon_days: int,
        remembers_outside: bool,
    ) -> None:
        self.lock = threading.RLock()
        self.made: dict[str, Any] = {}
        self.context, self.backups = context, backups
        self._files, self._secrets = files, secrets
        self._catalogue = catalogue
        self._plan_pack = plan_pack
        self._build = build
        self._horizon_days = horizon_days
        self._remembers_outside = remembers_outside
        context.terminals_moved = self._tasks_follow
        context.tell_who = self._tell_who
        context.trust_changes = self._trust_changes
        context.read_service_days = _service_days
        self.directory = Directory(context)
        self.terminals = Terminals(context, CommissioningInspection(context))
        self.agreements = Agreements(context)
        self.incidents = Incidents(context, self.terminals, self._shipped, hazards=hazards)
        self.terminal_stops = TerminalStops(context, self._shipped)
        self.work_log = WorkLog(context)
        self.saved_forms = SavedForms(context)

    def close(self) -> None:
        """Let go of the database, and end the process that decodes pictures."""
        decoder = self.made.get("decoder")
        if decoder is not None:
            decoder.close()
        self.context.database.close()

    def _shipped(self) -> Knowledge:
        return self._catalogue().shipped

    def _tasks_follow(self, unit: UnitOfWork, terminal_ids: Sequence[str]) -> None:
        if terminal_ids:
            from app.services.maintenance.task_sites import follow

            follow(unit, self.context, terminal_ids)

    def _tell_who(self, refusal: Overtaken, kind: str, key: str) -> None:
        from app.services.core.meanwhile import tell_who

        tell_who(self.context, refusal, kind, key)

    @Lazy
    def audit(self) -> AuditTrail:
        """Who did what."""
        from app.services.core.audit import AuditTrail

        return AuditTrail(self.context)

    @Lazy
    def meanwhile(self) -> Meanwhile:
        """What others do to a record somebody has open."""
        from app.services.core.meanwhile import Meanwhile

        return Meanwhile(self.context)

    @Lazy
    def settings_log(self) -> SettingsLog:
        """Settings that were changed."""
        from app.services.core.settings_log import SettingsLog

        return SettingsLog(self.context)

    @Lazy
    def letters(self) -> Letters:
        """Which computer numbers by which letter."""
        from app.services.core.letters import Letters

        return Letters(self.context)

    @Lazy
    def phrases(self) -> Phrases:
        """Quick phrases of each person."""
        from app.services.core.phrases import Phrases

        return Phrases(self.context)

    @Lazy
    def reminders(self) -> Reminders:
        """What is to be done, told in time."""
        from app.services.dispatch.reminders import Reminders

        return Reminders(self.context)

    @Lazy
    def care(self) -> DataCare:
        """Journal, rebuilding, proof, rehearsals."""
        from app.services.core.outside_memory import OutsideMemory
        from app.services.keeping.care import DataCare

        secrets = self._secrets if self._remembers_outside else None
        return DataCare(
            self.context,
            self.backups,
            self._build,
            memory=OutsideMemory(secrets),
            kept={
                "check.sign_in" if self.context.database.path else "check.sign_in_logged": (
                    self._known_proofs()
                ),
                "check.trust": self._kept_trust(),
            },
        )

    def _trust_changes(self) -> AbstractContextManager[None]:
        return self._kept_trust().changing()

    def _kept_trust(self) -> KeptTrust:
        from app.services.core.outside_memory import OutsideMemory
        from app.services.keeping.kept_trust import KeptTrust

        secrets = self._secrets if self._remembers_outside else None
        return KeptTrust(self.context, OutsideMemory(secrets, "trust"))

    def _known_proofs(self) -> KnownProofs:
        from app.services.core.outside_memory import OutsideMemory
        from app.services.people.kept_proofs import KeptProofs
        from app.services.people.logged_proofs import LoggedProofs

        if self.context.database.path is None:
            return LoggedProofs(self.context)
        secrets = self._secrets if self._remembers_outside else None
        return KeptProofs(self.context, OutsideMemory(secrets, "sign-in"))

    @Lazy
    def encryption(self) -> Encryption:
        """Encryption of what lies on this computer's disk."""
        from app.services.keeping.encryption import Encryption

        return Encryption(self.context, self.backups, self.care.journal, self._secrets)

    @Lazy
    def settling(self) -> Settling:
        """Decisions about what no longer fitted."""
        from app.services.replay import holders
        from app.services.settling import Settling

        return Settling(self.context, lambda: holders(self))

    # --- people -------------------------------------------------------------------------------

    @Lazy
    def people(self) -> People:
        """Who signs in, and what they are let in by."""
        from app.services.people.people import People

        return People(self.context, self._known_proofs())

    # --- register and incidents ---------------------------------------------------------------

    @Lazy
    def models(self) -> Models:
        """Makers and models."""
        from app.services.register.models import Models

        return Models(self.context)

    @Lazy
    def terminal_import(self) -> TerminalImport:
        """The acquirer's list of terminals in."""
        from app.services.register.importing import TerminalImport

        return TerminalImport(self.context)

    @Lazy
    def terminal_export(self) -> TerminalExport:
        """The register out."""
        from app.services.register.exporting import TerminalExport

        return TerminalExport(self.context)

    @Lazy
    def custody(self) -> Custody:
        """Who holds each device."""
        from app.services.register.custody import Custody

        return Custody(self.context)

    @Lazy
    def parts(self) -> PartsCatalogue:
        """The parts catalogue."""
        from app.services.parts.catalogue import PartsCatalogue

        return PartsCatalogue(self.context)

    @Lazy
    def stock(self) -> Stock:
        """Parts in the office store and in the vans."""
        from app.services.parts.stock import Stock

        return Stock(self.context)

    @Lazy
    def history_import(self) -> HistoryImport:
        """Past incidents in."""
        from app.services.incidents.history_import import HistoryImport

        return HistoryImport(self.context)

    @Lazy
    def diagnosis(self) -> Diagnosis:
        """Guided diagnosis.  Raises `BadKnowledge`."""
        from app.services.diagnosis.diagnosis import Diagnosis

        return Diagnosis(self.context, self.directory, self.living_knowledge.reasoner)

    @Lazy
    def living_knowledge(self) -> LivingKnowledge:
        """The house's own entries of the fault catalogue.  Raises `BadKnowledge`."""
        from app.services.diagnosis.living_knowledge import LivingKnowledge

        return LivingKnowledge(self.context, self._catalogue)

    @Lazy
    def diagnosis_steps(self) -> DiagnosisSteps:
        """The steps of a session that leave a trace on its incident."""
        from app.services.diagnosis.steps import DiagnosisSteps

        return DiagnosisSteps(self.diagnosis, self.incidents, self.work_log, self.saved_forms)

    # --- maintenance --------------------------------------------------------------------------

    @Lazy
    def plans(self) -> Plans:
        """Maintenance plans and what they cover."""
        from app.services.maintenance.plans import Plans

        return Plans(self.context, self._plan_pack)

    @Lazy
    def generation(self) -> Generation:
        """Visits made of due dates."""
        from app.services.maintenance.generation import Generation

        return Generation(self.context, self._horizon_days)

    @Lazy
    def visits(self) -> Visits:
        """Visits from plan to proof."""
        from app.services.maintenance.visits import Visits

        return Visits(self.context)

    @Lazy
    def extra_visits(self) -> ExtraVisits:
        """Visits no calendar asked for."""
        from app.services.maintenance.extra_visits import ExtraVisits

        return ExtraVisits(self.context)

    @Lazy
    def checklists(self) -> Checklists:
        """Checklists at work."""
        from app.services.maintenance.checklists import Checklists

        return Checklists(self.context, self.visits, self.incidents, self.terminals)

    @Lazy
    def balancing(self) -> Balancing:
        """Proposals of who goes where when."""
        from app.services.maintenance.balancing import Balancing

        return Balancing(self.context, self.visits)

    @Lazy
    def leave(self) -> Leave:
        """Leave, and what becomes of the visits it hits."""
        from app.services.maintenance.leave import Leave

        return Leave(self.context, self.visits, self.work_days)

    @Lazy
    def meters(self) -> Meters:
        """Counter readings."""
        from app.services.maintenance.meters import Meters

        return Meters(self.context)

    @Lazy
    def dispatching(self) -> Dispatching:
        """Work handed to technicians, and their answers."""
        from app.services.dispatch.dispatching import Dispatching

        return Dispatching(self.context, self.incidents, self.visits)

    @Lazy
    def compliance(self) -> ComplianceBook:
        """Whether maintenance was done when it was due."""
        from app.services.maintenance.compliance import ComplianceBook

        return ComplianceBook(self.context)

    @Lazy
    def finding(self) -> RecordFinder:
        """Any record by whatever is typed."""
        from app.services.finding.finding import RecordFinder

        return RecordFinder(self.context, self.directory, self._shipped)


def _service_days(session: Session, zone: tzinfo | None) -> ServiceDays:
    from app.domain.incidents.service_hours import ServiceDays
    from app.services.maintenance.working_times import read_calendar

    return ServiceDays(zone, read_calendar(session).is_workday)
