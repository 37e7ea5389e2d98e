"""Columns share the room of a table, and no title is cut whatever the room."""

from __future__ import annotations

import pytest

from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from tests.gui.fitting import wrong

pytestmark = pytest.mark.usefixtures("application")

COLUMNS = (
    TableColumn(title="Number", text=str, width=120),
    TableColumn(title="Merchant and what is said of it", text=str, stretch=True),
    TableColumn(title="Area", text=str, stretch=True),
    TableColumn(title="Where", text=str, stretch=True),
)


def test_a_long_title_is_not_cut_where_its_column_shares_room_with_others() -> None:
    table = TableView(RowTableModel(COLUMNS), title="x")
    header = table.horizontalHeader()
    table.show()
    for width in range(300, 1400, 20):
        table.resize(width, 200)
        assert wrong(table) == [], width
        taken = sum(header.sectionSize(place) for place in range(header.count()))
        assert taken >= table.viewport().width() - 1, "all of the room is used"
    shares = [header.sectionSize(place) for place in (1, 2, 3)]
    assert max(shares) - min(shares) <= 1, "equal where all have room"
