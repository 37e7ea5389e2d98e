"""Half-filled forms, kept across crashes and flat batteries until they are sent or discarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain.card_fields import without_split_numbers
from app.domain.cardguard import mask_cards
from app.services.core.context import ServiceContext
from db.models.office import FormDraftRow


@dataclass(frozen=True, slots=True)
class SavedForm:
    """What stood in a form, and since when it waits."""

    key: str
    saved_at: datetime
    content: dict[str, Any]


class SavedForms:
    """Use cases of kept forms.  A key names the form and what it is about."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def _own(self, key: str) -> str:
        """The key of a form of this seat: on a server others have half-filled forms, too."""
        place = self._context
        return key if place.database.is_sqlite else f"{place.device}/{place.actor}/{key}"

    def keep(self, key: str, content: dict[str, Any]) -> None:
        """Remember what stands in the form, card numbers masked."""
        masked, key = _masked(content), self._own(key)
        with self._context.write_locally() as unit:
            row = unit.session.get(FormDraftRow, key)
            if row is None:
                row = FormDraftRow(key=key, saved_at=unit.now, content=masked)
                unit.session.add(row)
            row.saved_at, row.content = unit.now, masked

    def kept(self, key: str) -> SavedForm | None:
        """What was remembered, or None."""
        with self._context.read() as session:
            row = session.get(FormDraftRow, self._own(key))
            return None if row is None else SavedForm(key, row.saved_at, row.content)

    def discard(self, key: str) -> None:
        """Forget it; the form was sent or thrown away."""
        with self._context.write_locally() as unit:
            unit.session.execute(
                sa.delete(FormDraftRow).where(col(FormDraftRow.key) == self._own(key))
            )

    def waiting(self) -> tuple[SavedForm, ...]:
        """Everything remembered, newest first."""
        own = self._own("")
        with self._context.read() as session:
            rows = session.execute(
                sa.select(FormDraftRow)
                .where(col(FormDraftRow.key).startswith(own, autoescape=True))
                .order_by(col(FormDraftRow.saved_at).desc())
            ).scalars()
            return tuple(
                SavedForm(row.key.removeprefix(own), row.saved_at, row.content) for row in rows
            )


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_cards(value)
    if isinstance(value, dict):
        return without_split_numbers({name: _masked(inner) for name, inner in value.items()})
    return [_masked(inner) for inner in value] if isinstance(value, list) else value
