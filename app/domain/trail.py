"""How the parts of a session are written as JSON-able values and read back.

A trail keeps what was reported, what was known, every step, and the ranking with its reasons in
both languages, so that a service report printed years later needs no catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.catalogue import Stop
from app.domain.engine import Learned
from app.domain.evidence import Evidence, Fact
from app.domain.faults import FaultClass, Text

VERSION = 1


def evidence(item: Evidence) -> dict[str, object]:
    """One piece of evidence."""
    return {
        "id": item.id,
        "kind": str(item.kind),
        "value": item.value,
        "negated": item.negated,
        **words(item.label),
    }


def stop(called: Stop) -> dict[str, object]:
    """A hard stop with what was to be done at once."""
    return {
        "id": called.id,
        "kind": str(called.kind),
        "title": words(called.text),
        "do": words(called.do),
        "log": words(called.log),
    }


def ranked(name: str, share: float, reasons: Sequence[Text]) -> dict[str, object]:
    """One class of the ranking."""
    return {
        "class": name,
        "share": round(share, 4),
        "reasons": [words(reason) for reason in reasons],
    }


def words(text: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": text.zh, "en": text.en}


def fact(known: Fact) -> dict[str, object]:
    """A fact with its figures."""
    values = {
        name: words(value) if isinstance(value, Text) else value
        for name, value in known.values.items()
    }
    return {"id": known.id, "values": values, "leans": dict(known.leans)}


def fact_of(raw: Mapping[str, Any]) -> Fact:
    """The fact written by `fact`."""
    values = {
        name: Text(value["zh"], value["en"]) if isinstance(value, dict) else value
        for name, value in raw["values"].items()
    }
    return Fact(raw["id"], values, {FaultClass(c): n for c, n in raw["leans"].items()})


def learned(known: Learned) -> dict[str, object]:
    """The counts the session reasoned with."""
    return {
        "classes": dict(known.classes),
        "evidence": {key: dict(counts) for key, counts in known.evidence.items()},
    }


def learned_of(raw: Mapping[str, Any]) -> Learned:
    """The counts written by `learned`."""
    return Learned(
        {FaultClass(c): n for c, n in raw["classes"].items()},
        {
            key: {FaultClass(c): n for c, n in counts.items()}
            for key, counts in raw["evidence"].items()
        },
    )
