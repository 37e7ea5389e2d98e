"""Sentences about imported files: their cells, rows, columns and encodings."""

from __future__ import annotations

from app.i18n import N_

PROBLEMS: dict[str, str] = {
    # the file
    "file.markup": N_(
        "{name} is a web page or XML under another name. Open it in Excel and save it as .xlsx."
    ),
    "file.other_workbook": N_("{name} is an .ods or .xlsb workbook. Save it as .xlsx."),
    "file.extent": N_(
        "{name} has something at {cell}, far outside a table of at most {limit} rows and {columns}"
        " columns. Delete what stands there."
    ),
    "encoding.doubtful": N_(
        "The encoding is in doubt. As {encoding} a line reads “{value}”, as {other} it reads"
        " “{text}”."
    ),
    "encoding.undecided": N_(
        "The encoding of {name} is in doubt: it may be {value} or {other}. Say which one it is."
    ),
    "header.blank": N_("Row {value} is empty and cannot be the header."),
    "header.below": N_(
        "The header was found in row {row}. {count} rows above it are not imported: {value}"
    ),
    "sheet.others": N_("Only sheet “{value}” is read, not: {others}"),
    "rows.hidden": N_("{count} hidden rows are imported too: {value}"),
    "columns.hidden": N_("Columns hidden in the sheet ({count}): {value}"),
    "column.twice": N_(
        "Column {column} “{value}” is not used: this field is taken from “{other}”."
    ),
    # rows
    "row.too_many_cells": N_(
        "The row has {cells} cells, the header {header}. Put text that contains a separator in"
        " quotation marks."
    ),
    "row.too_few_cells": N_(
        "The row has only {cells} cells, the header {header}. Check that nothing has moved."
    ),
    "row.quote_open": N_(
        "The quotation mark opened in line {line} is not closed. The rows behind it were read on"
        " their own."
    ),
    "row.quote_stray": N_(
        'Line {line} has a quotation mark inside quoted text. Write it twice ("").'
    ),
    "row.behind_quote": N_(
        "A quotation mark opened in line {line} takes in lines that look like rows. Close it, or"
        " write it twice."
    ),
    # cells
    "cell.error": N_("The cell shows the formula error {value}; it was not taken for text."),
    "cell.formula": N_(
        "The cell holds a formula without its result. Open the file in Excel and save it again."
    ),
    "cell.formula_text": N_(
        "The cell begins like a formula, so it was not taken. Replace it by the text or the number"
        " that is meant: {value}"
    ),
    "cell.merged": N_("“{value}” is merged from row {row} and was taken for this row too."),
    "cell.invisible": N_("Invisible characters were removed ({names}): {value}"),
    "cell.digits_lost": N_(
        "The spreadsheet stored {value} as a number and lost its last digits. Format the column as"
        " text and enter it again."
    ),
    "cell.zeros_behind": N_(
        "{value} ends in zeros behind the fifteenth digit. A spreadsheet may have lost the digits."
    ),
    "cell.date": N_("The spreadsheet made the date {value} of this cell. Check what was meant."),
    # days and times
    "date.ambiguous": N_("“{value}” can be {one} or {other}. Write year-month-day."),
    "date.day_number": N_(
        "{value} looks like a day counted by a spreadsheet ({day}). Format the column as a date."
    ),
    "date.zone": N_("“{value}” has a time zone; the day {day} was taken as written."),
    "date.day_first": N_("The dates of this column are read as day/month/year."),
    "date.month_first": N_("The dates of this column are read as month/day/year."),
    "time.repeated": N_(
        "{value} came twice that day as the clocks were set back. The time that fits was taken."
    ),
    "time.skipped": N_("{value} did not exist that day: the clocks were set forward."),
    "phone.several": N_("The cell holds several numbers. {value} was taken, not: {other}"),
    "hours.not_understood": N_(
        "“{value}” is not understood as opening hours: visits are planned as if it were always"
        " open. Write it like 周一至周五 9:00-18:00；周六 10:00-16:00."
    ),
    "stock.not_kept": N_("The device stands at no merchant, so {value} is not kept."),
    # history
    "history.repeated": N_("The same incident stands in row {row}. It is imported once."),
    "history.conflicting": N_(
        "Row {row} says something else about the same incident. Keep one of them."
    ),
}

FIELDS: dict[str, str] = {
    "file": N_("File"),
    "encoding": N_("Encoding"),
    "row": N_("Whole row"),
    "sheet": N_("Sheet"),
    "header_row": N_("Header row"),
}
