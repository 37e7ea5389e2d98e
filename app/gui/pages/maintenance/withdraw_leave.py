"""Takes back a leave that is not over: asks which, and withdraws it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.gui.pages.maintenance.action_dialogs import withdraw_dialog
from app.gui.shell.page import Page
from app.gui.toolkit.language import _, words
from app.services.maintenance.working_times import Absence

_LEAVE_AHEAD = timedelta(days=800)
"""How far ahead a leave is looked for; nobody plans further."""


def withdraw_leave(page: Page, people: Mapping[str, str]) -> None:
    """Ask which leave of these people, named by their keys, is taken back, and do it."""
    services = page.context.services
    work_days, today = services.work_days, services.context.today()

    def ask(found: tuple[Absence, ...]) -> None:
        if not found:
            page.context.note(_("Nobody has a leave from today on."))
            return
        named = {item.id: _said(item, people) for item in found}

        def take_back(key: str) -> str:
            work_days.remove_absence(key)
            return named[key]

        page.submit(
            withdraw_dialog(page, list(named.items())),
            take_back,
            lambda said: page.context.note(_("Taken back: {name}", name=said)),
        )

    page.run(lambda: work_days.absences(today, today + _LEAVE_AHEAD), ask)


def _said(item: Absence, people: Mapping[str, str]) -> str:
    t = words()
    days = f"{t.day(item.first_on)} – {t.day(item.last_on)}"
    return " · ".join(filter(None, (people.get(item.technician_id, ""), days, item.reason)))
