"""Behind the import dialog: reads, checks and writes files for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from app.domain.cardguard import mask_cards
from app.domain.errors import InvalidInput
from app.gui.desk import Page
from app.gui.dialogs.import_dialog import ImportDialog
from app.gui.dialogs.import_preview import ImportField, ShownPreview, ShownProblem
from app.gui.language import _, plural, words
from app.gui.widgets.files import ask_new_file
from app.services.history_import import COLUMNS
from app.services.history_import import REQUIRED as HISTORY_REQUIRED
from app.services.terminal_import import HEADERS, REQUIRED, ImportResult, guess_mapping, template
from app.tabular.reading import Table
from app.tabular.writing import write_bytes, write_table
from app.texts import field_label, problem_text


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between files of terminals and of finished incidents."""

    title: str
    hint: str
    known_as: Mapping[str, Sequence[str]]
    required: tuple[str, ...]
    done: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at a file found: with a preview, or with the reason why there is none."""

    table: Table
    mapping: dict[str, int]
    preview: Any = None
    shown: ShownPreview | None = None
    refusal: InvalidInput | None = None


class Importing(QObject):
    """The page's hands for files."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page

    def terminals(self) -> ImportDialog:
        """Take in an acquirer's list of terminals."""
        kind = Kind(
            _("Import terminals"),
            _("CSV or Excel, as the acquirer exports it: columns are recognised by their names,"
              " encodings by themselves. Nothing is written before you have seen what would"
              " happen."),
            HEADERS, REQUIRED,
            lambda n: plural("{count} terminal imported", "{count} terminals imported", n),
        )  # fmt: skip
        return _Run(self._page, self._page.desk.services.terminal_import, kind).dialog

    def history(self) -> ImportDialog:
        """Take in finished incidents of another system."""
        kind = Kind(
            _("Import finished incidents"),
            _("One row an incident: serial number, reported, code, symptom, class, restored,"
              " technician, minutes. Terminals must be registered first."),
            COLUMNS, HISTORY_REQUIRED,
            lambda n: plural("{count} incident imported", "{count} incidents imported", n),
        )  # fmt: skip
        return _Run(self._page, self._page.desk.services.history_import, kind).dialog

    def template(self) -> None:
        """Save an empty spreadsheet with the columns an import knows."""
        page, t = self._page, words()

        def save(path: Path) -> None:
            titles = {name: field_label(t, name) for name in HEADERS}
            kind = "xlsx" if path.suffix.lower() == ".xlsx" else "csv"
            page.run(lambda: write_bytes(path, template(kind, titles)),
                     lambda _none: page.desk.note(_("Saved: {name}", name=path.name)),
                     lane="io")  # fmt: skip

        ask_new_file(page, _("Empty spreadsheet"), _("Excel files (*.xlsx);;CSV files (*.csv)"),
                     f"{_('Terminals')}.xlsx", save)  # fmt: skip


