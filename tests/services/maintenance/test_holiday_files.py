"""Files of holidays as people have them: any order of columns, JSON, the template filled in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import InvalidInput
from app.domain.maintenance.statutory_days import statutory_days
from app.domain.maintenance.workdays import DayBasis, DayKind
from app.i18n import translator
from app.services import Services
from app.services.maintenance.holiday_files import HolidayFile, read_holidays, write_template
from app.texts.holidays import visits_on_day_off
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, make_plan, planned


def test_a_table_is_read_by_its_header_and_json_says_the_same(tmp_path: Path) -> None:
    table, listed = tmp_path / "days.csv", tmp_path / "days.json"
    table.write_text("name,date,isOffDay\n元旦,2027-01-01,true\n春节,2027-02-14,false\n", "utf-8")
    days = [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "春节", "date": "2027-02-14", "isOffDay": False},
    ]
    listed.write_text(json.dumps({"year": 2027, "days": days}), "utf-8")

    def said(file: HolidayFile) -> list[tuple[str, str, str]]:
        return [(day, kind.casefold(), name) for _n, day, kind, name in file.rows]

    assert said(read_holidays(table)) == said(read_holidays(listed))


@pytest.mark.parametrize("content", ["[", "{}", '{"days": [1]}', '{"days": [{"date": "x"}]}'])
def test_another_json_is_refused_with_what_it_needs(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_holidays(path)
    assert refused.value.problems[0].code == "calendar.json"


def test_the_template_filled_in_is_taken_in(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "公司自定日.csv"
    write_template(path)
    assert not read_holidays(path).rows, "an empty template holds no day"
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("2027-02-09,休,公司年假\r\n2027/3/1,班,盘点\r\n")
    found = services.work_days.load_company(read_holidays(path))
    assert (found.years, found.provisional) == ((2027,), (2027,))
    shown = {item.day: item for item in services.work_days.year(2027).days}
    assert shown[date(2027, 2, 9)].basis is DayBasis.COMPANY
    assert shown[date(2027, 3, 1)].kind is DayKind.WORK
    assert shown[date(2027, 2, 8)].basis is DayBasis.LAW


def test_part_of_a_notice_leaves_the_year_provisional(services: Services) -> None:
    work_days = services.work_days
    part = HolidayFile("x.csv", ((2, "2027-01-01", "休", "元旦"), (3, "2027-01-04", "休", "")))
    assert work_days.load_years(part).provisional == (2027,)
    assert not work_days.year(2027).noticed
    assert not work_days.calendar().is_workday(date(2027, 1, 4).toordinal())
    days = [
        (n, day.isoformat(), "休", name)
        for n, (day, name) in enumerate(statutory_days(2027).items(), start=2)
    ]
    days.append((99, "2027-02-14", "班", ""))
    assert work_days.load_years(HolidayFile("y.csv", tuple(days))).provisional == ()
    assert work_days.year(2027).noticed
    assert work_days.calendar().is_workday(date(2027, 2, 14).toordinal())
    assert work_days.calendar().is_workday(date(2027, 1, 4).toordinal()), "the file was replaced"


def test_a_file_that_closes_for_ever_changes_nothing(services: Services) -> None:
    rows = tuple(
        (n, date.fromordinal(date(2027, 3, 1).toordinal() + n).isoformat(), "休", "")
        for n in range(80)
    )
    for load in (services.work_days.load_company, services.work_days.load_years):
        with pytest.raises(InvalidInput) as refused:
            load(HolidayFile("x.csv", rows))
        assert refused.value.problems[0].code == "calendar.endless_rest"
    assert {d.basis for d in services.work_days.year(2027).days} == {DayBasis.LAW}


def test_a_day_that_is_closed_names_the_visits_on_it(services: Services) -> None:
    make_terminal(services)
    make_technician(services)
    make_plan(services)
    services.generation.generate(TODAY)
    visit = planned(services)[0]
    assert services.work_days.visits_hit(visit.planned_on) == ()
    services.work_days.set_company_day(visit.planned_on, DayKind.OFF, "年会")
    hit = services.work_days.visits_hit(visit.planned_on)
    assert [one.number for one in hit] == [visit.number]
    said = visits_on_day_off(translator("zh"), hit)
    assert visit.number in said
    assert visit.merchant_name in said
