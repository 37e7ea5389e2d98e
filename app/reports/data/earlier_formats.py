"""Reads the data of documents that earlier versions issued: one step from each format to the next.

A kind of document is of format n when its sheet names n - 1 steps in `EARLIER`.  A step takes the
sheet as JSON knows it and gives that of the next format; words an earlier version wrote are kept
as it wrote them, in fields marked `sheets.EARLIER_ONLY`, which no new document has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]
Step = Callable[[Data], Data]


def steps_of(sheet_type: type[Any]) -> tuple[Step, ...]:
    """The steps from the first format of a sheet to the present one."""
    return tuple(getattr(sheet_type, "EARLIER", ()))


def format_of(sheet_type: type[Any]) -> int:
    """The number of the present format of a sheet."""
    return len(steps_of(sheet_type)) + 1


def upgraded(sheet: Data, sheet_type: type[Any], number: int) -> Data:
    """A sheet of format `number` as the present one.  Raises `KeyError`, `TypeError`,
    `AttributeError` when it is not what that format says."""
    for step in steps_of(sheet_type)[number - 1 :]:
        sheet = step(sheet)
    return sheet


def _each(sheet: Data, name: str, change: Step) -> Data:
    return {**sheet, name: [change(item) for item in sheet[name]]}


def monthly_figures_in_words(sheet: Data) -> Data:
    """Format 1 named its key figures in words; its first release wrote the values in words too."""
    return _each(sheet, "figures", _key_figure)


def _key_figure(figure: Data) -> Data:
    made = {"id": "", "unit": "count", **figure}
    for name in ("value", "before"):
        if isinstance(made.get(name), str):
            made[f"{name}_said"], made[name] = made[name], None
    return made


def warnings_in_words(sheet: Data) -> Data:
    """Format 1 said its warnings in words."""
    figures = {"kind": "", "count": 0, "found": "", "rules": []}
    return _each(sheet, "warnings", lambda line: {**figures, **line})


def warnings_by_kind(sheet: Data) -> Data:
    """Format 2 had warnings of four kinds, which say other words than the rules of today."""
    figures: Data = {"rule": "", "subject_kind": "", "fault_class": "", "expected": None}
    figures |= {"confidence": 1.0, "days": 0, "out_of": 0, "terminals": 0, "detail": ""}
    figures |= {"due": None, "explained": 0}
    figures |= {"state": "", "owner": "", "to_do_by": None, "standing_now": True}
    return _each({"ended": 0, **sheet}, "warnings", lambda line: {**figures, **line})


def interval_in_words(sheet: Data) -> Data:
    """The first release wrote the interval of a plan in words."""
    return _each(
        sheet,
        "lines",
        lambda line: {"unit": None, "every": 0, **line} if "interval" in line else line,
    )


def reason_in_words(sheet: Data) -> Data:
    """The first release wrote why a date was not done on time in words."""

    def case(line: Data) -> Data:
        if not isinstance(line["reason"], dict):
            return line
        return {**line, "reason": "", "reason_said": line["reason"]}

    return _each(sheet, "cases", case)


def incidents_in_a_row(sheet: Data) -> Data:
    """The first release wrote the numbers of the incidents after an inspection as one text."""

    def inspection(line: Data) -> Data:
        found = line["follow_up"]
        return {**line, "follow_up": [found] if found else []} if isinstance(found, str) else line

    return _each(sheet, "inspections", inspection)
