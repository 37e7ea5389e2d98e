"""Editors of the parts catalogue: a part, a move of the stock, what a price list would do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from app.domain.parts.catalogue import MOST_WARRANTY_MONTHS, PartKind, PartKindDraft
from app.domain.parts.stock import MOST_AT_ONCE, OFFICE
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Choices, Field
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, column, label
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn


def _part_fields(models: Choices = ()) -> list[Field]:
    return [
        Field(
            name="number",
            label=_("Part number"),
            required=True,
            hint="BAT-N910",
            help=_("As on the price list; one number is one part."),
        ),
        Field(name="name", label=_("Part"), required=True),
        Field(
            name="unit_name",
            label=_("Unit"),
            choices=[(unit, unit) for unit in (_("pcs"), _("m"), _("set"))],
        ),
        Field(
            name="list_price_cents",
            label=_("List price"),
            kind="money",
            unit=_("yuan"),
            help=_("0: not known; it stays blank on the report."),
        ),
        Field(
            name="warranty_months",
            label=_("Warranty of the part"),
            kind="number",
            most=MOST_WARRANTY_MONTHS,
            unit=_("months"),
            help=_("From the day it was fitted; 0: none."),
        ),
        Field(
            name="models",
            label=_("Fits"),
            kind="checks",
            choices=models,
            rows=5,
            help=_("None ticked: all models."),
        ),
        Field(name="active", label=_("In use"), kind="check", unit=_("offered on incidents")),
    ]


def part_editor(parent: QWidget, models: Choices, known: PartKind | None = None) -> DraftDialog:
    """A part of the catalogue; `models` are (id, name) pairs.  The draft is a `PartKindDraft`."""
    fields = _part_fields(models)
    title = _("Edit part {number}", number=known.number) if known else _("Add part")
    dialog = DraftDialog(title, fields, lambda v: PartKindDraft(**v), parent=parent)
    before = known or PartKindDraft(unit_name=_("pcs"))
    dialog.fill({field.name: getattr(before, field.name) for field in fields})
    return dialog


class StockStep(StrEnum):
    """What is done to the stock."""

    LOAD = "load_van"
    RECEIVE = "receive"
    UNLOAD = "unload_van"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class StockMove:
    """A move as entered: what is done, with which part, at which place, how many, why."""

    step: StockStep
    part_id: str
    place: str
    quantity: int
    reason: str


class StockDialog(DraftDialog):
    """Parts come in, go into a van, come back, or are counted.  The draft is a `StockMove`.

    `left` gives by place and part how many are known to be there."""

    def __init__(
        self,
        parent: QWidget,
        parts: Choices,
        places: Choices,
        left: dict[tuple[str, str], int],
    ) -> None:
        steps = (
            (StockStep.LOAD, _("From the office store into the van")),
            (StockStep.RECEIVE, _("Came in from outside")),
            (StockStep.UNLOAD, _("From the van back to the office store")),
            (StockStep.COUNT, _("Counted")),
        )
        super().__init__(
            _("Move stock"),
            [
                Field(name="step", label=_("What is done"), kind="choice", choices=steps),
                Field(name="part_id", label=_("Part"), kind="choice", choices=parts),
                Field(name="place", label=_("Place"), kind="choice", choices=places),
                Field(name="quantity", label=_("Quantity"), kind="number", most=MOST_AT_ONCE),
                Field(
                    name="reason",
                    label=_("Reason"),
                    help=_("Needed for a count, and when more are taken than are known there."),
                ),
            ],
            _stock_move,
            action=_("Enter"),
            parent=parent,
        )
        self._left, self._places = left, places
        self._known = label("", "muted", wrap=True)
        self.insert(self._known, 1)
        for name in ("step", "part_id", "place"):
            self._box(name).currentIndexChanged.connect(self._on_chosen)
        self._on_chosen()

    def _box(self, name: str) -> QComboBox:
        widget = self.form.widget(name)
        assert isinstance(widget, QComboBox)
        return widget

    def _on_chosen(self) -> None:
        step = StockStep(self.form.value("step"))
        vans = step in {StockStep.LOAD, StockStep.UNLOAD}
        self.form.set_choices(
            "place", [one for one in self._places if not vans or one[0] != OFFICE]
        )
        part, van = self.form.value("part_id"), self.form.value("place")
        shown = {OFFICE: self._left.get((OFFICE, part), 0), van: self._left.get((van, part), 0)}
        names = dict(self._places)
        self._known.setText(
            _(
                "Known to be there: {places}",
                places=" · ".join(
                    f"{names[place]} {amount}" for place, amount in shown.items() if place in names
                ),
            )
        )


def _stock_move(values: dict[str, Any]) -> StockMove:
    return StockMove(**{**values, "step": StockStep(values["step"])})


@dataclass(frozen=True, slots=True)
class PriceLine:
    """What is wrong or odd about a row of a price list, in words."""

    row: int
    value: str
    said: str


def price_columns_dialog(
    parent: QWidget,
    name: str,
    header: Sequence[str],
    mapping: Mapping[str, int],
    known: Collection[str],
    needed: Collection[str],
) -> DraftDialog:
    """Which column of a price list is which of the `known` fields, as recognised by the names.  The
    draft is the mapping, field → place of the column."""
    labels = {field.name: field.label for field in _part_fields()}
    columns = [(str(place), title or str(place + 1)) for place, title in enumerate(header)]
    fields = [
        Field(
            name=field,
            label=labels[field],
            kind="choice",
            required=field in needed,
            choices=[("", _("not in the file")), *columns],
        )
        for field in known
    ]
    dialog = DraftDialog(
        _("Columns of {name}", name=name),
        fields,
        lambda v: {field: int(place) for field, place in v.items() if place},
        action=_("Go on"),
        parent=parent,
    )
    dialog.fill({field: str(place) for field, place in mapping.items()})
    return dialog


def price_list_dialog(
    parent: QWidget, name: str, summary: str, found: Sequence[PriceLine], *, refused: int
) -> DraftDialog:
    """What a price list would do.  The draft is whether rows with errors are left out."""
    fields = [
        Field(
            name="skip_bad",
            label=_("Rows with errors"),
            kind="check",
            unit=_("leave them out"),
        )
    ]
    dialog = DraftDialog(
        _("Price list {name}", name=name),
        fields if refused else [],
        lambda v: bool(v.get("skip_bad")),
        action=_("Import"),
        parent=parent,
    )
    pieces: list[QWidget] = [label(summary, wrap=True)]
    if found:
        model = RowTableModel(
            (
                TableColumn(title=_("Row"), text=lambda one: str(one.row or ""), width=60),
                TableColumn(title=_("In the file"), text=lambda one: one.value, width=140),
                TableColumn(title=_("Problem"), text=lambda one: one.said, width=320, stretch=True),
            ),
            dialog,
        )
        model.set_rows(found)
        listed = TableView(model, title=_("Rows with problems"))
        listed.setMinimumHeight(160)
        dialog.prefer(680)
        pieces.append(listed)
    dialog.insert(boxed(column(*pieces)))
    return dialog
