"""Lines of proof to mark: the function test and the security check."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from app.domain.incidents.incidents import (
    TestLine,
    TestOutcome,
)
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import Button, label
from app.texts import word

_MARKS = {TestOutcome.PASSED: "✓", TestOutcome.FAILED: "✗", TestOutcome.NOT_APPLICABLE: "–"}


class ProofList(QWidget):
    """Lines to mark passed, failed or not applicable, with a slip number where wanted."""

    marked = Signal()

    def __init__(self, kind: str, items: tuple[str, ...], slips: frozenset[str]) -> None:
        super().__init__()
        self._groups: dict[str, QButtonGroup] = {}
        self._slips: dict[str, QLineEdit] = {}
        self._names: dict[str, QWidget] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        # A column without anything in it has no gap before it either.
        grid.setColumnMinimumWidth(2, 96 if slips else 96 + grid.horizontalSpacing())
        for line, item in enumerate(items):
            name = word(words(), kind, item)
            self._names[item] = label(name)
            grid.addWidget(self._names[item], line, 0)
            grid.addLayout(self._marks(item, name), line, 1)
            if item in slips:
                slip = QLineEdit()
                slip.setPlaceholderText(_("Slip no."))
                slip.setAccessibleName(f"{name}: {_('Slip no.')}")
                slip.setMaximumWidth(96)
                slip.textEdited.connect(lambda _typed: self.marked.emit())
                self._slips[item] = slip
                grid.addWidget(slip, line, 2)

    def _marks(self, item: str, name: str) -> QHBoxLayout:
        group = QButtonGroup(self)
        group.setExclusive(False)
        line = QHBoxLayout()
        line.setSpacing(0)
        for place, (outcome, mark) in enumerate(_MARKS.items()):
            made = Button(mark)
            made.setCheckable(True)
            made.setProperty("role", "segment")
            made.setFixedWidth(38)
            shown = word(words(), "test_outcome", outcome)
            made.setToolTip(shown)
            made.setAccessibleName(f"{name}: {shown}")
            made.clicked.connect(lambda _on, g=group, p=place: self._one_only(g, p))
            group.addButton(made, place)
            line.addWidget(made)
        self._groups[item] = group
        return line

    def _one_only(self, group: QButtonGroup, place: int) -> None:
        for other in group.buttons():
            if group.id(other) != place:
                other.setChecked(False)
        self.marked.emit()

    def show_only(self, items: Collection[str]) -> None:
        """Show the lines that fit, and those that were marked already."""
        for item, group in self._groups.items():
            marked = any(made.isChecked() for made in group.buttons())
            shown = item in items or marked
            for widget in (self._names[item], self._slips.get(item), *group.buttons()):
                if widget is not None:
                    widget.setVisible(shown)

    def pass_all(self, items: Iterable[str]) -> None:
        """Mark these lines passed, those left alone before; what failed stays so."""
        for item in items:
            group = self._groups[item]
            if not any(made.isChecked() for made in group.buttons()):
                group.button(list(_MARKS).index(TestOutcome.PASSED)).setChecked(True)
        self.marked.emit()

    def lines(self) -> tuple[TestLine, ...]:
        """What was marked; lines left alone are left out."""
        found = []
        for item, group in self._groups.items():
            chosen = next((b for b in group.buttons() if b.isChecked()), None)
            if chosen is not None:
                outcome = list(_MARKS)[group.id(chosen)]
                slip = self._slips[item].text() if item in self._slips else ""
                found.append(TestLine(item, outcome, slip))
        return tuple(found)

    def fill(self, lines: Iterable[TestLine]) -> None:
        """Mark these lines and no others."""
        wanted = {line.item: line for line in lines}
        for item, group in self._groups.items():
            line = wanted.get(item)
            for outcome, made in zip(_MARKS, group.buttons(), strict=True):
                made.setChecked(line is not None and line.outcome is outcome)
            if item in self._slips:
                self._slips[item].setText(line.reference if line else "")

    def content(self) -> list[list[str]]:
        """What was marked, as values of JSON."""
        return [[line.item, str(line.outcome), line.reference] for line in self.lines()]

    def restore(self, content: Iterable[Sequence[str]]) -> None:
        """Mark what `content` gave."""
        self.fill(TestLine(item, TestOutcome(outcome), slip) for item, outcome, slip in content)
