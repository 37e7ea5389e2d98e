"""Reads TOML from files anybody may have written: none keeps the program busy for minutes."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_MOST_PARTS = 64
"""Of a dotted key; ours have three at most.  The parser's time grows with the square of them."""
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_MOST_PARTS}}}")


def parse(text: str) -> dict[str, Any]:
    """The content of a TOML text.  Raises `tomllib.TOMLDecodeError`, also for a key of more parts
    than anybody writes; `RecursionError` for values nested too deeply."""
    if _LONG_KEY.search(text):
        raise tomllib.TOMLDecodeError("a key of too many parts")
    return tomllib.loads(text)
