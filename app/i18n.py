"""Translation by gettext, the same words for window, command line and documents.

A `Translator` is a value: documents take the customer's, the window holds its own.  Message ids
are English sentences with named placeholders in braces.
"""

from __future__ import annotations

import functools
import gettext
from datetime import date, datetime, timedelta, tzinfo

from app.languages import LANGUAGES
from app.paths import resources

DOMAIN = "poscare"


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a constant for extraction; it is translated where it is shown."""
    return message


class Translator:
    """Words, numbers and dates in one language."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message: str, **values: object) -> str:
        """The message in this language with its placeholders filled."""
        text = self._catalogue.gettext(message) if message else ""
        return text.format(**values) if values else text

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """The message that fits `count`, which also fills ``{count}``."""
        return self._catalogue.ngettext(one, many, count).format(count=count, **values)

    # Every date people read is written here; ISO order is read alike everywhere.

    def day(self, day: date | None) -> str:
        """A calendar day."""
        return "" if day is None else day.isoformat()

    def moment(self, moment: datetime | None, zone: tzinfo | None = None) -> str:
        """A moment in local time, to the minute."""
        return "" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    def clock(self, moment: datetime, zone: tzinfo | None = None) -> str:
        """The time of day of a moment, to the minute."""
        return moment.astimezone(zone).strftime("%H:%M")

    def day_of(self, moment: datetime | None, zone: tzinfo | None = None) -> str:
        """The local calendar day of a moment."""
        return "" if moment is None else self.day(moment.astimezone(zone).date())

    @staticmethod
    def month(day: date) -> str:
        """The month of a day."""
        return day.strftime("%Y-%m")

    def short_day(self, day: date | None, today: date) -> str:
        """A calendar day where there is little room: without its year in the year of `today`."""
        if day is None or day.year != today.year:
            return self.day(day)
        return day.strftime("%m-%d")

    def short_moment(self, moment: datetime, today: date, zone: tzinfo | None = None) -> str:
        """A moment where there is little room: without its year in the year of `today`."""
        local = moment.astimezone(zone)
        return f"{self.short_day(local.date(), today)} {self.clock(moment, zone)}"

    def days(self, first: date, last: date) -> str:
        """A span of days: the year stands once when it is the same."""
        if first == last:
            return self.day(first)
        return f"{self.day(first)} – {self.short_day(last, first)}"

    def heading(self, day: date) -> str:
        """A day above a column of a week."""
        return f"{self.weekday(day)} {day:%m-%d}"

    def weekday(self, day: date) -> str:
        """The short name of the weekday."""
        return self(WEEKDAYS[day.weekday()])

    def duration(self, span: timedelta | None) -> str:
        """A duration to the minute, e.g. ``1 h 41 min``."""
        if span is None:
            return ""
        t = self
        minutes = max(0, round(span.total_seconds() / 60))
        days, rest = divmod(minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        if days:
            return t("{days} d {hours} h", days=days, hours=hours)
        if hours:
            return t("{hours} h {minutes} min", hours=hours, minutes=minutes)
        return t("{minutes} min", minutes=minutes)


WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class _Missing(gettext.NullTranslations):
    """Shows message ids when no catalogue was compiled, so that the program still runs."""


@functools.cache
def translator(language: str) -> Translator:
    """The translator of one of `LANGUAGES`."""
    try:
        catalogue: gettext.NullTranslations = gettext.translation(
            DOMAIN, resources() / "locale", [LANGUAGES[language].catalogue]
        )
    except FileNotFoundError:
        catalogue = _Missing()
    return Translator(language, catalogue)
