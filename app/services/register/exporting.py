"""Writes the register, or the part of it a list shows, as a spreadsheet this program reads back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.errors import Cancelled
from app.i18n import Translator
from app.services.core.context import ServiceContext
from app.services.register.importing import HEADERS, Progress
from app.services.register.terminal_queries import TerminalFilter, facts_query, list_query
from app.tabular.writing import write_table
from app.texts import field_label, word

_WORDS = {"kind": "terminal_kind", "link": "link", "state": "terminal_state"}


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
        names = (*HEADERS, "state")
        header = [t("State") if name == "state" else field_label(t, name) for name in names]
        with self._context.read() as session:
            total = list_query(session, wanted).count(session)
            found = session.execute(facts_query(session, wanted).execution_options(yield_per=500))

            def rows() -> Iterator[tuple[str, ...]]:
                for done, row in enumerate(found):
                    if done % 500 == 0:
                        if progress is not None:
                            progress(done, total)
                        if cancelled is not None and cancelled():
                            raise Cancelled
                    facts = row._mapping
                    yield tuple(_cell(t, name, facts[name]) for name in names)

            write_table(path, t("Terminals"), header, rows())
        if progress is not None:
            progress(total, total)
        return total


def _cell(t: Translator, name: str, value: Any) -> str:
    if name in _WORDS:
        return word(t, _WORDS[name], value)
    if value is None:
        return ""
    return t.day(value) if isinstance(value, date) else str(value)
