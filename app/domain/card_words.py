"""Recognises how people write verification values and PINs, in Chinese and English.

PCI DSS 3.3.1 forbids keeping them at all, so a few digits after such words are taken out.  Digits
that count something (``连续输错3次``), name something (``密码键盘 S300``) or answer something
(``密码错误 55``) are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.domain.late_pattern import LatePattern

CHINESE_DIGITS = {
    char: digit
    for digit, chars in enumerate(
        (
            "零〇○洞",
            "一壹幺弌",
            "二贰貳两兩",
            "三叁參",
            "四肆",
            "五伍",
            "六陆陸",
            "七柒拐",
            "八捌",
            "九玖勾",
        )
    )
    for char in chars
}
"""Digits as they are written and dictated in Chinese (洞, 幺, 两, 拐 and 勾 over telephone and
radio)."""

DIGIT = f"[0-9{''.join(CHINESE_DIGITS)}]"

_VALUE = (
    r"c\s?v\s?[vcn]\s?2?(?:\s*(?:number|code|no\.?|码|值))?|c\.v\.[vcn]\.?|cv2|cav2"
    r"|csc(?=\s*[:=)])\)?|(?<![a-z])cid(?=\s*[:=])"
    r"|(?:card\s*)?(?:verification|sec(?:urity)?|validation)\s*(?:code|value|number|no\.?)"
    r"|(?:three|3)[\s-]digit\s+code|code\s+on\s+(?:the\s+)?back|back\s+of\s+(?:the\s+)?card"
    r"|signature\s+(?:panel|strip)(?:\s+code)?"
    r"|(?:three|four|3|4)\s+digits\s+on\s+(?:the\s+)?(?:back|front)(?:\s+of\s+(?:the|his|her)\s+card)?"
    r"|(?:number|code)\s+on\s+the\s+back(?:\s+of\s+the\s+card)?"
    r"|安全(?:代)?码|(?:卡|卡片)(?:校验|验证|识别)码"
    r"|(?:卡片?|信用卡)?的?(?:背|反)[面后]的?(?:那|最)?[后末]?(?:[三3四4][位个码])(?:数字|数|码)?"
    r"|签名[栏条处](?:上|后面?|里)?的?(?:最?[后末])?[三3]位(?:数字|数|码)?"
    r"|卡[背后]的?[后末]?[三3](?:位|个)(?:数字|数|码)?|(?:后|末)[三3]码|末[三3]位"
    r"|卡片?的?(?:背|反)面的?数字"
)
_PIN = (
    r"(?<![a-z])(?:pin|p\.i\.n\.?|p i n)(?![a-z])(?:[\s-]*(?:码|号|code|number|no\.?))?"
    r"|个人(?:识别|密)码|密\s?码|口令|取款码|卡密"
    r"|(?<![a-z])(?:pass\s?(?:word|code)|passwd|pwd|pw|mima)(?![a-z])"
    r"|secret\s+(?:code|number)"
)
_WORD = rf"(?:{_VALUE}|{_PIN})"
_LINK = (
    r"(?:\s*(?:[:=(>\"'“‘「【\[/,，;.…#→-]|[是为叫系即]|is|was|of|are|equals?"
    r"|entered(?:\s+(?:as|was))?|given(?:\s+as)?|设[为成]|改[为成]|设的是|改的是|就是|应该是|可能是"
    r"|好像是|输入?的?是?了?|填的?是?了?|试过|貌似|用的是?|说|报|告诉[我他她]了?|我的"
    r"|(?:我|他|她|客户|顾客)?的?(?:生日|手机号?)(?:后[四六]位)?))"
)
_ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH = {word: str(digit) for digit, word in enumerate(_ENGLISH_DIGITS)} | {"oh": "0", "o": "0"}
_ENGLISH_WORD = rf"(?:(?:double|triple)[ -])?(?:{'|'.join(_ENGLISH)})"
_NUMBER = (
    rf"((?:{DIGIT}[ .\-]?){{2,5}}{DIGIT}|{DIGIT}{{12}}"
    rf"|\b{_ENGLISH_WORD}(?:[\s,.\-]+{_ENGLISH_WORD}){{2,5}}\b)"
)
_END = (
    rf"(?!{DIGIT}|[-.][0-9]|\s*(?:[次位分秒元块天年月日号台个条款型]|%|times|digits?\b|tries|attempts|"
    r"sec|min|hours?|days?))"
)
_NOT_SAID = (
    r"(?:键盘|[错误不]|型号|版本|号码?|pad|error|code|block|fail|次|位|应答|响应|返回|故障|[0-9])"
)
_GAP = rf"(?:(?!{_NOT_SAID})[^\n。；;]){{1,14}}?"
_FOLLOWED = r"(?!\s*(?:键盘|pad|输错|错|盘|block))"

_SAID = LatePattern(rf"(?i){_WORD}")
"""What every one of the following needs."""
_FORWARD = LatePattern(rf"(?i){_WORD}{_FOLLOWED}{_LINK}{{0,4}}\s*{_NUMBER}{_END}")
_FAR = LatePattern(
    rf"(?i){_WORD}{_FOLLOWED}{_GAP}(?:[是为:=]|\bis\b|\bwas\b)\s*[\"'“]?{_NUMBER}{_END}"
)
_BACKWARD = LatePattern(
    rf"(?i)(?<![0-9.\-]){_NUMBER}\s*(?:就?是|为|=|[(（]|is\b|was\b|,?\s*as\b)\s*"
    rf"(?:(?:他|她|我|客户|顾客|持卡人|店主)的?|卡的?|the\s+|my\s+|his\s+|her\s+|(?:取款|支付|交易)){{0,2}}"
    rf"\s*{_WORD}{_FOLLOWED}"
)
_TRIED = LatePattern(
    rf"(?i)输(?:入|了|的是?)?\s*((?:{DIGIT}{{4}}){DIGIT}{{2}}|{DIGIT}{{4}}){_END}"
    rf"[^\n。；;0-9]{{0,6}}密码(?:错误|不对|不正确|无效)"
)
_SAME = LatePattern(
    rf"(?i){_WORD}{_FOLLOWED}{_LINK}{{0,2}}\s*([346三四六]\s?个\s?{DIGIT})(?![个0-9])"
)
"""``密码是六个8``."""


def said_secrets(plain: str) -> Iterator[tuple[int, int]]:
    """Where in a folded text (`app.domain.card_text`) such digits stand."""
    if _SAID.search(plain) is None:
        return
    for pattern in (_FORWARD, _FAR, _BACKWARD, _TRIED, _SAME):
        for match in pattern.finditer(plain):
            yield match.span(1)


_EXPIRY_WORD = (
    r"(?:有效期至?|到期日?|失效日?期?|过期日|valid\s*(?:thru|until|till|to)|good\s*thru"
    r"|(?<![a-z])exp(?:iry|ires|iration)?(?![a-z])(?:\s*date)?)"
)
_EXPIRY = (
    r"([01]?[0-9]\s*[-/.月]\s*(?:20)?[0-9]{2}|(?:20)?[0-9]{2}\s*[-/.年]\s*[01]?[0-9]|[0-9]{4})"
    r"(?![0-9])"
)
_EXPIRY_SAID = LatePattern(rf"(?i)(卡片?的?|card\s*)?{_EXPIRY_WORD}[^0-9\n]{{0,8}}{_EXPIRY}")
_EXPIRY_BARE = LatePattern(
    r"(?<=[0-9*])[ ,，]{1,2}((?:0[1-9]|1[0-2])\s?/\s?(?:20)?[2-4][0-9])(?![0-9/])"
)
HINT = LatePattern(rf"(?i){_WORD}|(?:卡片?的?|card\s*){_EXPIRY_WORD}")
"""Whether a short text is worth a closer look."""


def said_expiry(plain: str, *, beside: bool) -> Iterator[tuple[int, int]]:
    """Where the day a card expires stands.  Other things expire, too: it counts where the card is
    named, or where a card's number or code stands `beside` it."""
    for match in _EXPIRY_SAID.finditer(plain):
        if beside or match[1]:
            yield match.span(2)
    if beside:
        for match in _EXPIRY_BARE.finditer(plain):
            yield match.span(1)


