"""Keys of what terminal records bring with them: the same whatever is known already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from app.domain.register.terminals import TerminalRecord
from db.keys import new_key

_Name = TypeVar("_Name", str, tuple[str, str])


class FreshKeys:
    """A key for each device, place, maker and merchant of some records.

    One is drawn also for what is known already and not used then: so a record gets the same key
    when its operation is applied again after others', and what was decided about it since still
    means it.
    """

    def __init__(self, records: Sequence[TerminalRecord]) -> None:
        self.terminals = [new_key() for _ in records]
        self.areas = _keyed({record.area for record in records})
        self.acquirers = _keyed({record.acquirer for record in records})
        self.manufacturers = _keyed({record.manufacturer for record in records})
        self.models = _keyed({(record.manufacturer, record.model) for record in records})
        self.merchants = _keyed({record.mid for record in records})


def _keyed(names: set[_Name]) -> dict[_Name, str]:
    return {name: new_key() for name in sorted(names)}
