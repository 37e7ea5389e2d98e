"""Agreed times in words: for which cases, and in which hours they pass."""

from __future__ import annotations

from app.domain.incidents.agreements import ServiceAgreement
from app.domain.incidents.service_hours import ServiceHours
from app.i18n import Translator
from app.texts import word


def scope_text(t: Translator, agreement: ServiceAgreement, *, nowhere: bool = False) -> str:
    """The cases it is for, and whether the register has no such acquirer or area (`nowhere`)."""
    found = [
        t("contract {number}", number=agreement.contract) if agreement.contract else "",
        t("VIP") if agreement.vip else "",
        agreement.acquirer,
        agreement.area,
        word(t, "priority", agreement.priority) if agreement.priority else "",
    ]
    said = " · ".join(part for part in found if part) or t("all cases")
    return t("{cases} (not in the register)", cases=said) if nowhere else said


def hours_text(t: Translator, hours: ServiceHours) -> str:
    """The hours that count."""
    if hours.round_the_clock:
        return t("round the clock")
    first, last = (
        f"{minute // 60:02}:{minute % 60:02}" for minute in (hours.first_minute, hours.last_minute)
    )
    if hours.workdays_only:
        return t("working days {first} to {last}", first=first, last=last)
    return t("daily {first} to {last}", first=first, last=last)
