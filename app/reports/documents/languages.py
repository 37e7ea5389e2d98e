"""The languages of a document: one, or two side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.maintenance.recurrence_rule import Unit
from app.domain.wordings import ReportColumn
from app.i18n import Translator
from app.languages import LANGUAGES, LocalizedText
from app.reports.data.sheets import Issuer
from app.reports.typeset.bilingual import NOTHING, Words
from app.reports.typeset.flow import Flow
from app.reports.typeset.style import MM
from app.texts import field_label, word
from app.texts.rules import interval


@dataclass(frozen=True, slots=True)
class DocumentLanguages:
    """The translators of a document.  Called like one: ``t("Merchant")`` gives `Words`."""

    first: Translator
    second: Translator | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes, the leading one first."""
        return tuple(t.language for t in self._all)

    @property
    def _all(self) -> tuple[Translator, ...]:
        return (self.first,) if self.second is None else (self.first, self.second)

    def _words(self, texts: Sequence[str]) -> Words:
        return Words(*texts)

    def __call__(self, message: str, **values: object) -> Words:
        """The message in every language of the document; a `Words` among the values is taken
        apart so that each sentence stays in one language."""
        return self._words(
            [
                t(message, **{k: v[i] if isinstance(v, Words) else v for k, v in values.items()})
                for i, t in enumerate(self._all)
            ]
        )

    def plural(self, one: str, many: str, count: int, **values: object) -> Words:
        """The message that fits `count`."""
        return self._words([t.plural(one, many, count, **values) for t in self._all])

    def word(self, kind: str, value: str | StrEnum | None) -> Words:
        """The word for a value of an enumeration."""
        return self._words([word(t, kind, value) for t in self._all])

    def field(self, name: str) -> Words:
        """The label of a shared field."""
        return self._words([field_label(t, name) for t in self._all])

    def interval(self, unit: Unit | None, every: int) -> Words:
        """How often a plan comes round; without a unit it waits for events."""
        if unit is None:
            return self("on events")
        return self._words([interval(t, unit, every) for t in self._all])

    def listing(self, items: Sequence[Words]) -> Words:
        """Several phrases as one, separated as each language does it."""
        return self._joined(items, "semicolon")

    def names(self, items: Iterable[Words | str]) -> Words:
        """Names in a row, separated as each language does it."""
        words = [self.same(item) if isinstance(item, str) else item for item in items]
        return self._joined(words, "comma")

    def _joined(self, items: Sequence[Words], separator: str) -> Words:
        return self._words(
            [
                getattr(LANGUAGES[language], separator).join(item[i] for item in items if item[i])
                for i, language in enumerate(self.languages)
            ]
        )

    def same(self, text: str) -> Words:
        """A text that is the same in every language, such as a name."""
        return self._words([text] * len(self._all))

    @property
    def wide(self) -> bool:
        """Whether its words need more room than Chinese alone."""
        return any(LANGUAGES[language].wide for language in self.languages)

    def each(self, of: Callable[[Translator], str]) -> Words:
        """What `of` says in each language."""
        return self._words([of(t) for t in self._all])

    def pick(self, text: LocalizedText) -> Words:
        """A text that is stored in several languages."""
        return self._words([text.in_(t.language) for t in self._all])

    def duration(self, span: timedelta | None) -> Words:
        """A duration to the minute."""
        return self._words([t.duration(span) for t in self._all])

    @staticmethod
    def day(day: date | None) -> str:
        """A calendar day; ISO order is read alike in both languages."""
        return "" if day is None else day.isoformat()

    @staticmethod
    def moment(moment: datetime | None) -> str:
        """A moment in the zone it was recorded in, which a reprint elsewhere keeps."""
        return "" if moment is None else moment.strftime("%Y-%m-%d %H:%M")

    @staticmethod
    def hour(moment: datetime | None) -> str:
        """The time of day of a moment."""
        return "" if moment is None else moment.strftime("%H:%M")

    @staticmethod
    def money(cents: int) -> str:
        """An amount in yuan."""
        return f"¥{cents / 100:,.2f}"

    @property
    def label_width(self) -> float:
        """The width, in points, of the column of labels: English needs more, two languages most."""
        if len(self.languages) > 1:
            return 37 * MM
        return (28 if self.wide else 21) * MM


@dataclass(slots=True, kw_only=True)
class DocumentFlow(Flow):
    """The flow of one document, with the languages `t` it speaks."""

    t: DocumentLanguages
    closing: Words = NOTHING
    """What the company lets people sign: a sentence above the places for signatures."""
    house: Issuer = field(default_factory=Issuer)
    code: tuple[str, str] = ("", "")
    """The QR code of the document, for one without a head (`app.reports.data.paper_code`)."""
    check: str = ""
    """The beginning of its hash, for one without a foot."""

    @property
    def sums_in_words(self) -> bool:
        """Whether the company writes sums in Chinese words as well."""
        return self.house.sums_in_words

    def shows(self, column: ReportColumn) -> bool:
        """Whether the company wants a column on its reports."""
        return column not in self.house.hidden


def document_flow(t: DocumentLanguages, width: float, house: Issuer | None = None) -> DocumentFlow:
    """An empty flow, `width` points wide, of a `house`."""
    house = house or Issuer()
    continued = "  " + t("(continued)").first
    return DocumentFlow(
        t=t,
        width=width,
        closing=t.pick(house.closing),
        house=house,
        label_width=t.label_width,
        whole_words=house.holds_together,
        whole_choices=house.saves_pages,
        continued=continued,
    )


def to_the_second(at: datetime) -> str:
    """A moment with its zone: the hash of a content stands for exactly what is printed, and two
    makings in one minute are two contents."""
    minutes = int((at.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "" if not minutes else "-" if minutes < 0 else "+"
    ahead = f"{sign}{hours}" if minutes else ""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC{ahead}{f':{rest:02d}' if rest else ''}"


def filed_day(at: datetime) -> str:
    """The day as numbers of papers have it."""
    return f"{at:%Y%m%d}"
