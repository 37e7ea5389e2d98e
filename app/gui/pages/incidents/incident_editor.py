"""The form for a new incident: terminal, displayed code or symptom, impact, reporter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.errors import Problem
from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.incidents import Incident, IncidentSummary
from app.domain.incidents.lifecycle import Detection, Impact, Urgency
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.register.terminals import TerminalSummary
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field, word_choices
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import boxed, button, clear, column, label, panel, row
from app.gui.toolkit.stop_box import StopBox
from app.gui.toolkit.terminal_picker import TerminalPicker, described
from app.texts.incidents import in_short

_TERMINAL = frozenset({"terminal_id", "unknown_serial"})


class IncidentEditor(DraftDialog):
    """A new incident, or what was reported of one that is `edited`.  The page answers `searched`
    through `picker.show_found` and `picked` through `show_open_incidents`."""

    open_instead = Signal(str)
    """An incident of the same terminal that is still open: show that one."""
    terminal_wanted = Signal(str)
    """A terminal's id was put back; the page answers with `choose`."""
    serial_kept = Signal(str)
    """What was typed was put back; the page answers with `show_at_serial`."""

    def __init__(self, parent: QWidget | None = None, edited: Incident | None = None) -> None:
        super().__init__(
            _("Edit {number}", number=edited.number) if edited else _("New incident"),
            _fields(),
            self._draft,
            action="" if edited else _("Report and diagnose"),
            parent=parent,
        )
        self.prefer(620)
        self.terminal: TerminalSummary | None = None
        self.picker = TerminalPicker(unregistered=True)
        self.picker.picked.connect(self.choose)
        self._missing = label("", "error")
        self._missing.hide()
        self._chosen = column(spacing=4)
        self._others = column(spacing=4)
        self.stops = StopBox()
        self.stops.opened.connect(self._open)
        self.picker.box.textChanged.connect(self._forget_typed)
        self.insert(
            boxed(
                column(
                    label(_("Terminal"), "section"),
                    self.picker,
                    self._missing,
                    self.stops,
                    self._chosen,
                    self._others,
                    spacing=6,
                )
            )
        )

        if edited is not None:
            self.picker.box.put(edited.unknown_serial)
            self.fill({field.name: getattr(edited, field.name) for field in self.form.fields})

    def choose(self, item: TerminalSummary | None) -> None:
        """Take this terminal, or none."""
        self.terminal = item
        clear(self._chosen)
        clear(self._others)
        self.stops.show_stops(())
        self._missing.hide()
        self.picker.setVisible(item is None)
        self.edited.emit()
        if item is None:
            self.picker.setFocus()
            return
        change = button(_("Change"), lambda: self.choose(None), role="link")
        place = label(item.address, "muted")
        told = column(label(described(item), "strong", wrap=True), place, spacing=2)
        line = row(boxed(told), change)
        line.setStretch(0, 1)
        self._chosen.addWidget(panel(line, "note"))
        self.form.widget("displayed_code").setFocus()
        self.fit()

    def _forget_typed(self, typed: str) -> None:
        if not typed.strip() and self.terminal is None:
            self.show_open_incidents(())

    def show_at_serial(
        self, serial: str, found: Sequence[IncidentSummary], stops: Sequence[OpenStop]
    ) -> None:
        """What `show_open_incidents` shows, of the serial number that was typed; ignored when a
        terminal was chosen or something else was typed meanwhile."""
        if self.terminal is None and serial.strip() == self.picker.text():
            self.show_open_incidents(found, stops)

    def show_open_incidents(
        self, found: Sequence[IncidentSummary], stops: Sequence[OpenStop] = ()
    ) -> None:
        """List unfinished incidents of the terminal, since the report may repeat one of them; its
        safety stops first."""
        clear(self._others)
        self.stops.show_stops((), stops)
        if not found:
            return
        lines = column(
            label(
                plural(
                    "This terminal has {count} unfinished incident. Is it the same?",
                    "This terminal has {count} unfinished incidents. Is it one of them?",
                    len(found),
                ),
                "strong",
                wrap=True,
            ),
            spacing=4,
        )
        for item in found[:4]:
            text = f"{item.number} · {in_short(item)}"
            lines.addWidget(
                button(
                    _("Open {incident}", incident=text), partial(self._open, item.id), role="link"
                )
            )
        self._others.addWidget(panel(lines, "warning"))
        self.fit()

    def _open(self, incident_id: str) -> None:
        self.open_instead.emit(incident_id)
        self.reject()

    def _draft(self, values: dict[str, Any]) -> IncidentDraft:
        return IncidentDraft(
            terminal_id=self.terminal.id if self.terminal else "",
            unknown_serial="" if self.terminal else self.picker.text(),
            displayed_code=values["displayed_code"],
            symptom=values["symptom"],
            impact=Impact(values["impact"]),
            urgency=Urgency(values["urgency"]),
            detection=Detection(values["detection"]),
            reporter_name=values["reporter_name"],
            reporter_phone=values["reporter_phone"],
        )

    def place(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Problems of the terminal belong to the picker."""
        mine = [problem for problem in problems if problem.field in _TERMINAL]
        if mine:
            self._missing.setText(_("Choose a terminal, or enter the serial number you see on it."))
            self._missing.show()
            self.picker.setFocus()
        return [problem for problem in problems if problem not in mine]

    def content(self) -> dict[str, Any]:
        """Also the terminal, or what was typed to find it."""
        return {
            **super().content(),
            "terminal_id": self.terminal.id if self.terminal else "",
            "searched": self.picker.text(),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Put back what was kept; the page looks the terminal up."""
        super().restore(content)
        self.picker.box.put(content.get("searched", ""))
        terminal = content.get("terminal_id", "")
        if terminal:
            self.terminal_wanted.emit(terminal)
        elif self.picker.text():
            self.serial_kept.emit(self.picker.text())
        elif self.terminal is not None and "terminal_id" in content:
            self.choose(None)


def _fields() -> list[Field]:
    return [
        Field(
            name="displayed_code",
            label=_("Code or message on the screen"),
            help=_("As it stands there: A0, 97, TAMPER, 通讯失败 …"),
        ),
        Field(name="symptom", label=_("What is seen"), kind="text", rows=2),
        Field(
            name="impact", label=_("Impact"), kind="choice", choices=word_choices("impact", Impact)
        ),
        Field(
            name="urgency",
            label=_("Importance"),
            kind="choice",
            choices=word_choices("urgency", (Urgency.NORMAL, Urgency.HIGH, Urgency.LOW)),
        ),
        Field(
            name="detection",
            label=_("Found by"),
            kind="choice",
            choices=word_choices("detection", Detection),
        ),
        Field(
            name="reporter_name",
            label=_("Reported by"),
            help=_("Empty for the merchant's contact person."),
        ),
        Field(name="reporter_phone", label=_("Call back")),
    ]
