"""The cards of the diagnosis panel: what is known, the classes as bars, checks, who acts.

Each shows a part of a session and signals what the user does; the rules are in the domain.  Rows
are made once and filled again, so that an answer is shown within one frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QMenu, QWidget

from app.domain.diagnosis.advice import Recommended
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.evidence import Evidence, EvidenceKind
from app.domain.diagnosis.interview import Interview
from app.domain.diagnosis.interview_parts import RankedClass, promised_classes
from app.domain.faults import FaultClass
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button, key_hint
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import Button, column, icon_button, label, restyle, row
from app.gui.toolkit.share_bar import ShareBar
from app.i18n import N_
from app.languages import LocalizedText
from app.texts import word
from app.texts.rules import listed

Row = TypeVar("Row", bound=QWidget)


def said(text: LocalizedText) -> str:
    """A text of the catalogue in the window's language."""
    return text.in_(words().language)


class Pool(Generic[Row]):
    """Rows of one kind in a layout: made when first needed, kept for the next time."""

    def __init__(self, layout: QBoxLayout, make: Callable[[], Row]) -> None:
        self._layout = layout
        self._make = make
        self.rows: list[Row] = []

    def take(self, count: int) -> list[Row]:
        """The first `count` rows, made where there are fewer; the others are hidden."""
        while len(self.rows) < count:
            made = self._make()
            self.rows.append(made)
            self._layout.addWidget(made)
        for place, made in enumerate(self.rows):
            made.setVisible(place < count)
        return self.rows[:count]


class KnownRow(QWidget):
    """One piece of evidence, which can be withdrawn."""

    def __init__(self, withdraw: Callable[[str], object]) -> None:
        super().__init__()
        self.evidence_id = ""
        self._text = label("", wrap=True)
        self._detail = label("", "muted", wrap=True)
        self.remove = icon_button("x", _("Withdraw"), lambda: withdraw(self.evidence_id))
        line = row(self._text, self.remove, spacing=2)
        line.setStretch(0, 1)
        line.setAlignment(self.remove, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(line, self._detail, spacing=0))

    def show_item(self, item: Evidence) -> None:
        """Fill the row."""
        self.evidence_id = item.id
        text = said(item.label)
        self._text.setText(_("Not: {sign}", sign=text) if item.negated else text)
        detail = said(item.detail) or (_("“{words}”", words=item.said) if item.said else "")
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.remove.setAccessibleName(_("Withdraw {text}", text=text))


_REPORTED = frozenset(
    {
        EvidenceKind.MESSAGE,
        EvidenceKind.SYMPTOM,
        EvidenceKind.CIRCUMSTANCE,
        EvidenceKind.REQUEST,
        EvidenceKind.WORDING,
    }
)
_SECTIONS: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    (N_("On the screen"), lambda i: i.kind is EvidenceKind.CODE or i.screen),
    (N_("What was reported"), lambda i: i.kind in _REPORTED and not i.screen),
    (N_("Answers"), lambda i: i.kind is EvidenceKind.ANSWER),
    (N_("Register and history"), lambda i: i.kind is EvidenceKind.FACT),
)


class KnownCard(QWidget):
    """The evidence of the session, grouped by source."""

    withdrawn = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._nothing = label(_("Nothing yet. Type what the screen shows."), "muted", wrap=True)
        self._parts: list[tuple[QWidget, Pool[KnownRow]]] = []
        layout = column(self._nothing, spacing=4)
        for title, _belongs in _SECTIONS:
            caption = label(_(title), "muted")
            rows = column(spacing=2)
            layout.addWidget(caption)
            layout.addLayout(rows)
            self._parts.append((caption, Pool(rows, self._row)))
        self.setLayout(layout)

    def _row(self) -> KnownRow:
        return KnownRow(self.withdrawn.emit)

    def show_evidence(self, evidence: Sequence[Evidence], *, editable: bool) -> None:
        """Show it; withdrawing is possible while the case is open."""
        self._nothing.setVisible(not any(i.kind is not EvidenceKind.CHECK for i in evidence))
        for (caption, pool), (_title, belongs) in zip(self._parts, _SECTIONS, strict=True):
            inside = [item for item in evidence if belongs(item)]
            caption.setVisible(bool(inside))
            for made, item in zip(pool.take(len(inside)), inside, strict=True):
                made.show_item(item)
                made.remove.setVisible(editable)


