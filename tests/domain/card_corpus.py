"""Ways people write what must not be stored, and numbers that only look like it; seeded.

Every way and every kind is a function of a random generator.  No number is a real account.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from app.domain.cardguard import luhn_valid

Make = Callable[[Random], str]


def digits(chosen: Random, count: int) -> str:
    """Random digits."""
    return "".join(chosen.choice("0123456789") for _ in range(count))


def checked(body: str) -> str:
    """`body` with its Luhn digit."""
    return next(body + str(d) for d in range(10) if luhn_valid(body + str(d)))


def card(chosen: Random) -> str:
    """A card number of one of the schemes that are met in China."""
    prefix, length = chosen.choice(
        [
            ("62", 16),
            ("62", 19),
            ("62", 17),
            ("62", 18),
            ("81", 16),
            ("4", 16),
            ("51", 16),
            ("55", 16),
            ("2221", 16),
            ("3528", 16),
            ("6011", 16),
        ]
    )
    return checked(prefix + digits(chosen, length - len(prefix) - 1))


def _grouped(number: str, sizes: tuple[int, ...], mark: str) -> str:
    parts, at = [], 0
    while at < len(number):
        size = sizes[min(len(parts), len(sizes) - 1)]
        parts.append(number[at : at + size])
        at += size
    return mark.join(parts)


def _fours(mark: str) -> Make:
    return lambda chosen: _grouped(card(chosen), (4,), mark)


def _in(before: str, after: str) -> Make:
    return lambda chosen: f"{before}{card(chosen)}{after}"


def _translated(table: str) -> Make:
    return lambda chosen: card(chosen).translate(str.maketrans("0123456789", table))


def _sixteen(prefix: str, sizes: tuple[int, ...], mark: str, length: int = 16) -> Make:
    return lambda chosen: _grouped(
        checked(prefix + digits(chosen, length - 1 - len(prefix))), sizes, mark
    )


def _power(number: str) -> str:
    return f"{number[0]}.{number[1:].rstrip('0')}E+{len(number) - 1}"


WAYS: dict[str, Make] = {
    "whole": card,
    "space": _fours(" "),
    "two spaces": _fours("  "),
    "three spaces": _fours("   "),
    "dash": _fours("-"),
    "spaced dash": _fours(" - "),
    "en dash": _fours("–"),
    "em dash": _fours("—"),
    "full-width dash": _fours("－"),
    "minus": _fours("−"),
    "mixed": lambda chosen: (
        _grouped(card(chosen), (4,), "¦").replace("¦", " ", 1).replace("¦", " - ")
    ),
    "tab": _fours("\t"),
    "line break": _fours("\n"),
    "windows line break": _fours("\r\n"),
    "dot": _fours("."),
    "middle dot": _fours("·"),
    "slash": _fours("/"),
    "underscore": _fours("_"),
    "ideographic space": _fours("\u3000"),
    "no-break space": _fours("\xa0"),
    "thin space": _fours("\u2009"),
    "zero-width space": _fours("\u200b"),
    "zero-width joiner": _fours("\u200d"),
    "word joiner": _fours("\u2060"),
    "soft hyphen": _fours("\xad"),
    "byte order mark": _fours("\ufeff"),
    "zero-width everywhere": lambda chosen: "\u200b".join(card(chosen)),
    "spaced out": lambda chosen: " ".join(card(chosen)),
    "dashed out": lambda chosen: "-".join(card(chosen)),
    "pairs": lambda chosen: _grouped(checked("62" + digits(chosen, 13)), (2,), " "),
    "six and rest": lambda chosen: _grouped(card(chosen), (6, 13), " "),
    "four six five": _sixteen("37", (4, 6, 5), " ", 15),
    "four six four": _sixteen("36", (4, 6, 4), " ", 14),
    "four four eight": _sixteen("4", (4, 4, 8), " "),
    "twelve four": _sixteen("4", (12, 4), " "),
    "full-width": _translated("０１２３４５６７８９"),
    "Arabic-Indic": _translated("٠١٢٣٤٥٦٧٨٩"),
    "Devanagari": _translated("०१२३४५६७८९"),
    "mathematical": _translated("𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"),
    "circled": _translated("⓪①②③④⑤⑥⑦⑧⑨"),
    "superscript": _translated("⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "Chinese": _translated("零一二三四五六七八九"),
    "Chinese with circle": _translated("〇一二三四五六七八九"),
    "Chinese as dictated": _translated("零幺二三四五六七八九"),
    "Chinese financial": _translated("零壹贰叁肆伍陆柒捌玖"),
    "Chinese grouped": lambda chosen: _grouped(
        card(chosen).translate(str.maketrans("0123456789", "零一二三四五六七八九")), (4,), " "
    ),
    "glued to Latin": _in("card", "exp"),
    "glued to capital": _in("X", "Y"),
    "glued to Chinese": _in("卡号", "刷不了"),
    "in quotes": _in("“", "”"),
    "in brackets": _in("(", ")"),
    "after a colon": _in("银行卡：", "。"),
    "in JSON": _in('{"pan":"', '"}'),
    "in an address": _in("https://x.cn/?pan=", "&a=1"),
    "in a file name": _in("小票_", ".jpg"),
    "after a telephone": _in("13812345678 ", ""),
    "before a telephone": _in("", " 13812345678"),
    "before a date": _in("", " 2026-01-15"),
    "after a unit": _in("统一", "张"),
    "in a sentence": _in("客户的卡是", "，插卡没反应"),
    "enumeration comma": _fours("、"),
    "plus": _fours("+"),
    "asterisk": _fours("*"),
    "equals sign": _fours("="),
    "semicolon": _fours(";"),
    "full-width semicolon": _fours("；"),
    "full stop": _fours("。"),
    "arrow": _fours("→"),
    "backslash": _fours("\\"),
    "blank of an address": _fours("%20"),
    "blank of a web page": _fours("&nbsp;"),
    "thousands of a spreadsheet": lambda chosen: f"{int(card(chosen)):,}",
    "power of ten": lambda chosen: _power(_sixteen("4", (16,), "")(chosen)),
    "traditional word": lambda chosen: (
        "卡號" + _sixteen("4", (4, 5, 7), "/")(chosen).replace("/", " / ")
    ),
    "eights joined by plus": lambda chosen: "卡号 " + _grouped(card(chosen), (8,), "+"),
    "eights with the word": lambda chosen: "卡号 " + _grouped(card(chosen), (8,), " "),
    "track two": lambda chosen: f";{card(chosen)}=2512{digits(chosen, 9)}?",
}
"""At least forty ways of writing a card number."""


def _said(pattern: str, *counts: int) -> Make:
    return lambda chosen: pattern.format(digits(chosen, chosen.choice(counts)))


SAID: dict[str, Make] = {
    pattern: _said(pattern, *counts)
    for counts, patterns in (
        (
            (3,),
            (
                "CVV {}",
                "cvv: {}",
                "CVV2={}",
                "cvc是{}",
                "CVN2 {}",
                "安全码{}",
                "安全码是{}",
                "卡背三位{}",
                "卡背面三位数字{}",
                "背面后三位是{}",
                "卡的背面最后三位：{}",
                "签名栏后三位{}",
                "security code {}",
                "security code is {}",
                "CVV number {}",
                "the three digits on the back are {}",
                "card verification value {}",
                "c v v {}",
                "卡验证码 {}",
                "{}是CVV",
                "cvv（{}）",
                "安全码告诉我是{}",
            ),
        ),
        (
            (4, 6),
            (
                "密码{}",
                "密码是{}",
                "密码：{}",
                "PIN {}",
                "pin is {}",
                "PIN码{}",
                "PIN: {}",
                "pin code {}",
                "取款密码是{}",
                "交易密码 {}",
                "客户说密码是{}",
                "密码输的是{}",
                "密码改成{}",
                "个人识别码{}",
                "password {}",
                "password: {}",
                "passcode {}",
                "pin number is {}",
                "his PIN was {}",
                "{}是密码",
                "{} is my pin",
                "密码就是{}",
                "密码他说好像是{}",
                "密码“{}”",
                "口令{}",
                "支付密码为{}",
            ),
        ),
    )
    for pattern in patterns
}
"""Verification values and PINs in the ways people say them."""


def _of(pattern: str) -> Make:
    """``#`` a digit, ``A`` a capital letter."""

    def make(chosen: Random) -> str:
        return "".join(
            chosen.choice("0123456789")
            if c == "#"
            else chosen.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
            if c == "¤"
            else c
            for c in pattern
        )

    return make


