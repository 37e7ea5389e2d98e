"""A part fitted on an incident: chosen from the catalogue, or typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from app.domain.incidents.drafts import PartDraft
from app.domain.parts.catalogue import PartKind
from app.domain.parts.stock import Warranty
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import label
from app.texts.parts import warranty_line

_UNCHOSEN = "unchosen"
"""What the form begins with: no part is taken for granted."""


@dataclass(frozen=True, slots=True)
class OfferedPart:
    """A part that fits; `left` is how many are at the place it would be taken from."""

    part: PartKind
    left: int
    warranty: Warranty


class PartEditor(DraftDialog):
    """What is fitted.  Choosing a part fills in number, price and warranty, which may be changed.

    `place` is where parts are taken from, `place_name` what that is called; `device` says whether
    a part that is not in the catalogue is under warranty.  The draft is a `PartDraft`."""

    def __init__(
        self,
        parent: QWidget,
        offered: Sequence[OfferedPart],
        place: str,
        place_name: str,
        device: Warranty,
    ) -> None:
        self._offered = {one.part.id: one for one in offered}
        self._device = device
        listed = [(one.part.id, _offer(one)) for one in offered]
        super().__init__(
            _("Part fitted"),
            _fields(listed, place, place_name),
            _draft,
            action=_("Add"),
            parent=parent,
        )
        self.prefer(860)
        self._warranty = label("", "muted", wrap=True)
        self.insert(self._warranty, 1)
        self._box("part_kind_id").currentIndexChanged.connect(self._on_part)
        self._on_part()

    def _box(self, name: str) -> QComboBox:
        widget = self.form.widget(name)
        assert isinstance(widget, QComboBox)
        return widget

    def _on_part(self) -> None:
        chosen = self._offered.get(self.form.value("part_kind_id"))
        warranty = chosen.warranty if chosen else self._device
        taken = self._box("taken_from")
        taken.setEnabled(chosen is not None)
        self.form.widget("stock_reason").setEnabled(chosen is not None)
        taken.setCurrentIndex(0 if chosen is not None else taken.findData(""))
        filled: dict[str, Any] = {"in_warranty": warranty.covers}
        part = chosen.part if chosen else None
        filled |= {
            "name": part.name if part else "",
            "part_no": part.number if part else "",
            "unit_price_cents": part.list_price_cents if part else 0,
        }
        self.form.fill(filled)
        self._warranty.setText(warranty_line(words(), warranty))


def _draft(values: dict[str, Any]) -> PartDraft:
    chosen = values["part_kind_id"]
    return PartDraft(**{**values, "part_kind_id": "" if chosen == _UNCHOSEN else chosen})


def _fields(listed: Choices, place: str, place_name: str) -> list[Field]:
    return [
        Field(
            name="part_kind_id",
            label=_("From the catalogue"),
            kind="choice",
            choices=[(_UNCHOSEN, _("Please choose")), *listed, ("", _("Not in the catalogue"))],
        ),
        Field(name="name", label=_("Part"), required=True),
        Field(name="part_no", label=_("Part number")),
        Field(name="quantity", label=_("Quantity"), kind="number", least=1, most=999),
        Field(
            name="unit_price_cents",
            label=_("Price each"),
            kind="money",
            unit=_("yuan"),
            help=_("0: not known; it stays blank on the report."),
        ),
        Field(
            name="in_warranty",
            label=_("Warranty"),
            kind="check",
            unit=_("covered by warranty"),
        ),
        Field(name="old_serial", label=_("Old serial number"), column=1),
        Field(name="new_serial", label=_("New serial number"), column=1),
        Field(
            name="taken_from",
            label=_("Taken from"),
            kind="choice",
            choices=[(place, place_name), ("", _("not from our stock"))],
            column=1,
        ),
        Field(
            name="stock_reason",
            label=_("Why it was there"),
            help=_("Only when more are taken than stock says."),
            column=1,
        ),
    ]


def _offer(one: OfferedPart) -> str:
    part = one.part
    left = _("{count} left", count=f"{one.left} {part.unit_name}".rstrip())
    return f"{part.name} · {part.number} · {left}"
