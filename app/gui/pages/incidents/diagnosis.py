"""The diagnosis tab, and the calls to the services behind it: read, store, hand over.

The session is computed without database or files and within a frame, so its steps run on the main
thread; reading the register, storing the verdict and recording a handover run on a worker.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.interview import Interview
from app.domain.diagnosis.interview_parts import InterviewOutcome
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.safety_rules import lost_stops
from app.domain.errors import AppError
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.incidents import Incident
from app.domain.incidents.lifecycle import OPEN_STATES
from app.domain.register.terminal_actions import TerminalAction
from app.gui.pages.incidents.diagnosis_cards import said
from app.gui.pages.incidents.diagnosis_panel import DiagnosisPanel
from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.tabs import IncidentTab
from app.gui.shell.navigate import ActOnTerminal
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import Typed
from app.gui.toolkit.handover_editor import HandoverEditor
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import may
from app.gui.toolkit.reason_dialog import reason_dialog
from app.services.diagnosis.case_file import draft_key
from app.texts import word

if TYPE_CHECKING:
    from app.services import Services
    from app.services.diagnosis.case_file import CaseFile
    from app.services.diagnosis.steps import DiagnosisSteps

KEPT_SESSIONS = 30
"""Sessions that stay as they were left while other incidents are looked at."""
_BETWEEN = "  "
"""Stands between code and meaning in the completions; nobody types it."""


def read_consultation(services: Services, incident_id: str) -> CaseFile:
    """The incident under diagnosis as it was left.  Raises `NotFound`, `BadKnowledge`."""
    return services.diagnosis_steps.consult(incident_id)


class DiagnosisTab(IncidentTab):
    """Keeps the running sessions.  What a step asks of the services comes out as a signal."""

    session_wanted = Signal()
    """The session of the incident in sight is not here yet."""
    stepped = Signal(Interview)
    """A step was taken that only changed the session."""
    ticked = Signal(Interview, str, CheckOutcome)
    """A check was done: the session after it, the id of the check, what became of it."""
    withdrawn = Signal(Interview, str)
    """Evidence was withdrawn: the session after it, the id of the evidence."""
    stop_began = Signal()
    """A case begins with a safety stop: what to do at once is to be seen first."""
    stop_doubted = Signal(Interview, str)
    """Evidence for a safety stop is to be withdrawn: the session before, the id."""
    accepted = Signal(InterviewOutcome)
    """A class was accepted."""
    copied = Signal(ContactRole)
    """The handover text for this role was copied."""
    refused = Signal(AppError)
    """A step could not be taken."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = DiagnosisPanel()
        self.states = StateStack(self.panel)
        self._shown: tuple[str, ...] = ()
        self._open: dict[tuple[str, ...], CaseFile] = {}
        self._offered = ""
        self._begins = ""
        self.setLayout(column(self.states))
        panel = self.panel
        panel.answered.connect(lambda q, a: self._step(lambda s: s.answer(q, a)))
        panel.withdrawn.connect(self._on_withdrawn)
        panel.ticked.connect(self._on_ticked)
        panel.told.connect(lambda typed: self._step(lambda s: told(s, typed)))
        panel.accepted.connect(self._on_accepted)
        panel.copied.connect(self._on_copied)
        panel.merchant_told.connect(lambda on: self._step(lambda s: s.tell_merchant(told=on)))
        panel.register_wanted.connect(self._on_register_wanted)

    def title(self, view: IncidentView | None) -> str:
        return _("Diagnosis")

    @property
    def consultation(self) -> CaseFile | None:
        """The session in sight."""
        return self._open.get(_key(self.view)) if self.view else None

    def show_view(self, view: IncidentView) -> None:
        """Show the session of this incident as it was left; ask for it when there is none."""
        if self._shown != _key(view):
            self.panel.to_top()
        self._shown = _key(view)
        if self.consultation is None:
            self.states.show_loading()
            self.ask()
        else:
            self._show()

    def landing(self) -> QWidget | None:
        return self.panel.landing()

    def begin(self, incident_id: str) -> None:
        """A new incident is about to be shown: its diagnosis opens at the top, the keys on its
        first question."""
        self._begins = incident_id

    def ask(self) -> None:
        """Ask for the session of the incident in sight."""
        self.session_wanted.emit()

    def show_consultation(self, found: CaseFile) -> None:
        """Show the session that was read."""
        if self.view is None or found.incident_id != self.view.incident.id:
            return
        self._open[_key(self.view)] = found
        while len(self._open) > KEPT_SESSIONS:
            del self._open[next(iter(self._open))]
        self._show()

    def show_failed(self, error: AppError) -> None:
        """Show why the session could not be read, with a retry."""
        self.states.show_failed(error, self.ask)

    def _show(self) -> None:
        found, view = self.consultation, self.view
        assert found is not None
        assert view is not None
        self._offer(found.session.reasoner.knowledge)
        editable = view.incident.state in OPEN_STATES and may(self, "incident.triage")
        self.panel.show_session(
            found.session,
            found.contacts,
            editable=editable,
            known_terminal=view.terminal is not None,
        )
        self.states.show_content()
        if self._begins == view.incident.id:
            self._begins = ""
            self.panel.begin()
            if found.session.stopped:
                # Once the keys have gone where they go, which scrolls, too.
                QTimer.singleShot(0, self, self.stop_began.emit)

    def _offer(self, knowledge: Knowledge) -> None:
        """Codes and messages to choose from, once per catalogue and language."""
        language = words().language
        if self._offered == knowledge.hash + language:
            return
        self._offered = knowledge.hash + language
        codes = {
            f"{meaning.code}{_BETWEEN}{said(meaning.text)}"
            for meanings in knowledge.codes.values()
            for meaning in meanings
        }
        signs = {said(sign.text) for sign in knowledge.signs.values()}
        self.panel.set_completions(sorted(codes) + sorted(signs))

    def _on_ticked(self, check_id: str, outcome: CheckOutcome) -> None:
        found = self.consultation
        if found is not None and self._step(lambda s: s.tick(check_id, outcome), kept=True):
            self.ticked.emit(found.session, check_id, outcome)

    def _on_withdrawn(self, evidence_id: str) -> None:
        """Withdraw evidence; evidence for a safety stop only with a reason."""
        found = self.consultation
        if found is None:
            return
        session = found.session
        if lost_stops(session.reasoner.knowledge, session.evidence, evidence_id):
            self.stop_doubted.emit(session, evidence_id)
        elif self._step(lambda s: s.withdraw(evidence_id), kept=True):
            self.withdrawn.emit(session, evidence_id)

    def show_withdrawn(self, session: Interview, incident_id: str) -> None:
        """Show the session after a safety stop was taken back."""
        if self.view is not None and self.view.incident.id == incident_id:
            self._step(lambda _session: session, kept=True)

    def _step(self, step: Callable[[Interview], Interview], *, kept: bool = False) -> bool:
        """Take a step and show it; returns whether it was taken.  `kept`: the service that is
        asked next keeps the session together with the trace of the step."""
        found, view = self.consultation, self.view
        if found is None or view is None or view.incident.state not in OPEN_STATES:
            return False
        try:
            session = step(found.session)
        except AppError as error:
            self.refused.emit(error)
            return False
        self._open[_key(view)] = dataclasses.replace(found, session=session)
        self._show()
        if not kept:
            self.stepped.emit(session)
        return True

    def _on_accepted(self, chosen: FaultClass | None) -> None:
        if (found := self.consultation) is not None:
            self.accepted.emit(found.session.outcome(chosen))

    def _on_register_wanted(self, action: TerminalAction) -> None:
        if self.view is not None and self.view.terminal is not None:
            self.want(ActOnTerminal(self.view.terminal.id, action, self.view.incident.id))

    def _on_copied(self, role: ContactRole) -> None:
        if (found := self.consultation) is not None:
            QGuiApplication.clipboard().setText(said(found.handover(role)))
            self.copied.emit(role)


