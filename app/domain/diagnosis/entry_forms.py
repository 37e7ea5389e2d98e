"""Catalogue entries as a form shows them: few values of a part, everything else of the entry kept.

What a form leaves empty, such as the mode of an entry that points at several, stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.diagnosis.catalogue import CodeAct, Doubt, QuestionKind, SignKind
from app.domain.diagnosis.knowledge_edits import KnowledgePart
from app.languages import ALWAYS_STORED

Values = Mapping[str, Any]
_OWN = "own"
"""The source of what a house says itself."""
_TEXTS = ALWAYS_STORED
_NEW: Mapping[KnowledgePart, Mapping[str, Any]] = {
    KnowledgePart.CODE: {"act": CodeAct.DECLINE, "doubt": Doubt.FAIR, "confidence": "M"},
    KnowledgePart.SIGN: {"kind": SignKind.SYMPTOM, "doubt": Doubt.FAIR},
    KnowledgePart.QUESTION: {"kind": QuestionKind.YES_NO, "seconds": 20, "does": []},
    KnowledgePart.CHECK: {"minutes": 5, "does": []},
    KnowledgePart.CONTACT: {},
}
"""What an entry begins with."""


def values_of(part: KnowledgePart, entry: str, content: Values) -> dict[str, Any]:
    """What a form shows of an entry; of a new one what is usual."""
    known = {**_NEW[part], **content}
    said = known.get("ask", {}) if part is KnowledgePart.CONTACT else known
    values = {name: said.get(name, "") for name in _TEXTS} | {"target": ""}
    match part:
        case KnowledgePart.CODE:
            profile, _, code = entry.partition("/")
            values |= {"profile": profile, "code": code}
            values |= {name: str(known[name]) for name in ("act", "doubt")}
        case KnowledgePart.SIGN:
            values |= {name: str(known[name]) for name in ("kind", "doubt")}
            values |= {"entry": entry, "says": "\n".join(known.get("says", ()))}
        case KnowledgePart.QUESTION:
            why = known.get("why", {})
            values |= {"entry": entry, "why_zh": why.get("zh", ""), "why_en": why.get("en", "")}
            values |= {"seconds": known["seconds"]}
        case KnowledgePart.CHECK:
            values |= {"entry": entry, "minutes": known["minutes"]}
        case KnowledgePart.CONTACT:
            values |= {"ready": list(known.get("ready", ()))}
    return values


def entry_of(part: KnowledgePart, values: Values) -> str:
    """The name a form gives a new entry."""
    if part is KnowledgePart.CODE:
        return f"{values['profile']}/{str(values['code']).strip().upper()}"
    return str(values["entry"]).strip()


def content_of(part: KnowledgePart, values: Values, before: Values) -> dict[str, Any]:
    """The content of an entry with what a form says of it; `before` is its content till now, empty
    for a new one."""
    content: dict[str, Any] = {"source": _OWN, **_NEW[part], **before}
    said = {name: str(values[name]).strip() for name in _TEXTS}
    # A house that works in one language need not write both.
    said = {name: text or next(filter(None, said.values()), "") for name, text in said.items()}
    content |= {"ask": said} if part is KnowledgePart.CONTACT else said
    target = values.get("target", "")
    match part:
        case KnowledgePart.CODE:
            content |= {name: str(values[name]) for name in ("act", "doubt")}
            content |= {"points": {target: "certain"}} if target else {}
        case KnowledgePart.SIGN:
            content |= {name: str(values[name]) for name in ("kind", "doubt")}
            content["says"] = [w.strip() for w in str(values["says"]).splitlines() if w.strip()]
            content |= {"points": {target: "certain"}} if target else {}
        case KnowledgePart.QUESTION:
            why = {name: str(values[f"why_{name}"]).strip() for name in _TEXTS}
            either = next(filter(None, why.values()), "")
            content["why"] = {name: text or either for name, text in why.items()}
            content["seconds"] = int(values["seconds"])
            content |= {"yes": {target: "mostly"}, "usual": "rarely"} if target else {}
        case KnowledgePart.CHECK:
            content["minutes"] = int(values["minutes"])
            content |= {"fixes": {target: "mostly"}} if target else {}
        case KnowledgePart.CONTACT:
            content["ready"] = list(values["ready"])
    return content
