"""``poscare plan holidays``: days off by law, by the yearly notice and of the company."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.context import Context, day_of, table
from app.cli.plan_generate import doubts
from app.domain.errors import InvalidInput
from app.domain.maintenance.visits import VisitSummary
from app.domain.maintenance.workdays import DayKind
from app.domain.parsing import EARLIEST, LATEST
from app.i18n import Translator
from app.texts import word
from app.texts.holidays import hit_by_days_off, visits_on_day_off

if TYPE_CHECKING:
    from app.services.maintenance.work_days import LoadedDays


def configure(t: Translator, verbs: argparse._SubParsersAction) -> None:  # type: ignore[type-arg]
    """The options of the verb."""
    holidays = verbs.add_parser("holidays", help=t("days off and weekends worked, and who says so"))
    holidays.add_argument("year", nargs="?", type=int, default=0)
    holidays.add_argument(
        "--load",
        default="",
        metavar="FILE",
        help=t("the notice of a year: a table with day, kind (休/班) and name, or JSON"),
    )
    holidays.add_argument(
        "--company", default="", metavar="FILE", help=t("days the company closes or works")
    )
    holidays.add_argument(
        "--template", default="", metavar="FILE.csv", help=t("save an empty table to fill in")
    )
    one = holidays.add_mutually_exclusive_group()
    one.add_argument("--close", default="", metavar="YYYY-MM-DD", help=t("a day off of ours"))
    one.add_argument("--work", default="", metavar="YYYY-MM-DD", help=t("a day we work"))
    one.add_argument("--as-usual", default="", metavar="YYYY-MM-DD", help=t("take either back"))
    holidays.add_argument("--name", default="", help=t("what the day is called"))


def run(context: Context) -> None:
    """Change what was asked for, then list the year."""
    t, options, service = context.t, context.options, context.services.work_days
    from app.services.maintenance.holiday_files import read_holidays, write_template

    least, most = EARLIEST.year, LATEST.year
    if options.year and not least <= options.year <= most:
        raise InvalidInput.of(
            "year", "number.out_of_range", value=options.year, least=least, most=most
        )
    if options.template:
        write_template(Path(options.template))
    years: tuple[int, ...] = (options.year or context.services.context.today().year,)
    loaded: LoadedDays | None = None
    hit: tuple[VisitSummary, ...] = ()
    if options.load:
        loaded = service.load_years(read_holidays(Path(options.load)))
    if options.company:
        loaded = service.load_company(read_holidays(Path(options.company)))
    for name, kind in (("close", DayKind.OFF), ("work", DayKind.WORK), ("as_usual", None)):
        day = day_of(name, getattr(options, name))
        if day is not None:
            service.set_company_day(day, kind, options.name)
            hit = service.visits_hit(day)
            years = (options.year or day.year,)
    if loaded is not None:
        years = loaded.years
    found = [service.year(year) for year in years]
    rows = [
        (
            t.day(day.day),
            t.weekday(day.day),
            t("day off") if day.kind is DayKind.OFF else t("worked"),
            word(t, "holiday", day.name),
            word(t, "day_basis", day.basis),
        )
        for year in found
        for day in year.days
    ]
    header = (t("Day"), "", t("Kind"), t("Holiday name"), t("Decided by"))
    lines = [table(header, rows)] if rows else []
    lines += doubts(t, tuple(year.year for year in found if not year.noticed))
    if loaded is not None and loaded.visits_hit:
        lines.append(hit_by_days_off(t, loaded.visits_hit))
    lines += filter(None, [visits_on_day_off(t, hit)])
    context.emit(found, "\n".join(lines))
