"""Imports: reads and checks files for the import dialog, and commits them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from app import chosen_files
from app.domain.cardguard import mask_cards
from app.domain.errors import InvalidInput
from app.gui.pages.terminals.import_dialog import ImportDialog
from app.gui.pages.terminals.import_preview import (
    ImportField,
    ShownFile,
    ShownPreview,
    ShownProblem,
)
from app.gui.shell.page import Page
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.working_dialog import READING, WorkManner
from app.services.core.import_columns import ImportResult, map_columns
from app.services.incidents.history_import import COLUMNS
from app.services.incidents.history_import import REQUIRED as HISTORY_REQUIRED
from app.services.register.importing import HEADERS, REQUIRED, template
from app.tabular.reading import ReadingChoice, Table
from app.tabular.writing import write_table
from app.texts import field_label, problem_text
from app.texts.imported import imported_lines


@dataclass(frozen=True, slots=True)
class ImportKind:
    """What differs between files of terminals and of finished incidents."""

    title: str
    hint: str
    known_as: Mapping[str, Sequence[str]]
    required: tuple[str, ...]
    done: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class ImportLook:
    """What looking at a file found: with a preview, or with the reason why there is none."""

    table: Table
    mapping: dict[str, int]
    preview: Any = None
    shown: ShownPreview | None = None
    refusal: InvalidInput | None = None


class Importing(QObject):
    """Opens the import dialogs and saves the empty spreadsheet."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page

    def terminals(self) -> ImportDialog:
        """Take in an acquirer's list of terminals."""
        kind = ImportKind(
            _("Import terminals"),
            _(
                "CSV or Excel, as the acquirer exports it: columns are recognised by their names,"
                " encodings by themselves. Nothing is written before you have seen what would"
                " happen."
            ),
            HEADERS,
            REQUIRED,
            lambda n: plural("{count} terminal imported", "{count} terminals imported", n),
        )
        return _ImportRun(self._page, self._page.context.services.terminal_import, kind).dialog

    def history(self) -> ImportDialog:
        """Take in finished incidents of another system."""
        kind = ImportKind(
            _("Import finished incidents"),
            _(
                "One row an incident: serial number, reported, code, symptom, class, restored,"
                " technician, minutes. Terminals must be registered first."
            ),
            COLUMNS,
            HISTORY_REQUIRED,
            lambda n: plural("{count} incident imported", "{count} incidents imported", n),
        )
        return _ImportRun(self._page, self._page.context.services.history_import, kind).dialog

    def template(self) -> None:
        """Save an empty spreadsheet with the columns an import knows."""
        page, t = self._page, words()

        def save(path: Path) -> None:
            titles = {name: field_label(t, name) for name in HEADERS}
            kind = "xlsx" if path.suffix.lower() == ".xlsx" else "csv"
            page.run(
                lambda: chosen_files.write(path, template(kind, titles)),
                lambda _none: page.context.note(_("Saved: {name}", name=path.name)),
                lane="io",
            )

        ask_new_file(
            page,
            _("Empty spreadsheet"),
            _("Excel files (*.xlsx);;CSV files (*.csv)"),
            f"{_('Terminals')}.xlsx",
            save,
        )