def _imei(chosen: Random, prefix: str = "") -> str:
    return checked((prefix or chosen.choice(["86", "35", "01", "99"])) + digits(chosen, 12))


def _tids(mark: str) -> Make:
    return lambda chosen: mark.join(digits(chosen, 8) for _ in range(chosen.randrange(2, 6)))


def _many(one: Make, mark: str, least: int = 2, most: int = 4) -> Make:
    return lambda chosen: mark.join(one(chosen) for _ in range(chosen.randrange(least, most + 1)))


def _date(chosen: Random) -> str:
    return f"20{chosen.randrange(20, 30)}-{chosen.randrange(1, 13):02}-{chosen.randrange(1, 29):02}"


def _time(chosen: Random) -> str:
    return f"{chosen.randrange(24):02}:{chosen.randrange(60):02}:{chosen.randrange(60):02}"


def _stamp(chosen: Random) -> str:
    return (_date(chosen) + _time(chosen)).replace("-", "").replace(":", "")


_mobile = _of("13#########")
_landline = _of("0531-8#######")
_iccid = _of("898600###############")
_tid = _of("########")

OWN: dict[str, tuple[str, Make]] = {
    "phone with an extension": ("phone", lambda c: card_of_scheme(c) + "转" + digits(c, 1)),
    "phone with a hash": ("phone", lambda c: card_of_scheme(c) + "#" + digits(c, 2)),
    "phone behind a phone": ("reporter_phone", lambda c: _mobile(c) + "/" + card_of_scheme(c)),
    "phone of American Express": ("phone", lambda c: checked("37" + digits(c, 12))),
    "phone of JCB": ("phone", lambda c: checked("3528" + digits(c, 11))),
    "licence": ("uscc", lambda c: card_of_scheme(c) + "AB"),
    "serial": ("serial", lambda c: card_of_scheme(c)),
    "serial behind a letter": ("serial", lambda c: "V" + card_of_scheme(c)),
    "serial before a letter": ("old_serial", lambda c: card_of_scheme(c) + "X"),
    "serial in groups": ("serial", lambda c: _grouped(card_of_scheme(c), (4,), "-")),
    "serial of American Express": ("serial", lambda c: checked("34" + digits(c, 12))),
}
"""A card number in a field whose numbers are long by nature: the field, and how it is written."""


