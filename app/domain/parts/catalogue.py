"""The parts catalogue: number, name, unit, list price, warranty, the models a part fits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields

from app.domain import text
from app.domain.errors import Problems

MOST_CENTS = 100_000_000
"""The highest price of a part, in fen: one million yuan."""
MOST_WARRANTY_MONTHS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKind:
    """A part of the catalogue.  `models` are the keys of the models it fits, empty for all;
    `fits` are their names."""

    id: str
    version: int
    number: str
    name: str
    unit_name: str
    list_price_cents: int
    """In fen; 0 while nobody entered one."""
    warranty_months: int
    """How long a part fitted is under warranty itself; 0 for none."""
    models: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKindDraft:
    """A part of the catalogue as entered."""

    number: str = ""
    name: str = ""
    unit_name: str = ""
    list_price_cents: int = 0
    warranty_months: int = 0
    models: tuple[str, ...] = ()
    active: bool = True


def draft_of_part(part: PartKind) -> PartKindDraft:
    """The part as an editable draft; saved unchanged it stays as it is."""
    return PartKindDraft(**{one.name: getattr(part, one.name) for one in fields(PartKindDraft)})


def part_number(raw: str) -> str:
    """A part number as it is kept: full-width forms folded, no white space, capitals, so that
    ``ph-58 a`` and ``PH-58A`` are one part.  Raises `BadValue`: ``text.missing``,
    ``text.too_long``, ``text.card_number``."""
    return text.required(text.line(text.compact(raw).upper(), 60))


def check_part_kind(draft: PartKindDraft) -> PartKindDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    cleaned: dict[str, str] = {}
    with problems.field("number"):
        cleaned["number"] = part_number(draft.number)
    with problems.field("name"):
        cleaned["name"] = text.required(text.line(draft.name))
    with problems.field("unit_name"):
        cleaned["unit_name"] = text.line(draft.unit_name, 20)
    if not 0 <= draft.list_price_cents <= MOST_CENTS:
        problems.add(
            "list_price_cents",
            "number.out_of_range",
            value=draft.list_price_cents / 100,
            least=0,
            most=MOST_CENTS // 100,
        )
    if not 0 <= draft.warranty_months <= MOST_WARRANTY_MONTHS:
        problems.add(
            "warranty_months",
            "number.out_of_range",
            value=draft.warranty_months,
            least=0,
            most=MOST_WARRANTY_MONTHS,
        )
    problems.raise_if_any()
    return PartKindDraft(
        list_price_cents=draft.list_price_cents,
        warranty_months=draft.warranty_months,
        models=tuple(sorted(set(draft.models))),
        active=draft.active,
        **cleaned,
    )


def fits_model(models: Collection[str], model_id: str) -> bool:
    """Whether a part that names these models fits a device of `model_id`; one that names none fits
    all, and nothing is known against a device whose model is unknown."""
    return not models or not model_id or model_id in models
