"""``poscare import [terminals|history] FILE``: preview a file, then import it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.context import Context, Verb, table
from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.texts import field_label, problem_text
from app.texts.imported import imported_lines

if TYPE_CHECKING:
    from app.services.core.import_columns import ImportResult
    from app.services.incidents.history_import import HistoryPreview
    from app.services.register.importing import ImportPreview
    from app.tabular.reading import ReadingChoice

    Preview = ImportPreview | HistoryPreview

KINDS = ("terminals", "history")


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "what",
        nargs="+",
        metavar="[terminals|history] FILE",
        help=t("CSV or XLSX file; terminals unless said otherwise"),
    )
    parser.add_argument(
        "--history", action="store_true", help=t("the file holds finished incidents")
    )
    parser.add_argument("--dry-run", action="store_true", help=t("only say what would happen"))
    parser.add_argument("--skip-bad", action="store_true", help=t("leave out rows with errors"))
    reading_options(parser, t)


def reading_options(parser: argparse.ArgumentParser, t: Translator) -> None:
    """How a file is read where that was guessed wrong, and which column is which field."""
    parser.add_argument("--encoding", help=t("encoding of a CSV file, when the guess is wrong"))
    parser.add_argument("--sheet", help=t("sheet of a workbook"))
    parser.add_argument(
        "--header-row", type=int, metavar="N", help=t("row of the header, when another was found")
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help=t("take a field from another column"),
    )


def _run(context: Context) -> int:
    from app.services.incidents.history_import import COLUMNS
    from app.services.register.importing import HEADERS

    options, services = context.options, context.services
    kind, path = _what(options)
    importer: Any = services.history_import if kind == "history" else services.terminal_import
    known_as = COLUMNS if kind == "history" else HEADERS
    choice = reading_choice(options)
    read = importer.read(path, choice=choice)
    mapping = mapping_of(read.header, known_as, options.column)
    preview: Preview = importer.check(read, mapping, progress=context.progress)
    refused = (preview.problems and not options.skip_bad) or bool(read.rivals)
    if options.dry_run or refused:
        context.emit(_plain(context.t, preview), lambda: _report(context.t, preview))
        return 0 if options.dry_run else 2
    result = importer.commit(preview, skip_bad=options.skip_bad, progress=context.progress)
    context.emit(_plain(context.t, preview, result), lambda: _done(context.t, preview, result))
    return 0


def reading_choice(options: argparse.Namespace) -> ReadingChoice:
    """What was said about how to read the file."""
    from app.tabular.reading import ReadingChoice

    return ReadingChoice(options.encoding, options.sheet, options.header_row)


def _what(options: argparse.Namespace) -> tuple[str, Path]:
    words = list(options.what)
    kind = words.pop(0) if len(words) > 1 else KINDS[options.history]
    if kind not in KINDS or len(words) != 1:
        raise InvalidInput.of("file", "choice.unknown", value=" ".join(options.what))
    return ("history" if options.history else kind), Path(words[0])


def mapping_of(
    header: tuple[str, ...], known_as: Mapping[str, Sequence[str]], chosen: list[str]
) -> dict[str, int]:
    """Field → column, by the header and by what was chosen.  Raises `InvalidInput`."""
    from app.services.core.import_columns import map_columns

    mapping = map_columns(header, known_as)
    for item in chosen:
        name, _, title = item.partition("=")
        if name not in known_as:
            raise InvalidInput.of("column", "choice.unknown", value=name)
        if title not in header:
            raise InvalidInput.of(name, "import.column_missing")
        mapping[name] = header.index(title)
    return mapping


def _plain(
    t: Translator, preview: Preview, result: ImportResult | None = None
) -> dict[str, object]:
    """What scripts rely on.  Before a commit the counts say what would happen, after it what did;
    ``added`` is ``new`` under the name the log uses.  ``rows`` is the sum of what is new, updated,
    unchanged, skipped, blank and left; what is left was
    not looked at, because somebody stopped."""
    from app.services.core.import_columns import ImportResult

    counts = result or ImportResult(
        added=preview.added,
        updated=_updated(preview),
        unchanged=preview.unchanged,
        skipped=preview.refused,
        blank=preview.blank,
    )
    return {
        "file": preview.table.file_name,
        "encoding": preview.table.encoding,
        "other_encodings": list(preview.table.rivals),
        "sheet": preview.table.sheet,
        "sheets": list(preview.table.sheets),
        "header_row": preview.table.header_row,
        "above_header": [list(row.cells) for row in preview.table.above],
        "mapping": {name: preview.table.header[i] for name, i in preview.mapping.items()},
        "committed": result is not None,
        "rows": len(preview.table.rows),
        "new": counts.added,
        "added": counts.added,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "skipped": counts.skipped,
        "blank": counts.blank,
        "left": counts.left,
        "refused": preview.refused,
        "problems": [_problem(t, item) for item in preview.problems],
        "warnings": [_problem(t, item) for item in preview.warnings],
        "doubts": [_problem(t, item) for item in preview.doubts],
        "unused_columns": [
            {"column": item.place + 1, "header": item.title, "samples": list(item.samples)}
            for item in preview.unused
        ],
    }


def _problem(t: Translator, item: Any) -> dict[str, object]:
    """``reason`` is for people, ``code`` and ``params`` stay the same in every language."""
    problem = item.problem
    return {
        "row": item.row,
        "field": problem.field,
        "reason": problem_text(t, problem),
        "value": item.value,
        "code": problem.code,
        "params": problem.params,
    }


def _updated(preview: Preview) -> int:
    """Finished incidents are only added."""
    from app.services.register.importing import ImportPreview

    return preview.updated if isinstance(preview, ImportPreview) else 0


def _done(t: Translator, preview: Preview, result: ImportResult) -> str:
    return "\n".join([*imported_lines(t, result), *_found(t, preview)])


def _report(t: Translator, preview: Preview) -> str:
    updated = _updated(preview)
    lines = [
        t(
            "{name} ({encoding}): {added} to add, {updated} to update, {unchanged} unchanged,"
            " {refused} with errors, {blank} blank",
            name=preview.table.file_name,
            encoding=preview.table.encoding,
            added=preview.added,
            updated=updated,
            unchanged=preview.unchanged,
            refused=preview.refused,
            blank=preview.blank,
        ),
        *_found(t, preview),
    ]
    if preview.table.rivals:
        rivals = ", ".join((preview.table.encoding, *preview.table.rivals))
        lines += ["", t("Nothing was imported. Say --encoding, one of: {names}", names=rivals)]
    elif preview.problems:
        lines += ["", t("Nothing was imported. Use --skip-bad to leave out rows with errors.")]
    return "\n".join(lines)


def _found(t: Translator, preview: Preview) -> list[str]:
    """How the lines of the file add up, and everything odd about it."""
    read = preview.table
    lines = [
        t(
            "{rows} rows read below the header in row {header}.",
            rows=len(read.rows),
            header=read.header_row,
        )
    ]
    if preview.unused:
        lines += ["", t("Columns that are not used:")]
        lines += [
            f"  {item.title or item.place + 1}: {' · '.join(item.samples)}"
            for item in preview.unused
        ]
    found = (*preview.problems, *preview.doubts, *preview.warnings)
    if found:
        rows = [
            (
                item.row or "",
                t("warning") if item.warning else t("error"),
                field_label(t, item.problem.field),
                problem_text(t, item.problem),
            )
            for item in found
        ]
        lines += ["", table((t("Row"), "", t("Field"), t("Problem")), rows)]
    return lines


VERB = Verb(_configure, _run)
