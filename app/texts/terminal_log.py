"""Sentences of a terminal's event log, which is stored as codes of states and names of fields."""

from __future__ import annotations

import re

from app.i18n import Translator
from app.texts import field_label, word

_STATE_STEP = re.compile(r"(\w+) → (\w+)(?: · (.*))?", re.DOTALL)
_FIELD_LIST = re.compile(r"[a-z_]+(?:, [a-z_]+)*")


def terminal_log_detail(t: Translator, kind: str, detail: str) -> str:
    """The detail of a log entry of this kind (``terminal_event``) in words."""
    step = _STATE_STEP.fullmatch(detail) if kind == "state" else None
    if step is not None:
        change = " → ".join(word(t, "terminal_state", state) for state in step.groups()[:2])
        return " · ".join(part for part in (change, step[3]) if part)
    if kind.endswith("_update") and _FIELD_LIST.fullmatch(detail):
        return "、".join(field_label(t, name) for name in detail.split(", "))
    return detail
