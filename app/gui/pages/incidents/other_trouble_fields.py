"""The fields that ask what became of the troubles set aside, in the form of a resolution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.domain.incidents.other_troubles import OtherTrouble, TroubleEnd, other_fields
from app.gui.toolkit.forms import Field, Form, word_choices
from app.gui.toolkit.language import _, words


def trouble_fields(place: int, trouble: OtherTrouble) -> list[Field]:
    """What became of a trouble, and why it was left."""
    end, why = other_fields(place)
    called = trouble.said.in_(words().language)
    return [
        Field(
            name=end,
            label=_("Also reported"),
            kind="choice",
            required=True,
            numbered=True,
            choices=word_choices("trouble_end", TroubleEnd, empty=_("choose …")),
            help=_("{trouble} · printed on the report.", trouble=called),
        ),
        Field(
            name=why,
            label=_("Why not this time"),
            help=_("Needed where it is left; printed on the report."),
        ),
    ]


class OtherTroubles:
    """The troubles of a form, and what stands in it about them."""

    def __init__(self, form: Form, others: Sequence[OtherTrouble]) -> None:
        self._form, self._others = form, tuple(others)
        self.ends = [other_fields(place)[0] for place in range(len(self._others))]
        """The fields that say what became of each."""

    def needed(self) -> list[str]:
        """The fields that must be filled: what became of each, and why where it was left."""
        found: list[str] = []
        for place in range(len(self._others)):
            end, why = other_fields(place)
            found += [end, why] if self._form.value(end) == TroubleEnd.LATER else [end]
        return found

    def drafts(self, values: Mapping[str, Any]) -> tuple[OtherTrouble, ...]:
        """The troubles with what stands in the form."""
        found = []
        for place, trouble in enumerate(self._others):
            end, why = (values[name] for name in other_fields(place))
            found.append(replace(trouble, end=TroubleEnd(end) if end else None, why=why))
        return tuple(found)
