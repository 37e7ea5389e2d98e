"""How an incident was resolved: class, mode, cause, remedy; proof; perhaps a swapped device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.domain.diagnosis.knowledge import OTHER, FailureMode, Knowledge
from app.domain.diagnosis.resolution_hint import ResolutionHint
from app.domain.diagnosis.two_troubles import ReportedTroubles
from app.domain.errors import InvalidInput, Problem
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import FEES, ResolutionDraft
from app.domain.incidents.incidents import (
    SECURITY_CHECKS,
    Incident,
    Result,
    is_item_failure,
    is_request,
)
from app.domain.incidents.lifecycle import stop_of
from app.domain.incidents.proof import PROOF_LINES, PROOFS, usual_proof
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import Terminal
from app.gui.actions import UserAction
from app.gui.pages.incidents.other_trouble_fields import OtherTroubles
from app.gui.pages.incidents.proof_list import ProofList
from app.gui.pages.incidents.resolve_fields import resolution_fields
from app.gui.pages.incidents.swap_fields import SwapFields
from app.gui.toolkit.action_buttons import action_button, bind_keys
from app.gui.toolkit.badge import BadgeLabel
from app.gui.toolkit.dialog import room_for
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, boxed, column, label, row, scrolled
from app.gui.toolkit.numbered_choice import MOST_DIGITS, NumberedChoice
from app.gui.toolkit.theme import Badge
from app.texts import problem_text
from app.texts.safety_stops import in_short

WIDTH, PROOF_WIDTH = 1060, 420
"""Pixels of form and proof side by side, and of the proof alone."""
WITH_REPORT = QSize(1560, 720)
"""Pixels with the report beside them."""
_AS_TYPED = (
    *("mode", "cause", "remedy", "other_text", "work_done", "advice"),
    *("firmware_after", "waiting_reference"),
)
_WITH_SLIP = frozenset({"test_sale", "test_void"})


class ResolveEditor(DraftDialog):
    """The draft is a pair: `ResolutionDraft`, and `SwapDraft` or None."""

    def __init__(
        self,
        knowledge: Knowledge,
        incident: Incident,
        terminal: Terminal | None,
        parent: QWidget,
        stops: Sequence[OpenStop] = (),
        reported: ReportedTroubles | None = None,
    ) -> None:
        super().__init__(
            _("Resolve {number}", number=incident.number),
            resolution_fields(reported.troubles if reported is not None else ()),
            self._draft,
            action=_("Resolve"),
            parent=parent,
        )
        self._knowledge = knowledge
        self._others = OtherTroubles(self.form, reported)
        self._terminal = terminal
        self._stopped = bool(stop := _stop_text(incident, stops))
        self._stop = BadgeLabel(Badge(stop, "danger", "triangle-alert"))
        self._stop.setVisible(self._stopped)
        self._shares: Mapping[str, float] = {}
        self.tests = ProofList("function_test", PROOF_LINES, _WITH_SLIP)
        self.security = ProofList("security_check", SECURITY_CHECKS, frozenset())
        self._all_passed = action_button(UserAction.ALL_PASSED, self.pass_fitting, bind=False)
        # At once: the shortcut of a button waits while the button is seen to go down.
        bind_keys(self, UserAction.ALL_PASSED, self.pass_fitting)
        self._hinted = label(
            _("Started from the diagnosis; correct what was otherwise."), "muted", wrap=True
        )
        self._hinted.hide()
        self._not_tested = label(
            _("A terminal under a safety stop is not tested; the device it is swapped for is."),
            "muted",
            wrap=True,
        )
        self._no_proof = label("", "error", wrap=True)
        self._no_proof.hide()
        self._swap = SwapFields()
        self._swap.setVisible(terminal is not None and terminal.placed)
        self._arrange()
        self._fill(incident)
        self._swap.changed.connect(self._show_tests)
        self._show_tests()
        for changed in (self.tests.marked, self.security.marked, self._swap.changed):
            changed.connect(self.edited)
        for name, then in (
            ("fault_class", self._on_class),
            ("mode", self._on_mode),
            ("cause", self._on_cause),
            ("remedy", self._mark_needed),
            *((end, self._mark_needed) for end in self._others.ends),
        ):
            self._box(name).currentIndexChanged.connect(then)
        for box in self.form.findChildren(NumberedChoice):
            box.picked.connect(self.begin)

    def _arrange(self) -> None:
        proof = column(
            row(label(_("Function test"), "section"), None, self._all_passed),
            self._not_tested,
            self.tests,
            self._no_proof,
            8,
            label(_("Security check"), "section"),
            self.security,
            8,
            self._swap,
            None,
            spacing=6,
        )
        self.layout_.removeWidget(self.form)
        left = boxed(column(self._hinted, self.form, None))
        # In a narrow dialog the proof stands below the form.
        filled = FoldingRow(left, boxed(proof), spacing=28, least=PROOF_WIDTH)
        self._proof = scrolled(boxed(column(filled, None, margins=(0, 0, 10, 0))))
        self._columns = row(self._proof, spacing=16)
        self._columns.setStretch(0, 1)
        self.insert(boxed(self._columns), grows=True)
        self.prefer(WIDTH)

    def show_beside(self, beside: QWidget, title: str) -> None:
        """A place at the right that can be shown and hidden, for the report as it will be."""
        self._beside = beside
        beside.setMinimumWidth(300)
        beside.hide()
        self._columns.addWidget(beside, 1)
        shown = Button(title)
        shown.setCheckable(True)
        shown.toggled.connect(self._on_beside)
        # A stop is never out of sight, and this dialog covers the one on the page.
        self.insert(boxed(row(self._stop, None, shown)))

    def _on_beside(self, shown: bool) -> None:
        self._beside.setVisible(shown)
        if shown:
            # On a small screen what was filled in gives way to what it makes.
            self._proof.setVisible(room_for(self).width() >= 2 * PROOF_WIDTH)
            self.prefer(WITH_REPORT.width(), WITH_REPORT.height())
            self.fit()
            self.edited.emit()
        else:
            self._proof.show()

    def _box(self, name: str) -> QComboBox:
        widget = self.form.widget(name)
        assert isinstance(widget, QComboBox)
        return widget

    def _fill(self, incident: Incident) -> None:
        self.form.fill({"fault_class": incident.fault_class or ""})
        self._on_class()
        self.form.fill({"mode": incident.mode})
        self._on_mode()
        self.form.fill({"cause": incident.cause})
        self._on_cause()
        self.form.fill(
            {
                "remedy": incident.remedy,
                "work_done": incident.work_done,
                "advice": incident.advice,
                "firmware_after": incident.firmware_after or incident.firmware_before,
                **{name: getattr(incident, name) for name in FEES},
                **self._others.reported_before(incident.events),
            }
        )
        self.tests.fill(incident.tests)
        self.security.fill(incident.security)

    @property
    def _class(self) -> FaultClass | None:
        """The chosen class; None while nobody has chosen."""
        chosen = self.form.value("fault_class")
        return FaultClass(chosen) if chosen else None

    def _on_class(self) -> None:
        self._hinted.hide()
        chosen = self._class
        self.tests.show_only(PROOFS[chosen].lines if chosen else ())
        self._offer("mode", self._knowledge.modes_of(chosen) if chosen else self._likely_modes())
        self._on_mode()

    def _likely_modes(self) -> list[FailureMode]:
        """What may be chosen while the class is open: modes of any class, which tell it."""
        modes = self._knowledge.modes
        ranked = sorted(self._shares.keys() & modes.keys(), key=lambda m: (-self._shares[m], m))
        return [modes[mode] for mode in ranked[:MOST_DIGITS]]

    def _on_mode(self) -> None:
        mode = self._knowledge.modes.get(self.form.value("mode"))
        if mode is not None and self._class is None:
            self.form.fill({"fault_class": mode.fault_class})
            return
        self._others.follow(self._class, self.form.value("mode"))
        self._offer("cause", self._knowledge.causes_of(self.form.value("mode")))
        self._on_cause()

    def _on_cause(self) -> None:
        self._offer("remedy", self._knowledge.remedies_of(self.form.value("cause")))
        self._mark_needed()

    def _offer(self, name: str, entries: Any) -> None:
        """Offer entries of the catalogue, the likeliest first.  Even an only one is not chosen: it
        is printed as what was found or done, and somebody has to have found or done it."""
        language = words().language
        likeliest = sorted(entries, key=lambda entry: -self._shares.get(entry.id, 0.0))
        choices = [(entry.id, entry.text.in_(language)) for entry in likeliest]
        self.form.set_choices(name, [("", _("choose …")), *choices, (OTHER, _("Other"))])

    # --- what is missing -----------------------------------------------------------------------

    def fitting(self) -> tuple[str, ...]:
        """The lines of the function test that fit the chosen class and mode and the terminal."""
        kind = self._terminal.kind if self._terminal is not None else None
        mode = self._knowledge.modes.get(self.form.value("mode"))
        if mode is not None and is_request(mode.id):
            return ()  # nothing failed that could be shown to be put right
        return usual_proof(self._class, kind, mode.proof if mode else ()) if self._class else ()

    @property
    def _untested(self) -> bool:
        """A terminal under a safety stop is tried by nobody."""
        return self._stopped and not self._swap.wanted

    def _show_tests(self) -> None:
        self.tests.setVisible(not self._untested)
        self._not_tested.setVisible(self._untested)

    def pass_fitting(self) -> None:
        """Everything that fits was tried and works; so the trouble is solved, unless another
        result was chosen."""
        if self._untested:
            self.place([Problem("tests", "resolution.stopped")])
            return
        self.place(())
        self.tests.pass_all(self.fitting())
        if not self.form.value("result"):
            self.form.fill({"result": Result.SOLVED})
        self.begin()

    def needed(self) -> tuple[str, ...]:
        """The fields that must be filled for the chosen class and cause, and other troubles."""
        *before, result = self._of_this()
        return (*before, *self._others.needed(), result)

    def _of_this(self) -> tuple[str, ...]:
        fault_class, cause = self._class, self.form.value("cause")
        if fault_class is None:
            return "fault_class", "result"
        if is_request(self.form.value("mode")):
            return "remedy", "result"
        item = is_item_failure(fault_class, cause_is_item=self._knowledge.cause_is_item(cause))
        chain = ("mode", "cause", "remedy") if item else ()
        said = item or (self.form.value("remedy") and fault_class is not FaultClass.OTHER)
        done = () if said else ("work_done",)
        other = OTHER in map(self.form.value, ("mode", "cause", "remedy"))
        return (*chain, *(("other_text",) if other else ()), *done, "result")

    def _missing(self) -> QWidget | None:
        missing = next((name for name in self.needed() if not self.form.value(name)), None)
        if missing == "fault_class" and self._shares and not self.form.value("mode"):
            missing = "mode"  # which has a class
        if missing is not None:
            return self.form.widget(missing)
        solved = self.form.value("result") == Result.SOLVED
        if self.fitting() and not self.tests.lines() and solved:
            return self._all_passed
        return None

    def begin(self) -> None:
        """Go to the first thing that is missing, to the button that resolves when nothing is."""
        (self._missing() or self._go).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on to what is still missing; it resolves once nothing is."""
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain
        if entered and self._missing() not in (None, self.focusWidget()):
            self.begin()
            return
        super().keyPressEvent(event)

    def _mark_needed(self) -> None:
        needed = self.needed()
        for field in self.form.fields:
            self.form.set_required(field.name, required=field.name in needed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.begin()

    def suggest(self, hint: ResolutionHint) -> None:
        """Start from what the guided session says, where nothing was chosen before."""
        language = words().language
        self._shares = hint.shares
        self._on_class()
        done = "\n".join(text.in_(language) for text in hint.done)
        for name, value in (
            ("fault_class", hint.fault_class),
            ("mode", hint.mode),
            ("cause", hint.cause),
            ("work_done", done),
            ("advice", hint.told.in_(language)),
        ):
            if value and not self.form.value(name):
                self.form.fill({name: value})
                self._hinted.show()

    def content(self) -> dict[str, Any]:
        """Also the proof and the swap."""
        return {
            **super().content(),
            "tests": self.tests.content(),
            "security": self.security.content(),
            "swap": self._swap.content(),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Put back what was kept."""
        super().restore(content)
        self._mark_needed()
        for name, proof in (("tests", self.tests), ("security", self.security)):
            if name in content:
                proof.restore(content[name])
        if "swap" in content:
            self._swap.restore(content["swap"])
        if self.isVisible():
            self.begin()

    def typed_draft(self) -> ResolutionDraft:
        """What stands in the form now, sent or not.  Raises `InvalidInput`."""
        return self._draft(self.form.values())[0]

    def _draft(self, values: dict[str, Any]) -> tuple[ResolutionDraft, SwapDraft | None]:
        if not values["fault_class"]:
            raise InvalidInput.of("fault_class", "text.missing")
        draft = ResolutionDraft(
            fault_class=FaultClass(values["fault_class"]),
            result=Result(values["result"]) if values["result"] else None,
            tests=self.tests.lines(),
            security=self.security.lines(),
            others=self._others.drafts(values),
            **{name: values[name] for name in (*_AS_TYPED, *FEES)},
        )
        return draft, self._swap.draft() if self._swap.isVisible() else None

    def place(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Problems of the proof and of the swap stand beside them."""
        mine = [problem for problem in problems if problem.field in ("tests", "security")]
        self._no_proof.setText("\n".join(problem_text(words(), problem) for problem in mine))
        self._no_proof.setVisible(bool(mine))
        if mine:
            QTimer.singleShot(0, self, lambda: self._proof.ensureWidgetVisible(self._no_proof))
        others = [problem for problem in problems if problem not in mine]
        return self._swap.place(others) if self._swap.isVisible() else others


def _stop_text(incident: Incident, stops: Sequence[OpenStop]) -> str:
    """The safety stop of the incident, or else of others at its terminal."""
    own = stop_of(incident.events).in_(words().language)
    return _("Safety stop: {why}", why=own) if own else in_short(words(), stops)
