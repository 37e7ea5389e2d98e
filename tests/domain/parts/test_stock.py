"""When a part is under warranty, and when more may be taken than is known to be there."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.errors import BadValue, InvalidInput
from app.domain.parts.catalogue import fits_model, part_number
from app.domain.parts.stock import WarrantyBasis, check_left, months_after, warranty_now

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("device", "fitted", "months", "basis", "until"),
    [
        (date(2026, 11, 23), None, 0, WarrantyBasis.DEVICE, date(2026, 11, 23)),
        (date(2026, 11, 22), None, 0, WarrantyBasis.NONE, date(2026, 11, 22)),
        (date(2026, 11, 22), date(2026, 5, 23), 6, WarrantyBasis.PART, date(2026, 11, 23)),
        (date(2026, 11, 22), date(2026, 5, 22), 6, WarrantyBasis.NONE, date(2026, 11, 22)),
        (None, date(2026, 11, 1), 3, WarrantyBasis.PART, date(2027, 2, 1)),
        (None, date(2026, 11, 1), 0, WarrantyBasis.UNKNOWN, None),
        (None, None, 12, WarrantyBasis.UNKNOWN, None),
    ],
)
def test_warranty(
    device: date | None, fitted: date | None, months: int, basis: WarrantyBasis, until: date | None
) -> None:
    found = warranty_now(TODAY, device, fitted, months)
    assert (found.basis, found.until) == (basis, until)
    assert found.covers is (basis in {WarrantyBasis.DEVICE, WarrantyBasis.PART})


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)


def test_more_than_is_there_needs_a_reason() -> None:
    check_left(3, 3, "")
    check_left(0, 2, "借自同事")
    with pytest.raises(InvalidInput) as refused:
        check_left(1, 2, "", "stock_reason")
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("stock_reason", "stock.not_enough")
    ]


def test_one_number_is_one_part_however_it_was_typed() -> None:
    assert part_number(" ph-58 a ") == part_number("ＰＨ-58A") == "PH-58A"
    with pytest.raises(BadValue):
        part_number("  ")


def test_a_part_without_models_fits_all_and_an_unknown_device_excludes_none() -> None:
    assert fits_model((), "m1")
    assert fits_model(("m1",), "m1")
    assert fits_model(("m1",), "")
    assert not fits_model(("m1",), "m2")
