"""Finds any record by whatever is typed: incidents in any state, terminals, merchants, visits,
documents, codes, support contacts.

To add a kind of record: a member of `FoundKind`, a function that finds it, its line in `SOURCES`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import pinyin
from app.domain import text
from app.domain.incidents.lifecycle import IncidentState
from app.domain.maintenance.visits import FINISHED, VisitState
from app.domain.register.firmware import looks_like_version
from app.domain.register.identifiers import serial_key
from app.domain.register.terminal_states import TerminalState
from app.languages import LocalizedText
from app.services.core.context import ServiceContext
from app.services.finding.shops import Shops
from app.services.register.directory import Directory
from db import search
from db.models.incident import IncidentRow
from db.models.maintenance import VisitRow
from db.models.register import (
    AreaRow,
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import (
    AREA,
    MODEL,
    merchant_of,
    numbered_exactly,
    present_placement,
    technician_of,
)

if TYPE_CHECKING:
    from app.domain.diagnosis.knowledge import Knowledge

EACH = 6
"""Records of one kind that are told."""
LOOKED_AT = 300
"""The newest incidents with the words among which the first `EACH` are looked for."""
SHORTEST_END = 2
"""Digits from which a number is taken for the end of one of ours: 123 is L7-000123."""
_DIGITS = 6
READ_OFF = 4
"""Characters at the end of a number that mean it: as many as one reads off a device."""
SHORTEST_SERIAL_END = 3
"""The same of a serial number or TID, which are read out on the phone by their ends."""


class FoundKind(StrEnum):
    """What kind of record was found."""

    INCIDENT = "incident"
    TERMINAL = "terminal"
    MERCHANT = "merchant"
    VISIT = "visit"
    DOCUMENT = "document"
    CODE = "code"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One record.  `exact`: what was typed is its number.  `said` is text of the catalogue,
    `leads_to` what it is shown by, `word` the kind of a document, the role of a contact, the
    number (MID) of a merchant."""

    kind: FoundKind
    key: str
    title: str
    detail: str = ""
    exact: bool = False
    state: IncidentState | TerminalState | VisitState | None = None
    said: LocalizedText | None = None
    leads_to: str = ""
    word: str = ""


class RecordFinder:
    """Reads; changes nothing."""

    def __init__(
        self,
        context: ServiceContext,
        directory: Directory,
        knowledge: Callable[[], Knowledge],
    ) -> None:
        self.context = context
        self.directory = directory
        self.shops = Shops(context)
        self._knowledge = knowledge
        self._prepared = threading.Event()

    def prepare(self) -> None:
        """Read what takes a while the first time: until then codes and documents are not found.
        For a lane on which nobody waits.  Raises `BadKnowledge`."""
        from app.services.documents import issued  # noqa: F401 - imported here, not while typing

        pinyin.readings()
        self._knowledge()
        self._prepared.set()

    @property
    def knowledge(self) -> Knowledge | None:
        """The fault catalogue once it was read."""
        return self._knowledge() if self._prepared.is_set() else None

    def find(self, words: str, cancelled: Callable[[], bool] = lambda: False) -> tuple[Found, ...]:
        """Up to `EACH` records of every kind that are meant by `words`, exact numbers first.
        Stops between two kinds when it is `cancelled`."""
        if not words.strip():
            return ()
        found: list[Found] = []
        with self.context.read() as session:
            for source in SOURCES:
                if cancelled():
                    return ()
                found.extend(source(self, session, words))
        return tuple(sorted(found, key=lambda one: not one.exact))


# Columns and joins are put together once: that costs more than the database needs to answer.
_INCIDENTS: Any = (
    sa.select(
        col(IncidentRow.id),
        col(IncidentRow.number),
        col(IncidentRow.state),
        col(IncidentRow.tid),
        col(IncidentRow.displayed_code),
        col(IncidentRow.symptom),
        col(MerchantRow.name),
    )
    .select_from(IncidentRow)
    .outerjoin(*merchant_of(IncidentRow.merchant_id))
    .order_by(col(IncidentRow.reported_at).desc(), col(IncidentRow.id))
    .limit(EACH)
)
_TERMINALS: Any = (
    sa.select(
        col(TerminalRow.id),
        col(TerminalRow.serial),
        col(TerminalRow.serial_key),
        col(TerminalRow.state),
        col(TerminalModelRow.name),
        col(PlacementRow.tid),
        col(MerchantRow.name),
        col(AreaRow.name),
    )
    .select_from(TerminalRow)
    .join(*MODEL)
    .outerjoin(*present_placement())
    .outerjoin(*merchant_of(PlacementRow.merchant_id))
    .outerjoin(*AREA)
    .order_by(col(TerminalRow.serial_key))
    .limit(EACH)
)
_NUMBERED: Any = _INCIDENTS.where(col(IncidentRow.number) == sa.bindparam("number"))
_EXACT: Any = _TERMINALS.where(numbered_exactly(sa.bindparam("serial")))