class ClassRow(QWidget):
    """A fault class as a bar with its share and why."""

    def __init__(self) -> None:
        super().__init__()
        self.name = label("", "strong")
        self.bar = ShareBar()
        self.share = label("", "strong")
        self.share.setMinimumWidth(38)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.why = label("", "muted", wrap=True)
        self.setLayout(column(row(self.name, None, self.share), self.bar, self.why, spacing=2))

    def show_ranked(self, ranked: RankedClass, token: str) -> None:
        """Fill the row."""
        name = word(words(), "fault_class", ranked.fault_class)
        self.name.setText(name)
        self.share.setText(f"{ranked.share:.0%}")
        self.bar.set_share(ranked.share, token)
        self.bar.setAccessibleName(f"{name} {ranked.share:.0%}")
        reasons = " ".join(said(reason) for reason in ranked.reasons)
        self.why.setText(reasons)
        self.why.setVisible(bool(reasons) and ranked.share >= _EXPLAINED)


_EXPLAINED = 0.05
_WORTH_SHOWING = 0.015
_MOST_CLASSES = 5


class RankingCard(QWidget):
    """The classes, likeliest first; the rest in one line; the button that accepts."""

    accepted = Signal(object)
    """The `FaultClass` chosen against the likeliest, or None for the likeliest."""

    def __init__(self) -> None:
        super().__init__()
        rows = column(spacing=10)
        self.pool: Pool[ClassRow] = Pool(rows, ClassRow)
        self._rest = label("", "muted")
        self._together = label("", wrap=True)
        """The classes of which one is right, while it is not clear which."""
        self.accept = Button()
        self.accept.setProperty("role", "primary")
        self.accept.setToolTip(key_hint(UserAction.ACCEPT_CLASS))
        self.accept.clicked.connect(lambda: self.accepted.emit(None))
        self._other = Button(_("Another class"))
        self._menu = QMenu(self._other)
        self._other.setMenu(self._menu)
        for fault_class in FaultClass:
            chosen = self._menu.addAction(word(words(), "fault_class", fault_class))
            chosen.triggered.connect(lambda _on=False, c=fault_class: self.accepted.emit(c))
        self.setLayout(
            column(rows, self._rest, self._together, 2, self.accept, self._other, spacing=6)
        )

    def show_session(self, session: Interview, *, editable: bool) -> None:
        """Show the shares of the classes."""
        ranking = session.ranking
        shown = [r for r in ranking[:_MOST_CLASSES] if r.share >= _WORTH_SHOWING] or [ranking[0]]
        tokens = ["danger" if session.stopped else "accent"] + ["muted"] * len(shown)
        for made, ranked, token in zip(self.pool.take(len(shown)), shown, tokens, strict=False):
            made.show_ranked(ranked, token)
        rest = ranking[len(shown) :]
        share = sum(ranked.share for ranked in rest)
        self._rest.setText(
            plural(
                "{count} other class: {share}",
                "{count} other classes: {share} together",
                len(rest),
                share=f"{share:.0%}",
            )
        )
        self._rest.setVisible(bool(rest))
        together = promised_classes(ranking, decided=session.decided)
        classes = listed(words(), [word(words(), "fault_class", each) for each in together])
        self._together.setText(
            _("Not clear yet: in nine of ten cases it is one of {classes}.", classes=classes)
        )
        self._together.setVisible(len(together) > 1)
        name = word(words(), "fault_class", session.top.fault_class)
        self.accept.setText(_("Accept: {name}", name=name))
        # A guess may be accepted too, but nothing invites to it.
        restyle(self.accept, "role", "primary" if session.clear else "")
        self.accept.setVisible(editable)
        self._other.setVisible(editable)


OUTCOME_ACTIONS = {
    UserAction.IT_HELPED: CheckOutcome.HELPED,
    UserAction.IT_DID_NOT_HELP: CheckOutcome.NOT_HELPED,
}
"""What is said of the check done last."""
Tick = Callable[[str, CheckOutcome], object]


