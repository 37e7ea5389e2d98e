"""What a file would do: counts, which column is which, and every problem by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QWidget

from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, column, label, panel, restyle, row, scrolled
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.wheel_safe import ComboBox, SpinBox
from app.gui.toolkit.wrapping import wrapping
from app.tabular.reading import WORKBOOK, ReadingChoice

ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 (GBK)"),
    ("big5", "Big5"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("utf-32", "UTF-32"),
    ("cp1252", "Windows-1252"),
    ("cp1250", "Windows-1250"),
)


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field a column may hold."""

    name: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """One problem in words."""

    row: int
    field: str
    value: str
    reason: str
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """What was read: how, from where, under which header.  `undecided` when a person has to say
    the encoding; `rows` below the header."""

    name: str
    encoding: str
    header: tuple[str, ...]
    header_row: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    undecided: bool = False
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPreview:
    """What a file would do, in words and figures.  `updated` is None where nothing can be;
    `unused` are columns nothing is taken from, with what they hold."""

    file: ShownFile
    mapping: Mapping[str, int]
    added: int
    updated: int | None
    unchanged: int
    blank: int
    refused: int
    problems: tuple[ShownProblem, ...]
    unused: tuple[str, ...] = ()

    @property
    def good(self) -> int:
        """Rows without errors."""
        return self.added + (self.updated or 0) + self.unchanged


