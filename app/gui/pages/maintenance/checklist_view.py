"""A checklist worked through by keyboard: one line at a time, nothing fails silently.

P pass, F fail, N not applicable, digits choose an answer, Enter takes a value and goes on; the
arrows go from line to line.  After a failure: X fixed now, I an incident.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.diagnosis.catalogue import Stop
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.maintenance.checklist_lines import (
    AnswerDraft,
    ChecklistLine,
    EntryForm,
    LineVerdict,
)
from app.domain.maintenance.checklists import FollowUp, LineResult
from app.gui.actions import UserAction
from app.gui.pages.maintenance.line_inputs import INPUTS, GivenAnswer, LineInput
from app.gui.pages.maintenance.typed_answers import TypedAnswer, TypedAnswers
from app.gui.toolkit.action_buttons import action_button, action_icon_button
from app.gui.toolkit.elided import ElidedLabel
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, button, clear, column, label, panel, row
from app.gui.toolkit.share_bar import ShareBar
from app.gui.toolkit.stop_box import StopBox
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.wrapping import wrapping
from app.texts import word
from app.texts.checklists import answer_in_words, limits_in_words

if TYPE_CHECKING:
    from app.services.maintenance.checklists import ChecklistRun

_BADGES = {
    LineVerdict.PASS: ("ok", "circle-check"),
    LineVerdict.FAIL: ("danger", "x"),
    LineVerdict.NOT_APPLICABLE: ("neutral", "ban"),
}


class LineTable(TableView):
    """Lines; letters and digits are answers, not a search."""

    typed = Signal(object)
    """The `QKeyEvent`."""
    written = Signal(str)
    """A text an input method wrote."""

    takes_text = False
    """Whether the line in sight is answered by a text, which an input method may write."""

    def set_takes_text(self, *, takes: bool) -> None:
        """Let an input method write, or let letters be the answers they stand for."""
        self.takes_text = takes
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, takes)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Qt turns it off here for a list that cannot be edited.
        self.set_takes_text(takes=self.takes_text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if self.takes_text and event.commitString().strip():
            self.written.emit(event.commitString())
            event.accept()
        else:
            super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().strip() and not event.modifiers() & _COMMANDS:
            self.typed.emit(event)
        else:
            super().keyPressEvent(event)


_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class WorkView(QWidget):
    """`answered` carries (line key, draft), `followed` (line, how), `ended` and `left` nothing,
    `incident_opened` the id of an incident to be shown."""

    answered = Signal(str, AnswerDraft)
    followed = Signal(ChecklistLine, FollowUp)
    ended = Signal()
    left = Signal()
    incident_opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.run: ChecklistRun | None = None
        self._title = ElidedLabel("title")
        self._where = ElidedLabel("muted")
        self._progress = ShareBar()
        self._progress.setFixedWidth(160)
        self._count = label("", "muted")
        self.model = RowTableModel(self._columns(), self)
        self.table = LineTable(self.model, two_lines=True, name="checklist", title=_("Checklist"))
        self.table.typed.connect(self.keyPressEvent)
        self.table.written.connect(self._on_written)
        self.table.current_changed.connect(self._on_line)
        self.table.opened.connect(lambda _line: self._focus_input())
        self._question = label("", "question", wrap=True)
        self._help = label("", "muted", wrap=True)
        self._limits = label("", "muted", wrap=True)
        self._result = label("", "", wrap=True)
        self.inputs = {form: made() for form, made in INPUTS.items()}
        for part in self.inputs.values():
            part.given.connect(self._give)
        self.input: LineInput | None = None
        self._ending = False
        self._typed = TypedAnswers()
        self._shown = ""
        self.remark = QLineEdit()
        self.remark.setPlaceholderText(_("Remark; needed when evidence does not apply"))
        self.trouble = label("", "error", wrap=True)
        self._after = column(spacing=8)
        self.stop = StopBox()
        self.stop.opened.connect(self.incident_opened)
        self._end = action_button(UserAction.END_CHECKLIST, self._on_end, role="primary")
        self._arrange()

    def _arrange(self) -> None:
        back = action_icon_button(UserAction.BACK_TO_VISIT, self.left.emit)
        head = wrapping(
            back,
            boxed(column(self._title, self._where, spacing=0)),
            None,
            self._count,
            self._progress,
            self._end,
            spacing=12,
            margins=(16, 12, 16, 8),
        )
        self._after_box = panel(self._after, "danger")
        self._after_box.hide()
        inner = column(
            self._question,
            self._help,
            self._limits,
            *self.inputs.values(),
            self.remark,
            self.trouble,
            self._result,
            self._after_box,
            None,
            label(
                _("P pass · F fail · N not applicable · digits choose · ↑ ↓ go from line to line"),
                "muted",
                wrap=True,
            ),
            spacing=10,
            margins=(18, 16, 18, 16),
        )
        right = panel(inner)
        self.table.setMinimumHeight(160)
        body = FoldingRow(
            panel(column(self.table, margins=(1, 1, 1, 1))),
            right,
            spacing=14,
            least=380,
            stretches=(3, 2),
        )
        layout = column(head, self.stop, column(body, margins=(16, 0, 16, 16)), spacing=4)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def _columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(title="#", text=lambda line: str(self._number(line)), width=40, right=True),
            TableColumn(
                title=_("Line"),
                text=lambda line: line.text.in_(words().language),
                detail=self._said,
                width=240,
                stretch=True,
            ),
            TableColumn(title=_("Finding"), text=lambda _line: "", badge=self._badge, width=150),
        )

    def _number(self, line: ChecklistLine) -> int:
        assert self.run is not None
        return self.run.checklist.lines.index(line) + 1

    def _found(self, line: ChecklistLine) -> LineResult | None:
        return self.run.results.get(line.key) if self.run else None

    def _said(self, line: ChecklistLine) -> str:
        result = self._found(line)
        if self.run is not None and self._typed.of(self.run, line.key) is not None:
            return _("typed, not answered yet")
        if result is None:
            return "" if line.required else _("optional")
        answer, said = result.answer, answer_in_words(line, result.answer.value)
        parts = (said.in_(words().language), answer.remark, result.note, result.incident_number)
        return " · ".join(filter(None, parts))

    def _badge(self, line: ChecklistLine) -> Badge | None:
        result = self._found(line)
        if result is None:
            return None
        if result.answer.verdict is LineVerdict.FAIL and not result.settled:
            return Badge(_("Failed – decide"), "danger", "triangle-alert")
        if result.follow_up is not None:
            return Badge(word(words(), "follow_up", result.follow_up), "warning", "wrench")
        if line.only_notes and result.answer.verdict is LineVerdict.PASS:
            return Badge(_("Recorded"), "neutral", "circle-check")
        tone, icon = _BADGES[result.answer.verdict]
        return Badge(word(words(), "verdict", result.answer.verdict), tone, icon)

    # --- showing -------------------------------------------------------------------------------

    def show_run(
        self,
        run: ChecklistRun,
        where: str,
        stops: Sequence[Stop] = (),
        standing: Sequence[OpenStop] = (),
    ) -> None:
        """Show a checklist; go to the first line that is open, or stay where one was.  `stops` are
        the safety stops its failed lines call for, `standing` those of the terminal; both are
        shown before anything else."""
        self.stop.show_stops(stops, standing)
        fresh = self.run is None or self.run.id != run.id
        kept = self.table.currentIndex().row()
        self._keep_typed(run)
        self.run = run
        self._title.setText(run.checklist.title.in_(words().language))
        self._where.setText(where)
        self.model.set_rows(run.checklist.lines)
        lines = run.checklist.lines
        done = sum(line.key in run.results for line in lines)
        self._count.setText(f"{done}/{len(lines)}")
        self._progress.set_share(done / len(lines), "danger" if run.unsettled else "accent")
        self._end.setVisible(run.finished_at is None)
        self.remark.setEnabled(run.finished_at is None)
        self._go(self._first_open() if fresh else max(0, kept))
        self.table.setFocus()

    def _first_open(self) -> int:
        assert self.run is not None
        for place, line in enumerate(self.run.checklist.lines):
            if line.key not in self.run.results:
                return place
        return 0

    def _go(self, place: int) -> None:
        self.table.setCurrentIndex(self.model.index(place, 0))
        self._on_line(self.current)

    @property
    def current(self) -> ChecklistLine | None:
        """The line in sight."""
        line: ChecklistLine | None = self.table.current()
        return line

    def go_on(self) -> None:
        """After a settled answer: the next line."""
        line = self.current
        result = self._found(line) if line else None
        if self._ending:
            self._ending = False
            self.ended.emit()
        elif result is not None and result.settled:
            place = self.table.currentIndex().row() + 1
            if place < self.model.rowCount():
                self._go(place)

    def show_trouble(self, text: str) -> None:
        """The answer was refused."""
        self._ending = False
        self.trouble.setText(text)

    def _keep_typed(self, now: ChecklistRun | None) -> None:
        """Before another line, or another state of the run, is shown: `now` says which lines were
        answered meanwhile."""
        run, key, self._shown = self.run, self._shown, ""
        if run is None or not key or self.input is None:
            return
        if now is not None and now.id == run.id and now.results.get(key) != run.results.get(key):
            self._typed.drop(run, key)
        else:
            self._typed.keep(run, key, TypedAnswer(self.remark.text(), self.input.pending()))

    def _on_line(self, line: ChecklistLine | None) -> None:
        self._keep_typed(self.run)
        clear(self._after)
        self._after_box.hide()
        self.trouble.setText("")
        self.remark.setText("")
        if line is None or self.run is None:
            return
        t = words()
        self._question.setText(line.text.in_(t.language))
        self._help.setText(line.help.in_(t.language))
        self._limits.setText(limits_in_words(t, line))
        for said in (self._help, self._limits):
            said.setVisible(bool(said.text()))
        result = self._found(line)
        self._result.setText(self._said(line) if result else "")
        if result is not None:
            self.remark.setText(result.answer.remark)
        is_open = self.run.finished_at is None
        typed = self._typed.of(self.run, line.key)
        self._shown = line.key if is_open else ""
        self.input = self.inputs[line.type.entry]
        for part in self.inputs.values():
            part.setVisible(is_open and part is self.input)
        self.table.set_takes_text(takes=is_open and line.type.entry is EntryForm.VALUE)
        if is_open:
            self.input.show_line(line, result.answer if result else None)
            if typed is not None:
                self.remark.setText(typed.remark)
                self.input.put_back(typed.value)
            if result is not None and result.answer.verdict is LineVerdict.FAIL:
                self._offer_after(line, result)

    def _offer_after(self, line: ChecklistLine, result: LineResult) -> None:
        self._after_box.show()
        if result.incident_id:
            text = _("Incident {number} was opened.", number=result.incident_number)
            self._after.addWidget(label(text, "strong", wrap=True))
            go = partial(self.incident_opened.emit, result.incident_id)
            self._after.addWidget(button(_("Show the incident"), go, role="link"))
            return
        question = _("Failed. Fixed now, or an incident?")
        self._after.addWidget(label(question, "strong", wrap=True))
        fixed = button(_("Fixed now (X)"), partial(self._follow, line, FollowUp.FIXED_NOW))
        opened = button(_("Open an incident (I)"), partial(self._follow, line, FollowUp.INCIDENT))
        self._after.addLayout(row(fixed, opened, None))

    # --- answering -----------------------------------------------------------------------------

    def _send(self, draft: AnswerDraft) -> None:
        line = self.current
        if line is not None and self.run is not None and self.run.finished_at is None:
            self.answered.emit(line.key, draft)

    def _give(self, given: GivenAnswer) -> None:
        self._send(AnswerDraft(given.verdict, given.value, self.remark.text()))

    def _follow(self, line: ChecklistLine, how: FollowUp) -> None:
        self.followed.emit(line, how)

    def _on_written(self, text: str) -> None:
        if self.input is not None and self.input.isVisible():
            self.input.begin(text)

    def _on_end(self) -> None:
        """End it; what stands in the field and was not taken over yet is answered before."""
        self._keep_typed(self.run)
        waiting = self._typed.first(self.run) if self.run is not None else None
        if waiting is not None and waiting != self.table.currentIndex().row():
            self._go(waiting)
            self.show_trouble(
                _("Something was typed here and not answered yet: answer the line, or empty it.")
            )
            return
        self._shown = self.current.key if self.current is not None else ""
        open_input = self.input if self.input is not None and self.input.isVisible() else None
        typed = open_input.pending() if open_input is not None else ""
        self._ending = bool(typed)
        if typed:
            self._give(GivenAnswer(value=typed))
        else:
            self.ended.emit()

    def _focus_input(self) -> None:
        if self.input is not None and self.input.isVisible():
            self.input.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.current
        if line is None or not self._by_key(line, event.text()):
            super().keyPressEvent(event)

    def _by_key(self, line: ChecklistLine, key: str) -> bool:
        """What a key means for a line; False when it means nothing."""
        result = self._found(line)
        waits = result is not None and not result.settled
        if waits and key.upper() in ("X", "I"):
            fixed = key.upper() == "X"
            self._follow(line, FollowUp.FIXED_NOW if fixed else FollowUp.INCIDENT)
            return True
        return self.input is not None and self.input.by_key(key)
