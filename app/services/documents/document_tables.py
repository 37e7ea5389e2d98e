"""Documents that are lists, as tables for other programs: numbers, days and moments are such there,
and people can sort, filter and add them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.reports.data.sheets import PrintedSheet
from app.reports.documents.device_list import DeviceListSheet, EvidenceSheet, Inspected, Listed
from app.reports.documents.monthly import REST, Count, MonthlySheet
from app.reports.documents.terminal_history import TerminalHistorySheet
from app.services.insight.figure_workbook import figure_cell
from app.tabular.measured import Cell, MeasuredSheet, workbook_bytes
from app.tabular.writing import csv_bytes
from app.texts import word
from app.texts.events import terminal_event
from app.texts.insight_figures import (
    compared_span_text,
    figure_definition,
    figure_name,
    unit_name,
)

TABLE_SUFFIXES = (".xlsx", ".csv")


@dataclass(frozen=True, slots=True)
class _Column:
    """The head of a column, and what stands in it for a row."""

    title: str
    of: Callable[[Any], Cell]
    form: str = ""


def has_tables(kind: str) -> bool:
    """Whether a kind of document can be had as a table."""
    return kind in _TABLES


def table_bytes(document: PrintedSheet, t: Translator, suffix: str) -> bytes:
    """A document as a workbook with a sheet for each of its tables, or its first table as CSV.

    Raises `InvalidInput`: ``document.no_table`` for one that is none, ``choice.unknown`` for
    another kind of file.
    """
    if suffix not in TABLE_SUFFIXES:
        raise InvalidInput.of("output", "choice.unknown", value=suffix)
    make = _TABLES.get(document.kind)
    if make is None:
        raise InvalidInput.of("output", "document.no_table")
    sheets = make(document.sheet, t)
    if suffix == ".csv":
        return csv_bytes(sheets[0].header, sheets[0].rows)
    return workbook_bytes(sheets)


def _sheet(title: str, columns: list[_Column], items: Iterable[Any]) -> MeasuredSheet:
    return MeasuredSheet(
        title,
        tuple(column.title for column in columns),
        [tuple(column.of(item) for column in columns) for item in items],
        tuple(column.form for column in columns),
    )


def _wall(moment: datetime | None) -> datetime | None:
    """A moment as spreadsheets know it: the wall clock of the office."""
    return None if moment is None else moment.replace(tzinfo=None)


_MOMENT = "yyyy-mm-dd hh:mm"


def _devices(sheet: DeviceListSheet | EvidenceSheet, t: Translator) -> list[MeasuredSheet]:
    def said(kind: str, name: str) -> Callable[[Listed], str]:
        return lambda item: word(t, kind, getattr(item, name)) if getattr(item, name) else ""

    columns = [
        _Column(t("Manufacturer"), lambda item: item.manufacturer),
        _Column(t("Model"), lambda item: item.model),
        _Column(t("Serial number"), lambda item: item.serial),
        _Column(t("TID"), lambda item: item.tid),
        _Column(t("State"), said("terminal_state", "state")),
        _Column(t("Merchant"), lambda item: item.merchant),
        _Column(t("Address"), lambda item: item.address),
        _Column(t("Area"), lambda item: item.area),
        _Column(t("Seal number"), lambda item: item.seal_no),
        _Column(t("Installed on"), lambda item: item.installed_on),
        _Column(t("Inspected on"), lambda item: item.inspected_on),
        _Column(t("Outcome"), said("check_result", "inspection")),
        _Column(t("Next due"), lambda item: item.next_due),
    ]
    return [_sheet(t("Terminals"), columns, sheet.devices)]


def _evidence(sheet: EvidenceSheet, t: Translator) -> list[MeasuredSheet]:
    def failed(item: Inspected) -> str:
        return t("; ").join(text.in_(t.language) for text in item.failed)

    columns = [
        _Column(t("Inspected at"), lambda item: _wall(item.at), _MOMENT),
        _Column(t("Number"), lambda item: item.number),
        _Column(t("Serial number"), lambda item: item.serial),
        _Column(t("SN found"), lambda item: item.found_serial),
        _Column(t("Merchant"), lambda item: item.merchant),
        _Column(t("Technician"), lambda item: item.technician),
        _Column(
            t("Outcome"), lambda item: word(t, "check_result", item.result) if item.result else ""
        ),
        _Column(t("Failed"), failed),
        _Column(t("Incidents opened"), lambda item: t(", ").join(item.follow_up)),
        _Column(t("Photos"), lambda item: item.photos),
        _Column(t("Signed"), lambda item: t("Yes") if item.signed else t("No")),
    ]
    return [*_devices(sheet, t), _sheet(t("Inspections"), columns, sheet.inspections)]


def _history(sheet: TerminalHistorySheet, t: Translator) -> list[MeasuredSheet]:
    incidents = [
        _Column(t("Number"), lambda item: item.number),
        _Column(t("Reported"), lambda item: _wall(item.reported_at), _MOMENT),
        _Column(t("State"), lambda item: word(t, "incident_state", item.state)),
        _Column(t("Displayed"), lambda item: item.code),
        _Column(t("Symptom"), lambda item: item.symptom),
        _Column(
            t("Fault class"),
            lambda item: word(t, "fault_class", item.fault_class) if item.fault_class else "",
        ),
        _Column(t("Cause"), lambda item: item.cause.in_(t.language)),
        _Column(t("Work done"), lambda item: item.work_done),
        _Column(t("Technician"), lambda item: item.technician),
        _Column(t("Down since"), lambda item: _wall(item.down_from), _MOMENT),
        _Column(t("Restored"), lambda item: _wall(item.restored_at), _MOMENT),
    ]
    stays = [
        _Column(t("Since"), lambda item: _wall(item.since), _MOMENT),
        _Column(t("Until"), lambda item: _wall(item.until), _MOMENT),
        _Column(t("TID"), lambda item: item.tid),
        _Column(t("Merchant"), lambda item: item.merchant),
        _Column(t("Address"), lambda item: item.address),
        _Column(t("Acquirer"), lambda item: item.acquirer),
    ]
    log = [
        _Column(t("Time"), lambda item: _wall(item.at), _MOMENT),
        _Column(t("What"), lambda item: terminal_event(t, item).title),
        _Column(t("Remark"), lambda item: terminal_event(t, item).detail),
        _Column(t("By"), lambda item: item.by),
    ]
    return [
        _sheet(t("Incidents"), incidents, sheet.cases),
        _sheet(t("Where it has stood"), stays, sheet.stays),
        _sheet(t("Log"), log, sheet.log),
    ]


def _monthly(sheet: MonthlySheet, t: Translator) -> list[MeasuredSheet]:
    assert sheet.compared is not None
    assert sheet.before_since is not None
    assert sheet.before_until is not None
    before = compared_span_text(t, sheet.compared, sheet.before_since, sheet.before_until)
    figures = [
        _Column(t("Figure"), lambda item: figure_name(t, item.kind)),
        _Column(t("Value"), lambda item: figure_cell(item.figure, item.value)),
        _Column(before, lambda item: figure_cell(item.figure, item.before)),
        _Column(t("Unit"), lambda item: unit_name(t, item.figure.unit)),
        _Column(t("Number of cases"), lambda item: item.n),
        _Column(t("Definition"), lambda item: figure_definition(t, item.kind)),
    ]
    people = [
        _Column(t("Technician"), lambda item: item.name),
        _Column(t("Resolved"), lambda item: item.resolved),
        _Column(t("Minutes"), lambda item: item.minutes),
        _Column(t("Resolved at the first visit"), lambda item: item.first_time),
        _Column(t("Reopened"), lambda item: item.reopened),
    ]
    days = [_Column(t("Day"), lambda item: item[0]), _Column(t("Incidents"), lambda item: item[1])]
    return [
        _sheet(t("Figures"), figures, sheet.measured),
        _sheet(t("By day"), days, enumerate(sheet.by_day, 1)),
        *(
            _sheet(title, _counts(t, title), counts)
            for title, counts in (
                (t("By fault class"), sheet.by_class),
                (t("By area"), sheet.by_area),
                (t("By model"), sheet.by_model),
                (t("By displayed code"), sheet.by_code),
            )
        ),
        _sheet(t("Technicians"), people, sheet.technicians),
    ]


def _counts(t: Translator, title: str) -> list[_Column]:
    def name(item: Count) -> str:
        if item.kind == REST:
            return t("others: {count}", count=item.name)
        return word(t, item.kind, item.name) if item.kind else item.name

    return [_Column(title, name), _Column(t("Incidents"), lambda item: item.count)]


_TABLES: Mapping[str, Callable[[Any, Translator], list[MeasuredSheet]]] = {
    "device_list": _devices,
    "evidence": _evidence,
    "terminal_history": _history,
    "monthly": _monthly,
}
