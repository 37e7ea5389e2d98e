"""Loads the fault catalogue from its files; problems name file and entry, the content has a hash.

To add a code, sign, mode, question or check: edit the files in ``resources/knowledge``; each says
at its top what its keys mean.  ``poscare knowledge check`` tells what is still missing.
"""

from __future__ import annotations

import copy
import hashlib
import json
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.weight_table import WeightTable
from app.domain.diagnosis.word_weights import WordWeights
from app.domain.errors import BadKnowledge
from app.domain.faults import FaultClass
from app.files import read_chosen
from app.knowledge.building import build
from app.knowledge.schema import KnowledgeFile
from app.toml_text import parse as parse_toml

WEIGHTS = "words.weights"
"""The learnt weights of words; a folder without them is a catalogue, too."""
_LARGEST = 2_000_000
"""Bytes of one file; anything larger is not a catalogue."""


def load_knowledge(folder: Path) -> Knowledge:
    """The catalogue in `folder`.  Raises `BadKnowledge` naming file and entry."""
    merged, digest = merged_from(folder)
    return with_words(build(merged.whole, merged.files, digest.hexdigest()[:16]), folder)


def merged_from(folder: Path) -> tuple[Merged, hashlib._Hash]:
    """All files of a folder, and the checksum of their content.  Raises `BadKnowledge`."""
    digest = hashlib.sha256()
    merged = Merged()
    for path in files(folder):
        content = read_bytes(path)
        digest.update(path.name.encode() + b"\0" + content + b"\0")
        merged.add(path.name, parse(path.name, content))
    learnt = folder / WEIGHTS
    digest.update(_bytes(learnt) if learnt.is_file() else b"")
    return merged, digest


def with_words(knowledge: Knowledge, folder: Path, changed: Collection[str] = ()) -> Knowledge:
    """The catalogue with the learnt weights of `folder`, where there are any.  They know nothing of
    a sign that was `changed` since.  Raises `BadKnowledge`."""
    learnt = folder / WEIGHTS
    if not learnt.is_file():
        return knowledge
    words = _words(_bytes(learnt))
    return replace(knowledge, words=replace(words, signs=words.signs.difference(changed)))


def _words(content: bytes) -> WordWeights:
    """The learnt weights.  Raises `BadKnowledge` when the file is damaged."""
    head, _, table = content.partition(b"\n")
    try:
        said = json.loads(head)
        bias = {FaultClass(c): float(b) for c, b in said["bias"].items()}
        place = int(said["meanings_at"])
        features = WeightTable(float(said["step"]), len(bias), table[:place])
        meanings = WeightTable(float(said["meanings_step"]), len(bias), table[place:])
        words = WordWeights(bias, frozenset(said["signs"]), features, meanings)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadKnowledge(WEIGHTS, "-", str(error)) from error
    whole = place % features.size == 0 == len(meanings.table) % features.size
    if set(bias) != set(FaultClass) or not 0 < place < len(table) or not whole:
        raise BadKnowledge(WEIGHTS, "-", "damaged")
    return words


def files(folder: Path) -> list[Path]:
    """The files of the catalogue by name.  Raises `BadKnowledge` when there is none."""
    found = sorted(folder.glob("*.toml"))
    if not found:
        raise BadKnowledge(str(folder), "-", "no .toml file")
    return found


def read_bytes(path: Path) -> bytes:
    """The content of one file with line ends folded, so that every checkout has one hash."""
    return _bytes(path).replace(b"\r\n", b"\n")


def _bytes(path: Path) -> bytes:
    try:
        return read_chosen(path, _LARGEST)
    except OSError as error:
        raise BadKnowledge(path.name, "-", str(error)) from error


def parse(name: str, content: bytes) -> KnowledgeFile:
    """One file, validated.  Raises `BadKnowledge` for its first problem."""
    try:
        raw = parse_toml(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadKnowledge(name, "-", str(error)) from error
    try:
        return KnowledgeFile.model_validate(raw)
    except ValidationError as error:
        raise next(problems_of(name, raw, error)) from error


def problems_of(
    name: str, raw: Mapping[str, Any], error: ValidationError
) -> Iterator[BadKnowledge]:
    """Every problem of a file, each with the entry it stands in."""
    for item in error.errors():
        where = [str(part) for part in item["loc"]]
        entry = ".".join(where[:2])
        if where[:1] == ["code"] and len(where) > 1:
            found = raw["code"][int(where[1])]
            entry = f"code {found.get('profile', '?')}/{found.get('code', '?')}"
        yield BadKnowledge(name, entry or "-", f"{'.'.join(where[2:])}: {item['msg']}".lstrip(": "))


class Merged:
    """All files as one, refusing the same id twice."""

    def __init__(self) -> None:
        self.whole: dict[str, Any] = {
            name: [] if name == "code" else {}
            for name in KnowledgeFile.model_fields
            if name != "wording"
        }
        self.whole["wording"] = []
        self.files: dict[tuple[str, str], str] = {}

    def copy(self) -> Merged:
        """The same entries, to be changed without changing these."""
        other = Merged()
        other.whole = {name: copy.copy(section) for name, section in self.whole.items()}
        other.files = dict(self.files)
        return other

    def add(self, name: str, part: KnowledgeFile) -> None:
        """Take in one file.  Raises `BadKnowledge` when an id is already there."""
        for section in KnowledgeFile.model_fields:
            value = getattr(part, section)
            if section == "wording":
                self.whole["wording"].append(value)
            elif section == "code":
                for code in value:
                    self._once(name, section, f"{code.profile}/{code.code}")
                self.whole["code"].extend(value)
            else:
                for key in value:
                    self._once(name, section, str(key))
                self.whole[section].update(value)

    def _once(self, name: str, section: str, key: str) -> None:
        other = self.files.setdefault((section, key), name)
        if other is not name:
            raise BadKnowledge(name, f"{section}.{key}", f"stands in {other} already")
