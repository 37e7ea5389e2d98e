"""The merchants by everything they are called by, kept in memory: a list that is looked through at
every keystroke, and whose pinyin no index of the database knows."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from app import pinyin
from app.services.core.changes import Change
from app.services.core.context import ServiceContext
from db.models.register import AreaRow, MerchantRow, PlacementRow
from db.queries import AREA, PLACED_NOW

DIGITS = 4
"""Digits from which a number is looked for inside phone numbers and merchant numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedWord:
    """What was typed, made ready to be compared with every merchant."""

    word: str
    spelling: str
    """Its letters, when they may be pinyin."""
    number: str
    """Its digits, when it is a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundShop:
    """A merchant as it is found.  `terminals` are the ids of those that stand there."""

    id: str
    name: str
    mid: str
    contact: str
    phone: str
    address: str
    area: str
    terminals: tuple[str, ...]
    called: str
    """Name, contact and address for comparing."""
    initials: str
    syllables: str
    numbers: str
    """The digits of its telephone, and its merchant number, for comparing."""

    def rank(self, typed: TypedWord) -> int:
        """How well it is meant by what was typed, 1 the best; 0 when it is not."""
        if typed.number:
            if typed.number not in self.numbers:
                return 0
            return 1 if typed.number in (self.phone, self.mid) else 2
        if typed.word in self.called:
            return 1 if self.called.startswith(typed.word) else 2
        if typed.spelling:
            for spelt in (self.initials, self.syllables):
                if typed.spelling in spelt:
                    return 3 if spelt.startswith(typed.spelling) else 4
        return 0


class Shops:
    """Reads them when first asked for, and again after they changed."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._known: tuple[FoundShop, ...] | None = None
        self._changes = 0
        self._lock = threading.Lock()
        context.feed.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if change.concerns("merchant", "terminal"):
            self._changes += 1
            self._known = None

    def all(self) -> tuple[FoundShop, ...]:
        """Every merchant."""
        with self._lock:
            known = self._known
            if known is None:
                before, known = self._changes, self._read()
                if before == self._changes:
                    self._known = known
            return known

    def find(self, words: str, limit: int) -> tuple[FoundShop, ...]:
        """The merchants meant by these words, the best first; every word must be met."""
        typed = pinyin.folded(words)
        if not typed.strip():
            return ()
        digits = "".join(one for one in typed if one.isdigit())
        number = digits if len(digits) >= DIGITS and not typed.strip("0123456789- +") else ""
        parts = [_typed(part, number) for part in ([typed] if number else typed.split())]
        first, *others = parts
        ranked = []
        for place, shop in enumerate(self.all()):
            if best := shop.rank(first):
                ranks = [best, *(shop.rank(part) for part in others)]
                if all(ranks):
                    ranked.append((max(ranks), place, shop))
        ranked.sort(key=lambda one: one[:2])
        return tuple(shop for _rank, _place, shop in ranked[:limit])

    def _read(self) -> tuple[FoundShop, ...]:
        query = (
            sa.select(
                col(MerchantRow.id),
                col(MerchantRow.name),
                col(MerchantRow.mid),
                col(MerchantRow.contact_name),
                col(MerchantRow.phone),
                col(MerchantRow.address),
                col(AreaRow.name),
            )
            .select_from(MerchantRow)
            .outerjoin(*AREA)
            .order_by(col(MerchantRow.name), col(MerchantRow.id))
        )
        placed = sa.select(col(PlacementRow.merchant_id), col(PlacementRow.terminal_id)).where(
            PLACED_NOW
        )
        with self._context.read() as session:
            connection = session.connection()
            at: dict[str, list[str]] = defaultdict(list)
            for merchant_id, terminal_id in connection.execute(placed):
                at[merchant_id].append(terminal_id)
            rows = connection.execute(query)
            return tuple(_shop([value or "" for value in row], at[row[0]]) for row in rows)


def _typed(part: str, number: str) -> TypedWord:
    letters = part.replace(" ", "").replace("'", "")
    return TypedWord(
        word=part, spelling=letters if pinyin.is_spelling(letters) else "", number=number
    )


def _shop(facts: list[str], terminals: list[str]) -> FoundShop:
    key, name, mid, contact, phone, address, area = facts
    called = pinyin.folded(f"{name} {contact} {address}")
    initials, syllables = pinyin.spelt(pinyin.folded(name))
    return FoundShop(
        id=key,
        name=name,
        mid=mid,
        contact=contact,
        phone=phone,
        address=address,
        area=area,
        terminals=tuple(terminals),
        called=called,
        initials=initials,
        syllables=syllables,
        numbers=f"{phone.replace('-', '').replace(' ', '')}\n{mid}",
    )
