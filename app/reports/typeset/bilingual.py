"""A text in one language, or in two that stand side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from app.reports.typeset.line_breaking import TextSpan
from app.reports.typeset.style import BODY, MUTED, Style


class Words(NamedTuple):
    """A word or sentence in the first language and, in a bilingual document, the second."""

    first: str
    second: str = ""

    def __str__(self) -> str:
        return f"{self.first} {self.second}".strip()

    def spans(self, style: Style = BODY, second: Style | None = None) -> tuple[TextSpan, ...]:
        """Both on one line, the second quieter."""
        if not self.second or self.second == self.first:
            return (TextSpan(self.first, style),)
        quiet = second or replace(style, bold=False, colour=MUTED, size=style.size * 0.88)
        return (TextSpan(self.first, style), TextSpan(" " + self.second, quiet))

    @property
    def lines(self) -> tuple[str, ...]:
        """Each language on a line of its own."""
        both = (self.first, self.second) if self.second != self.first else (self.first,)
        return tuple(text for text in both if text)

    def joined(self, other: Words, between: str = " · ") -> Words:
        """Two phrases in a row, each language with its own."""
        return Words(
            between.join(text for text in (self.first, other.first) if text),
            between.join(text for text in (self.second, other.second) if text),
        )


NOTHING = Words("")
