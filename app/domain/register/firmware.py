"""Firmware and application versions in use: how many devices run which, and which are behind."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.register.equipment import firmware_older


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCount:
    """Devices of a model that run a version."""

    model: str
    manufacturer: str
    firmware: str
    app_version: str
    terminals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmwareLine:
    """One version of a model.  `behind` says that a newer one is known for the model; an unknown
    version is not called behind."""

    model: str
    manufacturer: str
    firmware: str
    terminals: int
    behind: bool
    newest: str
    applications: tuple[tuple[str, int], ...] = ()

    @property
    def id(self) -> str:
        """Rows of lists are known by it."""
        return f"{self.manufacturer}\n{self.model}\n{self.firmware}"


_VERSION = re.compile(r"[vV]?\d+(?:\.\d+)+[\w.-]*")


def looks_like_version(typed: str) -> bool:
    """Whether what is typed into a search can be a version: numbers with points between them.

    >>> looks_like_version("3.2.1"), looks_like_version("31415")
    (True, False)
    """
    return bool(_VERSION.fullmatch(typed))


def newest(versions: Iterable[str]) -> str:
    """The highest of versions; empty when none is known.

    >>> newest(["3.2.1", "", "3.10"])
    '3.10'
    """
    known = [one for one in versions if one]

    def later(one: str, other: str) -> str:
        return other if firmware_older(one, other) else one

    return functools.reduce(later, known) if known else ""


def firmware_register(
    counts: Iterable[VersionCount], required: dict[tuple[str, str], str]
) -> tuple[FirmwareLine, ...]:
    """Versions by model, the highest first.  The newest known one is the highest of those that run
    anywhere and the required one of the model (`required`, by manufacturer and model)."""
    models: dict[tuple[str, str], dict[str, list[VersionCount]]] = {}
    for count in counts:
        versions = models.setdefault((count.manufacturer, count.model), {})
        versions.setdefault(count.firmware, []).append(count)
    found = []
    for model, versions in sorted(models.items()):
        top = newest([*versions, required.get(model, "")])
        found += [_line(model, name, top, versions[name]) for name in _falling(versions)]
    return tuple(found)


def _falling(versions: Iterable[str]) -> list[str]:
    """Highest first, unknown last."""

    def compare(one: str, other: str) -> int:
        return firmware_older(one, other) - firmware_older(other, one)

    known = sorted(filter(None, versions), key=functools.cmp_to_key(compare))
    return [*known, *(one for one in versions if not one)]


def _line(
    model: tuple[str, str], firmware: str, top: str, counts: list[VersionCount]
) -> FirmwareLine:
    applications = sorted(((c.app_version, c.terminals) for c in counts), key=lambda p: -p[1])
    return FirmwareLine(
        manufacturer=model[0],
        model=model[1],
        firmware=firmware,
        terminals=sum(count.terminals for count in counts),
        behind=firmware_older(firmware, top),
        newest=top,
        applications=tuple(applications),
    )