def _incidents(_finding: RecordFinder, session: Session, words: str) -> list[Found]:
    """An exact number alone; else the end of numbers, then every word, the newest first."""
    typed = text.compact(words).upper()
    rows = list(session.execute(_NUMBERED, {"number": typed}))
    ending = ""
    if not rows:
        if typed.isdecimal() and SHORTEST_END <= len(typed) <= _DIGITS:
            # Numbers are spoken without their zeros; the index knows them with.
            ending = f"-{typed.zfill(_DIGITS)}"
            rows = _called(session, "incident", _INCIDENTS, IncidentRow.id, ending)
        known = {row[0] for row in rows}
        more = _called(session, "incident", _INCIDENTS, IncidentRow.id, words)
        rows += [row for row in more if row[0] not in known]
    return [
        Found(
            kind=FoundKind.INCIDENT,
            key=key,
            title=" · ".join(filter(None, (number, merchant or tid))),
            detail=code or symptom,
            exact=number == typed or bool(ending and number.endswith(ending)),
            state=IncidentState(state),
        )
        for key, number, state, tid, code, symptom, merchant in rows[:EACH]
    ]


def _called(session: Session, kind: str, query: Any, key: Any, words: str) -> list[Any]:
    # Incidents are told newest first; of the others there are not as many.
    most = LOOKED_AT if kind == "incident" else 0
    owners = search.matching(session, kind, words, most)
    return [] if owners is None else list(session.execute(query.where(col(key).in_(owners))))


def _terminals(_finding: RecordFinder, session: Session, words: str) -> list[Found]:
    """An exact serial number or TID alone; else every word, else the version they run, else the
    end of either.  The end of a number is read off the device as often as the whole."""
    typed = serial_key(text.compact(words))
    rows = list(session.execute(_EXACT, {"serial": typed})) if typed else []
    if not rows:
        rows = _called(session, "terminal", _TERMINALS, TerminalRow.id, words)
    version = text.compact(words)
    if not rows and looks_like_version(version):
        runs = (col(TerminalRow.firmware) == version, col(TerminalRow.app_version) == version)
        rows = list(session.execute(_TERMINALS.where(sa.or_(*runs)).limit(EACH)))
    if not rows and len(typed) >= SHORTEST_SERIAL_END and typed.isascii():
        ends = [col(TerminalRow.serial_key), col(PlacementRow.tid)]
        ending = sa.or_(*(column.endswith(typed, autoescape=True) for column in ends))
        rows = list(session.execute(_TERMINALS.where(ending)))
    return [
        Found(
            kind=FoundKind.TERMINAL,
            key=key,
            title=" · ".join(filter(None, (tid, merchant or serial))),
            detail=" · ".join(filter(None, (model, serial, area))),
            exact=typed in (kept, tid) or _ends(typed, kept, tid),
            state=TerminalState(state),
        )
        for key, serial, kept, state, model, tid, merchant, area in rows
    ]


def _ends(typed: str, *numbers: str) -> bool:
    """Whether one of the numbers ends so, and as much was typed as one reads off a device."""
    spoken = len(typed) >= READ_OFF and any(one.isdecimal() for one in typed)
    return spoken and any(number.endswith(typed) for number in numbers if number)


def _merchants(finding: RecordFinder, _session: Session, words: str) -> list[Found]:
    return [
        Found(
            kind=FoundKind.MERCHANT,
            key=shop.id,
            title=shop.name,
            detail=" · ".join(filter(None, (shop.contact, shop.phone, shop.address or shop.area))),
            exact=words.strip() in (shop.mid, shop.phone),
            leads_to=shop.terminals[0] if len(shop.terminals) == 1 else "",
            word=shop.mid,
        )
        for shop in finding.shops.find(words, EACH)
    ]


