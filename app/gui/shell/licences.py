"""The licences of everything the program runs with, read from what is installed beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import (
    Distribution,
    PackageNotFoundError,
    PackagePath,
    distribution,
    distributions,
)
from pathlib import Path

from app.paths import resources

OWN = "poscare"
_EXTRAS = ("postgres", "seal")
"""Optional parts of the program; those for its developers are not shipped."""
_REQUIREMENT = re.compile(r"([\w.-]+)(?:\[([\w.,\s-]+)])?[^;]*(?:;(.*))?$")
_EXTRA = re.compile(r"extra\s*==\s*[\"']([\w.-]+)[\"']")
_OSI = "License :: OSI Approved :: "
_TEXTS = re.compile(r"licen[cs]e|copying|notice|copyright|-ofl", re.IGNORECASE)
_CODE = (".py", ".pyc", ".pyi")
_LONGEST = 90
"""Characters of a licence's name; what is longer is its text."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the program made by others, or the program itself (`OWN`)."""

    name: str
    version: str
    licence: str
    text: str
    """The licence as it was delivered; empty where none was."""


def shipped_parts() -> list[Part]:
    """The program and every library it needs, as installed here, by name, the program first.

    Reads files; a while of some tenths of a second.  Where the program itself is not known to the
    installation, as in a bundle without its metadata, all that is installed is named.
    """
    found: dict[str, Distribution] = {}
    try:
        _gather(OWN, _EXTRAS, found)
    except PackageNotFoundError:
        found = {_key(one.name): one for one in distributions()}
    parts = [_part(one) for one in found.values()]
    return sorted(parts, key=lambda part: (part.name.lower() != OWN, part.name.lower()))


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _gather(name: str, extras: tuple[str, ...], found: dict[str, Distribution]) -> None:
    """Take a distribution and what it needs; PackageNotFoundError when it is not installed."""
    made = distribution(name)
    seen = _key(name) in found
    found[_key(name)] = made
    for line in made.requires or ():
        match = _REQUIREMENT.match(line)
        if match is None:
            continue
        needed, wanted, marker = match.groups()
        only_for = _EXTRA.findall(marker or "")
        if (only_for and not set(only_for) & set(extras)) or (seen and not only_for):
            continue
        if _key(needed) in found and not wanted:
            continue
        try:
            _gather(needed, tuple(re.split(r"\s*,\s*", wanted or "")), found)
        except PackageNotFoundError:
            continue  # only for other systems, or an optional part that is not here


def _part(made: Distribution) -> Part:
    files = [path for path in made.files or () if _is_licence(path)]
    # What is called LICENSE says the most and stands first.
    files.sort(key=lambda path: (path.stem.upper() != "LICENSE", str(path)))
    places = [Path(str(made.locate_file(path))) for path in files]
    texts = [one.read_text(encoding="utf-8", errors="replace") for one in places if one.is_file()]
    name = _licence(made)
    return Part(made.name, made.version, name, "\n\n".join((*texts, *_general(name, texts))))


def _general(name: str, delivered: Sequence[str]) -> Iterator[str]:
    """The texts a licence stands for that were not delivered: Qt for Python comes without any, and
    the LGPL is made of the GPL and what it adds."""
    if "LGPL-3" not in name:
        return
    for title in ("LGPL-3.0", "GPL-3.0"):
        text = (resources() / "licences" / f"{title}.txt").read_text(encoding="utf-8")
        heading = text.strip().partition("\n")[0].strip()
        if not any(heading in one.upper() and len(one) > len(text) // 2 for one in delivered):
            yield text


def _is_licence(path: PackagePath) -> bool:
    """Whether a file of a distribution is the text of a licence, by its name or its folder."""
    told = "licenses" in (part.lower() for part in path.parts[:-1]) or _TEXTS.search(path.name)
    return bool(told) and path.suffix not in _CODE


def _licence(made: Distribution) -> str:
    """The name of the licence: as an expression, in the old field, or among the classifiers."""
    said = made.metadata.get_all("License-Expression") or made.metadata.get_all("License") or [""]
    name = said[0].partition("\n")[0].strip()
    if name and len(name) <= _LONGEST:
        return str(name)
    classes = made.metadata.get_all("Classifier") or []
    named = [str(one).removeprefix(_OSI) for one in classes if str(one).startswith(_OSI)]
    return ", ".join(dict.fromkeys(named))
