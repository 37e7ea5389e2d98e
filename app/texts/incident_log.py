"""What an incident's own log says, in words: reasons are kept as codes, ranks in both languages."""

from __future__ import annotations

from app.domain.incidents.lifecycle import Action
from app.domain.incidents.log_remarks import rank_of, withdrawal_of
from app.i18n import Translator
from app.texts import word

_REASONS = {
    Action.HOLD: "hold_reason",
    Action.REPORT: "detection",
    Action.RESOLVE: "result",
    Action.CLOSE: "confirmation",
    Action.HANDOVER: "contact_role",
}


def incident_log_detail(t: Translator, action: str, reason: str, remark: str) -> str:
    """Reason and remark of a line of the log, in the language of `t` alone."""
    kind = _REASONS.get(Action(action))
    why = word(t, kind, reason) if kind and reason else reason
    return " · ".join(part for part in (why, _remark(t, remark)) if part)


def _remark(t: Translator, remark: str) -> str:
    if rank := rank_of(remark):
        priority, why = word(t, "priority", rank[0]), rank[1]
        if why is None:
            return f"→ {priority}"
        return t("→ {priority}: {why}", priority=priority, why=why.in_(t.language))
    if withdrawal := withdrawal_of(remark):
        sign, reason = withdrawal
        return t(
            "Safety stop withdrawn, “{sign}”: {reason}", sign=sign.in_(t.language), reason=reason
        )
    return remark
