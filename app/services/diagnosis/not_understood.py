"""What people wrote that the catalogue did not understand, with the class confirmed at the end.

Nothing is stored for it: it is read from the incidents, so that the class follows them, and is
given without names, telephone numbers and other numbers of the people and shops concerned.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.diagnosis.evidence import Evidence, EvidenceKind, Reasoner
from app.domain.faults import FaultClass
from db.models.incident import IncidentRow
from db.models.register import MerchantRow
from db.queries import merchant_of

LOOKED_AT = 1_000
"""Recent incidents that are read."""
_UNDERSTOOD = frozenset(
    {EvidenceKind.CODE, EvidenceKind.MESSAGE, EvidenceKind.SYMPTOM, EvidenceKind.REQUEST}
)
_NUMBERS = re.compile(r"\d[\d\s-]{3,}\d|\d{5,}")
_ADDRESS = re.compile(r"\S+@\S+")
_GAP = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """A code or wording nobody taught the catalogue: how often and when last it was met, and the
    class most often confirmed for it, where one was."""

    code: str
    text: str
    times: int
    last: datetime
    label: FaultClass | None

    def as_case(self, number: int) -> str:
        """A line of a file of cases (`poscare knowledge evaluate`)."""
        case = {"id": f"n{number:04d}", "text": self.text, "code": self.code, "source": "incidents"}
        return json.dumps(case | {"label": self.label}, ensure_ascii=False)


def read_not_understood(session: Session, reasoner: Reasoner) -> tuple[NotUnderstood, ...]:
    """The wordings of recent incidents of which the catalogue knows no code and no sign, the most
    frequent first."""
    query: Any = (
        sa.select(
            col(IncidentRow.displayed_code),
            col(IncidentRow.symptom),
            col(IncidentRow.code_profile),
            col(IncidentRow.reporter_name),
            col(IncidentRow.reported_at),
            col(IncidentRow.confirmed_class),
            col(MerchantRow.name),
        )
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .order_by(col(IncidentRow.reported_at).desc())
        .limit(LOOKED_AT)
    )
    met: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in session.execute(query):
        code, said, profile, person, at, label, shop = row
        if (code or said) and not understood(reasoner.read(code, said, profile)):
            known = [name for name in (person, shop) if name]
            met[without_persons(code, known), without_persons(said, known)].append((at, label))
    found = [_summed(*place, seen) for place, seen in met.items()]
    return tuple(sorted(found, key=lambda one: (-one.times, one.code, one.text)))


def understood(evidence: Iterable[Evidence]) -> bool:
    """Whether a code or sign of the catalogue was met in so many words."""
    return any(item.kind in _UNDERSTOOD and item.likeness == 1 for item in evidence)


def without_persons(text: str, names: Iterable[str]) -> str:
    """A text without these names, addresses and numbers of five digits and more."""
    for name in names:
        text = text.replace(name, _GAP)
    return _NUMBERS.sub(_GAP, _ADDRESS.sub(_GAP, text)).strip()


def _summed(code: str, text: str, seen: list[Any]) -> NotUnderstood:
    labels = Counter(label for _at, label in seen if label)
    likeliest = FaultClass(labels.most_common(1)[0][0]) if labels else None
    last = max(at for at, _label in seen)
    return NotUnderstood(code=code, text=text, times=len(seen), last=last, label=likeliest)
