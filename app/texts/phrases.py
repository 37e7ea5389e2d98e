"""Quick phrases to begin with, and what is said about them."""

from __future__ import annotations

from app.i18n import N_, Translator

PROBLEMS: dict[str, str] = {
    "phrases.too_many": N_("{count} phrases; at most {most} are offered. Take some out."),
}
FIELDS: dict[str, str] = {"phrases": N_("Quick phrases")}

_STARTERS = (
    N_("Works again after signing in anew."),
    N_("Card reader cleaned; test sale passed."),
    N_("Print head cleaned and paper replaced; prints clearly."),
    N_("SIM card reseated, network registered again; signal good."),
    N_("Operation explained to the merchant."),
)


def starters(t: Translator) -> tuple[str, ...]:
    """What is offered until a person keeps phrases of their own."""
    return tuple(t(one) for one in _STARTERS)