class PreviewPane(QWidget):
    """`changed` says that columns (field → column) or the `ReadingChoice` about the file were
    corrected; the choice is None while only columns were."""

    changed = Signal(object, object)
    """The columns a person chose, a `dict` of field → place, and the `ReadingChoice` or None."""
    other_file = Signal()
    report_wanted = Signal()

    def __init__(self, fields: Sequence[ImportField]) -> None:
        super().__init__()
        self.shown: ShownPreview | None = None
        self._fields = tuple(fields)
        self._boxes: dict[str, QComboBox] = {}
        # Several corrections in a row are looked at once.
        self._pause = QTimer(self, singleShot=True, interval=250)
        self._pause.timeout.connect(self._send)
        self._name = label("", "strong")
        self._encoding = ComboBox()
        self._encoding.setAccessibleName(_("Encoding"))
        for value, text in ENCODINGS:
            self._encoding.addItem(text, value)
        self._encoding.activated.connect(self._choose_encoding)
        self._sheet = ComboBox()
        self._sheet.setAccessibleName(_("Sheet"))
        self._sheet.activated.connect(lambda: self._pause.start())
        self._sheet_label = label(_("Sheet"), "muted")
        self._header_row = SpinBox()
        self._header_row.setRange(1, 9999)
        self._header_row.setAccessibleName(_("Header row"))
        self._header_row.valueChanged.connect(lambda: self._pause.start())
        self._file = ShownFile(name="", encoding="", header=())
        self._encoding_chosen = False
        self._unused = label("", "muted", wrap=True, copy=True)
        self._tiles = {
            name: _Tile(text)
            for name, text in (
                ("added", _("to add")),
                ("updated", _("to update")),
                ("unchanged", _("unchanged")),
                ("blank", _("blank rows")),
                ("refused", _("rows with errors")),
            )
        }
        self._model = RowTableModel(_problem_columns(), self)
        self.table = TableView(
            self._model, two_lines=True, name="import-problems", title=_("Rows with problems")
        )
        self._report = button(_("Save the list …"), self.report_wanted.emit, icon="download")
        self._summary = label("", "section")
        self._reason = label("", wrap=True, copy=True)
        self._reason.setContentsMargins(14, 2, 14, 8)
        self.table.current_changed.connect(self._show_reason)
        self._arrange()

    def _arrange(self) -> None:
        other = action_button(
            UserAction.CHOOSE_IMPORT, self.other_file.emit, text=_("Another file …")
        )
        top = wrapping(
            self._name,
            boxed(row(label(_("Encoding"), "muted"), self._encoding)),
            boxed(row(self._sheet_label, self._sheet)),
            boxed(row(label(_("Header row"), "muted"), self._header_row)),
            None,
            other,
        )
        tiles = wrapping(*self._tiles.values(), spacing=10)
        columns = panel(
            column(
                row(label(_("Columns"), "section"), None, label(_("* needed"), "muted")),
                scrolled(self._mapping()),
                self._unused,
                spacing=8,
            )
        )
        columns.setMaximumWidth(380)
        columns.setMinimumHeight(220)
        self.table.setMinimumHeight(120)
        found = panel(
            column(
                row(self._summary, None, self._report, margins=(14, 10, 10, 2)),
                self.table,
                self._reason,
                spacing=4,
                margins=(1, 1, 1, 1),
            )
        )
        below = FoldingRow(columns, found, spacing=12, least=380, stretches=(0, 1))
        whole = column(top, tiles, below, spacing=12)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def _mapping(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 6, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, field in enumerate(self._fields):
            text = label(field.label + (" *" if field.required else ""), wrap=True)
            text.setFixedWidth(118)
            box = ComboBox()
            box.setAccessibleName(field.label)
            box.setMinimumContentsLength(8)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.activated.connect(lambda: self._pause.start())
            text.setBuddy(box)
            grid.addWidget(text, line, 0)
            grid.addWidget(box, line, 1)
            self._boxes[field.name] = box
        grid.setRowStretch(len(self._fields), 1)
        return made

    @property
    def refused(self) -> int:
        """Rows with errors in what is shown."""
        return self.shown.refused if self.shown else 0

    def mapping(self) -> dict[str, int]:
        """Which column each field is taken from now."""
        chosen = {name: box.currentData() for name, box in self._boxes.items()}
        return {name: place for name, place in chosen.items() if place is not None and place >= 0}

    def _choose_encoding(self) -> None:
        """Also the one that is shown, when the file was in doubt."""
        self._encoding_chosen = True
        self._pause.start()

    def _send(self) -> None:
        self.changed.emit(self.mapping(), self._choice())

    def _choice(self) -> ReadingChoice | None:
        """What is no longer as it was found, or None."""
        encoding = self._encoding.currentData()
        if not self._encoding_chosen and encoding == self._file.encoding.removesuffix("-sig"):
            encoding = None
        sheet, header_row = self._sheet.currentText(), self._header_row.value()
        choice = ReadingChoice(
            encoding if self._encoding.isEnabled() else None,
            sheet if sheet != self._file.sheet else None,
            header_row if header_row != self._file.header_row else None,
        )
        return choice if choice != ReadingChoice() else None

    def show_preview(self, shown: ShownPreview) -> None:
        """Show what a file would do."""
        self.shown = shown
        self._show_file(shown.file)
        self._show_header(shown.file.header, shown.mapping)
        self._unused.setText(_("Not used: {columns}", columns="; ".join(shown.unused)))
        self._unused.setVisible(bool(shown.unused))
        for name, tile in self._tiles.items():
            tile.show_number(getattr(shown, name))
        self._tiles["refused"].warn(shown.refused > 0)
        self._model.set_rows(shown.problems)
        warnings = sum(problem.warning for problem in shown.problems)
        errors = len(shown.problems) - warnings
        self._summary.setText(
            _("{errors} errors, {warnings} warnings", errors=errors, warnings=warnings)
            if shown.problems
            else _("Nothing is wrong with this file.")
        )
        self._report.setEnabled(bool(shown.problems))

    def _show_reason(self, problem: ShownProblem | None) -> None:
        """The whole sentence; the table may cut it."""
        self._reason.setVisible(problem is not None)
        if problem is not None:
            value = f"“{problem.value}” · " if problem.value else ""
            place = f"{problem.row} · " if problem.row else ""
            self._reason.setText(f"{place}{problem.field} · {value}{problem.reason}")

    def show_columns(self, file: ShownFile, mapping: Mapping[str, int]) -> None:
        """The columns do not say enough yet."""
        self.shown = None
        self._show_file(file)
        self._show_header(file.header, mapping)
        self._unused.hide()
        for tile in self._tiles.values():
            tile.show_number(None)
        self._tiles["refused"].warn(False)
        self._model.set_rows(())
        self._summary.setText(_("Say which column holds what is needed."))
        self._report.setEnabled(False)

    def _show_file(self, file: ShownFile) -> None:
        self._file = file
        self._encoding_chosen = False
        self._name.setText(_("{name} · {rows} rows", name=file.name, rows=file.rows))
        self._encoding.setEnabled(file.encoding != WORKBOOK)
        plain = file.encoding.removesuffix("-sig")
        self._encoding.setCurrentIndex(max(0, self._encoding.findData(plain)))
        restyle(self._encoding, "wrong", "true" if file.undecided else "false")
        self._sheet.clear()
        self._sheet.addItems(file.sheets)
        self._sheet.setCurrentIndex(max(0, self._sheet.findText(file.sheet)))
        for part in (self._sheet, self._sheet_label):
            part.setVisible(len(file.sheets) > 1)
        self._header_row.blockSignals(True)
        self._header_row.setValue(file.header_row)
        self._header_row.blockSignals(False)

    def _show_header(self, header: tuple[str, ...], mapping: Mapping[str, int]) -> None:
        for field in self._fields:
            box = self._boxes[field.name]
            box.blockSignals(True)
            box.clear()
            box.addItem(_("— not in the file —"), -1)
            for place, title in enumerate(header):
                box.addItem(title.strip() or _("column {number}", number=place + 1), place)
            box.setCurrentIndex(mapping.get(field.name, -1) + 1)
            missing = field.required and field.name not in mapping
            restyle(box, "wrong", "true" if missing else "false")
            box.blockSignals(False)


class _Tile(QFrame):
    """A count with its meaning."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._text = text
        self._number: QLabel = label("–", "figure")
        self.setLayout(
            column(self._number, label(text, "muted"), spacing=0, margins=(14, 8, 14, 8))
        )

    def show_number(self, number: int | None) -> None:
        self._number.setText("–" if number is None else str(number))
        self.setAccessibleName(f"{self._text}: {number}")

    def warn(self, wrong: bool) -> None:
        restyle(self, "role", "danger" if wrong else "card")


def _severity(problem: ShownProblem) -> Badge:
    if problem.warning:
        return Badge(_("Warning"), "warning", "triangle-alert")
    return Badge(_("Error"), "danger", "x")


def _problem_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Row"), text=lambda p: str(p.row or ""), width=64, right=True),
        TableColumn(title="", text=lambda _p: "", badge=_severity, width=84),
        TableColumn(title=_("Field"), text=lambda p: p.field, detail=lambda p: p.value, width=150),
        TableColumn(title=_("Why"), text=lambda p: p.reason, width=220, stretch=True),
    )
