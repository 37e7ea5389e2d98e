"""Words of how sure warnings must be."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.insight.warning_levels import LevelFamily, LevelYear
from app.i18n import N_, Translator

FAMILIES: Mapping[LevelFamily, str] = {
    LevelFamily.GROUPS: N_("Models, firmware, areas: rising, or worse than others"),
    LevelFamily.UNITS: N_("Single terminals and merchants"),
    LevelFamily.OUTBREAKS: N_("Many terminals within days"),
}


def family_name(t: Translator, family: LevelFamily) -> str:
    """What rules of a family look at."""
    return t(FAMILIES[family])


def level_text(level: float) -> str:
    """A level as per cent."""
    return f"{100 * level:g} %"


def judged_text(t: Translator, one: LevelYear) -> str:
    """How those that somebody judged turned out."""
    if not one.right + one.wrong:
        return "—"
    return t("{right} right, {wrong} wrong", right=one.right, wrong=one.wrong)
