"""The words of the key figures monthly documents of earlier versions have, which were worked out
otherwise than those of today (`app.texts.insight_figures`): they are printed as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from app.i18n import N_


class KeyFigureWords(NamedTuple):
    """The name of a figure and its one definition, which is printed beside it."""

    name: str
    formula: str


KEY_FIGURES: Mapping[str, KeyFigureWords] = {
    "reported": KeyFigureWords(
        N_("Reported"),
        N_("Incidents reported in the period, without cancelled and duplicate ones."),
    ),
    "resolved": KeyFigureWords(
        N_("Resolved"),
        N_("Incidents resolved in the period."),
    ),
    "on_time": KeyFigureWords(
        N_("Resolved on time"),
        N_(
            "Resolved within the deadline ÷ resolved with a promised time; holds outside our"
            " control do not count, imported history has no promised time."
        ),
    ),
    "restoration": KeyFigureWords(
        N_("Median restoration"),
        N_("Median hours from down until restored, of resolved incidents."),
    ),
    "first_time": KeyFigureWords(
        N_("Fixed the first time"),
        N_(
            "Not reopened and no report of the same class on the same terminal within 30 days"
            " ÷ resolved."
        ),
    ),
    "not_item": KeyFigureWords(
        N_("Not the terminal's fault"),
        N_("Class is no failure of the terminal itself ÷ resolved."),
    ),
    "reopened": KeyFigureWords(
        N_("Reopened"),
        N_("Times an incident was reopened in the period."),
    ),
    "open": KeyFigureWords(
        N_("Open at the end"),
        N_("Incidents not yet resolved when the period ended."),
    ),
}
"""Each figure's name and definition."""
