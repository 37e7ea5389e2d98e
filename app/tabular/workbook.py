"""Reads the sheets of an XLSX file cell by cell: values, kinds, number formats, what is hidden.

The parts are read as a stream, names of elements without their name space, so that workbooks saved
as "Strict Open XML" read like all others, and what a writer claims of a sheet's size is not
believed.  A declaration of a document type, which no workbook has, is refused: entities unfold.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from app.domain.errors import Unavailable
from app.tabular.number_formats import EAST_ASIAN_FORMATS
from app.tabular.sheet import (
    TRUE,
    Beyond,
    Extent,
    SheetReader,
    WorkbookSheet,
    local_name,
    unescaped,
)

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet of a workbook and where it lies in the file."""

    title: str
    part: str
    hidden: bool


class Workbook:
    """An XLSX file that was opened.

    Raises `Unavailable`: ``file.not_a_workbook``, ``file.protected``, ``file.other_workbook``,
    ``file.bomb``.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        with self._sound():
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            self._refuse_hostile()
            main = self._main_part()
            self._folder = main.rpartition("/")[0]
            targets = self._targets(main)
            self.sheets, self._since_1904 = self._sheet_names(main, targets)
            kinds = {kind: part for kind, part in targets.values()}
            self._shared = self._shared_strings(kinds.get("sharedStrings"))
            self._formats = self._number_formats(kinds.get("styles"))

    def read(self, sheet: SheetName, extent: Extent) -> WorkbookSheet:
        """Everything in a sheet.  Raises `Unavailable`: ``file.extent``, ``file.too_many_rows``
        as soon as a cell lies beyond `extent`, ``file.not_a_workbook``."""
        reader = SheetReader(self._shared, self._formats, self._since_1904, extent)
        with self._sound():
            try:
                self._parse(sheet.part, reader.start, reader.end, reader.characters)
            except Beyond as found:
                code = "file.too_many_rows" if found.crowded else "file.extent"
                raise Unavailable(
                    code,
                    name=self._name,
                    cell=found.cell,
                    limit=extent.rows,
                    columns=extent.columns,
                ) from None
            return reader.sheet()

    # --- parts ---------------------------------------------------------------------------------

    @contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except (
            zipfile.BadZipFile,
            zlib.error,
            expat.ExpatError,
            EOFError,
            KeyError,
            IndexError,
            NotImplementedError,
            ValueError,
        ) as failure:
            raise Unavailable("file.not_a_workbook", name=self._name) from failure

    def _refuse_hostile(self) -> None:
        entries = self._archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        packed = max(1, sum(entry.compress_size for entry in entries))
        if (
            len(entries) > MOST_ENTRIES
            or unpacked > MOST_UNPACKED
            or (unpacked > 10 * 1024**2 and unpacked / packed > MOST_RATIO)
        ):
            raise Unavailable("file.bomb", name=self._name)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Unavailable("file.protected", name=self._name)
        names = {entry.filename for entry in entries}
        if "content.xml" in names or "xl/workbook.bin" in names:
            raise Unavailable("file.other_workbook", name=self._name)

    def _parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        characters: Callable[[str], None] | None = None,
    ) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = characters
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with self._open(part) as file:
            parser.ParseFile(file)

    def _open(self, part: str) -> IO[bytes]:
        return self._archive.open(part)

    def _elements(self, part: str) -> list[tuple[str, dict[str, str]]]:
        """Elements of a small part with their attributes, all without name space."""
        found: list[tuple[str, dict[str, str]]] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            found.append((local_name(name), plain))

        self._parse(part, start)
        return found

    def _main_part(self) -> str:
        for name, attributes in self._elements("_rels/.rels"):
            if name == "Relationship" and attributes["Type"].endswith("/officeDocument"):
                return attributes["Target"].lstrip("/")
        raise KeyError("officeDocument")

    def _targets(self, main: str) -> dict[str, tuple[str, str]]:
        """Relation → its kind and the part it leads to."""
        folder, _, file = main.rpartition("/")
        found = {}
        for name, attributes in self._elements(f"{folder}/_rels/{file}.rels".lstrip("/")):
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes["Target"]
                part = target[1:] if target.startswith("/") else f"{folder}/{target}"
                kind = attributes["Type"].rpartition("/")[2]
                found[attributes["Id"]] = (kind, part.lstrip("/"))
        return found

    def _sheet_names(
        self, main: str, targets: Mapping[str, tuple[str, str]]
    ) -> tuple[tuple[SheetName, ...], bool]:
        sheets, since_1904 = [], False
        for name, attributes in self._elements(main):
            if name == "workbookPr":
                since_1904 = attributes.get("date1904", "") in TRUE
            elif name == "sheet":
                kind, part = targets[attributes["id"]]
                if kind == "worksheet":
                    hidden = attributes.get("state", "visible") != "visible"
                    sheets.append(SheetName(attributes["name"], part, hidden))
        return tuple(sheets), since_1904

    def _shared_strings(self, part: str | None) -> list[str]:
        if part is None:
            return []
        reader = _StringsReader()
        self._parse(part, reader.start, reader.end, reader.characters)
        return reader.found

    def _number_formats(self, part: str | None) -> list[str]:
        """The number format of each cell style."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        codes: dict[int, str] = {**BUILTIN_FORMATS, **EAST_ASIAN_FORMATS}
        formats: list[str] = []
        inside = False
        for name, attributes in self._elements(part) if part else ():
            if name == "numFmt" and "formatCode" in attributes:
                codes[int(attributes["numFmtId"])] = attributes["formatCode"]
            elif name in ("cellXfs", "cellStyles", "dxfs"):
                inside = name == "cellXfs"
            elif name == "xf" and inside:
                formats.append(codes.get(int(attributes.get("numFmtId", 0)), "General"))
        return formats


def _refuse_doctype(*_declaration: object) -> None:
    raise ValueError("document type")


class _StringsReader:
    """Shared strings: runs joined, pronunciation left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._taking = self._spoken = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = local_name(name)
        if tag == "si":
            self._parts = []
        elif tag == "rPh":
            self._spoken = True
        elif tag == "t":
            self._taking = not self._spoken

    def end(self, name: str) -> None:
        tag = local_name(name)
        if tag == "t":
            self._taking = False
        elif tag == "rPh":
            self._spoken = False
        elif tag == "si":
            self.found.append(unescaped("".join(self._parts)))

    def characters(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)