_EVERY_VISIT: Any = (
    sa.select(
        col(VisitRow.id),
        col(VisitRow.number),
        col(VisitRow.state),
        col(VisitRow.planned_on),
        col(MerchantRow.name),
        col(TechnicianRow.name),
    )
    .select_from(VisitRow)
    .outerjoin(*merchant_of(VisitRow.merchant_id))
    .outerjoin(*technician_of(VisitRow.technician_id))
    .order_by(col(VisitRow.planned_on), col(VisitRow.id))
    .limit(EACH)
)
_VISITS: Any = _EVERY_VISIT.where(
    sa.or_(
        col(VisitRow.number) == sa.bindparam("number"),
        sa.and_(
            col(VisitRow.merchant_id).in_(sa.bindparam("merchants", expanding=True)),
            col(VisitRow.state).not_in(FINISHED),
        ),
    )
)
_VISITS_ENDING: Any = _EVERY_VISIT.where(
    col(VisitRow.number).like(sa.bindparam("ending", type_=sa.String))
)
_VISIT_END = re.compile(rf"V?(\d{{{SHORTEST_END},{_DIGITS}}})", re.ASCII)
"""A number without the sign of the computer it was made on: V145 is L7-V000145."""


def _visits(finding: RecordFinder, session: Session, words: str) -> list[Found]:
    """By number, whole or without the sign of its computer, and the open ones at the merchants
    meant."""
    typed = text.compact(words).upper()
    merchants = [shop.id for shop in finding.shops.find(words, 3)]
    if not merchants and not any(one.isdecimal() for one in typed):
        return []
    rows = list(session.execute(_VISITS, {"number": typed, "merchants": merchants}))
    end = _VISIT_END.fullmatch(typed)
    ending = f"-V{end[1].zfill(_DIGITS)}" if end else ""
    if ending:
        known = {row[0] for row in rows}
        more = session.execute(_VISITS_ENDING, {"ending": f"%{ending}"})
        rows = [*(row for row in more if row[0] not in known), *rows]
    return [
        Found(
            kind=FoundKind.VISIT,
            key=key,
            title=" · ".join(filter(None, (number, merchant))),
            detail=" · ".join(filter(None, (day.isoformat(), technician))),
            exact=number == typed or bool(ending and number.endswith(ending)),
            state=VisitState(state),
        )
        for key, number, state, day, merchant, technician in rows[:EACH]
    ]


def _documents(finding: RecordFinder, session: Session, words: str) -> list[Found]:
    if finding.knowledge is None:
        return []
    from app.services.documents.issued import issued_documents

    typed = words.strip().upper()
    return [
        Found(
            kind=FoundKind.DOCUMENT,
            key=item.id,
            title=item.number or item.file_name,
            detail=" · ".join(filter(None, (item.at.date().isoformat(), item.recipient))),
            exact=item.number.upper() == typed,
            leads_to=item.number or item.file_name,
            word=item.kind,
        )
        for item in issued_documents(session, words, EACH)
    ]


def _codes(finding: RecordFinder, _session: Session, words: str) -> list[Found]:
    knowledge = finding.knowledge
    if knowledge is None:
        return []
    typed = text.compact(words).upper()
    said = pinyin.folded(words)
    found = []
    for code, meanings in knowledge.codes.items():
        for meaning in meanings:
            # A space in front: Latin words are met from their beginning.
            texts = (f" {pinyin.folded(one)}" for _language, one in meaning.text.texts)
            part = f" {said}" if said.isascii() else said
            if code == typed or (len(said) > 1 and any(part in one for one in texts)):
                found.append(_code(code, meaning.text, exact=code == typed))
    return sorted(found, key=lambda one: not one.exact)[:EACH]


def _code(code: str, meaning: LocalizedText, *, exact: bool) -> Found:
    return Found(kind=FoundKind.CODE, key=code, title=code, said=meaning, exact=exact)


def _contacts(finding: RecordFinder, _session: Session, words: str) -> list[Found]:
    typed = pinyin.folded(words)
    spelling = pinyin.is_spelling(typed)
    found = []
    for contact in finding.directory.contacts():
        called = pinyin.folded(f"{contact.organisation} {contact.acquirer} {contact.manufacturer}")
        spelt = spelling and pinyin.fit(typed, called) > 0
        if spelt or typed in called or typed in contact.phone:
            found.append(
                Found(
                    kind=FoundKind.CONTACT,
                    key=contact.id,
                    title=contact.organisation,
                    detail=" · ".join(filter(None, (contact.phone, contact.hours))),
                    leads_to=contact.phone,
                    word=contact.role,
                )
            )
    return found[:EACH]


SOURCES: tuple[Callable[[RecordFinder, Any, str], list[Found]], ...] = (
    _incidents,
    _terminals,
    _merchants,
    _visits,
    _documents,
    _codes,
    _contacts,
)
"""Who finds what, in the order groups are shown."""
