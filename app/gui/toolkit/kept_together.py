"""Where a line of the window must not break: a number stays beside its unit, a short part between
dots stays whole, and no text ends in a line of a single Chinese character."""

from __future__ import annotations

import re

_SPACE, _JOINER = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
_DOT = " · "
_SHORT = 26
"""Columns of a part between dots that is not broken, a Chinese character taking two; longer ones
would leave lines empty."""
_HAN = "\u3400-\u9fff"
_WIDE = re.compile(rf"[{_HAN}\u3000-\u303f\uff00-\uff60]")
_UNIT = re.compile(rf"(?<=[0-9%]) (?=[{_HAN}]|(?:min|h|s|km|m|mm|V|A|mA|KB|MB|GB)\b)")
_BETWEEN = re.compile(rf"(?<=[{_HAN}])(?=[{_HAN}])")
_END = rf"(?=[{_HAN}][。！？，、；：”）」』》]*$)"
_LAST = re.compile(rf"(?<=\S){_END}", re.MULTILINE)
_LAST_WORD = re.compile(rf"(?<=\S) {_END}", re.MULTILINE)


def kept_together(text: str, *, copied: bool = False) -> str:
    """The text as it is laid out, with characters nobody sees where it must not break.  Into one
    that may be `copied` out only spaces are put, for what is copied is searched for elsewhere."""
    parts = [_whole(part, copied=copied) for part in text.split(_DOT)] if _DOT in text else [text]
    joined = _UNIT.sub(_SPACE, _DOT.join(parts))
    return joined if copied else _LAST_WORD.sub(_SPACE, _LAST.sub(_JOINER, joined))


def _whole(part: str, *, copied: bool) -> str:
    if "\n" in part or len(part) + len(_WIDE.findall(part)) > _SHORT:
        return part
    spaced = part.replace(" ", _SPACE)
    return spaced if copied else _BETWEEN.sub(_JOINER, spaced)
