"""The declaration of one terminal field: type, owner, how it is read and shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain import text
from app.domain.parsing import parse_date
from app.domain.text import N_


class FieldGroup(StrEnum):
    """What a fact is about; forms and tabs show one group together."""

    DEVICE = "device"
    LINK = "link"
    POSITION = "position"
    MERCHANT = "merchant"
    NOTES = "notes"


class FieldKind(StrEnum):
    """What sort of value a fact is, which decides how cells are read and forms ask."""

    LINE = "line"
    EXACT = "exact"
    """A number or code of which every digit counts."""
    NAME = "name"
    """One of the names in use, which forms complete."""
    CHOICE = "choice"
    PORTS = "ports"
    DAY = "day"
    NUMBER = "number"
    PHONE = "phone"
    HOURS = "hours"
    """When a shop is open, as people write it."""
    NOTE = "note"


class KeptWith(StrEnum):
    """What a fact belongs to: a swap takes those of device and model along, those of position and
    merchant stay."""

    DEVICE = "device"
    MODEL = "model"
    POSITION = "position"
    MERCHANT = "merchant"


class Place(StrEnum):
    """Where a fact is shown besides import, export and form."""

    TAB = "tab"
    CLI = "cli"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalField:
    """Everything that is said of one fact.  Labels, hints and helps are message ids."""

    label: str
    group: FieldGroup
    kind: FieldKind = FieldKind.LINE
    kept: KeptWith = KeptWith.DEVICE
    name: str = ""
    given: bool = True
    """Whether people type or import it; others are only shown."""
    parse: Callable[[str], Any] = text.line
    aliases: tuple[str, ...] = ()
    """Names of its column in files of others, surest first."""
    required: bool = False
    with_place: bool = False
    """Whether it says that the device stands at a merchant."""
    needed: bool = False
    """Whether a row of a file is refused rather than taken without it when it is doubtful."""
    passable: frozenset[str] = frozenset()
    """Problem codes for which the field is left out with a word and the row is taken."""
    choices: type[StrEnum] | None = None
    words: str = ""
    """The kind of words that tell its value."""
    column: str = ""
    """Its column in the database, where that is not its name."""
    swap_keeps: bool | None = None
    """Whether a swap gives it to the new device; None: as the owner says."""
    latest_wins: bool = False
    """A file never puts an older day in place of a newer one; the day lies not in the future."""
    shown: frozenset[Place] = frozenset({Place.TAB})
    hint: str = ""
    help: str = ""
    rows: int = 0

    @property
    def of_place(self) -> bool:
        """Whether a device in stock has nowhere to keep it."""
        return self.kept in (KeptWith.POSITION, KeptWith.MERCHANT)

    @property
    def follows_swap(self) -> bool:
        """Whether the new device of a swap takes it over from the old one."""
        return self.of_place if self.swap_keeps is None else self.swap_keeps


def fact(
    label: str, group: FieldGroup, default: Any = "", *, aliases: str = "", **said: Any
) -> Any:
    """Declare one fact; `aliases` are separated by ``|``."""
    names = tuple(aliases.split("|")) if aliases else ()
    declared = TerminalField(label=label, group=group, aliases=names, **said)
    return dataclasses.field(default=default, metadata={"field": declared})


TAB_AND_CLI = frozenset({Place.TAB, Place.CLI})
"""Where days and other facts are shown that are too many for lists."""


def day_fact(label: str, group: FieldGroup, aliases: str, **said: Any) -> Any:
    """Declare a fact that is a day."""
    said |= {"kind": FieldKind.DAY, "parse": parse_date, "shown": TAB_AND_CLI}
    return fact(label, group, None, aliases=aliases, **said)


def declared_fields(table: type) -> tuple[TerminalField, ...]:
    """The facts a class declares, in order, with their names."""
    return tuple(
        dataclasses.replace(item.metadata["field"], name=item.name)
        for item in dataclasses.fields(table)
        if "field" in item.metadata
    )


GROUP_LABELS: dict[FieldGroup, str] = {
    FieldGroup.DEVICE: N_("Device"),
    FieldGroup.LINK: N_("Communication"),
    FieldGroup.POSITION: N_("Position"),
    FieldGroup.MERCHANT: N_("Merchant"),
    FieldGroup.NOTES: N_("Remarks"),
}