def card_of_scheme(chosen: Random) -> str:
    """A card number that no equipment identity shares its range with."""
    while (number := card(chosen)).startswith("35"):
        pass
    return number


LOOK_ALIKES: dict[str, Make] = {
    "mobile": _mobile,
    "mobiles": _many(_mobile, " "),
    "mobiles by comma": _many(_mobile, "，"),
    "mobile grouped": _of("138 #### ####"),
    "mobiles grouped": _many(_of("138 #### ####"), " "),
    "mobile abroad": _of("+86 13#########"),
    "mobile with zeros": _of("008613#########"),
    "landline": _landline,
    "landlines side by side": _many(_landline, " "),
    "landlines in brackets": _many(_of("(010)8#######"), " "),
    "landlines without a dash": _many(_of("0108#######"), " "),
    "landline with extension": _of("010-8####### 转 ####"),
    "service number": _of("400-###-####"),
    "service numbers": _many(_of("400-###-####"), " "),
    "landlines by slash": _many(_of("021-6#######"), "/"),
    "TID": _tid,
    "TIDs by space": _tids(" "),
    "TIDs by comma": _tids(","),
    "TIDs by line": _tids("\n"),
    "TIDs by full-width comma": _tids("、"),
    "TIDs by tab": _tids("\t"),
    "TIDs by semicolon": _tids("；"),
    "TIDs by two spaces": _tids("  "),
    "MID": _of("848######511###"),
    "MIDs": _many(_of("102######541###"), " "),
    "MID and TID": _of("商户号 898######511### 终端号 ########"),
    "ICCID": _iccid,
    "ICCID of twenty": _of("8986##################"[:20]),
    "ICCID grouped": lambda c: _grouped(_iccid(c) + digits(c, 1), (4,), " "),
    "ICCID of nineteen grouped": lambda c: _grouped(_iccid(c)[:19], (4,), " "),
    "ICCID dashed": lambda c: _grouped(_iccid(c)[:19], (4,), "-"),
    "ICCID with a letter": _of("898601##########¤###"),
    "ICCIDs": _many(_iccid, "\n"),
    "IMEI": _imei,
    "IMEI said": lambda c: "IMEI:" + _imei(c),
    "IMEI grouped": lambda c: _grouped(_imei(c), (2, 6, 6, 1), " "),
    "IMEI dashed": lambda c: _grouped(_imei(c), (2, 6, 6, 1), "-"),
    "IMEIs": _many(_imei, " "),
    "IMEISV said": lambda c: "IMEISV " + _imei(c, "35")[:14] + digits(c, 2),
    "IMEISV": lambda c: "86" + digits(c, 14),
    "IMEISV grouped": lambda c: "IMEI/SV: " + _grouped("35" + digits(c, 14), (2, 6, 6, 2), "-"),
    "MEID": _of("A10000########"),
    "serial with letters": _of("N¤##########"),
    "serial of the trade": _of("000001040000########"),
    "serial of Newland": _of("NP30########"),
    "serial of ten": _of("08########"),
    "serials": _many(_of("¤##########"), " "),
    "serial with dashes": _of("###-###-###"),
    "serials with dashes": _many(_of("###-###-###"), " "),
    "order of a shop": lambda c: "订单号" + _stamp(c) + digits(c, 4),
    "order of WeChat": lambda c: "42000012" + digits(c, 20),
    "order of Alipay": lambda c: _stamp(c) + digits(c, 14),
    "reference number": _of("参考号 ############"),
    "trace and batch": _of("流水 ###### 批次 ######"),
    "slips": _many(_of("######"), " ", 2, 3),
    "parcel": _of("SF#############"),
    "parcel of YTO": _of("YT#############"),
    "parcel of JD": _of("JDVA###########"),
    "own numbers": _many(_of("L7-0#####"), "、"),
    "date and time": lambda c: f"{_date(c)} {_time(c)}",
    "dates": _many(_date, " "),
    "dates and times": _many(lambda c: f"{_date(c)} {_time(c)}", " "),
    "dates with dots": _many(lambda c: _date(c).replace("-", "."), " "),
    "compact dates": _many(lambda c: _date(c).replace("-", ""), " "),
    "time stamp": _stamp,
    "time stamp with thousandths": lambda c: _stamp(c) + digits(c, 3),
    "period": lambda c: f"{_date(c)}-{_date(c)}",
    "amount": _of("¥#,###,###.##"),
    "amounts": _many(_of("#,###.##"), " "),
    "place": _of("116.######,39.######"),
    "address of the net": _of("192.168.1##.1##:8080"),
    "version": _of("V1.2.##.########"),
    "version and date": _of("3.2.4-202601##"),
    "voltages": _many(_of("3.##"), " "),
    "counters": _many(_of("1#####"), " ", 2, 2),
    "masked card": _of("622202******####"),
    "last four": _of("卡号后四位 ####"),
    "two last four": _of("后四位 #### 和 ####"),
    "response codes": _many(_of("5#"), " ", 2, 5),
    "postcode and street": _of("250### 泺源大街 ## 号"),
    "licence": _of("91350100M000100Y##"),
    "wrong PIN": _of("密码错误 55，第 # 次"),
    "PIN pad": _of("密码键盘型号 S###"),
    "PIN pad serial": _of("密码键盘 SP30-##########"),
    "retries": _of("密码输错 3 次，等 ### 秒"),
    "hash": lambda c: "".join(c.choice("0123456789abcdef") for _ in range(64)),
    "key": lambda c: "-".join(digits(c, n) for n in (8, 4, 4, 4, 12)),
}
"""At least fifty-five kinds of numbers that are no card."""

INSEPARABLE: dict[str, Make] = {
    "IMEISV of a JCB range, unsaid": lambda c: "3550" + digits(c, 12),
    "four numbers of four digits": _many(_of("4###"), " ", 4, 4),
    "sixteen digits of a serial": lambda c: "4" + digits(c, 15),
    "an order number that begins like UnionPay": lambda c: "62" + digits(c, 16),
}
"""Kinds no rule can tell from cards: masked when they pass for one."""