class _Run(QObject):
    """One dialog's import.  Dies with the dialog."""

    def __init__(self, page: Page, importer: Any, kind: Kind) -> None:
        self.dialog = ImportDialog(kind.title, kind.hint, _fields(kind), page)
        super().__init__(self.dialog)
        self._page, self._importer, self._kind = page, importer, kind
        self._path: Path | None = None
        self._looked: Looked | None = None
        self._stop = threading.Event()
        self.dialog.file_chosen.connect(self._on_file)
        self.dialog.changed.connect(self._on_changed)
        self.dialog.commit_wanted.connect(self._commit)
        self.dialog.stop_wanted.connect(lambda: self._stop.set())
        self.dialog.report_wanted.connect(self._save_report)
        self.dialog.finished.connect(lambda _code: self._stop.set())
        self.dialog.open()

    def _on_file(self, path: Path) -> None:
        self._path = path
        self._look(path, None, None, "")

    def _on_changed(self, mapping: dict[str, int], encoding: str) -> None:
        looked = self._looked
        if looked is None or self._path is None:
            return
        same = looked.table.encoding.removesuffix("-sig") in (encoding, "xlsx")
        if same:
            self._look(self._path, looked.table, mapping, "")
        else:
            self._look(self._path, None, None, encoding)

    def _look(
        self, path: Path, table: Table | None, mapping: dict[str, int] | None, encoding: str
    ) -> None:
        self._stop.set()
        stop = self._stop = threading.Event()
        importer, kind, t = self._importer, self._kind, words()

        def look(progress: Callable[[int, int], None]) -> Looked:
            read = table if table is not None else importer.read(path, encoding or None)
            columns = mapping if mapping is not None else guess_mapping(read.header, kind.known_as)
            try:
                preview = importer.check(read, columns, progress, stop.is_set)
            except InvalidInput as refusal:
                return Looked(read, columns, refusal=refusal)
            return Looked(read, columns, preview, _shown(t, preview))

        self.dialog.show_busy(_("Looking at {name} …", name=path.name))
        self._page.desk.tasks.run(
            look, self._show, owner=self, failed=self.dialog.show_problem,
            progress=self.dialog.show_progress,
        )  # fmt: skip

    def _show(self, looked: Looked) -> None:
        self._looked = looked
        if looked.shown is not None:
            self.dialog.show_preview(looked.shown)
        elif looked.refusal is not None:
            table = looked.table
            file = (table.file_name, table.encoding)
            self.dialog.show_columns(file, table.header, looked.mapping, looked.refusal)

    def _commit(self, skip_bad: bool) -> None:
        looked = self._looked
        assert looked is not None
        assert looked.preview is not None
        stop = self._stop = threading.Event()
        importer, preview = self._importer, looked.preview

        def commit(progress: Callable[[int, int], None]) -> ImportResult:
            # Stopping is asked for by an event and not by the job: when the work is already
            # stored, its result has to arrive.
            result: ImportResult = importer.commit(
                preview, skip_bad=skip_bad, progress=progress, cancelled=stop.is_set
            )
            return result

        self.dialog.show_busy(_("Importing …"), writing=True)
        self._page.desk.tasks.run(
            commit, self._committed, owner=self, failed=self.dialog.show_problem,
            progress=self.dialog.show_progress,
        )  # fmt: skip

    def _committed(self, result: ImportResult) -> None:
        self.dialog.show_result(
            self._kind.done(result.added + result.updated),
            _("{added} added, {updated} updated, {unchanged} unchanged, {skipped} rows skipped,"
              " {blank} blank rows ignored",
              added=result.added, updated=result.updated, unchanged=result.unchanged,
              skipped=result.skipped, blank=result.blank),
        )  # fmt: skip

    def _save_report(self) -> None:
        looked = self._looked
        if looked is None or looked.shown is None:
            return
        shown = looked.shown
        name = f"{Path(shown.file_name).stem} {_('problems')}.csv"
        header = (_("Row"), "", _("Field"), _("Value found"), _("Why"))
        rows = [
            (
                str(p.row),
                _("Warning") if p.warning else _("Error"),
                p.field,
                mask_cards(p.value),
                mask_cards(p.reason),
            )
            for p in shown.problems
        ]

        def save(path: Path) -> None:
            self._page.run(
                lambda: write_table(path, shown.file_name, header, rows),
                lambda _none: self._page.desk.note(_("Saved: {name}", name=path.name)),
                failed=self.dialog.show_problem, lane="io",
            )  # fmt: skip

        ask_new_file(self.dialog, _("Save the list of problems"),
                     _("CSV files (*.csv);;Excel files (*.xlsx)"), name, save)  # fmt: skip


def _fields(kind: Kind) -> list[ImportField]:
    t = words()
    return [ImportField(n, field_label(t, n), n in kind.required) for n in kind.known_as]


def _shown(t: Any, preview: Any) -> ShownPreview:
    """The preview in words, made on the worker."""
    found = (*preview.problems, *getattr(preview, "warnings", ()))
    return ShownPreview(
        file_name=preview.table.file_name,
        encoding=preview.table.encoding,
        header=preview.table.header,
        mapping=preview.mapping,
        added=preview.added,
        updated=getattr(preview, "updated", None),
        unchanged=preview.unchanged,
        blank=preview.blank,
        refused=preview.refused,
        problems=tuple(
            ShownProblem(
                item.row, field_label(t, item.problem.field), item.value,
                problem_text(t, item.problem), item.warning,
            )
            for item in found
        ),
    )  # fmt: skip
