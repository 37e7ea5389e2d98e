"""Patterns compiled when they are first looked for.

Compiling those of the card guard takes longer than most commands need for everything else, and
most of them are only asked once a text has digits enough.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator


class LatePattern:
    """A regular expression with the methods of `re.Pattern` the guard uses.  Each is looked up
    once; after that a call costs what it costs on a compiled pattern."""

    def __init__(self, source: str) -> None:
        self._source = source

    @functools.cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source)

    @functools.cached_property
    def search(self) -> Callable[[str], re.Match[str] | None]:
        """`re.Pattern.search`."""
        return self._compiled.search

    @functools.cached_property
    def fullmatch(self) -> Callable[[str], re.Match[str] | None]:
        """`re.Pattern.fullmatch`."""
        return self._compiled.fullmatch

    @functools.cached_property
    def match(self) -> Callable[[str, int], re.Match[str] | None]:
        """`re.Pattern.match`, from a place on."""
        return self._compiled.match

    @functools.cached_property
    def finditer(self) -> Callable[[str], Iterator[re.Match[str]]]:
        """`re.Pattern.finditer`."""
        return self._compiled.finditer

    @functools.cached_property
    def findall(self) -> Callable[[str], list[str]]:
        """`re.Pattern.findall`."""
        return self._compiled.findall

    @functools.cached_property
    def sub(self) -> Callable[[str | Callable[[re.Match[str]], str], str], str]:
        """`re.Pattern.sub`."""
        return self._compiled.sub
