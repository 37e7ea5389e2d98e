"""Reads the Markdown the manual is written in, block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_INLINE = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`([^`]+)`|\[([^]]+)\]\(([^)]+)\)")
_PICTURE = re.compile(r"!\[([^]]*)\]\(([^)]+)\)")
_RULE = re.compile(r"\|?[\s:|-]+\|?")


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A piece of a paragraph: plain, ``strong``, ``weak``, ``code``, or a ``link`` to `target`."""

    text: str
    mark: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class ManualBlock:
    """One block of a page: ``heading``, ``text``, ``item`` (with its `label`), ``code``,
    ``picture`` (its file is the `label`, what it shows the text) or ``table`` (`rows`, the first
    one its head)."""

    kind: str
    text: tuple[MarkedText, ...] = ()
    level: int = 0
    label: str = ""
    rows: tuple[tuple[tuple[MarkedText, ...], ...], ...] = ()


def blocks_of(text: str) -> Iterator[ManualBlock]:
    """The blocks of a page in the Markdown the manual is written in."""
    for piece in re.split(r"\n{2,}(?![ ]{2,})", _fenced_together(text)):
        if found := re.fullmatch(r"```\w*\n(.*)\n```\s*", piece, re.S):
            yield ManualBlock("code", (MarkedText(found[1].replace(_HELD, "\n\n")),))
        elif found := re.fullmatch(r"(#{1,3}) (.+)", piece.strip()):
            yield ManualBlock("heading", inline(found[2]), level=len(found[1]))
        elif found := _PICTURE.fullmatch(piece.strip()):
            yield ManualBlock("picture", (MarkedText(found[1]),), label=found[2])
        elif piece.startswith("|"):
            lines = [line for line in piece.splitlines() if not _RULE.fullmatch(line)]
            yield ManualBlock("table", rows=tuple(map(_cells, lines)))
        elif re.match(r"(-|\d+\.) ", piece):
            yield from _items(piece)
        elif piece.strip():
            yield ManualBlock("text", inline(_one_line(piece)))


_CHINESE = r"[\u3000-\u9fff\uff00-\uffef]"
_HELD = "\x00"


def _fenced_together(text: str) -> str:
    """The text with the blank lines inside of code marked, which divide nothing."""
    return re.sub(r"```.*?```", lambda found: found[0].replace("\n\n", _HELD), text, flags=re.S)


def _items(piece: str) -> Iterator[ManualBlock]:
    for item in re.split(r"\n(?=(?:-|\d+\.) )", piece):
        mark, _blank, rest = item.partition(" ")
        yield ManualBlock("item", inline(_one_line(rest)), label="•" if mark == "-" else mark)


def _cells(line: str) -> tuple[tuple[MarkedText, ...], ...]:
    return tuple(inline(cell.strip()) for cell in line.strip().strip("|").split("|"))


def _one_line(piece: str) -> str:
    """Lines of the source are one paragraph; between Chinese characters no blank arises."""
    text = " ".join(line.strip() for line in piece.splitlines())
    return re.sub(rf"(?<={_CHINESE}) (?={_CHINESE})", "", text)


def inline(text: str) -> tuple[MarkedText, ...]:
    """A paragraph as pieces."""
    found, at = [], 0
    for one in _INLINE.finditer(text):
        found.append(MarkedText(text[at : one.start()]))
        strong, weak, code, link, target = one.groups()
        if link is not None:
            found.append(MarkedText(link, "link", target))
        else:
            mark = "strong" if strong else "weak" if weak else "code"
            found.append(MarkedText(strong or weak or code, mark))
        at = one.end()
    found.append(MarkedText(text[at:]))
    return tuple(piece for piece in found if piece.text)