_TIMES = {"double": 2, "triple": 3}
_PINYIN = {
    "l[iīíǐì]ng": "0",
    "d[oōóǒò]ng": "0",
    "y[iīíǐì]": "1",
    "y[aāáǎà]o": "1",
    "[eēéěè]r": "2",
    "li[aāáǎà]ng": "2",
    "s[aāáǎà]n": "3",
    "s[iīíǐì]": "4",
    "w[uūúǔù]": "5",
    "li[uūúǔù]": "6",
    "q[iīíǐì]": "7",
    "gu[aāáǎà]i": "7",
    "b[aāáǎà]": "8",
    "ji[uūúǔù]": "9",
}
"""Digits in pinyin, with and without tones."""
_LETTERED = rf"(?:{_ENGLISH_WORD}|(?:{'|'.join(_PINYIN)})[1-4]?)"
_APART = r"[\W_]{0,6}"
_WORDED = LatePattern(rf"(?i)(?<![a-z]){_LETTERED}(?:{_APART}{_LETTERED}){{7,22}}(?![a-z])")
MAY_BE_WORDED = LatePattern(rf"(?i)(?<![a-z]){_LETTERED}{_APART}{_LETTERED}{_APART}{_LETTERED}")
_ONE_WORD = LatePattern("|".join((*_TIMES, *_ENGLISH, *_PINYIN)))


def worded_numbers(plain: str) -> Iterator[tuple[int, int, str]]:
    """Runs of digits said in English words or written in pinyin: from, to, and the digits."""
    for match in _WORDED.finditer(plain):
        digits, times = "", 1
        for word in _ONE_WORD.findall(match[0].lower()):
            if word in _TIMES:
                times = _TIMES[word]
            else:
                digits, times = digits + _letters_digit(word) * times, 1
        yield *match.span(), digits


def _letters_digit(word: str) -> str:
    if (digit := _ENGLISH.get(word)) is not None:
        return digit
    return next(digit for syllable, digit in _PINYIN.items() if re.fullmatch(syllable, word))
