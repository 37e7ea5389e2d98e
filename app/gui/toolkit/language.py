"""The language the window speaks now.  Documents do not use it: they take a translator."""

from __future__ import annotations

from app.i18n import Translator, translator

_current: Translator = translator("zh")


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
