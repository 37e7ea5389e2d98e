"""The data of an event log entry: a field that changed, and what it refers to.

The logs of terminals, incidents and visits share these values; `app.texts.events` puts them into
words in the reader's language.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.cardguard import holds_secret, mask_cards


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The field `field` went from `old` to `new`; empty where there was or is nothing.

    Values are codes, ISO dates, ISO moments in UTC, numbers and names: never sentences."""

    field: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another record an entry is about, such as ``terminal`` and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What an entry holds beside who, when and which step.  `reason` is a code, `remark` what a
    person wrote."""

    change: FieldChange | None = None
    reference: Reference | None = None
    reason: str = ""
    remark: str = ""


NO_FACTS = EventFacts()
"""An entry that holds no more than its step."""


LIST_MARK = "; "
"""Between several values of one field."""


def change_of(field: str, old: Any, new: Any) -> FieldChange:
    """A change of two values of the domain.  What the card guard would refuse in `field` today but
    was stored before is masked: correcting it must not keep it."""
    return FieldChange(field, _text(field, old), _text(field, new))


def _text(field: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    else:
        text = value.isoformat() if isinstance(value, datetime) else str(value)
    return mask_cards(text) if holds_secret(field, text) else text
