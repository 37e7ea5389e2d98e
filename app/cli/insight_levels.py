"""``poscare insight levels``: how sure warnings must be, and what each level would have given."""

from __future__ import annotations

import argparse

from app.cli.context import Context, table
from app.domain.insight.warning_levels import LevelFamily, LevelYear
from app.i18n import Translator
from app.texts.warning_levels import family_name, judged_text, level_text


def configure_levels(parser: argparse.ArgumentParser, t: Translator) -> None:
    """What can be said."""
    for family in LevelFamily:
        parser.add_argument(
            f"--{family}",
            default="",
            metavar=t("PERCENT"),
            help=t("hold to this level from now on: {rules}", rules=family_name(t, family)),
        )


def run_levels(context: Context) -> None:
    """Set what was given; without anything show the last year at each level."""
    settings, options = context.services.warning_settings, context.options
    given = {family: getattr(options, family) for family in LevelFamily}
    for family, percent in given.items():
        if percent:
            settings.set_level(family, percent)
    if any(given.values()):
        levels = settings.levels()
        said = {family.value: levels.of_family(family) for family in LevelFamily}
        context.emit(
            {"levels": said},
            lambda: "\n".join(
                f"{family_name(context.t, family)}: {level_text(levels.of_family(family))}"
                for family in LevelFamily
            ),
        )
        return
    found = settings.last_year()
    context.emit({"levels": found}, lambda: _text(context.t, found))


def _text(t: Translator, found: tuple[LevelYear, ...]) -> str:
    heads = (t("Rules"), t("Level"), "", t("In a year"), t("Standing now"), t("Judged"))
    lines = [
        (
            family_name(t, one.family),
            level_text(one.level),
            t("In force") if one.in_force else "",
            str(one.told),
            str(one.standing),
            judged_text(t, one),
        )
        for one in found
    ]
    return table(heads, lines)