class CheckRow(QWidget):
    """A recommended or finished check with its check box and the answers whether it helped."""

    def __init__(self, tick: Tick, untick: Callable[[str], object]) -> None:
        super().__init__()
        self.check_id = ""
        self.instruction = False
        self._tick, self._untick, self.box = tick, untick, QCheckBox()
        self.box.clicked.connect(self._on_clicked)
        self._text = label("", wrap=True)
        self._cost = label("", "muted", wrap=True)
        self.helped, self.not_helped = (
            action_button(action, partial(self.say, outcome), role="quiet", bind=False)
            for action, outcome in OUTCOME_ACTIONS.items()
        )
        outcomes = row(self._cost, None, self.helped, self.not_helped, spacing=4)
        outcomes.setStretch(0, 100)
        line = row(self.box, column(self._text, outcomes, spacing=0), spacing=8)
        line.setStretch(1, 1)
        line.setAlignment(self.box, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)

    def _on_clicked(self, on: bool) -> None:
        if on:
            self.say(CheckOutcome.DONE)
        else:
            self._untick(f"check:{self.check_id}")

    def say(self, outcome: CheckOutcome) -> None:
        """Report the check as done, with its outcome."""
        self._tick(self.check_id, outcome)

    def show_done(self, item: Evidence, *, outcomes: bool, last: bool, editable: bool) -> None:
        """A check that was done; the keys for the outcome mean the `last` one.  Without
        `outcomes` it is an instruction, which is carried out and no more."""
        self._show(item.ref, said(item.label), "", done=True)
        self.box.setEnabled(editable)
        self.instruction = not outcomes
        for made, (action, outcome) in zip(
            (self.helped, self.not_helped), OUTCOME_ACTIONS.items(), strict=True
        ):
            made.setVisible(outcomes and editable and item.value != outcome)
            made.setToolTip(key_hint(action) if last else "")

    def show_recommended(
        self, item: Recommended, place: int, *, editable: bool, stopped: bool
    ) -> None:
        """A check worth doing; `place` is the digit that ticks it.  Nobody is told the chance of
        an instruction, nor of what must be done after a safety stop."""
        minutes = plural("{count} min", "{count} min", item.check.minutes)
        told = item.chance >= 0.01 and not item.check.instruction and not stopped
        chance = _("helps in {share}", share=f"{item.chance:.0%}") if told else ""
        cost = " · ".join(part for part in (minutes, chance) if part)
        self._show(item.check.id, said(item.check.text), cost, done=False)
        self.box.setEnabled(editable)
        self.box.setText(str(place) if place < 10 and editable else "")
        tools = " · ".join(said(tool) for tool in item.check.tools)
        self.setToolTip(_("Tools: {tools}", tools=tools) if tools else "")
        self.instruction = item.check.instruction
        for made in (self.helped, self.not_helped):
            made.setVisible(editable and not self.instruction)
            made.setToolTip("")

    def _show(self, check_id: str, text: str, cost: str, *, done: bool) -> None:
        self.check_id = check_id
        self.box.setChecked(done)
        self.box.setText("")
        if self._text.text() != text:
            self.box.setAccessibleName(text)
            self.helped.setAccessibleName(_("It helped: {check}", check=text))
            self.not_helped.setAccessibleName(_("It did not help: {check}", check=text))
            self._text.setText(text)
        self._cost.setText(cost)
        self._cost.setVisible(bool(cost))


class ChecksCard(QWidget):
    """What was tried, then what is worth trying, quickest gain first."""

    ticked = Signal(str, CheckOutcome)
    """Id of a check, and what became of it."""
    unticked = Signal(str)
    """Id of the evidence a check gave."""

    def __init__(self) -> None:
        super().__init__()
        self._title = label(_("Recommended checks (quickest gain first)"), "section", wrap=True)
        self._keys = label(
            _(
                "Digit: done. Then {helped} it helped, {not_helped} it did not.",
                helped=key_hint(UserAction.IT_HELPED),
                not_helped=key_hint(UserAction.IT_DID_NOT_HELP),
            ),
            "muted",
            wrap=True,
        )
        rows = column(spacing=6)
        self.pool: Pool[CheckRow] = Pool(rows, self._row)
        self._done: list[CheckRow] = []
        self._recommended: list[CheckRow] = []
        self.setLayout(column(self._title, self._keys, rows, spacing=8))

    def _row(self) -> CheckRow:
        return CheckRow(self.ticked.emit, self.unticked.emit)

    def show_session(self, session: Interview, *, editable: bool) -> None:
        """Show the checks of this moment."""
        done = [item for item in session.evidence if item.kind is EvidenceKind.CHECK]
        checks = session.reasoner.knowledge.checks
        rows = self.pool.take(len(done) + len(session.checks))
        self._done, self._recommended = rows[: len(done)], rows[len(done) :]
        for made, item in zip(self._done, done, strict=True):
            made.show_done(
                item,
                outcomes=not checks[item.ref].instruction,
                last=item is done[-1],
                editable=editable,
            )
        for place, (made, check) in enumerate(
            zip(self._recommended, session.checks, strict=True), 1
        ):
            made.show_recommended(check, place, editable=editable, stopped=session.stopped)
        self._title.setVisible(bool(rows))
        self._keys.setVisible(bool(rows) and editable)

    @property
    def last_done(self) -> QWidget | None:
        """The check that was done last: the keys for the outcome mean it."""
        return self._done[-1] if self._done else None

    def tick_place(self, place: int) -> None:
        """Tick the recommended check with this digit, when there is one."""
        if place <= len(self._recommended) and self._recommended[place - 1].box.isEnabled():
            self._recommended[place - 1].say(CheckOutcome.DONE)

    def say_of_last(self, outcome: CheckOutcome) -> None:
        """Say what became of the check that was done last, when there is one."""
        last = self._done[-1] if self._done else None
        if last is not None and last.box.isEnabled() and not last.instruction:
            last.say(outcome)
