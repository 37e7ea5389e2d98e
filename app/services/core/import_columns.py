"""Which column of a file is which field, and what else is to be said about the file as a whole."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.domain import text
from app.domain.errors import Cancelled, InvalidInput, Problem
from app.tabular.cells import cleaned
from app.tabular.reading import Recognise, Table

Progress = Callable[[int, int], None]
ColumnMapping = Mapping[str, int]
"""Field name → column index."""

SAMPLES = 3
"""Values shown of a column nobody knows."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong (or odd) about one row, by the number a person sees in the spreadsheet; row 0
    is the file as a whole."""

    row: int
    problem: Problem
    value: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class UnusedColumn:
    """A column with something in it that no field is taken from."""

    place: int
    title: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did."""

    added: int
    updated: int
    unchanged: int
    skipped: int
    blank: int
    left: int = 0
    """Rows not looked at, because somebody stopped; importing the file again goes on with them."""


def stopping(
    progress: Progress | None, cancelled: Callable[[], bool] | None
) -> Callable[[int, int], None]:
    """A step that tells how far work is, and raises `Cancelled` when it was asked to stop."""

    def step(done: int, total: int) -> None:
        if progress is not None:
            progress(done, total)
        if cancelled is not None and cancelled():
            raise Cancelled

    return step


_NOTES = re.compile(r"[(\[{<【「《][^)\]}>】」》]*[)\]}>】」》]")
_INSIDE = re.compile(r"[(\[{<【「《]([^)\]}>】」》]*)[)\]}>】」》]")
_PIECES = re.compile(r"[\n/|、]")
_MARKS = re.compile(r"[\s_*:：()（）\[\]【】<>「」{}#№★•'\"“”`]+")


@functools.lru_cache(maxsize=4096)
def _folded(title: str) -> str:
    return _MARKS.sub("", text.compact(cleaned(title)[0])).casefold()


@functools.lru_cache(maxsize=4096)
def _forms(title: str) -> tuple[tuple[str, ...], ...]:
    """The names a header may bear, surest first: as it is, without notes in brackets, its parts,
    and what stands in the brackets."""
    plain = unicodedata.normalize("NFKC", cleaned(title)[0])
    bare = _NOTES.sub("", plain)
    pieces = tuple(_folded(piece) for piece in _PIECES.split(bare))
    inside = tuple(_folded(note) for note in _INSIDE.findall(plain))
    return (_folded(plain),), (_folded(bare),), pieces, inside


def map_columns(header: Sequence[str], known_as: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Field → column, from the headers; the first column that bears a known name wins.  Marks and
    notes around a name (``*序列号``, ``商户名称（必填）``) do not matter."""
    known = {name: [_folded(alias) for alias in aliases] for name, aliases in known_as.items()}
    every = {alias for aliases in known.values() for alias in aliases}
    forms = [_forms(cell) for cell in header]
    mapping: dict[str, int] = {}
    taken: set[int] = set()
    for level in range(4):
        places: dict[str, int] = {}
        for place, levels in enumerate(forms):
            if place in taken or (level == 3 and any(set(part) & every for part in levels[:3])):
                continue
            for form in levels[level]:
                places.setdefault(form, place)
        for name, aliases in known.items():
            found = next((places[alias] for alias in aliases if alias in places), None)
            if name not in mapping and found is not None and found not in taken:
                mapping[name] = found
                taken.add(found)
    return {name: mapping[name] for name in known_as if name in mapping}


def recognising(known_as: Mapping[str, Sequence[str]]) -> Recognise:
    """How the header of a file of this kind is recognised."""
    return lambda cells: len(map_columns(cells, known_as))


def unused_columns(table: Table, mapping: ColumnMapping) -> tuple[UnusedColumn, ...]:
    """Columns that hold something and are not taken, with what they hold."""
    used = set(mapping.values())
    places = [place for place in range(len(table.header)) if place not in used]
    found = []
    for place in places:
        samples: dict[str, None] = {}
        for row in table.rows:
            cell = row.cells[place].strip() if place < len(row.cells) else ""
            if cell and row.fault is None:
                samples[cell[:40]] = None
                if len(samples) == SAMPLES:
                    break
        if samples:
            found.append(UnusedColumn(place, " ".join(table.header[place].split()), tuple(samples)))
    return tuple(found)


def file_doubts(
    table: Table, mapping: ColumnMapping, known_as: Mapping[str, Sequence[str]]
) -> tuple[RowProblem, ...]:
    """What is odd about the file and the choice of its columns."""
    doubts = [
        RowProblem(
            0,
            Problem("file", doubt.code, dict(doubt.params)),
            str(doubt.params.get("value", "")),
            warning=True,
        )
        for doubt in table.doubts
    ]
    for column in unused_columns(table, mapping):
        for name in map_columns([column.title], known_as):
            if name in mapping:
                used = " ".join(table.header[mapping[name]].split())
                params = {"value": column.title, "other": used, "column": column.place + 1}
                problem = Problem(name, "column.twice", dict(params))
                doubts.append(RowProblem(0, problem, column.title, warning=True))
    return tuple(doubts)


def refuse_undecided(table: Table) -> None:
    """Raise `InvalidInput` (``encoding.undecided``) when nobody has said which of several possible
    encodings a file is written in."""
    if table.rivals:
        raise InvalidInput.of(
            "encoding",
            "encoding.undecided",
            name=table.file_name,
            value=table.encoding,
            other=table.rivals[0],
        )
