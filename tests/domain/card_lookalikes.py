"""Numbers that only look like a card's, by kind; seeded.  No number is a real account."""

from __future__ import annotations

from random import Random

from tests.domain.card_corpus import Make, checked, digits, grouped


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


def _short_stamp(chosen: Random) -> str:
    return _stamp(chosen)[2:]


_mobile = _of("13#########")
_landline = _of("0531-8#######")
_iccid = _of("898600###############")
_BANKS = (
    "102",
    "103",
    "104",
    "105",
    "203",
    "301",
    "302",
    "303",
    "304",
    "305",
    "308",
    "403",
    "826",
    "898",
)
_tid = _of("########")

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
    "ICCID grouped": lambda c: grouped(_iccid(c) + digits(c, 1), (4,), " "),
    "ICCID of nineteen grouped": lambda c: grouped(_iccid(c)[:19], (4,), " "),
    "ICCID dashed": lambda c: grouped(_iccid(c)[:19], (4,), "-"),
    "ICCID with a letter": _of("898601##########¤###"),
    "ICCIDs": _many(_iccid, "\n"),
    "IMEI": _imei,
    "IMEI said": lambda c: "IMEI:" + _imei(c),
    "IMEI grouped": lambda c: grouped(_imei(c), (2, 6, 6, 1), " "),
    "IMEI dashed": lambda c: grouped(_imei(c), (2, 6, 6, 1), "-"),
    "IMEIs": _many(_imei, " "),
    "IMEISV said": lambda c: "IMEISV " + _imei(c, "35")[:14] + digits(c, 2),
    "IMEISV": lambda c: "86" + digits(c, 14),
    "IMEISV grouped": lambda c: "IMEI/SV: " + grouped("35" + digits(c, 14), (2, 6, 6, 2), "-"),
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
    "milliseconds since 1970": _of("17###########"),
    "barcode": _of("69###########"),
    "barcode abroad": _of("4############"),
    "barcode of a box": _of("169###########"),
    "shipping unit": _of("00369###############"),
    "order of the minute": lambda c: _short_stamp(c) + digits(c, 4),
    "order of the minute with D": lambda c: f"{_short_stamp(c)}{digits(c, 2)}D{digits(c, 4)}",
    "MID of every bank": lambda c: c.choice(_BANKS) + digits(c, 12),
    "MIDs of banks": _many(lambda c: c.choice(_BANKS) + digits(c, 12), " "),
    "MID and TID in a row": lambda c: f"{c.choice(_BANKS)}{digits(c, 12)}\t{digits(c, 8)}",
    "MID and TID by comma": lambda c: f"{c.choice(_BANKS)}{digits(c, 12)},{digits(c, 8)}",
    "TID before a MID": lambda c: f"{digits(c, 8)} {c.choice(_BANKS)}{digits(c, 12)}",
    "barcode behind a zero": _of("04############"),
    "shipping unit without its sign": _of("0069##############"),
    "numbered TIDs": lambda c: "\n".join(f"{i}. {digits(c, 8)}" for i in range(1, 5)),
    "TIDs in brackets": lambda c: "".join(f"【{_tid(c)}】" for _ in range(3)),
    "TIDs of JSON": lambda c: '["' + _tids('", "')(c) + '"]',
    "TIDs joined by a word": _tids("和"),
    "TIDs counted": _of("第一台########，第二台########"),
    "mobiles joined by a word": _many(_mobile, "和"),
    "MIDs joined by a word": _many(_of("898######541###"), "和"),
    "amounts with signs": _many(_of("¥###.##"), " "),
    "IMEI behind zeros": lambda c: "000" + _imei(c),
    "mobile and last four said": _of("手机13#########后4位####"),
    "parcel of Yunda": _of("43###########"),
    "parcel of ZTO": _of("7#############"),
    "parcel of Best": _of("JT#############"),
    "order said": _of("订单号 ###################"),
    "order of sixteen said": _of("订单编号：################"),
    "parcel said": _of("运单号 ###############"),
    "serial said": _of("SN ################"),
    "serial said in Chinese": _of("序列号：################"),
    "serial said in English": _of("serial no. ################"),
    "barcode said": _of("条码 ################"),
    "slip": lambda c: (
        f"商户号:898{digits(c, 12)}\n终端号:{digits(c, 8)}\n批次号:{digits(c, 6)}\n"
        f"凭证号:{digits(c, 6)}\n参考号:{digits(c, 12)}\n日期:2026/01/15 {_time(c)}\n"
        f"金额:RMB {digits(c, 3)}.00"
    ),
    "reference and trace": _of("############ ######"),
    "reference and time": lambda c: f"{digits(c, 12)} {_time(c)}",
    "USCC of digits": _of("91################"),
    "addresses of the net": _many(_of("192.168.##.###"), " "),
    "hardware address": _of("##:##:##:##:##:##"),
    "dump": lambda c: " ".join(f"{c.randrange(256):02x}" for _ in range(16)),
    "places": _of("1##.########,##.########"),
    "span of time": lambda c: f"{_time(c)}-{_time(c)}",
    "mobile and time": lambda c: f"{_mobile(c)} {_time(c)}",
    "mobile and day": lambda c: f"{_mobile(c)} {_date(c)}",
    "landline and mobile": lambda c: f"{_landline(c)}/{_mobile(c)}",
    "postcode and mobile": lambda c: f"250{digits(c, 3)} {_mobile(c)}",
    "postcode and landline": lambda c: f"{digits(c, 6)} {_landline(c)}",
    "span of TIDs": lambda c: (lambda t: f"{t}~{t + 9}")(c.randrange(30_000_000, 39_999_990)),
    "years": lambda c: "2022 2023 2024 2025 2026",
    "hours": _many(lambda c: _time(c)[:5], " ", 2, 6),
    "meter": _of("表底 ###### → ######"),
    "sum": _of("####+####+####=#####"),
    "amounts with points": _many(_of("####.##"), " "),
    "amounts by comma": _many(_of("####.00"), "、"),
    "code to pay of WeChat": _of("13################"),
    "serial in groups": _of("N910-####-####-####"),
    "serial in other groups": _of("###-###-####-###"),
    "versions": _many(_of("3.#.##"), " ", 3, 5),
    "number of a data card": _of("14###########"),
    "IMSI": _of("46000##########"),
    "IMSI and IMEI": lambda c: f"46001{digits(c, 10)} {_imei(c)}",
    "two IMEIs by slash": lambda c: f"{_imei(c)}/{_imei(c)}",
    "IMEI and ICCID": lambda c: f"{_imei(c)},{_iccid(c)}0",
    "ICCID in fives": lambda c: grouped("8986" + digits(c, 16), (5,), " "),
    "ICCID in two": _of("898600 ##############"),
    "EID": _of("89086030############################"[:32]),
    "device of the bus": _of("VID_0###&PID_####\\############"),
    "line of a log": lambda c: (
        f"2026-01-15 {_time(c)}.{digits(c, 3)} [{digits(c, 4)}] {digits(c, 6)}"
    ),
    "moment of a log": lambda c: f"2026-01-15T{_time(c)}.{digits(c, 6)}+08:00",
    "numbers set equal": _of("26############=####"),
    "serial with D": _of("8#############D#####"),
    "digits of a hash": _of("################################"),
    "contract": _of("HT2026########"),
    "work order": _of("GD2026011512######"),
    "mobile and last four": lambda c: f"{_mobile(c)} {digits(c, 4)}",
    "counting": lambda c: "1,2,3,4,5,6,7,8,9,10,11,12,13",
    "Chinese date": lambda c: "2026年1月15日12时30分45秒",
    "compact dates by comma": lambda c: "20260115,20260630,20261231",
    "TIDs one after the other": _tids("，然后 "),
    "TIDs one after the other in English": _tids(" then "),
    "mobiles one after the other": _many(_mobile, "，然后打 "),
    "readings one after the other": _many(_of("2##"), " 然后 ", 2, 5),
    "Chinese counts and TIDs": _of("一台########，两台########，三台########"),
    "Chinese counts and amounts": _of("三张##.##，五张###.##，两张####.##"),
    "Chinese street and telephone": _of("五四路 1## 号 0531-8#######"),
    "Chinese day and TID": _of("十一月二十九日 ######## 一台"),
    "family name and mobile": _of("陆13#########，伍13#########"),
    "Chinese count before an IMEI": lambda c: f"两台 {_imei(c)} {_imei(c)}",
    "three last fours": _many(_of("####"), "、", 2, 3),
}
"""Kinds of numbers that are no card."""

INSEPARABLE: dict[str, Make] = {
    "IMEISV of a JCB range, unsaid": lambda c: "3550" + digits(c, 12),
    "four numbers of four digits": _many(_of("4###"), " ", 4, 4),
    "four numbered numbers of four digits": _of("1. 4###\n2. ####\n3. ####\n4. ####"),
    "sixteen digits of a serial": lambda c: "4" + digits(c, 15),
    "thirteen digits in the groups of a card": _of("4### ### ### ###"),
    "barcode of a box that begins like Diners": _of("369###########"),
    "an order number that begins like UnionPay": lambda c: "62" + digits(c, 16),
}
"""Kinds no rule can tell from cards: masked when they pass for one."""
