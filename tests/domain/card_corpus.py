"""Ways people write what must not be stored, and numbers that only look like it; seeded.

Every way and every kind is a function of a random generator.  No number is a real account.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from app.domain.card_numbers import luhn_valid

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


def grouped(number: str, sizes: tuple[int, ...], mark: str) -> str:
    """A number in groups of these sizes, the last one repeated."""
    parts, at = [], 0
    while at < len(number):
        size = sizes[min(len(parts), len(sizes) - 1)]
        parts.append(number[at : at + size])
        at += size
    return mark.join(parts)


def _fours(mark: str) -> Make:
    return lambda chosen: grouped(card(chosen), (4,), mark)


def _in(before: str, after: str) -> Make:
    return lambda chosen: f"{before}{card(chosen)}{after}"


def _translated(table: str) -> Make:
    return lambda chosen: card(chosen).translate(str.maketrans("0123456789", table))


def _sixteen(prefix: str, sizes: tuple[int, ...], mark: str, length: int = 16) -> Make:
    return lambda chosen: grouped(
        checked(prefix + digits(chosen, length - 1 - len(prefix))), sizes, mark
    )


def _power(number: str) -> str:
    return f"{number[0]}.{number[1:].rstrip('0')}E+{len(number) - 1}"


def _ones(mark: str) -> Make:
    return lambda chosen: mark.join(card(chosen))


def _worded(number: str) -> list[str]:
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return [words[int(digit)] for digit in number]


def _pinyin(number: str, *, toned: bool = False) -> list[str]:
    plain = ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu")
    tones = ("líng", "yāo", "èr", "sān", "sì", "wǔ", "liù", "qī", "bā", "jiǔ")
    return [(tones if toned else plain)[int(digit)] for digit in number]


def _four_fours(chosen: Random) -> list[str]:
    return _sixteen(chosen.choice(("4", "51", "62")), (4,), " ")(chosen).split(" ")


def _some(chosen: Random, table: str) -> str:
    return "".join(table[int(d)] if chosen.random() < 0.5 else d for d in card(chosen))


def _marked(chosen: Random, marks: tuple[str, ...]) -> str:
    first, *rest = _fours(" ")(chosen).split(" ")
    return first + "".join(chosen.choice(marks) + part for part in rest)


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
        grouped(card(chosen), (4,), "¦").replace("¦", " ", 1).replace("¦", " - ")
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
    "pairs": lambda chosen: grouped(checked("62" + digits(chosen, 13)), (2,), " "),
    "six and rest": lambda chosen: grouped(card(chosen), (6, 13), " "),
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
    "Chinese grouped": lambda chosen: grouped(
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
    "eights joined by plus": lambda chosen: "卡号 " + grouped(card(chosen), (8,), "+"),
    "eights with the word": lambda chosen: "卡号 " + grouped(card(chosen), (8,), " "),
    "track two": lambda chosen: f";{card(chosen)}=2512{digits(chosen, 9)}?",
    "fours and the rest": lambda chosen: grouped(
        _sixteen("62", (19,), "", 19)(chosen), (4, 4, 4, 7), " "
    ),
    "one by one with commas": _ones(","),
    "one by one with commas and spaces": _ones(", "),
    "one by one with full-width commas": _ones("，"),
    "one by one with slashes": _ones("/"),
    "one by one by line": _ones("\n"),
    "number sign": _fours("#"),
    "greater-than": _fours(">"),
    "arrow of two": _fours(" -> "),
    "apostrophe": _fours("'"),
    "quotation mark": _fours('"'),
    "brackets": lambda chosen: f"({_fours(')(')(chosen)})",
    "square brackets": lambda chosen: f"[{_fours('][')(chosen)}]",
    "at sign": _fours("@"),
    "ampersand": _fours("&"),
    "exclamation mark": _fours("!"),
    "three dashes": _fours("---"),
    "three dots": _fours("..."),
    "ellipsis": _fours("…"),
    "two em dashes": _fours("——"),
    "full-width colon": _fours("："),
    "bar": _fours(" | "),
    "six spaces": _fours("      "),
    "blank line": _fours("\n\n"),
    "line break of a web page": _fours("<br>"),
    "cells of a web page": _fours("</td><td>"),
    "letter x": _fours("x"),
    "said space": _fours("空格"),
    "said dash": _fours("杠"),
    "said dash in English": _fours(" dash "),
    "said then": _fours("，然后"),
    "said then in English": _fours(" then "),
    "English words": lambda chosen: " ".join(_worded(card(chosen))),
    "English words with commas": lambda chosen: ", ".join(_worded(card(chosen))),
    "English words with oh": lambda chosen: " ".join(_worded(card(chosen))).replace("zero", "oh"),
    "some digits full-width": lambda chosen: _some(chosen, "０１２３４５６７８９"),
    "some digits Chinese": lambda chosen: _some(chosen, "零一二三四五六七八九"),
    "any mark": lambda chosen: _marked(chosen, (" ", "-", ".", "/", "\t", "\n", "_")),
    "any mark, seen or not": lambda chosen: _marked(
        chosen, (" ", "-", " - ", "  ", "\u200b", "\u3000")
    ),
    "UnionPay without a check digit": lambda chosen: "62" + digits(chosen, chosen.choice([14, 17])),
    "the same in fours": lambda chosen: grouped("62" + digits(chosen, 17), (4,), " "),
    "keycaps": lambda chosen: "".join(d + "\ufe0f\u20e3" for d in card(chosen)),
    "struck through": lambda chosen: "".join(d + "\u0336" for d in card(chosen)),
    "NUL": lambda chosen: "\0".join(card(chosen)),
    "Hangul filler": _fours("\u3164"),
    "blank of Braille": _fours("\u2800"),
    "bullet": _fours(" • "),
    "Hangul dot": _fours("ㆍ"),
    "Roman numerals": _translated("〇ⅠⅡⅢⅣⅤⅥⅦⅧⅨ"),
    "Suzhou numerals": _translated("〇〡〢〣〤〥〦〧〨〩"),
    "Chinese over the radio": _translated("洞幺两三四五六拐八勾"),
    "Chinese with said dashes": lambda chosen: grouped(
        card(chosen).translate(str.maketrans("0123456789", "零幺二三四五六七八九")), (4,), "杠"
    ),
    "Chinese one by one": lambda chosen: "、".join(
        card(chosen).translate(str.maketrans("0123456789", "零一二三四五六七八九"))
    ),
    "letters for zeros": lambda chosen: card(chosen).replace("0", "O"),
    "letters for ones": lambda chosen: card(chosen).replace("1", "l"),
    "with a decimal": _in("", ".0"),
    "two cards in fours": lambda chosen: f"{_fours(' ')(chosen)} {_fours(' ')(chosen)}",
    "behind a terminal": lambda chosen: f"终端{digits(chosen, 8)} {_fours(' ')(chosen)}",
    "behind a number of a list": lambda chosen: f"1. {_fours(' ')(chosen)}",
    "between time and amount": lambda chosen: f"12:30:45 {_fours(' ')(chosen)} 100.00",
    "with its day": lambda chosen: f"{_fours(' ')(chosen)} 12/27 {digits(chosen, 3)}",
    "a row of a table": lambda chosen: f"1\t{card(chosen)}\t100.00",
    "American Express with dashes": _sixteen("37", (4, 6, 5), "-", 15),
    "old Chinese cards": lambda chosen: (
        checked(
            chosen.choice(["955880", "955990", "456351", "436742", "603367"]) + digits(chosen, 12)
        )
        if chosen.random() < 0.5
        else checked("4563" + digits(chosen, 11))
    ),
    "thousands with points": lambda chosen: f"{int(card(chosen)):,}".replace(",", "."),
    "thousands with blanks": lambda chosen: f"{int(card(chosen)):,}".replace(",", " "),
    "an amount with cents": lambda chosen: f"{int(card(chosen)):,}.00",
    "track one without its sign": lambda chosen: (
        f"B{card(chosen)}^ZHANG/SAN^2512{digits(chosen, 8)}"
    ),
    "track two with D": lambda chosen: f"{card(chosen)}D2512{digits(chosen, 9)}",
    "behind a zero": _in("0", ""),
    "behind zeros": _in("卡号000", ""),
    "fours behind a zero": lambda chosen: "0" + _fours(" ")(chosen),
    **{
        f"said {word}": _fours(word) for word in ("和", "空", "点", "与", "斜杠", "下划线", " and ")
    },
    "first and last eight": lambda chosen: "卡号前8位{}{} 后8位{}{}".format(*_four_fours(chosen)),
    "first and last eight in Chinese": lambda chosen: "前八位是{}{}，后八位是{}{}".format(
        *_four_fours(chosen)
    ),
    "first, middle and last": lambda chosen: "前四位{}，中间八位{}{}，后四位{}".format(
        *_four_fours(chosen)
    ),
    "first and last in English": lambda chosen: "first 8 digits {}{}, last 8 digits {}{}".format(
        *_four_fours(chosen)
    ),
    "parts counted": lambda chosen: "第一段{}第二段{}第三段{}第四段{}".format(*_four_fours(chosen)),
    "numbered lines": lambda chosen: "1. {}\n2. {}\n3. {}\n4. {}".format(*_four_fours(chosen)),
    "numbered in Chinese": lambda chosen: "1、{}\n2、{}\n3、{}\n4、{}".format(*_four_fours(chosen)),
    "numbered with circles": lambda chosen: "①{}②{}③{}④{}".format(*_four_fours(chosen)),
    "Chinese brackets": lambda chosen: f"【{_fours('】【')(chosen)}】",
    "corner brackets": lambda chosen: f"「{_fours('」 「')(chosen)}」",
    "bold of Markdown": lambda chosen: f"**{_fours('** **')(chosen)}**",
    "code of Markdown": lambda chosen: f"`{_fours('` `')(chosen)}`",
    "rows of Markdown": _fours(" |\n| "),
    "list of JSON": lambda chosen: '["{}", "{}", "{}", "{}"]'.format(*_four_fours(chosen)),
    "list of JSON by line": lambda chosen: '["' + _fours('",\n    "')(chosen) + '"]',
    "emoji": _fours("😀"),
    "emoji joined": _fours("👨\u200d👩"),
    "private use": _fours("\ue000"),
    "sign of money": _fours("￥"),
    "multiplication sign": _fours("×"),
    "ideographs in circles": _translated("0㊀㊁㊂㊃㊄㊅㊆㊇㊈"),
    "ideographs in brackets": _translated("0㈠㈡㈢㈣㈤㈥㈦㈧㈨"),
    "marks of Chinese verse": _translated("0㆒㆓㆔㆕56789"),
    "pinyin": lambda chosen: " ".join(_pinyin(card(chosen))),
    "pinyin with tones": lambda chosen: " ".join(_pinyin(card(chosen), toned=True)),
    "pinyin in one piece": lambda chosen: "".join(_pinyin(card(chosen))),
    "English words with underscores": lambda chosen: "_".join(_worded(card(chosen))) + "_",
    "English words in one piece": lambda chosen: "".join(_worded(card(chosen))),
    "track two with blanks": lambda chosen: f";{card(chosen)} = 2512{digits(chosen, 9)}",
}
"""Ways of writing a card number."""


def _followed(*words: str) -> Make:
    """Groups of four with something said between them, another word each time."""

    def make(chosen: Random) -> str:
        first, *rest = _fours(" ")(chosen).split(" ")
        return first + "".join(f"{words[n % len(words)]}{part}" for n, part in enumerate(rest))

    return make


_MIXED = (
    "0零〇",
    "1一壹幺",
    "2二贰两",
    "3三叁",
    "4四肆",
    "5五伍",
    "6六陆",
    "7七柒",
    "8八捌",
    "9九玖",
)


def _mixed(number: str, chosen: Random) -> str:
    return "".join(chosen.choice(_MIXED[int(char)]) if char.isdigit() else char for char in number)


def _with_words(chosen: Random) -> str:
    return _mixed(_followed(" 然后 ", "，接着 ", " 最后 ")(chosen), chosen)


WAYS |= {
    f"words between: {'/'.join(words)}": _followed(*words)
    for words in (
        (" 然后 ",),
        (" 然后是 ", " 接着 ", " 再 "),
        ("，再然后", "，后面是", "，最后"),
        ("，下一组 ", "，下一组是 "),
        (" 接下来四位 ", " 后面 ", " 最后四位 "),
        (" 嗯 ", "，那个，", "……"),
        ("（然后）",),
        ("。然后：", "。接下来：", "。最后："),
        (" 空格 然后 ",),
        (" 又 ", " 剩下的 ", " 剩下 "),
        (" and then ", ", then ", ", and finally "),
        (" next ",),
        (" followed by ",),
        (" um ", " uh, ", " then again "),
        (", after that ", ", next comes ", ", last four "),
    )
}
WAYS |= {
    f"mixed numerals: {name}": lambda chosen, mark=mark: _mixed(_fours(mark)(chosen), chosen)  # type: ignore[misc]
    for name, mark in {
        "space": " ",
        "dash": "-",
        "slash": "/",
        "said": "杠",
        "line": "\n",
        "emoji": "😀",
        "brackets": "）（",
        "bar": " | ",
    }.items()
}
WAYS |= {
    "mixed numerals behind a telephone": lambda chosen: (
        f"{_mobile(chosen)} {_mixed(_fours(' ')(chosen), chosen)}"
    ),
    "mixed numerals before a terminal": lambda chosen: (
        f"{_mixed(_fours('-')(chosen), chosen)} {digits(chosen, 8)}"
    ),
    "mixed numerals and words between": _with_words,
    "one group in Chinese": lambda chosen: " ".join(
        part.translate(str.maketrans("0123456789", "零一二三四五六七八九")) if n == 1 else part
        for n, part in enumerate(_fours(" ")(chosen).split(" "))
    ),
    "UnionPay without a check digit, words between": lambda chosen: grouped(
        "62" + digits(chosen, 14), (4,), " 然后 "
    ),
}


def card_of_scheme(chosen: Random) -> str:
    """A card number that no equipment identity shares its range with."""
    while (number := card(chosen)).startswith("35"):
        pass
    return number


def _mobile(chosen: Random) -> str:
    return "13" + digits(chosen, 9)


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
    "serial in groups": ("serial", lambda c: grouped(card_of_scheme(c), (4,), "-")),
    "serial of American Express": ("serial", lambda c: checked("34" + digits(c, 12))),
}
"""A card number in a field whose numbers are long by nature: the field, and how it is written."""
