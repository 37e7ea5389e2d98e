"""Models of terminals and the institutions behind them: what is known of all devices of a kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date, timedelta

from app.domain import text
from app.domain.errors import Problems
from app.domain.register.terminals import TerminalKind

EXPIRES_SOON = timedelta(days=365)
"""A PTS approval that ends within this time is worth planning for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalModel:
    """A model with how many of its devices are in use, and how many run an older firmware than
    required."""

    id: str
    version: int
    manufacturer: str
    name: str
    kind: TerminalKind
    code_profile: str
    required_firmware: str
    pts_version: str
    pts_expires_on: date | None
    """Until when devices may be newly placed; `pts_use_until`: until when those there may be used
    (PCI SSC: version 5 was approved for new devices until 2026-04-30, for use until 2031-04-29)."""
    pts_use_until: date | None
    battery_life_months: int | None
    terminals: int = 0
    outdated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDraft:
    """A model as entered.  No battery life (0) means: unknown, or no battery."""

    manufacturer: str = ""
    name: str = ""
    kind: TerminalKind = TerminalKind.SMART
    code_profile: str = ""
    required_firmware: str = ""
    pts_version: str = ""
    pts_expires_on: date | None = None
    battery_life_months: int = 0
    pts_use_until: date | None = None


def draft_of_model(model: TerminalModel) -> ModelDraft:
    """The model as an editable draft; saved unchanged it stays as it is."""
    values = {one.name: getattr(model, one.name) for one in fields(ModelDraft)}
    return ModelDraft(**values | {"battery_life_months": model.battery_life_months or 0})


@dataclass(frozen=True, slots=True)
class Acquirer:
    """收单机构: `code_profile` names the table its response codes are read from."""

    id: str
    name: str
    code_profile: str
    terminals: int = 0


def check_model(draft: ModelDraft) -> ModelDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    cleaned: dict[str, str] = {}
    for name in ("manufacturer", "name", "code_profile", "required_firmware", "pts_version"):
        with problems.field(name):
            value = text.line(getattr(draft, name))
            cleaned[name] = text.required(value) if name in ("manufacturer", "name") else value
    if not 0 <= draft.battery_life_months <= 240:
        problems.add(
            "battery_life_months",
            "number.out_of_range",
            value=draft.battery_life_months,
            least=0,
            most=240,
        )
    new, use = draft.pts_expires_on, draft.pts_use_until
    if new is not None and use is not None and use < new:
        problems.add("pts_use_until", "date.before", other=new)
    problems.raise_if_any()
    return ModelDraft(
        kind=draft.kind,
        pts_expires_on=new,
        pts_use_until=use,
        battery_life_months=draft.battery_life_months,
        **cleaned,
    )


def firmware_older(found: str, required: str) -> bool:
    """Whether version `found` comes before `required`; an unknown version is not called old.

    >>> firmware_older("3.2.1", "3.10"), firmware_older("", "3.10")
    (True, False)
    """
    if not found or not required:
        return False
    return _parts(found) < _parts(required)


def _parts(version: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers compare as numbers, words as words, and a number comes before a word."""
    parts = re.findall(r"\d+|[a-z]+", version.casefold())
    made = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
    while made and made[-1] == (0, 0, ""):
        made.pop()
    return tuple(made)