class _ImportRun(QObject):
    """The import of one dialog; a child of it."""

    def __init__(self, page: Page, importer: Any, kind: ImportKind) -> None:
        self.dialog = ImportDialog(kind.title, kind.hint, _fields(kind), page)
        super().__init__(self.dialog)
        self._page, self._importer, self._kind = page, importer, kind
        self._path: Path | None = None
        self._choice = ReadingChoice()
        self._looked: ImportLook | None = None
        self.dialog.file_chosen.connect(self._on_file)
        self.dialog.changed.connect(self._on_changed)
        self.dialog.commit_wanted.connect(self._commit)
        self.dialog.report_wanted.connect(self._save_report)
        self.dialog.open()

    def _on_file(self, path: Path) -> None:
        self._path = path
        self._choice = ReadingChoice()
        self._look(path, None, None)

    def _on_changed(self, mapping: dict[str, int], choice: ReadingChoice | None) -> None:
        looked = self._looked
        if looked is None or self._path is None:
            return
        if choice is None:
            self._look(self._path, looked.table, mapping)
            return
        before = self._choice
        # Another sheet has its own header.
        kept = before.header_row if choice.sheet is None else None
        self._choice = ReadingChoice(
            choice.encoding or before.encoding,
            choice.sheet or before.sheet,
            choice.header_row or kept,
        )
        self._look(self._path, None, None)

    def _look(self, path: Path, table: Table | None, mapping: dict[str, int] | None) -> None:
        self.dialog.drop()
        importer, kind, t, choice = self._importer, self._kind, words(), self._choice

        def look(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> ImportLook:
            read = table if table is not None else importer.read(path, choice=choice)
            columns = mapping if mapping is not None else map_columns(read.header, kind.known_as)
            try:
                preview = importer.check(read, columns, progress, cancelled)
            except InvalidInput as refusal:
                return ImportLook(read, columns, refusal=refusal)
            return ImportLook(read, columns, preview, _shown(t, preview))

        self.dialog.show_busy(_("Looking at {name} …", name=path.name))
        self.dialog.carry_out(self._page.context, look, self._show, manner=READING)

    def _show(self, looked: ImportLook) -> None:
        self._looked = looked
        if looked.shown is not None:
            self.dialog.show_preview(looked.shown)
        elif looked.refusal is not None:
            self.dialog.show_columns(_file(looked.table), looked.mapping, looked.refusal)

    def _commit(self, skip_bad: bool) -> None:
        looked = self._looked
        assert looked is not None
        assert looked.preview is not None
        importer, preview = self._importer, looked.preview

        def commit(
            progress: Callable[[int, int], None], cancelled: Callable[[], bool]
        ) -> ImportResult:
            result: ImportResult = importer.commit(
                preview, skip_bad=skip_bad, progress=progress, cancelled=cancelled
            )
            return result

        self.dialog.show_busy(_("Importing …"))
        self.dialog.carry_out(
            self._page.context,
            commit,
            self._committed,
            manner=WorkManner(stopped=_("Stopped: nothing was imported.")),
        )

    def _committed(self, result: ImportResult) -> None:
        self.dialog.show_result(
            self._kind.done(result.added + result.updated),
            "\n".join(imported_lines(words(), result)),
        )

    def _save_report(self) -> None:
        looked = self._looked
        if looked is None or looked.shown is None:
            return
        shown = looked.shown
        what = _("problems")
        name = f"{Path(shown.file.name).stem} {what}.csv"
        header = (_("Row"), "", _("Field"), _("Value found"), _("Why"))
        rows = [
            (
                str(p.row or ""),
                _("Warning") if p.warning else _("Error"),
                p.field,
                mask_cards(p.value),
                mask_cards(p.reason),
            )
            for p in shown.problems
        ]

        def save(path: Path) -> None:
            self._page.run(
                lambda: write_table(path, shown.file.name, header, rows),
                lambda _none: self._page.context.note(_("Saved: {name}", name=path.name)),
                lane="io",
            )

        ask_new_file(
            self.dialog,
            _("Save the list of problems"),
            _("CSV files (*.csv);;Excel files (*.xlsx)"),
            name,
            save,
        )


def _fields(kind: ImportKind) -> list[ImportField]:
    t = words()
    return [ImportField(n, field_label(t, n), n in kind.required) for n in kind.known_as]


def _shown(t: Any, preview: Any) -> ShownPreview:
    """The preview in words, made on the worker."""
    found = (*preview.problems, *preview.doubts, *preview.warnings)
    return ShownPreview(
        file=_file(preview.table),
        mapping=preview.mapping,
        added=preview.added,
        updated=getattr(preview, "updated", None),
        unchanged=preview.unchanged,
        blank=preview.blank,
        refused=preview.refused,
        problems=tuple(
            ShownProblem(
                item.row,
                field_label(t, item.problem.field),
                item.value,
                problem_text(t, item.problem),
                item.warning,
            )
            for item in found
        ),
        unused=tuple(
            f"{item.title or item.place + 1} ({' · '.join(item.samples)})"
            for item in preview.unused
        ),
    )


def _file(table: Table) -> ShownFile:
    return ShownFile(
        name=table.file_name,
        encoding=table.encoding,
        header=table.header,
        header_row=table.header_row,
        sheet=table.sheet,
        sheets=table.sheets,
        undecided=bool(table.rivals),
        rows=len(table.rows),
    )
