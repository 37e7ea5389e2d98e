"""Writes the register, or the part of it a list shows, as a spreadsheet this program reads back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from app.domain.errors import Cancelled
from app.domain.register.terminal_fields import TERMINAL_FIELDS
from app.i18n import Translator
from app.services.core.context import ServiceContext
from app.services.core.import_columns import Progress
from app.services.register.terminal_queries import TerminalFilter, facts_query, list_query
from app.tabular.writing import Cell, write_table
from app.texts import word
from app.texts.terminal_facts import fact_cell


class TerminalExport:
    """Use cases of exporting terminals."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def export(
        self,
        path: Path,
        wanted: TerminalFilter,
        t: Translator,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        """Write the terminals of a filtered list, in its order, as CSV or (``.xlsx``) workbook;
        returns how many.  Columns bear the names an import knows, in the language of `t`.

        Raises `Unavailable` (``file.unwritable``), `Cancelled`; then there is no file.
        """
        header = [*(t(item.label) for item in TERMINAL_FIELDS), t("State")]
        with self._context.read() as session:
            total = list_query(session, wanted).count(session)
            found = session.execute(facts_query(session, wanted).execution_options(yield_per=500))

            def rows() -> Iterator[tuple[Cell, ...]]:
                for done, row in enumerate(found):
                    if done % 500 == 0:
                        if progress is not None:
                            progress(done, total)
                        if cancelled is not None and cancelled():
                            raise Cancelled
                    facts = row._mapping
                    cells = [fact_cell(t, item, facts[item.name]) for item in TERMINAL_FIELDS]
                    yield (*cells, word(t, "terminal_state", facts["state"]))

            write_table(path, t("Terminals"), header, rows())
        if progress is not None:
            progress(total, total)
        return total
