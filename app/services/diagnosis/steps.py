"""The steps of a guided session that leave a trace on the incident: a check done, a stop withdrawn.

Window and command line call the same ones, so that both leave the same trace.
"""

from __future__ import annotations

from contextlib import suppress

from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.interview import Interview
from app.domain.diagnosis.safety_rules import lost_stops
from app.domain.errors import InvalidInput, NotAllowed, NotPermitted
from app.domain.incidents.drafts import WorkEntryDraft
from app.domain.incidents.lifecycle import OPEN_STATES, Action, stop_of
from app.languages import COMMA, LocalizedText
from app.services.core.saved_forms import SavedForms
from app.services.diagnosis.case_file import CaseFile, draft_key
from app.services.diagnosis.diagnosis import Diagnosis
from app.services.incidents.incidents import Incidents
from app.services.incidents.work_log import WorkLog


class DiagnosisSteps:
    """Use cases of a running session.  The session itself is pure and belongs to the caller."""

    def __init__(
        self,
        diagnosis: Diagnosis,
        incidents: Incidents,
        work_log: WorkLog,
        saved_forms: SavedForms,
    ) -> None:
        self._diagnosis = diagnosis
        self._incidents = incidents
        self._work_log = work_log
        self._saved_forms = saved_forms

    def consult(self, incident_id: str) -> CaseFile:
        """The incident under diagnosis as it was left.  Raises `NotFound`, `BadKnowledge`."""
        kept = self._saved_forms.kept(draft_key(incident_id))
        return self._diagnosis.consult(incident_id, kept.content.get("trail") if kept else None)

    def tick(
        self,
        incident_id: str,
        session: Interview,
        check_id: str,
        outcome: CheckOutcome,
        *,
        language: str,
        minutes: int = 0,
    ) -> Interview:
        """A check was done: it stands in the session and, in `language`, in the work log; said
        again, the later word stands in both.

        Raises `NotFound` (no such check), `NotAllowed` (no longer open), `InvalidInput`."""
        self._allow(incident_id)
        ticked = session.tick(check_id, outcome)
        knowledge = session.reasoner.knowledge
        if knowledge.checks[check_id].instruction and outcome is not CheckOutcome.DONE:
            raise InvalidInput.of("outcome", "check.no_outcome")
        self._work_log.note_check(
            incident_id,
            WorkEntryDraft(
                summary=knowledge.checks[check_id].text.in_(language),
                outcome=knowledge.phrases[f"result.{outcome}"].in_(language),
                minutes=minutes,
                check_id=check_id,
            ),
        )
        self.keep(incident_id, ticked)
        return ticked

    def withdraw(
        self, incident_id: str, session: Interview, evidence_id: str, reason: str = ""
    ) -> Interview:
        """Take back a piece of evidence.  A check that was not done after all leaves the work log;
        what calls for a hard stop is only taken back with a reason, which stands in the log, and
        the stop is lifted where nothing else calls for it.

        Raises `NotFound`, `NotAllowed`, `InvalidInput`."""
        self._allow(incident_id)
        item = next((item for item in session.evidence if item.id == evidence_id), None)
        changed = session.withdraw(evidence_id, reason)
        if item is not None and lost_stops(session.reasoner.knowledge, session.evidence, item.id):
            self._work_log.note_stop_withdrawn(incident_id, item.label, reason)
            self._lift(incident_id, session, changed)
        if evidence_id.startswith("check:"):
            self._work_log.remove_check(incident_id, evidence_id.removeprefix("check:"))
        self.keep(incident_id, changed)
        return changed

    def _allow(self, incident_id: str) -> None:
        state = self._incidents.get(incident_id).state
        if state not in OPEN_STATES:
            raise NotAllowed(Action.EDIT, state)

    def keep(self, incident_id: str, session: Interview) -> None:
        """A step was taken: the session is kept, so that it is still there after a crash, and a
        danger it found stops the work at once, whatever class is accepted later.

        Raises `NotFound`."""
        self._saved_forms.keep(draft_key(incident_id), {"trail": session.trail()})
        incident = self._incidents.get(incident_id)
        seen = stop_of(incident.events)
        found = [stop.log for stop in session.stops if stop.log.zh not in seen.zh]
        if found and incident.state in OPEN_STATES:
            known = (seen,) if seen else ()
            # Whoever may only look keeps a session, and changes no incident.
            with suppress(NotPermitted):
                self._incidents.note_stops(incident_id, (*known, *found), seen)

    def _lift(self, incident_id: str, before: Interview, after: Interview) -> None:
        """The stop of the log is what the session still calls for.  What the log knows beyond the
        session, from another computer or catalogue, is not lifted by it."""
        seen = stop_of(self._incidents.get(incident_id).events)
        if seen and seen == LocalizedText.joined((stop.log for stop in before.stops), COMMA):
            left = tuple(stop.log for stop in after.stops)
            self._incidents.note_stops(incident_id, left, seen)
