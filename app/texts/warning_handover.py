"""The text in which a warning is handed to somebody outside: what, where, since when, which
incidents, and what they are asked for."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from app.domain.faults import ContactRole
from app.domain.incidents.incidents import IncidentSummary
from app.domain.insight.warning_cases import LONGEST_HAND_OVER
from app.domain.insight.warnings import StandingWarning
from app.i18n import N_, Translator
from app.texts.warnings import warning_reason, warning_title

_ASKED = {
    ContactRole.CARRIER: N_(
        "Please check the connection there and tell us the cause and when it works again."
    ),
    ContactRole.ACQUIRER: N_(
        "Please check merchant and terminal parameters on your side and tell us what to do."
    ),
    ContactRole.ISSUER: N_(
        "Please check why these payments are declined and tell us what the merchant should say."
    ),
    ContactRole.SUPPLIER: N_(
        "Please check whether parts or deliveries of this batch are affected and tell us how they"
        " are replaced."
    ),
    ContactRole.MANUFACTURER: N_(
        "Please check whether this fault is known for model and firmware and tell us the remedy."
    ),
    ContactRole.INTERNAL: N_("Please see to it and say what was done."),
    ContactRole.POLICE: N_("Please tell us what you need from us."),
}
_AROUND = 500
"""Characters kept for what stands below the incidents."""
MOST_SAID = 100
"""Characters of what was reported in each incident."""
HAND_OVER_TO = tuple(_ASKED)
"""To whom a warning can be handed."""


def warning_handover(
    t: Translator,
    warning: StandingWarning,
    to: ContactRole,
    incidents: Sequence[IncidentSummary],
    company: str = "",
) -> str:
    """The whole text, with as many incidents as may be recorded with it.  People of merchants are
    not named in it."""
    head = " · ".join(filter(None, (company, warning_title(t, warning), warning.subject.name)))
    lines = [head, warning_reason(t, warning)]
    if warning.since is not None:
        lines.append(t("Since {moment}", moment=t.moment(warning.since)))
    if incidents:
        lines += ["", t("The incidents:")]
        left = LONGEST_HAND_OVER - _AROUND - sum(map(len, lines))
        named = _fitting([_line(t, one) for one in incidents], left)
        lines += named
        more = max(warning.seen, len(incidents)) - len(named)
        if more > 0:
            lines.append(t.plural("and {count} more", "and {count} more", more))
    return "\n".join([*lines, "", t(_ASKED[to])])


def _fitting(lines: Sequence[str], most: int) -> list[str]:
    """The first of the lines that have at most so many characters, each with its end of line."""
    ends = itertools.accumulate(len(line) + 1 for line in lines)
    return [line for line, end in zip(lines, ends, strict=True) if end <= most]


def _line(t: Translator, one: IncidentSummary) -> str:
    said = " ".join(filter(None, (one.displayed_code, one.symptom)))
    if len(said) > MOST_SAID:
        said = said[: MOST_SAID - 1] + "…"
    parts = (
        one.number,
        t.moment(one.reported_at),
        one.tid and f"TID {one.tid}",
        one.merchant_name,
        one.area,
        said,
    )
    return "- " + " · ".join(filter(None, parts))
