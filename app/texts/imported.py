"""What an import did, in words: for window and command line."""

from __future__ import annotations

from typing import Protocol

from app.i18n import Translator


class Imported(Protocol):
    """Rows by what became of them (`app.services.core.import_columns.ImportResult`)."""

    @property
    def added(self) -> int:
        """New records."""

    @property
    def updated(self) -> int:
        """Records that were changed."""

    @property
    def unchanged(self) -> int:
        """Records that say the same already."""

    @property
    def skipped(self) -> int:
        """Rows with errors."""

    @property
    def blank(self) -> int:
        """Rows without anything."""

    @property
    def left(self) -> int:
        """Rows not looked at, because somebody stopped."""


def imported_lines(t: Translator, result: Imported) -> list[str]:
    """The counts, and how to go on with what is left."""
    counts = t(
        "{added} added, {updated} updated, {unchanged} unchanged, {skipped} rows skipped,"
        " {blank} blank rows ignored",
        added=result.added,
        updated=result.updated,
        unchanged=result.unchanged,
        skipped=result.skipped,
        blank=result.blank,
    )
    if not result.left:
        return [counts]
    rest = t.plural(
        "Stopped: {count} row is not imported. Import the same file again to go on with it.",
        "Stopped: {count} rows are not imported. Import the same file again to go on with them.",
        result.left,
    )
    return [counts, rest]
