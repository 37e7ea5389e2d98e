"""What is said when an update is looked for."""

from __future__ import annotations

from app.i18n import N_

FIELDS: dict[str, str] = {"update_source": N_("Updates are offered in")}

PROBLEMS: dict[str, str] = {
    "update.no_source": N_(
        "No place for updates is set. Under Settings, General, give the folder, share or https"
        " address where your manager offers them."
    ),
    "update.not_https": N_(
        "{place} is not encrypted, so the program could be exchanged on the way. Give a folder, a"
        " share, or an address that begins with https://."
    ),
    "update.unreachable": N_(
        "{place} cannot be reached. Check the network, or whether the share is connected; POSCare"
        " goes on as it is."
    ),
    "update.unreadable": N_(
        "What is offered in {place} cannot be read. Tell your manager; POSCare goes on as it is."
    ),
    "update.older": N_(
        "Version {offered} is older than version {here} on this computer, and could not open its"
        " data. It was not fetched."
    ),
    "update.no_file": N_("Version {offered} is not offered for this system."),
    "update.damaged": N_(
        "{name} is not the file that was offered: damaged on the way, or exchanged. It was not"
        " kept. Try again, and tell your manager if it happens twice."
    ),
}
