"""How sure warnings must be is a decision of the house: from when it was made, for every face."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import InvalidInput
from app.domain.insight.warning_cases import WarningDraft, WarningState
from app.domain.insight.warning_levels import OFFERED, USUAL_LEVELS, LevelFamily, LevelYear
from app.domain.insight.warnings import StandingWarning, WarningRule
from app.services import Services
from tests.conftest import FrozenClock
from tests.services.insight.test_warnings import estate_with_causes, printed, said


@pytest.fixture
def estate(any_services: Services, tmp_path: Path) -> Services:
    estate_with_causes(any_services, tmp_path, 1)
    return any_services


def outages(services: Services, **asked: object) -> list[StandingWarning]:
    found = services.insight.warnings(**asked)  # type: ignore[arg-type]
    return [one for one in found if one.rule is WarningRule.OUTBREAK]


def test_a_stricter_level_names_less_from_then_on_and_not_before(
    estate: Services, clock: FrozenClock
) -> None:
    before = estate.context.today()
    weakest = min(outages(estate), key=lambda one: one.confidence)
    clock.forward(days=1)
    told = outages(estate)
    estate.warning_settings.set_level(LevelFamily.OUTBREAKS, "0.1 %")
    assert estate.warning_settings.levels() == USUAL_LEVELS.at(LevelFamily.OUTBREAKS, 0.001)
    now = outages(estate)
    assert {one.key for one in now} <= {one.key for one in told}
    assert all(one.confidence >= 0.999 for one in now)
    assert printed(estate) == said(estate.insight.warnings())
    assert weakest.key in {one.key for one in outages(estate, day=before)}


def test_the_year_at_the_level_in_force_is_what_is_told(estate: Services) -> None:
    year = estate.warning_settings.last_year()
    assert [one.level for one in year if one.family is LevelFamily.OUTBREAKS] == sorted(
        {*OFFERED, USUAL_LEVELS.outbreaks}
    )
    assert [one.family for one in year if one.in_force] == list(LevelFamily)
    (now,) = (one for one in year if one.in_force and one.family is LevelFamily.OUTBREAKS)
    assert now.standing == len(outages(estate)) >= 1
    assert now.told >= now.standing
    assert (now.right, now.wrong) == (0, 0)


def test_how_warnings_turned_out_stands_beside_the_level(estate: Services) -> None:
    for case in estate.warning_work.cases():
        if case.warning.rule is WarningRule.OUTBREAK:
            draft = WarningDraft(note="已核实")
            estate.warning_work.close(case, WarningState.PROVEN_RIGHT, draft)
    year: dict[tuple[LevelFamily, bool], LevelYear] = {
        (one.family, one.in_force): one for one in estate.warning_settings.last_year()
    }
    assert year[LevelFamily.OUTBREAKS, True].right == len(outages(estate)) >= 1
    assert year[LevelFamily.UNITS, True].right == 0


@pytest.mark.parametrize("typed", ["", "0", "0.01", "21", "-1", "viel", "nan"])
def test_what_is_no_level_is_refused(services: Services, typed: str) -> None:
    with pytest.raises(InvalidInput):
        services.warning_settings.set_level(LevelFamily.UNITS, typed)
    assert services.warning_settings.levels() == USUAL_LEVELS


def test_an_office_without_incidents_has_a_year_of_nothing(services: Services) -> None:
    assert {one.told for one in services.warning_settings.last_year()} == {0}
