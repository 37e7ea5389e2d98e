"""Where a line of the window must not break: a number stays beside its unit, a short part between
dots stays whole, and no text ends in a line of a single Chinese character."""

from __future__ import annotations

import re

_SPACE, _JOINER = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
_DOT = " · "
_SHORT = 12
"""Characters of a part between dots that is not broken; longer ones would leave lines empty."""
_HAN = "\u3400-\u9fff"
_UNIT = re.compile(rf"(?<=[0-9%]) (?=[{_HAN}]|(?:min|h|s|km|m|mm|V|A|mA|KB|MB|GB)\b)")
_BETWEEN = re.compile(rf"(?<=[{_HAN}])(?=[{_HAN}])")
_END = rf"(?=[{_HAN}][。！？，、；：”）」』》]*$)"
_LAST = re.compile(rf"(?<=\S){_END}", re.MULTILINE)
_LAST_WORD = re.compile(rf"(?<=\S) {_END}", re.MULTILINE)


def kept_together(text: str) -> str:
    """The text as it is laid out, with characters nobody sees where it must not break."""
    parts = [_whole(part) for part in text.split(_DOT)] if _DOT in text else [text]
    joined = _UNIT.sub(_SPACE, _DOT.join(parts))
    return _LAST_WORD.sub(_SPACE, _LAST.sub(_JOINER, joined))


def _whole(part: str) -> str:
    if len(part) > _SHORT or "\n" in part:
        return part
    return _BETWEEN.sub(_JOINER, part.replace(" ", _SPACE))
