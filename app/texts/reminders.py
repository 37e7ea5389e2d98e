"""What reminders say."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.dispatch.reminders import Reminder, ReminderKind
from app.i18n import N_, Translator

PROBLEMS: dict[str, str] = {
    "quiet.malformed": N_("“{value}” is not a time span. Write it as 21:00-07:00; empty for none."),
}
FIELDS: dict[str, str] = {"quiet_hours": N_("Quiet hours")}

_SAID = {
    ReminderKind.PROMISED: N_("{number} {merchant}: promised for {moment}"),
    ReminderKind.HOLD_ENDS: N_("{number} {merchant}: the hold should end today, {day}"),
    ReminderKind.DEADLINE_NEAR: N_("{number} {merchant}: to be resolved by {moment}"),
    ReminderKind.VISIT_TOMORROW: N_("{number} {merchant}: visit on {day}"),
}


def reminder_text(t: Translator, reminder: Reminder) -> str:
    """What it is about and until when."""
    local = reminder.until.astimezone()
    return t(
        _SAID[reminder.kind],
        number=reminder.number,
        merchant=reminder.merchant,
        moment=t.moment(reminder.until),
        day=t.day(local.date()),
    )


def reminders_title(t: Translator, found: Sequence[Reminder]) -> str:
    """The first one; of several how many, too."""
    first = reminder_text(t, found[0])
    if len(found) == 1:
        return first
    return t("{count} reminders · {first}", count=len(found), first=first)
