"""``poscare import FILE``: an acquirer's terminal export, looked at first, then taken in."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.frame import Context, Verb, table
from app.domain.errors import InvalidInput
from app.i18n import N_, Translator
from app.services.terminal_import import ImportPreview
from app.texts import field_label, problem_text


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("file", type=Path, help=t("CSV or XLSX file"))
    parser.add_argument("--dry-run", action="store_true", help=t("only say what would happen"))
    parser.add_argument("--skip-bad", action="store_true", help=t("leave out rows with errors"))
    parser.add_argument("--encoding", help=t("encoding of a CSV file, when the guess is wrong"))
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help=t("take a field from another column"),
    )


def _run(context: Context) -> int:
    options, importer = context.options, context.services.terminal_import
    preview = importer.preview(options.file, encoding=options.encoding, progress=context.progress)
    if options.column:
        preview = importer.check(preview.table, _mapping(preview, options.column))
    if options.dry_run or (preview.problems and not options.skip_bad):
        context.emit(_summary(preview), lambda: _report(context.t, preview))
        return 0 if options.dry_run or not preview.problems else 2
    result = importer.commit(preview, skip_bad=options.skip_bad, progress=context.progress)
    t = context.t
    context.emit(
        result,
        t(
            "{added} added, {updated} updated, {unchanged} unchanged, {skipped} rows skipped,"
            " {blank} blank rows ignored",
            added=result.added,
            updated=result.updated,
            unchanged=result.unchanged,
            skipped=result.skipped,
            blank=result.blank,
        ),
    )
    return 0


def _mapping(preview: ImportPreview, chosen: list[str]) -> dict[str, int]:
    mapping = dict(preview.mapping)
    for item in chosen:
        name, _, header = item.partition("=")
        if header not in preview.table.header:
            raise InvalidInput.of(name, "import.column_missing")
        mapping[name] = preview.table.header.index(header)
    return mapping


def _summary(preview: ImportPreview) -> dict[str, object]:
    return {
        "file": preview.table.file_name,
        "encoding": preview.table.encoding,
        "mapping": {name: preview.table.header[i] for name, i in preview.mapping.items()},
        "added": preview.added,
        "updated": preview.updated,
        "unchanged": preview.unchanged,
        "blank": preview.blank,
        "refused": preview.refused,
        "problems": preview.problems,
        "warnings": preview.warnings,
    }


def _report(t: Translator, preview: ImportPreview) -> str:
    lines = [
        t(
            "{name} ({encoding}): {added} to add, {updated} to update, {unchanged} unchanged,"
            " {refused} with errors, {blank} blank",
            name=preview.table.file_name,
            encoding=preview.table.encoding,
            added=preview.added,
            updated=preview.updated,
            unchanged=preview.unchanged,
            refused=preview.refused,
            blank=preview.blank,
        )
    ]
    found = (*preview.problems, *preview.warnings)
    if found:
        rows = [
            (
                item.row,
                t("warning") if item.warning else t("error"),
                field_label(t, item.problem.field),
                problem_text(t, item.problem),
            )
            for item in found
        ]
        lines += ["", table((t("Row"), "", t("Field"), t("Problem")), rows)]
    if preview.problems:
        lines += ["", t("Nothing was imported. Use --skip-bad to leave out rows with errors.")]
    return "\n".join(lines)


VERB = Verb("import", N_("import terminals from a CSV or Excel file"), _configure, _run)
