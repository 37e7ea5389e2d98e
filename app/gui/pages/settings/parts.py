"""The parts catalogue and the stock of the office store and the vans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QPushButton, QSizePolicy

from app.domain.parts.catalogue import PartKind
from app.domain.parts.stock import OFFICE, StockLevel
from app.domain.register.people import Technician
from app.gui.actions import UserAction
from app.gui.pages.settings.part_editors import (
    PriceLine,
    StockDialog,
    StockMove,
    part_editor,
    price_columns_dialog,
    price_list_dialog,
)
from app.gui.pages.settings.section import ListSection
from app.gui.shell.autosave import submit_autosaved
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, column, label, panel
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.topbar import FilterBox
from app.gui.toolkit.wrapping import wrapping
from app.i18n import N_
from app.services.core.import_columns import map_columns
from app.services.core.one_moment import one_moment
from app.texts import problem_text
from app.texts.parts import place_name

if TYPE_CHECKING:
    from app.services import Services
    from app.services.parts.price_list import PricePreview
    from app.tabular.reading import Table


@dataclass(frozen=True, slots=True)
class StockView:
    """The catalogue, the stock, and the vans there may be."""

    parts: tuple[PartKind, ...]
    levels: tuple[StockLevel, ...]
    people: tuple[Technician, ...]
    own: str


@one_moment
def read_stock(services: Services) -> StockView:
    """Read it in one go."""
    stock = services.stock
    people = services.directory.technicians()
    return StockView(services.parts.listed(), stock.levels(), people, stock.own_place())


class PartsSection(ListSection):
    """Parts above, what is where below."""

    title = N_("Parts and stock")
    saves = "part.save"

    def __init__(self, page: Page) -> None:
        self._view: StockView | None = None
        self._totals: dict[str, int] = {}
        super().__init__(
            page,
            self._columns(),
            _(
                "Price, warranty and models of each part are offered on incidents; what is fitted"
                " comes out of the technician's own van."
            ),
            "parts",
        )
        self._place = FilterBox(_("Place"))
        self._place.chosen.connect(lambda _value: self._show_levels())
        self.levels_model = RowTableModel(_level_columns(), self)
        self.levels = TableView(self.levels_model, two_lines=True, name="stock", title=_("Stock"))
        self._move = action_button(UserAction.MOVE_STOCK, self.move_stock)
        below = boxed(
            column(
                wrapping(label(_("Stock"), "section"), self._place, None, self._move),
                panel(column(self.levels, margins=(1, 1, 1, 1))),
                spacing=8,
            )
        )
        below.setMaximumHeight(320)
        below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(below)

    def buttons(self) -> list[QPushButton]:
        """The price list."""
        self._import = action_button(UserAction.IMPORT_PRICES, self.import_prices)
        return [self._import]

    def _on_current(self, value: Any) -> None:
        super()._on_current(value)
        # It needs no row.
        self._import.setEnabled(True)

    def called(self, value: Any) -> str:
        """The number of the part."""
        return str(value.number)

    def refresh(self) -> None:
        """Read catalogue and stock."""
        services = self.context.services
        self.page.run(lambda: read_stock(services), self._show)

    def _show(self, found: StockView) -> None:
        self._view = found
        self._totals = {}
        for one in found.levels:
            self._totals[one.part_id] = self._totals.get(one.part_id, 0) + one.quantity
        self._place.set_choices(self._places())
        self._move.setEnabled(bool(found.parts))
        self.show_rows(found.parts, _("No part yet; take in the price list, or add one"))
        self._show_levels()

    def _places(self) -> list[tuple[str, str]]:
        """The places there may be, one's own first."""
        assert self._view is not None
        own = self._view.own
        names = [(OFFICE, place_name(words(), OFFICE, ""))]
        names += [(p.id, place_name(words(), p.id, p.name)) for p in self._view.people]
        return sorted(names, key=lambda one: one[0] != own)

    def _show_levels(self) -> None:
        assert self._view is not None
        place = self._place.value()
        found = [one for one in self._view.levels if not place or one.place == place]
        self.levels_model.set_rows(found)

    def add(self) -> None:
        """Add a part."""
        self._open(None)

    def edit(self, value: Any) -> None:
        """Change a part."""
        self._open(value)

    def _open(self, known: PartKind | None) -> None:
        services = self.context.services
        key, version = (known.id, known.version) if known else ("", 0)

        def ask(models: Sequence[Any]) -> None:
            offered = [(one.id, f"{one.manufacturer} {one.name}") for one in models]
            dialog = part_editor(self.page, offered, known)
            dialog.is_about(
                key, lambda _typed: self.open_anew(services.parts.listed, key, self._open)
            )
            submit_autosaved(
                self.page,
                dialog,
                f"part/{key or 'new'}",
                lambda draft: services.parts.save(draft, key, version),
                self.page.saved(dialog.windowTitle()),
            )

        self.page.run(services.models.listed, ask)

    def move_stock(self) -> None:
        """Enter parts that came, went or were counted."""
        view = self._view
        if view is None or not view.parts:
            return
        offered = [(p.id, f"{p.number} · {p.name}") for p in view.parts if p.active]
        left = {(one.place, one.part_id): one.quantity for one in view.levels}
        dialog = StockDialog(self.page, offered, self._places(), left)
        current = self.table.current()
        dialog.fill({"part_id": current.id if current else "", "place": self._place.value()})
        stock = self.context.services.stock

        def save(move: StockMove) -> None:
            getattr(stock, move.step)(move.place, move.part_id, move.quantity, move.reason)

        self.page.submit(dialog, save, self.page.saved(dialog.windowTitle()))

    def import_prices(self) -> None:
        """Take in a price list."""
        ask_file(
            self.page,
            _("Price list from a file"),
            _("Tables (*.csv *.xlsx)"),
            self.import_prices_from,
        )

    def import_prices_from(self, path: Path) -> None:
        """Ask which column is which, show what a price list would do, and take it in."""
        from app.services.parts.price_list import COLUMNS, REQUIRED, PriceList

        importing = PriceList(self.context.services.context)

        def ask(found: PricePreview) -> None:
            dialog = price_list_dialog(
                self.page, path.name, _summary(found), _lines(found), refused=found.refused
            )
            self.page.submit(
                dialog,
                lambda skip_bad: importing.commit(found, skip_bad=skip_bad),
                lambda done: self.context.note(
                    _(
                        "{added} parts added, {updated} changed",
                        added=done.added,
                        updated=done.updated,
                    )
                ),
            )

        def ask_columns(table: Table) -> None:
            mapping = map_columns(table.header, COLUMNS)
            self.page.submit(
                price_columns_dialog(
                    self.page, path.name, table.header, mapping, COLUMNS, REQUIRED
                ),
                lambda chosen: importing.check(table, chosen),
                ask,
            )

        self.page.run(lambda: importing.read(path), ask_columns)

    def _columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(
                title=_("Part"),
                text=lambda p: p.name,
                detail=lambda p: p.number,
                badge=_in_use,
                width=200,
                stretch=True,
            ),
            TableColumn(
                title=_("List price"),
                text=lambda p: f"{p.list_price_cents / 100:,.2f}" if p.list_price_cents else "",
                width=100,
                right=True,
            ),
            TableColumn(title=_("Warranty"), text=_months, width=110),
            TableColumn(
                title=_("Fits"), text=lambda p: _(", ").join(p.fits) or _("all models"), width=180
            ),
            TableColumn(title=_("All stock"), text=self._total, width=100, right=True),
        )

    def _total(self, part: PartKind) -> str:
        return f"{self._totals.get(part.id, 0)} {part.unit_name}".rstrip()


