"""What comes in from other programs and goes out to them, bundled."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.history_import import HistoryImport
from app.services.terminal_export import TerminalExport
from app.services.terminal_import import TerminalImport


@dataclass(frozen=True, slots=True)
class Exchange:
    """The services of imports and exports."""

    terminal_import: TerminalImport
    terminal_export: TerminalExport
    history_import: HistoryImport
