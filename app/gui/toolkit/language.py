"""The language the window speaks now.  Documents do not use it: they take a translator."""

from __future__ import annotations

from app.domain.documents import PAPERS
from app.i18n import Translator, translator
from app.languages import DOCUMENT_LANGUAGES, LANGUAGES, SOURCE

_current: Translator = translator(SOURCE)


def use(words: Translator) -> None:
    """Let everything built from now on speak this language."""
    global _current
    _current = words


def words() -> Translator:
    """The translator in use, for plurals, dates and `app.texts`."""
    return _current


def _(message: str, **values: object) -> str:
    """The message in the window's language."""
    return _current(message, **values)


def plural(one: str, many: str, count: int, **values: object) -> str:
    """The message that fits `count`."""
    return _current.plural(one, many, count, **values)


def language_choices() -> list[tuple[str, str]]:
    """The languages of the window for a box of choices, each by its own name."""
    return [(code, known.name) for code, known in LANGUAGES.items()]


def paper_choices() -> list[tuple[str, str]]:
    """The sizes of paper, for a box of choices."""
    named = {
        "a4": "A4",
        "letter": "Letter",
        "a5": "A5",
        "roll80": _("Roll of 80 mm (reports)"),
        "roll58": _("Roll of 58 mm (reports)"),
    }
    return [(paper, named[paper]) for paper in PAPERS]


def document_language_choices() -> list[tuple[str, str]]:
    """What a document may be asked for in, for a box of choices: ``中文 / English`` is both."""
    return [
        (choice, " / ".join(LANGUAGES[code].name for code in codes))
        for choice, codes in DOCUMENT_LANGUAGES.items()
    ]
