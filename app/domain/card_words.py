"""Recognises how people write verification values and PINs, in Chinese and English.

PCI DSS 3.3.1 forbids keeping them at all, so a few digits after such words are taken out.  Digits
that count something (``连续输错3次``), name something (``密码键盘 S300``) or answer something
(``密码错误 55``) are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

CHINESE_DIGITS = {
    char: digit
    for digit, chars in enumerate(
        (
            "零〇○",
            "一壹幺弌",
            "二贰貳两兩",
            "三叁參",
            "四肆",
            "五伍",
            "六陆陸",
            "七柒",
            "八捌",
            "九玖",
        )
    )
    for char in chars
}
"""Digits as they are written and dictated in Chinese."""

DIGIT = f"[0-9{''.join(CHINESE_DIGITS)}]"

_VALUE = (
    r"c\s?v\s?[vcn]\s?2?(?:\s*(?:number|code|no\.?|码))?|cv2|csc(?=\s*[:=])"
    r"|(?:card\s*)?(?:verification|security|validation)\s*(?:code|value|number|no\.?)"
    r"|(?:three|four|3|4)\s+digits\s+on\s+(?:the\s+)?(?:back|front)(?:\s+of\s+(?:the|his|her)\s+card)?"
    r"|(?:number|code)\s+on\s+the\s+back(?:\s+of\s+the\s+card)?"
    r"|安全(?:代)?码|(?:卡|卡片)(?:校验|验证|识别)码"
    r"|(?:卡片?|信用卡)?的?(?:背|反)[面后]的?(?:那|最)?[后末]?(?:[三3四4][位个码])(?:数字|数|码)?"
    r"|签名[栏条处](?:上|后面?|里)?的?(?:最?[后末])?[三3]位(?:数字|数|码)?"
    r"|卡[背后]的?[后末]?[三3](?:位|个)(?:数字|数|码)?"
)
_PIN = (
    r"(?<![a-z])pin(?![a-z])(?:[\s-]*(?:码|号|code|number|no\.?))?"
    r"|个人(?:识别|密)码|密\s?码|口令|(?<![a-z])(?:pass\s?(?:word|code)|passwd|pwd)(?![a-z])"
    r"|secret\s+(?:code|number)"
)
_WORD = rf"(?:{_VALUE}|{_PIN})"
_LINK = (
    r"(?:\s*(?:[:=(>\"'“‘「【\[-]|[是为叫系即]|is|was|are|equals?|entered(?:\s+as)?|given(?:\s+as)?"
    r"|设[为成]|改[为成]|设的是|改的是|就是|应该是|可能是|好像是|输入?的?是?了?|填的?是?了?|说|报|告诉我|我的))"
)
_NUMBER = rf"((?:{DIGIT}[ .\-]?){{2,5}}{DIGIT}|{DIGIT}{{12}})"
_END = (
    rf"(?!{DIGIT}|[-.][0-9]|\s*(?:[次位分秒元块天年月日号台个条款型]|%|times|digits?\b|tries|attempts|"
    r"sec|min|hours?|days?))"
)
_NOT_SAID = (
    r"(?:键盘|[错误不]|型号|版本|号码?|pad|error|code|block|fail|次|位|应答|响应|返回|故障|[0-9])"
)
_GAP = rf"(?:(?!{_NOT_SAID})[^\n。；;]){{1,14}}?"
_FOLLOWED = r"(?!\s*(?:键盘|pad|输错|错|盘|block))"

_FORWARD = re.compile(rf"(?i){_WORD}{_FOLLOWED}{_LINK}{{0,3}}\s*{_NUMBER}{_END}")
_FAR = re.compile(
    rf"(?i){_WORD}{_FOLLOWED}{_GAP}(?:[是为:=]|\bis\b|\bwas\b)\s*[\"'“]?{_NUMBER}{_END}"
)
_BACKWARD = re.compile(
    rf"(?i)(?<![0-9.\-]){_NUMBER}\s*(?:就?是|为|=|[(（]|is\b|was\b|,?\s*as\b)\s*"
    rf"(?:(?:他|她|我|客户|顾客|持卡人|店主)的?|卡的?|the\s+|my\s+|his\s+|her\s+|(?:取款|支付|交易)){{0,2}}"
    rf"\s*{_WORD}{_FOLLOWED}"
)


def said_secrets(plain: str) -> Iterator[tuple[int, int]]:
    """Where in a folded text (`app.domain.card_text`) such digits stand."""
    for pattern in (_FORWARD, _FAR, _BACKWARD):
        for match in pattern.finditer(plain):
            yield match.span(1)


HINT = re.compile(rf"(?i){_WORD}")
"""Whether a short text is worth a closer look."""
