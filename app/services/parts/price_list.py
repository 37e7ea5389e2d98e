"""Imports a price list of parts: what a file would do, then all of it or nothing."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import BadValue, InvalidInput, Problem
from app.domain.parsing import parse_cents, parse_count
from app.domain.parts.catalogue import (
    MOST_CENTS,
    MOST_WARRANTY_MONTHS,
    PartKind,
    PartKindDraft,
    check_part_kind,
    draft_of_part,
    part_number,
)
from app.services.core.context import ServiceContext
from app.services.core.import_cells import CellReader, FieldKinds, TakenCells
from app.services.core.import_columns import (
    ColumnMapping,
    ImportResult,
    Progress,
    RowProblem,
    UnusedColumn,
    file_doubts,
    recognising,
    refuse_undecided,
    stopping,
    unused_columns,
)
from app.services.parts.catalogue import PartsCatalogue
from app.tabular.reading import ReadingChoice, Table, read_table
from db.models.register import TerminalModelRow

COLUMNS = {
    "number": (
        "配件编号",
        "编号",
        "料号",
        "物料编码",
        "配件号",
        "part number",
        "part no",
        "number",
    ),
    "name": ("配件名称", "名称", "品名", "配件", "part", "name", "description"),
    "unit_name": ("单位", "计量单位", "unit"),
    "list_price_cents": ("单价", "价格", "售价", "标价", "list price", "price", "unit price"),
    "warranty_months": ("保修月数", "质保月数", "保修期", "质保期", "warranty months", "warranty"),
    "models": ("适用型号", "适用机型", "型号", "机型", "models", "fits", "model"),
}
"""Names under which each field is known in files."""

REQUIRED = ("number", "name")
"""Fields without whose column a file is no price list."""

KINDS = FieldKinds(
    needed=frozenset(REQUIRED),
    exact=frozenset({"number"}),
    numbers=frozenset({"list_price_cents", "warranty_months"}),
)
_BETWEEN = re.compile(r"[、,，;；/|\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePreview:
    """What a file would do, before anything is written."""

    table: Table
    mapping: dict[str, int]
    fresh: tuple[PartKindDraft, ...]
    changed: tuple[PartKindDraft, ...]
    unchanged: int
    blank: int
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    doubts: tuple[RowProblem, ...]
    unused: tuple[UnusedColumn, ...]

    @property
    def added(self) -> int:
        """How many parts are new."""
        return len(self.fresh)

    @property
    def updated(self) -> int:
        """How many parts change."""
        return len(self.changed)

    @property
    def refused(self) -> int:
        """How many rows cannot be imported."""
        return len({item.row for item in self.problems})


class PriceList:
    """Use cases of importing a price list.  A column the file does not have, and a cell that is
    empty, leave what the catalogue says."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._catalogue = PartsCatalogue(context)

    def read(self, path: Path, choice: ReadingChoice | None = None) -> Table:
        """The file as a table.  Raises `Unavailable`, `InvalidInput` (no such sheet or row)."""
        return read_table(path, choice=choice, recognise=recognising(COLUMNS))

    def check(
        self,
        table: Table,
        mapping: ColumnMapping,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> PricePreview:
        """What a table would do, without changing anything.  Raises `InvalidInput` (a column is
        missing)."""
        missing = [name for name in REQUIRED if name not in mapping]
        if missing:
            raise InvalidInput([Problem(name, "import.column_missing") for name in missing])
        step = stopping(progress, cancelled)
        known = {part.number: part for part in self._catalogue.listed()}
        rows = _CheckedRows(known, self._models())
        cells = CellReader(table, mapping, KINDS)
        for done, row in enumerate(table.rows):
            if done % 200 == 0:
                step(done, len(table.rows))
            if not row.blank:
                rows.add(row.number, cells.read(row))
        step(len(table.rows), len(table.rows))
        return PricePreview(
            table=table,
            mapping=dict(mapping),
            fresh=tuple(draft for n, draft in rows.good.items() if n not in known),
            changed=tuple(
                draft
                for n, draft in rows.good.items()
                if n in known and draft != draft_of_part(known[n])
            ),
            unchanged=sum(
                n in known and draft == draft_of_part(known[n]) for n, draft in rows.good.items()
            ),
            blank=sum(row.blank for row in table.rows),
            problems=tuple(rows.problems),
            warnings=tuple(rows.warnings),
            doubts=file_doubts(table, mapping, COLUMNS),
            unused=unused_columns(table, mapping),
        )

    def commit(
        self, preview: PricePreview, *, skip_bad: bool, progress: Progress | None = None
    ) -> ImportResult:
        """Take the good rows into the catalogue, in one transaction.  Raises `InvalidInput` when
        rows are bad and `skip_bad` is false, or the file's encoding is in doubt."""
        refuse_undecided(preview.table)
        if preview.problems and not skip_bad:
            raise InvalidInput([item.problem for item in preview.problems])
        drafts = (*preview.fresh, *preview.changed)
        added, changed = self._catalogue.take_in(drafts) if drafts else (0, 0)
        if progress is not None:
            progress(len(drafts), len(drafts))
        unchanged = preview.unchanged + len(drafts) - added - changed
        return ImportResult(
            added=added,
            updated=changed,
            unchanged=unchanged,
            skipped=preview.refused,
            blank=preview.blank,
        )

    def _models(self) -> dict[str, list[str]]:
        """Keys of models by their folded name; two makers may use one name."""
        query = sa.select(col(TerminalModelRow.name), col(TerminalModelRow.id))
        found: dict[str, list[str]] = {}
        with self._context.read() as session:
            for name, key in session.execute(query):
                found.setdefault(name.casefold(), []).append(key)
        return found


class _CheckedRows:
    """Rows that can be taken, by part number, and what is said about the others."""

    def __init__(self, known: Mapping[str, PartKind], models: Mapping[str, list[str]]) -> None:
        self.good: dict[str, PartKindDraft] = {}
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        self._known, self._models = known, models
        self._rows: dict[str, int] = {}

    def add(self, number: int, taken: TakenCells) -> None:
        """Take a row in."""
        self.warnings += taken.warnings
        problems = list(taken.problems)
        try:
            draft = self._draft(number, taken.given, problems)
        except InvalidInput as refusal:
            # A cell that could not be taken is no missing one as well.
            said = {one.problem.field for one in problems}
            problems += [
                RowProblem(number, one, "") for one in refusal.problems if one.field not in said
            ]
            draft = None
        if problems or draft is None:
            self.problems += problems
            return
        if draft.number in self._rows:
            params: dict[str, object] = {"value": draft.number, "row": self._rows[draft.number]}
            twice = Problem("number", "part.twice", params)
            self.problems.append(RowProblem(number, twice, draft.number))
            return
        self._rows[draft.number] = number
        self.good[draft.number] = draft

    def _draft(
        self, number: int, given: Mapping[str, str], problems: list[RowProblem]
    ) -> PartKindDraft:
        known = self._before(given.get("number", ""))
        changes: dict[str, Any] = {
            name: given[name] for name in ("number", "name", "unit_name") if name in given
        }
        for name, read in _NUMBERS.items():
            if name in given:
                try:
                    changes[name] = read(given[name]) or 0
                except BadValue as refusal:
                    problem = Problem(name, refusal.code, refusal.params)
                    problems.append(RowProblem(number, problem, given[name]))
        if "models" in given:
            changes["models"] = self._fits(number, given["models"])
        return check_part_kind(replace(known, **changes))

    def _before(self, number: str) -> PartKindDraft:
        try:
            part = self._known.get(part_number(number))
        except BadValue:
            part = None
        return draft_of_part(part) if part is not None else PartKindDraft()

    def _fits(self, number: int, raw: str) -> tuple[str, ...]:
        found: list[str] = []
        for name in filter(None, (one.strip() for one in _BETWEEN.split(raw))):
            keys = self._models.get(name.casefold(), [])
            found += keys
            if not keys:
                unknown = Problem("models", "part.model_unknown", {"value": name})
                self.warnings.append(RowProblem(number, unknown, name, warning=True))
        return tuple(found)


def _months(raw: str) -> int | None:
    bare = raw.strip().removesuffix("个月").removesuffix("月").strip()
    return parse_count(bare, most=MOST_WARRANTY_MONTHS)


_NUMBERS: Mapping[str, Callable[[str], int | None]] = {
    "list_price_cents": functools.partial(parse_cents, most=MOST_CENTS),
    "warranty_months": _months,
}