def _in_use(part: PartKind) -> Badge | None:
    return None if part.active else Badge(_("Not in use"), "neutral", "archive")


def _months(part: PartKind) -> str:
    months = part.warranty_months
    return plural("{count} month", "{count} months", months) if months else "—"


def _level_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Place"),
            text=lambda one: place_name(words(), one.place, one.name),
            width=180,
        ),
        TableColumn(
            title=_("Part"),
            text=lambda one: one.part,
            detail=lambda one: one.number,
            width=200,
            stretch=True,
        ),
        TableColumn(
            title=_("Quantity"),
            text=lambda one: f"{one.quantity} {one.unit_name}".rstrip(),
            badge=_to_count,
            width=150,
            right=True,
        ),
        TableColumn(title=_("Last move"), text=lambda one: words().moment(one.moved_at), width=150),
    )


def _to_count(one: StockLevel) -> Badge | None:
    return Badge(_("Count"), "warning", "triangle-alert") if one.quantity < 0 else None


def _summary(found: PricePreview) -> str:
    return _(
        "{added} new, {updated} changed, {unchanged} unchanged, {refused} with errors",
        added=found.added,
        updated=found.updated,
        unchanged=found.unchanged,
        refused=found.refused,
    )


def _lines(found: PricePreview) -> list[PriceLine]:
    return [
        PriceLine(one.row, one.value, problem_text(words(), one.problem))
        for one in (*found.problems, *found.doubts, *found.warnings)
    ]
