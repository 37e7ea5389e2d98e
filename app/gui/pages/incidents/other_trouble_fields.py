"""The fields that ask what became of the other troubles of a report, in the form of a resolution;
which those are follows the class and mode that stand in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.diagnosis.two_troubles import ReportedTroubles, Trouble
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import Event
from app.domain.incidents.other_troubles import (
    OtherTrouble,
    TroubleEnd,
    other_fields,
    reported_as,
)
from app.gui.toolkit.forms import Field, Form, word_choices
from app.gui.toolkit.language import _, words


def trouble_fields(place: int, trouble: Trouble) -> list[Field]:
    """What became of a trouble, and why it was left."""
    end, why = other_fields(place)
    called = trouble.sign.label.in_(words().language)
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
    """The troubles of a form, and what stands in it about those it is not about."""

    def __init__(self, form: Form, reported: ReportedTroubles | None) -> None:
        self._form, self._reported = form, reported
        self._troubles = reported.troubles if reported is not None else ()
        self._asked: tuple[int, ...] = ()
        self.ends = [other_fields(place)[0] for place in range(len(self._troubles))]
        """The fields that say what became of each."""

    def follow(self, fault_class: FaultClass | None, mode: str) -> None:
        """Ask for those a resolution of this class and mode is not about.  What stands about the
        others is kept, should the class change back."""
        if self._reported is not None:
            self._asked = self._reported.besides(fault_class, mode)
        for place in range(len(self._troubles)):
            for name in other_fields(place):
                self._form.set_shown(name, shown=place in self._asked)

    def reported_before(self, events: Sequence[Event]) -> dict[str, str]:
        """Values for those that were reported as incidents of their own before the case was taken
        up again: still that, and no second one is opened."""
        known = reported_as(events)
        return {
            end: TroubleEnd.REPORTED
            for end, trouble in zip(self.ends, self._troubles, strict=True)
            if trouble.sign.label in known
        }

    def needed(self) -> list[str]:
        """The fields that must be filled: what became of each, and why where it was left."""
        found: list[str] = []
        for place in self._asked:
            end, why = other_fields(place)
            found += [end, why] if self._form.value(end) == TroubleEnd.LATER else [end]
        return found

    def drafts(self, values: Mapping[str, Any]) -> tuple[OtherTrouble, ...]:
        """The troubles asked for with what stands in the form."""
        found = []
        for place in self._asked:
            trouble = self._troubles[place]
            end, why = (values[name] for name in other_fields(place))
            ended = TroubleEnd(end) if end else None
            found.append(OtherTrouble(trouble.sign.label, trouble.part, ended, why, place))
        return tuple(found)
