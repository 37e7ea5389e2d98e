"""Incidents of the scale data: reported, worked on, closed, the last ones still open."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.bench.scale_loader import ScaleLoader


@dataclass(frozen=True, slots=True)
class ScaledPlace:
    """A terminal where it stands."""

    terminal: str
    merchant: str
    serial: str
    tid: str
    name: str
    phone: str
    installed: date


SYMPTOMS = (
    ("黑屏无法开机", "", "hardware"),
    ("刷卡显示余额不足", "51", "balance"),
    ("4G卡欠费停机", "", "network"),
    ("打印不出票", "", "hardware"),
    ("不打印，出票口卡纸", "", "operation"),
    ("提示请签到", "A0", "operation"),
    ("通讯失败，信号只有一格", "98", "network"),
    ("终端未登记", "97", "system"),
    ("触屏下半部没反应", "", "hardware"),
    ("系统异常，稍后再试", "96", "system"),
    ("客人的卡受限制", "62", "frozen"),
    ("开机提示被攻击", "TAMPER", "violation"),
    ("程序闪退，升级后一样", "ZV", "software"),
    ("插卡读不出，挥卡正常", "", "hardware"),
    ("主密钥丢失", "99", "software"),
    ("不清楚，请到店看", "", "other"),
)
DETAILS = ("重启后一样", "昨天开始", "换纸后一样", "两台都这样", "早上开门就这样", "客人等着")
DONE = ("重新签到", "更换打印头", "更换流量卡", "升级程序", "清理读卡器", "指导店员操作")
REMEDIES = ("sign_in", "replace_part", "replace_sim", "update", "clean", "instruct")
UNFINISHED = ("new", "triaged", "assigned", "in_progress", "on_hold", "resolved")
RECENT = 0.02
"""The share of incidents, the newest, that may still be open; half of them are."""
HOURS = 24
"""In which an incident was promised to be resolved."""
PARTS = ("打印头", "电池", "流量卡", "触摸屏")

COLUMNS = (
    "id", "number", "state", "terminal_id", "merchant_id", "tid", "displayed_code", "symptom",
    "detection", "impact", "urgency", "priority", "reporter_name", "reporter_phone",
    "reported_at", "response_due_at", "resolve_due_at", "response_hours", "resolve_hours",
    "down_from", "restored_at", "resolved_at", "closed_at", "technician_id", "provisional_class",
    "provisional_share", "confirmed_class", "remedy", "work_done", "result", "item_failure",
    "hold_reason",
)  # fmt: skip
ROADS = {
    "new": ("report",),
    "triaged": ("report", "triage"),
    "assigned": ("report", "triage", "assign"),
    "in_progress": ("report", "triage", "assign", "start"),
    "on_hold": ("report", "triage", "assign", "start", "hold"),
    "resolved": ("report", "assign", "start", "resolve"),
    "closed": ("report", "assign", "start", "resolve", "close"),
}
STATE_AFTER = {
    "report": "new",
    "triage": "triaged",
    "assign": "assigned",
    "start": "in_progress",
    "hold": "on_hold",
    "resolve": "resolved",
    "close": "closed",
}


class IncidentMaker:
    """Writes incidents with everything that hangs on them."""

    def __init__(
        self,
        loader: ScaleLoader,
        places: Sequence[ScaledPlace],
        technicians: Sequence[tuple[str, str]],
        key: Callable[[datetime, int, int], str],
        text_of: Callable[[datetime], str],
    ) -> None:
        self._loader = loader
        self._places = places
        self._technicians = technicians
        self._key, self._text_of = key, text_of
        self._dice = random.Random(81)

    def write(self, first: int, moments: Sequence[datetime], *, total: int) -> None:
        """Incidents from number `first`, one for each moment, of `total`."""
        rows, events, work, parts, evidence, said = [], [], [], [], [], []
        for n, at in enumerate(moments, start=first):
            place = self._places[self._chosen()]
            symptom = self._dice.choice(SYMPTOMS)
            state = self._state(n, total)
            technician, code = self._technicians[n % len(self._technicians)]
            one = self._key(at, 50, n)
            row = self._row(one, n, at, place, symptom, state, technician)
            rows.append(row)
            events += self._events(one, n, at, state, code)
            if state in ("resolved", "closed"):
                work += self._work(one, n, at, code)
                if n % 4 == 0:
                    parts.append((self._key(at, 53, n), one, PARTS[n // 4 % 4]))
            if n % 3 == 0:
                evidence.append((self._key(at, 54, n), one, f"sign:{symptom[2]}_{n % 5}"))
            said.append((one, self._said(row, place)))
        loader = self._loader
        loader.rows("incident", COLUMNS, rows)
        loader.rows("incident_event", ("id", "incident_id", "seq", "at", "actor", "action",
                                       "from_state", "to_state"), events)  # fmt: skip
        loader.rows("work_entry", ("id", "incident_id", "at", "actor", "kind", "summary",
                                   "minutes"), work)  # fmt: skip
        loader.rows("part_used", ("id", "incident_id", "name"), parts)
        loader.rows("diagnosis_evidence", ("id", "incident_id", "evidence"), evidence)
        loader.documents("incident", said)

    def _chosen(self) -> int:
        """A tenth of the terminals have half of the trouble."""
        count = len(self._places)
        few = max(count // 10, 1)
        return self._dice.randrange(few if self._dice.random() < 0.5 else count)

    def _state(self, n: int, total: int) -> str:
        if n >= total * (1 - RECENT) and self._dice.random() < 0.5:
            return self._dice.choice(UNFINISHED)
        return "closed"

    def _row(
        self,
        one: str,
        n: int,
        at: datetime,
        place: ScaledPlace,
        symptom: tuple[str, str, str],
        state: str,
        technician: str,
    ) -> tuple[Any, ...]:
        said, code, fault_class = symptom
        text_of = self._text_of
        finished = state in ("resolved", "closed")
        after = at + timedelta(minutes=30 + n % 1900)
        done = text_of(after) if finished else None
        choice = self._dice.randrange(len(DONE))
        reported = text_of(at)
        return (
            one, f"L8-{n + 1:07d}", state, place.terminal, place.merchant, place.tid, code,
            f"{said}，{self._dice.choice(DETAILS)}", "merchant_call", "stopped", "normal",
            f"p{self._dice.choice((1, 2, 2, 3, 3, 4))}", "王先生", f"139{n % 100_000_000:08d}",
            reported, text_of(at + timedelta(hours=4)), text_of(at + timedelta(hours=HOURS)),
            4, HOURS, reported, done, done, done if state == "closed" else None,
            None if state in ("new", "triaged") else technician,
            fault_class if state != "new" else None, 0.7 if state != "new" else None,
            fault_class if finished else None, REMEDIES[choice] if finished else "",
            DONE[choice] if finished else "", "solved" if finished else None,
            int(finished and fault_class in ("hardware", "software")),
            "parts" if state == "on_hold" else None,
        )  # fmt: skip

    def _events(
        self, one: str, n: int, at: datetime, state: str, code: str
    ) -> list[tuple[Any, ...]]:
        before: str | None = None
        found = []
        for seq, action in enumerate(ROADS[state], start=1):
            moment = at + timedelta(minutes=7 * (seq - 1))
            after = STATE_AFTER[action]
            found.append((self._key(moment, 50 + seq * 16, n), one, seq, self._text_of(moment),
                          code, action, before, after))  # fmt: skip
            before = after
        return found

    def _work(self, one: str, n: int, at: datetime, code: str) -> list[tuple[Any, ...]]:
        moment = self._text_of(at + timedelta(minutes=25))
        return [
            (self._key(at, 51, n), one, moment, code, "travel", "到店", 10 + n % 40),
            (self._key(at, 52, n), one, moment, code, "check", DONE[n % 6], 5 + n % 30),
        ]

    def _said(self, row: tuple[Any, ...], place: ScaledPlace) -> str:
        number, tid, code, symptom, name, phone = (row[n] for n in (1, 5, 6, 7, 12, 13))
        own = f"{number} {tid} {code} {symptom} {name} {phone} {row[28]}"
        return f"{own} {place.serial} {place.name} {place.phone}"
