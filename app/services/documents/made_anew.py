"""Whether the data of this database say what a document says: its sheet is made anew from them and
compared, whatever was registered or fixed of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.domain.errors import InvalidInput, NotFound
from app.languages import ALWAYS_STORED
from app.reports.data.content import plain
from app.reports.data.earlier_formats import format_of
from app.reports.data.sheets import Issuer, PrintedSheet
from app.reports.data.signable import signed_facts
from app.services.core.context import ServiceContext
from app.services.documents.incident_data import IncidentDataReader
from app.services.documents.incident_sheet import addenda
from app.services.documents.kinds import answer
from app.services.documents.requests import Request, SheetSources, sources
from app.services.documents.sheet_sources import SheetContext

if TYPE_CHECKING:
    from app.domain.diagnosis.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class DataCheck:
    """`agrees`: whether the data here say the same; None for a document of a period or a selection,
    and for one an earlier version wrote, which are not made anew from their number.  `differing`
    are the parts of the sheet that say something else, empty when there is no such record."""

    agrees: bool | None = None
    differing: tuple[str, ...] = ()


class MadeAnew:
    """Makes documents anew from the data as they are now, in the transaction of nobody."""

    def __init__(self, context: ServiceContext, knowledge: Callable[[], Knowledge]) -> None:
        self._context = context
        self._knowledge = knowledge

    def check(self, content: Mapping[str, Any], *, wording: bool = True) -> DataCheck:
        """Compare a document, given by its content (`app.reports.data.content`).  Left out is what
        comes after a signature, and what is fixed only on paper; without `wording` also the texts
        of the catalogue, which another version words in another way."""
        kind, said = str(content["kind"]), content["sheet"]
        makes = _MADE_BY.get(kind)
        if makes is None:
            return DataCheck()
        with self._context.read() as session:
            cases = IncidentDataReader(session)
            around = SheetContext(self._context.zone, self._knowledge())
            given = sources(self._context, session, around, Issuer(), cases)
            try:
                sheets = makes(str(said["number"]), given)
            except (NotFound, InvalidInput):
                return DataCheck(agrees=False)
        if any(content.get("version") != format_of(type(sheet)) for sheet in sheets):
            return DataCheck()
        wanted = _facts(kind, said, wording=wording)
        found = [
            _differing(wanted, _facts(kind, plain(sheet), wording=wording)) for sheet in sheets
        ]
        least = min(found, key=len, default=None)
        if least is None:
            return DataCheck(agrees=False)
        return DataCheck(agrees=not least, differing=least)


Maker = Callable[[str, SheetSources], list[Any]]


def _report(number: str, given: SheetSources) -> list[Any]:
    return answer(Request(kind="service_report", subject=number), given).sheets


def _addenda(number: str, given: SheetSources) -> list[Any]:
    found = answer(
        Request(kind="service_report", subject=number.rpartition("-A")[0] or number), given
    )
    if found.case is None:
        return []
    report = PrintedSheet(
        kind="service_report", languages=("zh",), house=given.house, sheet=found.sheets[0]
    )
    made = addenda(found.case.incident, report, given.around)
    return [one for one in made if one.number == number]


def _inspections(number: str, given: SheetSources) -> list[Any]:
    request = Request(kind="inspection", subject=number)
    filled = answer(request, given).sheets
    return [*filled, *answer(replace(request, blank=True), given).sheets]


def _swap_note(number: str, given: SheetSources) -> list[Any]:
    subject = number.rpartition("-S")[0] or number.removeprefix("R-")
    return answer(Request(kind="swap_note", subject=subject), given).sheets


_MADE_BY: Mapping[str, Maker] = {
    "service_report": _report,
    "addendum": _addenda,
    "inspection": _inspections,
    "swap_note": _swap_note,
}
"""The kinds whose number says all that makes them."""


_MOVING = frozenset({"report_sha256", "next_due"})
"""The hash of the report under another letterhead, and what moves with the plans."""


def _facts(kind: str, sheet: Mapping[str, Any], *, wording: bool) -> dict[str, Any]:
    facts = signed_facts(kind, sheet)
    return {
        name: _same_everywhere(value, wording=wording)
        for name, value in facts.items()
        if name not in _MOVING
    }


def _same_everywhere(value: Any, *, wording: bool) -> Any:
    """The same moment is written with the time zone of the computer it was printed on."""
    if isinstance(value, Mapping):
        if not wording and value.keys() >= set(ALWAYS_STORED):
            return None
        return {name: _same_everywhere(inner, wording=wording) for name, inner in value.items()}
    if isinstance(value, list):
        return [_same_everywhere(inner, wording=wording) for inner in value]
    if isinstance(value, str) and len(value) >= len("2026-01-01T00:00") and value[10:11] == "T":
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return value if moment.tzinfo is None else moment.astimezone(UTC).isoformat()
    return value


def _differing(said: Mapping[str, Any], here: Mapping[str, Any]) -> tuple[str, ...]:
    names = sorted(said.keys() | here.keys())
    return tuple(name for name in names if said.get(name) != here.get(name))
