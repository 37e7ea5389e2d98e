"""How text typed or imported by people is cleaned before it is checked or stored; and the mark of
a text that is translated where it is shown."""

from __future__ import annotations

import re
import unicodedata
from operator import add

from app.domain.cardguard import find_secrets, mask_cards
from app.domain.errors import BadValue

# Control and format characters without a form of their own (Unicode Cc and Cf), as they come along
# when text is copied from chats; joiners stay, emoji and Indic names need them.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")

LINE_LIMIT = 200
"""Characters a one-line field may hold; the database enforces the same figure."""
NOTE_LIMIT = 20_000
"""Characters a free text may hold; the database enforces the same figure."""


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text of a declaration for translation where it is shown; the rules themselves know
    no language, nor the module that does."""
    return message


def _tidy(text: str) -> str:
    if text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text
    text = unicodedata.normalize("NFC", text)
    text = _INVISIBLE.sub("", text)
    return _SURROGATES.sub("\ufffd", text)


def line(text: str | None, limit: int = LINE_LIMIT) -> str:
    """One line: NFC, no control or direction marks, inner white space folded, ends trimmed.

    Raises `BadValue`: ``text.too_long``, ``text.card_number``.
    """
    cleaned = _line(text, limit)
    if find_secrets(cleaned):
        raise BadValue("text.card_number")
    return cleaned


def _line(text: str | None, limit: int) -> str:
    cleaned = " ".join(_tidy(text or "").split())
    if len(cleaned) > limit:
        raise BadValue("text.too_long", limit=limit, length=len(cleaned))
    return cleaned


def note(text: str | None, limit: int = NOTE_LIMIT) -> str:
    """Free text of several lines, with card numbers masked before anything stores it.

    Raises `BadValue("text.too_long")`.
    """
    cleaned = _tidy((text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(cleaned) > limit:
        raise BadValue("text.too_long", limit=limit, length=len(cleaned))
    return mask_cards(cleaned)


def free_line(text: str | None, limit: int = LINE_LIMIT) -> str:
    """A one-line free text (not an identifier): cleaned as `line` and with card numbers masked."""
    return mask_cards(_line(text, limit))


def required(text: str) -> str:
    """The text itself, or `BadValue("text.missing")` when nothing is left of it."""
    if not text:
        raise BadValue("text.missing")
    return text


def compact(text: str | None) -> str:
    """An identifier as typed: compatibility forms folded (full-width digits), no white space."""
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    elif text.isprintable():
        return text.replace(" ", "")
    return "".join(_tidy(text).split())


_CJK = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKENS = re.compile(rf"([{_CJK}]+)|((?:[0-9a-z]+|(?![{_CJK}])[^\W_])+)")


SEARCH_GAP = "qqgapqq"
"""A token nobody types."""


def search_tokens(text: str) -> list[str]:
    """Words for the search index: Latin words and digits whole, Chinese as overlapping pairs.

    SQLite's tokenizers know no Chinese words and its trigrams cannot find two characters, so
    pairs are cut here.  A single Chinese character is its own token.  Where Chinese ends and begins
    again, `SEARCH_GAP` stands between: a phrase does not reach over a comma.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    tokens: list[str] = []
    after_chinese = False
    for chinese, other in _TOKENS.findall(folded):
        if chinese and after_chinese:
            tokens.append(SEARCH_GAP)
        after_chinese = bool(chinese)
        if len(chinese) > 1:
            tokens.extend(map(add, chinese, chinese[1:]))
        else:
            tokens.append(chinese or other)
    return tokens
