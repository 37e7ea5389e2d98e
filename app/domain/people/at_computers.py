"""Who may speak at another computer: the office takes in operations only in the name of people who
work there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.people.roles import Role

NOT_NAMED = "permission.not_at_this_computer"
"""Why an operation waits: its person is not named for the computer it comes from."""
NOBODY_NAMED = "permission.nobody_at_this_computer"
"""Why an operation waits: nobody is named for the computer, and its person may more than a
technician."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAtComputer:
    """Somebody who works, or worked until `until`, at another computer; `ended` is that moment as
    a reading of the clock that orders operations.  `technician_id` is empty for a code nobody had
    here when it was named; `named_by` and `ended_by` are the codes of who said so."""

    code: str
    technician_id: str
    since: datetime
    named_by: str = ""
    until: datetime | None = None
    ended_by: str = ""
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """In whose name an operation was done: the code it says, and who has that code here; both
    empty where nobody has it."""

    code: str
    technician_id: str = ""
    role: Role | None = None


def why_silent(
    people: Sequence[PersonAtComputer],
    speaker: Speaker,
    *,
    clock: int,
    after: int,
    first_heard: int,
    guarded: bool,
) -> str:
    """Why a computer may not speak for somebody: a code of `app.texts`; empty when it may.

    `people` are all ever named for it, `clock` is the reading of the operation and `after` that of
    the one before it on the same computer: who no longer works there counts for what was done
    before that ended, and an operation that reads no later than the one before it was not.
    `first_heard` is the reading of the moment the first package of the computer arrived: when that
    was after the end nothing bounds its clock, so what it says of the time before does not count.
    With nobody named a computer speaks for technicians only, once people sign in (`guarded`).
    """
    if not people:
        more = speaker.role not in (None, Role.TECHNICIAN)
        return NOBODY_NAMED if guarded and more else ""
    for one in people:
        if not _is(one, speaker):
            continue
        if one.ended is None or (first_heard <= one.ended and after < clock <= one.ended):
            return ""
    return NOT_NAMED


def _is(one: PersonAtComputer, speaker: Speaker) -> bool:
    """By the person where both are known, so that a new code does not shut anybody out and an old
    one lets nobody else in."""
    if one.technician_id and speaker.technician_id:
        return one.technician_id == speaker.technician_id
    return one.code == speaker.code
