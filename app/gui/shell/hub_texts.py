"""How far the exchange through a server is, in a few words and in a sentence."""

from __future__ import annotations

from app.gui.shell.hub_worker import HubState
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.problems import message
from app.texts.hub import OFFLINE


def hub_line(state: HubState) -> str:
    """For the status line; empty when no server is set."""
    if not state.configured:
        return ""
    parts = [_how_far(state)]
    if state.waiting:
        parts.append(plural("{count} to send", "{count} to send", state.waiting))
    return _("{first}, {second}", first=parts[0], second=parts[1]) if parts[1:] else parts[0]


def _how_far(state: HubState) -> str:
    if state.problem is not None:
        offline = state.problem.code in OFFLINE
        return _("Offline") if offline else _("Exchange does not work")
    if state.elsewhere:
        return _("Exchange runs on another computer of the office")
    if state.at is None:
        return _("Exchanging …")
    return _("{time} exchanged", time=words().clock(state.at))


def hub_sentence(state: HubState) -> str:
    """What is wrong and what to do; else the same as `hub_line`."""
    return message(state.problem) if state.problem is not None else hub_line(state)
