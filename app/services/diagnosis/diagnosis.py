"""Guided diagnosis over the estate: begins a session with what is known of a terminal, turns its
outcome into what an incident stores, and reports how well it agrees with what was confirmed.

Between `begin` and `verdict` nothing here is needed: a session is pure
(`app.domain.diagnosis.interview`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.diagnosis.bayes import LearnedCounts
from app.domain.diagnosis.catalogue import Stop
from app.domain.diagnosis.evidence import Fact, Reasoner
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.interview_parts import InterviewOutcome, clean
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.replay import replay
from app.domain.diagnosis.reported_stops import reported_stops
from app.domain.errors import BadKnowledge, BadValue, InvalidInput, NotFound
from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.lifecycle import Impact
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.diagnosis.case_file import CaseFile, case_facts
from app.services.diagnosis.learning import (
    Agreement,
    agreement,
    everything_learned,
    forget,
    learned_for,
)
from app.services.diagnosis.terminal_facts import facts_of
from app.services.incidents.incident_reading import load, read_incident, read_trail
from app.services.incidents.resolution import SessionOutcome, stops_of
from app.services.register.directory import Directory
from app.services.register.terminal_queries import read_terminal


class Diagnosis:
    """Use cases of guided diagnosis."""

    def __init__(
        self, context: ServiceContext, directory: Directory, reasoner: Callable[[], Reasoner]
    ) -> None:
        self._context = context
        self._directory = directory
        self._reasoner = reasoner

    @property
    def knowledge(self) -> Knowledge:
        """The fault catalogue.  Raises `BadKnowledge`."""
        return self._reasoner().knowledge

    def make_ready(self) -> None:
        """Read the catalogue, which takes a while the first time.  Raises `BadKnowledge`."""
        self._reasoner()

    def begin(
        self,
        terminal_id: str = "",
        code: str = "",
        text: str = "",
        *,
        profile: str = "",
        incident_id: str = "",
    ) -> Interview:
        """A session about a terminal ("" when it is unknown), with its facts and what the estate
        learned, gathered in one read.  Raises `NotFound`, `BadKnowledge`."""
        reasoner = self._reasoner()
        with self._context.read() as session:
            facts: tuple[Fact, ...] = ()
            if terminal_id:
                terminal = read_terminal(session, terminal_id)
                profile = (
                    profile
                    or terminal.code_profile
                    or reasoner.knowledge.profile_for(terminal.acquirer, terminal.model)
                )
                facts = facts_of(
                    session, reasoner.knowledge, terminal, self._context.now(), incident_id
                )
            known = profile if profile in reasoner.knowledge.profiles else ""
            keys = [item.id for item in reasoner.read(code[:4_000], text[:4_000], known)]
            learned = learned_for(session, keys)
        return begin(reasoner, code, text, profile=known, facts=facts, learned=learned)

    def as_told(self, draft: IncidentDraft) -> IncidentDraft:
        """The report with no outage in it when nothing but a business request is told: the form
        begins with one, and nobody said that anything failed.  A catalogue that cannot be read
        changes nothing, for a report must never be lost over it."""
        if draft.impact is not Impact.STOPPED or draft.down_from or draft.displayed_code.strip():
            return draft
        try:
            asked = begin(self._reasoner(), "", draft.symptom[:4_000]).planned
        except BadKnowledge:
            return draft
        return replace(draft, impact=Impact.TRADING) if asked else draft

    def stops_in(self, texts: Iterable[str]) -> tuple[Stop, ...]:
        """The hard stops that are called for in these words, each once; none when the catalogue
        cannot be read: work must go on without it."""
        try:
            found = [s for text in texts for s in reported_stops(self._reasoner(), "", text)]
        except BadKnowledge:
            return ()
        return tuple(dict.fromkeys(found))

    def for_incident(self, incident_id: str) -> Interview:
        """A session about a reported incident: what was reported and what is known of its
        terminal.  Raises `NotFound`, `BadKnowledge`."""
        with self._context.read() as session:
            row = load(session, incident_id)
            reported = row.terminal_id or "", row.displayed_code, row.symptom
            profile = row.code_profile
        return self.begin(*reported, profile=profile, incident_id=incident_id)

    def consult(self, incident_id: str, unfinished: dict[str, Any] | None = None) -> CaseFile:
        """The incident under diagnosis: the unfinished session when its trail was kept, else the
        stored one as it was left, else a new one; new also when something else is reported now or
        the catalogue no longer knows a step of it.  Raises `NotFound`, `BadKnowledge`."""
        with self._context.read() as session:
            incident = read_incident(session, incident_id)
            terminal = (
                read_terminal(session, incident.terminal_id) if incident.terminal_id else None
            )
            trails = [unfinished, read_trail(session, incident_id)]
        reported = clean(incident.displayed_code), clean(incident.symptom)
        resumed = (self._resumed(trail, reported) for trail in trails if trail)
        stored = next((session for session in resumed if session is not None), None)
        people = {person.id: person for person in self._directory.technicians(everybody=True)}
        person = people.get(incident.technician_id)
        return CaseFile(
            incident_id,
            stored or self.for_incident(incident_id),
            case_facts(self._context, incident, terminal, person.phone if person else ""),
            self._directory.contacts_by_role(terminal),
            stored is not None,
        )

    def _resumed(self, trail: dict[str, Any], reported: tuple[str, str]) -> Interview | None:
        try:
            session = self.replay(trail)
        except (BadValue, InvalidInput, NotFound):
            return None
        return session if session.reported == reported else None

    def replay(self, trail: dict[str, Any]) -> Interview:
        """The session a stored trail describes, over the present catalogue.  Raises `BadValue`
        (no trail), `NotFound` (an entry the catalogue no longer has)."""
        return replay(self._reasoner(), trail)

    def verdict(self, outcome: InterviewOutcome) -> SessionOutcome:
        """The outcome of a session as `Incidents.open` and `Incidents.triage` take it."""
        evidence: Any = outcome.trail["evidence"]
        return SessionOutcome(
            fault_class=outcome.fault_class,
            share=outcome.share,
            knowledge_hash=outcome.knowledge_hash,
            trail=outcome.trail,
            mode=outcome.mode,
            evidence=tuple(
                item["id"]
                for item in evidence
                if item["id"].startswith(("code:", "sign:")) and not item["negated"]
            ),
            stops=stops_of(outcome.trail),
        )

    # --- learning ------------------------------------------------------------------------------

    def learned(self) -> LearnedCounts:
        """All that was learned from confirmed incidents, for looking at and for export."""
        with self._context.read() as session:
            return everything_learned(session)

    @operation("knowledge.forget")
    def forget(self) -> None:
        """Learn from now on only.  The incidents themselves stay as they are."""
        with self._context.write() as unit:
            forget(unit.session, unit.now)
            unit.touched("knowledge")

    def agreement(self, start: datetime | None = None, end: datetime | None = None) -> Agreement:
        """How often the class at opening was the one confirmed, of incidents resolved in the
        period."""
        with self._context.read() as session:
            return agreement(session, start, end)
