"""Areas: districts and regions, one inside another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain import text
from app.domain.errors import Problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area with what lies in it; `depth` counts the areas around it."""

    id: str
    name: str
    parent_id: str
    parent: str
    depth: int
    merchants: int
    terminals: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaDraft:
    """An area as entered; `parent` is the name of the one around it, empty for none."""

    name: str = ""
    parent: str = ""


def check_area(draft: AreaDraft) -> AreaDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    name = parent = ""
    with problems.field("name"):
        name = text.required(text.line(draft.name))
    with problems.field("parent"):
        parent = text.line(draft.parent)
    if name and name == parent:
        problems.add("parent", "area.inside_itself", value=name)
    problems.raise_if_any()
    return AreaDraft(name=name, parent=parent)


@dataclass(frozen=True, slots=True)
class AreaTree:
    """Which area lies in which, by name."""

    parents: Mapping[str, str]

    def around(self, name: str) -> tuple[str, ...]:
        """The area and those around it, the smallest first."""
        found = [name]
        while (parent := self.parents.get(found[-1], "")) and parent not in found:
            found.append(parent)
        return tuple(found)

    def within(self, names: Iterable[str]) -> tuple[str, ...]:
        """The areas named, and all that lie in them."""
        wanted = dict.fromkeys(names)
        if not any(self.parents.values()):
            return tuple(wanted)
        inside = (one for one in self.parents if not wanted.keys().isdisjoint(self.around(one)))
        return tuple(dict.fromkeys((*wanted, *inside)))
