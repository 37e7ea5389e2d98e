"""Models of terminals: which firmware is older, what a model may say."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.errors import InvalidInput
from app.domain.register.equipment import ModelDraft, check_model, firmware_older


@pytest.mark.parametrize(
    ("found", "required", "older"),
    [
        ("3.2.1", "3.2.1", False),
        ("3.2.1", "3.10", True),
        ("3.10", "3.2.1", False),
        ("3.2", "3.2.0", False),
        ("v3.1", "V3.2", True),
        ("1.0 beta", "1.0 rc", True),
        ("", "3.2.1", False),
        ("3.2.1", "", False),
    ],
)
def test_versions_compare_by_their_numbers(found: str, required: str, older: bool) -> None:
    assert firmware_older(found, required) is older


def test_a_model_needs_maker_and_name_and_a_sane_battery() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_model(ModelDraft(battery_life_months=999))
    assert {problem.field for problem in refused.value.problems} == {
        "manufacturer",
        "name",
        "battery_life_months",
    }
    draft = ModelDraft(manufacturer=" 新大陆 ", name="N910", pts_expires_on=date(2030, 4, 30))
    assert check_model(draft).manufacturer == "新大陆"


def test_use_cannot_end_before_new_placing_does() -> None:
    ends = {"pts_expires_on": date(2026, 4, 30), "pts_use_until": date(2031, 4, 29)}
    assert check_model(ModelDraft(manufacturer="百富", name="A920", **ends)).pts_use_until == date(
        2031, 4, 29
    )
    swapped = dict(zip(ends, reversed(ends.values()), strict=True))
    with pytest.raises(InvalidInput) as refused:
        check_model(ModelDraft(manufacturer="百富", name="A920", **swapped))
    assert [problem.field for problem in refused.value.problems] == ["pts_use_until"]