def _key(view: IncidentView | None) -> tuple[str, ...]:
    """What a session is about; when something else is reported a new one begins."""
    if view is None:
        return ()
    incident = view.incident
    return incident.id, incident.displayed_code, incident.symptom, incident.terminal_id


def _nothing(_result: object) -> None:
    """Nothing follows after the write."""


def told(session: Interview, typed: str) -> Interview:
    """What was typed into the session: a code replaces the code, anything else is added to the
    description."""
    code_of = session.reasoner.code_of
    if code := code_of(typed) or code_of(typed.partition(_BETWEEN)[0]) * (_BETWEEN in typed):
        return session.tell(code=code)
    return session.tell(text="\n".join(part for part in (session.text, typed) if part))


class DiagnosisActions(QObject):
    """Carries out what the steps of the tab ask of the services."""

    def __init__(self, page: Page, tab: DiagnosisTab) -> None:
        super().__init__(page)
        self._page = page
        self._tab = tab
        self._context = page.context
        tab.session_wanted.connect(self._consult)
        tab.stepped.connect(self._keep)
        tab.ticked.connect(self._note_check)
        tab.withdrawn.connect(self._note_withdrawn)
        tab.stop_doubted.connect(self._ask_why)
        tab.accepted.connect(self._store)
        tab.copied.connect(self._say_copied)
        tab.refused.connect(self._context.failed)

    def _incident(self) -> Incident:
        assert self._tab.view is not None
        return self._tab.view.incident

    def _consult(self) -> None:
        services, key, tab = self._context.services, self._incident().id, self._tab

        def read() -> CaseFile:
            return read_consultation(services, key)

        def ready(_none: object) -> None:
            self._page.run(read, tab.show_consultation, failed=tab.show_failed)

        # The catalogue takes a while the first time; the list must not wait for it.
        self._page.run(services.diagnosis.make_ready, ready, failed=tab.show_failed, lane="io")

    def _keep(self, session: Interview) -> None:
        steps, key = self._steps(), self._incident().id
        self._page.run(lambda: steps.keep(key, session), _nothing)

    def _note_check(self, session: Interview, check_id: str, outcome: CheckOutcome) -> None:
        steps, key, language = self._steps(), self._incident().id, words().language
        self._page.run(
            lambda: steps.tick(key, session, check_id, outcome, language=language), _nothing
        )

    def _note_withdrawn(self, session: Interview, evidence_id: str) -> None:
        steps, key = self._steps(), self._incident().id
        self._page.run(lambda: steps.withdraw(key, session, evidence_id), _nothing)

    def _ask_why(self, session: Interview, evidence_id: str, typed: Typed | None = None) -> None:
        """Ask who has looked and why the safety stop does not apply; the answer is logged."""
        steps, key = self._steps(), self._incident().id
        item = next(item for item in session.evidence if item.id == evidence_id)
        dialog = reason_dialog(
            self._page,
            _("Take back a safety stop"),
            _("Take back"),
            _(
                "“{sign}” calls for a safety stop. Who has looked, and why is it not so? This"
                " stands in the log.",
                sign=said(item.label),
            ),
        )

        def again(typed: Typed) -> None:
            self._ask_why(session, evidence_id, typed)

        dialog.is_about(key, again)
        self._page.submit(
            dialog,
            lambda reason: steps.withdraw(key, session, evidence_id, reason),
            lambda changed: self._tab.show_withdrawn(changed, key),
        )
        dialog.restore(typed or {})

    def _steps(self) -> DiagnosisSteps:
        return self._context.services.diagnosis_steps

    def _store(self, outcome: InterviewOutcome) -> None:
        services, key = self._context.services, self._incident().id
        name = word(words(), "fault_class", outcome.fault_class)

        def store() -> None:
            services.incidents.triage(key, services.diagnosis.verdict(outcome))
            services.saved_forms.discard(draft_key(key))

        self._page.run(
            store,
            lambda _result: self._context.note(_("Provisional class: {name}", name=name)),
        )

    def _say_copied(self, role: ContactRole) -> None:
        name = word(words(), "contact_role", role)
        self._context.note(_("Handover text for “{name}” was copied", name=name))

    def hand_over(self, view: IncidentView) -> None:
        """Record a handover, with the contact and the text the session proposes."""
        services, key = self._context.services, view.incident.id
        known = self._tab.consultation
        if known is not None and known.incident_id == key:
            self._ask_handover(known)
        else:
            self._page.run(lambda: services.diagnosis.consult(key), self._ask_handover)

    def _ask_handover(self, known: CaseFile, typed: Typed | None = None) -> None:
        first = known.session.advice.contacts
        roles = [*first, *(role for role in ContactRole if role not in first)]

        def reach(role: ContactRole) -> str:
            contact = next(iter(known.contacts.get(role, ())), None)
            if contact is None:
                return _("No number is stored. Add one in the settings.")
            return " · ".join(
                part for part in (contact.organisation, contact.phone, contact.hours) if part
            )

        editor = HandoverEditor(roles, lambda role: said(known.handover(role)), reach, self._page)
        services = self._context.services
        work, key = services.work_log, known.incident_id

        def again(typed: Typed) -> None:
            self._page.run(
                lambda: read_consultation(services, key),
                lambda now: self._ask_handover(now, typed),
            )

        editor.is_about(key, again)
        self._page.submit(
            editor,
            lambda draft: work.hand_over(key, *draft),
            lambda _result: self._context.note(_("The handover was recorded and its text copied")),
        )
        editor.restore(typed or {})
