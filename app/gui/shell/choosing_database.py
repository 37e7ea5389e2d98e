"""Choosing another database, from the open window or when none could be opened: tried first, set up
or upgraded where that is needed and allowed, then kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app import paths
from app import settings as settings_file
from app.domain.errors import InvalidInput, Unavailable
from app.gui.shell.database_editor import FILE, OWN, SERVER, DatabaseEditor, no_right_hint
from app.gui.shell.page import AppContext
from app.gui.toolkit import problems
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.server_password import kept_apart, with_password
from app.settings import Settings

EMPTY, OLD = "db.server_empty", "db.upgrade_needed"
"""Codes of a server's database that can be made ready."""


def choose_database(
    context: AppContext, parent: QWidget, chosen: Callable[[Settings], object]
) -> DatabaseEditor:
    """Let another database be chosen; `chosen` gets the settings that name it, saved."""
    settings = context.settings
    editor = DatabaseEditor(
        _values(settings), lambda values: _look(target_of(settings, values)), context, parent
    )

    def keep(target: str) -> None:
        def work() -> Settings:
            changed = kept_apart(replace(settings, database=target))
            settings_file.save(changed, paths.settings_file())
            return changed

        def kept(changed: Settings) -> None:
            editor.accept()
            chosen(changed)

        editor.carry_out(context, work, kept, manner=WorkManner(_("Trying it …")))

    def tried(found: tuple[str, Unavailable | None]) -> None:
        target, needed = found
        if needed is None:
            keep(target)
        elif not needed.params["may_change"]:
            editor.show_stopped(f"{problems.message(needed)}\n{no_right_hint(needed)}")
        else:
            aimed = replace(settings, database=target)
            make_ready(needed, aimed, context, editor, lambda: keep(target))

    def submitted(values: dict[str, Any]) -> None:
        def work() -> tuple[str, Unavailable | None]:
            target = target_of(settings, values)
            return target, _look(target)

        editor.carry_out(context, work, tried, manner=WorkManner(_("Trying it …")))

    editor.submitted.connect(submitted)
    editor.open()
    return editor


def make_ready(
    needed: Unavailable,
    settings: Settings,
    context: AppContext,
    parent: QWidget,
    done: Callable[[], object],
) -> None:
    """Set up or upgrade the server's database of `settings`, after asking; `needed` says which."""
    place = {name: needed.params[name] for name in ("database", "server")}
    empty = needed.code == EMPTY
    question = (
        _("Set up the database “{database}” on {server}?", **place)
        if empty
        else _("Upgrade the database “{database}” on {server}?", **place)
    )
    detail = (
        _("POSCare makes its tables there. Nothing else is touched.")
        if empty
        else _(
            "Have a backup made first, for example with “pg_dump”. Older versions of POSCare"
            " cannot work with it afterwards; everybody else should have left it."
        )
    )
    others = int(str(needed.params["others"]))
    if others and not empty:
        detail += "\n" + plural(
            "{count} other connection is open now.",
            "{count} other connections are open now.",
            others,
        )
    if not problems.confirm(parent, question, detail, _("Set up") if empty else _("Upgrade")):
        return

    def work() -> None:
        from app import bootstrap

        bootstrap.upgrade_server(settings)

    text = _("Setting up …") if empty else _("Upgrading …")

    def made(_none: object) -> None:
        done()

    WaitDialog(parent.window(), text, context).wait_for(work, made, WorkManner(text))


def _values(settings: Settings) -> dict[str, Any]:
    """What the editor starts with; the password is never shown."""
    from app.server_address import parts_of_address

    if not settings.database:
        return {"where": OWN}
    return parts_of_address(settings.database) or {
        "where": FILE,
        "path": settings.database,
    }


def target_of(settings: Settings, values: dict[str, Any]) -> str:
    """The path or address somebody entered, with its password; empty for the own file.

    Raises `InvalidInput`, `Unavailable`.
    """
    where = values["where"]
    if where == OWN:
        return ""
    if where == FILE:
        path = values["path"].strip()
        target = Path(path).expanduser()
        if not path or not target.is_file():
            raise InvalidInput.of("path", "file.unreadable", name=target.name)
        return str(target)
    assert where == SERVER
    from app.server_address import parts_of_address, server_address

    # An address that is none gives nothing to go on from.
    known = bool(parts_of_address(settings.database))
    before = with_password(settings.database) if known else ""
    return server_address(
        values["host"],
        values["name"],
        values["user"],
        values["secret"],
        values["certificate"],
        before,
    )


def _look(target: str) -> Unavailable | None:
    """What is to be done before it can be used.  Raises `Unavailable`."""
    from app import bootstrap

    return bootstrap.check_address(target or str(paths.database_file()))
