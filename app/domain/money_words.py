"""Sums in Chinese words (大写金额), as 正确填写票据和结算凭证的基本规定 asks of receipts."""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
MOST_FEN = 10**14 - 1


def renminbi_in_words(fen: int) -> str:
    """A sum in fen, such as 人民币壹仟零伍元叁角整.  Raises `ValueError` below zero or above
    `MOST_FEN`."""
    if not 0 <= fen <= MOST_FEN:
        raise ValueError(f"a sum of {fen} fen")
    yuan, rest = divmod(fen, 100)
    jiao, odd = divmod(rest, 10)
    said = f"{_whole(yuan)}元" if yuan or not rest else ""
    if jiao:
        said += f"{_DIGITS[jiao]}角"
    elif odd and yuan:
        said += "零"
    said += f"{_DIGITS[odd]}分" if odd else "整"
    return f"人民币{said}"


def _whole(number: int) -> str:
    """Groups of four digits; a gap of zeros between digits is one 零."""
    if number == 0:
        return _DIGITS[0]
    said, gap = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = number // 10_000**group % 10_000
        if part == 0:
            gap = gap or bool(said)
            continue
        if said and (gap or part < 1000):
            said += _DIGITS[0]
        said += _below_ten_thousand(part) + _GROUPS[group]
        gap = False
    return said


def _below_ten_thousand(part: int) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit == 0:
            gap = bool(said)
            continue
        said += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return said
