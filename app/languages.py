"""The languages of the product, and texts that are written in several of them.

`LANGUAGES` stands once: settings, choices in the window, ``--lang``, catalogues, documents and the
catalogue of faults take their languages from it.  CONTRIBUTING says what a further one takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language: its own name, its folder of messages, and how it sets phrases in a row.

    `tag` is the BCP 47 tag a PDF carries; `wide` says that its words need more room than Chinese.
    """

    name: str
    catalogue: str
    tag: str
    comma: str = ", "
    semicolon: str = "; "
    colon: str = ": "
    wide: bool = True


SOURCE = "zh"
"""The language the catalogue of faults is written in, and a new installation speaks."""

LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "zh": Language(
            name="中文",
            catalogue="zh_CN",
            tag="zh-CN",
            comma="、",
            semicolon="；",
            colon="：",
            wide=False,
        ),
        "en": Language(name="English", catalogue="en", tag="en"),
    }
)
"""By code.  A further language is one more entry here, see CONTRIBUTING."""

ALWAYS_STORED = ("zh", "en")
"""Languages a stored text always names, be it empty; readers of old files rely on them."""

FALLBACK = ("en", SOURCE)
"""Where a text lacks the reader's language, he gets it in the first of these that it has."""

DOCUMENT_LANGUAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {code: (code,) for code in LANGUAGES}
    | {"both": (SOURCE, "en")}
    | {f"{SOURCE}+{code}": (SOURCE, code) for code in LANGUAGES if code not in (SOURCE, "en")}
)
"""What a document may be asked for in: one language, or two side by side."""


@dataclass(frozen=True, slots=True, init=False)
class LocalizedText:
    """One text in several languages, such as an entry of the catalogue or the name of a plan."""

    texts: tuple[tuple[str, str], ...]

    def __init__(self, zh: str = "", en: str = "", **further: str) -> None:
        given = {"zh": zh, "en": en, **further}
        object.__setattr__(self, "texts", tuple(pair for pair in given.items() if pair[1]))

    def __bool__(self) -> bool:
        return bool(self.texts)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> LocalizedText:
        """The text given by language code, as `stored` writes it."""
        return cls(**{language: str(text) for language, text in texts.items()})

    @classmethod
    def same(cls, text: str) -> LocalizedText:
        """A text that is the same in every language, such as a name."""
        return cls.of(dict.fromkeys(LANGUAGES, text))

    @classmethod
    def made(cls, make: Callable[[str], str]) -> LocalizedText:
        """What `make` gives for the code of every language of the product."""
        return cls.of({language: make(language) for language in LANGUAGES})

    @classmethod
    def joined(
        cls, items: Iterable[LocalizedText], between: str | Callable[[Language], str]
    ) -> LocalizedText:
        """Texts in a row; `between` is the same everywhere or a mark of the language."""
        found = [item for item in items if item]

        def make(language: str) -> str:
            mark = between if isinstance(between, str) else between(LANGUAGES[language])
            return mark.join(item.in_(language) for item in found)

        return cls.made(make)

    def filled(self, values: Mapping[str, object]) -> LocalizedText:
        """The text with its ``{named}`` places filled, other texts in the same language."""
        languages = {language for language, _ in self.texts}
        for value in values.values():
            if isinstance(value, LocalizedText):
                languages |= {language for language, _ in value.texts}

        def words(language: str) -> dict[str, object]:
            return {
                name: value.in_(language) if isinstance(value, LocalizedText) else value
                for name, value in values.items()
            }

        return LocalizedText.of(
            {language: self.in_(language).format(**words(language)) for language in languages}
        )

    def in_(self, language: str) -> str:
        """The text in `language`, else in the first of `FALLBACK` that it is written in."""
        for code in (language, *FALLBACK):
            for written_in, text in self.texts:
                if written_in == code:
                    return text
        return self.texts[0][1] if self.texts else ""

    def mapped(self, change: Callable[[str], str]) -> LocalizedText:
        """The text with `change` applied in every language it is written in."""
        return LocalizedText.of({language: change(text) for language, text in self.texts})

    def stored(self) -> dict[str, str]:
        """For JSON: Chinese and English always, further languages where the text has them."""
        return {"zh": self.zh, "en": self.en, **dict(self.texts)}

    @property
    def zh(self) -> str:
        """The Chinese text as written, for the columns and files that hold it; may be empty."""
        return dict(self.texts).get("zh", "")

    @property
    def en(self) -> str:
        """The English text as written, for the columns and files that hold it; may be empty."""
        return dict(self.texts).get("en", "")


NO_TEXT = LocalizedText()
"""Nothing, in every language."""

COMMA = attrgetter("comma")
SEMICOLON = attrgetter("semicolon")
"""Marks of the language between texts, for `LocalizedText.joined`."""
