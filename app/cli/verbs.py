"""Every verb of the command line by name, with the line of help that lists it.

To add a verb: write a module in this package with a `VERB`, and name it in `VERBS` below.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.i18n import N_

if TYPE_CHECKING:
    from app.cli.context import Verb


@dataclass(frozen=True, slots=True)
class NamedVerb:
    """A verb by name; its module is imported when its options are read or it is run.  Importing
    all of them would take longer than most verbs do."""

    name: str
    help: str
    module: str
    constant: str = "VERB"

    def load(self) -> Verb:
        """What it takes and does."""
        module = importlib.import_module(f"app.cli.{self.module}")
        verb: Verb = getattr(module, self.constant)
        return verb


VERBS: tuple[NamedVerb, ...] = (
    NamedVerb(
        "import", N_("import terminals or finished incidents from a CSV or Excel file"), "imports"
    ),
    NamedVerb("terminal", N_("find, show, swap and export terminals"), "terminal"),
    NamedVerb("incident", N_("open, list and work on incidents"), "incident"),
    NamedVerb("parts", N_("parts catalogue, price list and stock"), "parts"),
    NamedVerb("sla", N_("agreed times, and which merchants they are for"), "sla"),
    NamedVerb("diagnose", N_("find the fault class, who must act and what to do"), "diagnose"),
    NamedVerb(
        "knowledge", N_("check, measure, change and export the fault catalogue"), "knowledge"
    ),
    NamedVerb("plan", N_("maintenance plans, their dates and the visits made of them"), "plan"),
    NamedVerb("visit", N_("maintenance visits: work through, reschedule, level"), "visit"),
    NamedVerb(
        "dispatch", N_("who does what on which day; hand work out and answer it"), "dispatch"
    ),
    NamedVerb(
        "schedule", N_("print the maintenance schedule, or hand it to other programs"), "schedule"
    ),
    NamedVerb("report", N_("print, read, prove and seal documents"), "report"),
    NamedVerb("insight", N_("figures of a period, and terminals that keep failing"), "insight"),
    NamedVerb("warnings", N_("what the data warns of now"), "warnings"),
    NamedVerb("campaign", N_("the same work at many terminals, ticked one by one"), "campaign"),
    NamedVerb("log", N_("who did what, and whether the log is whole"), "log"),
    NamedVerb(
        "exchange", N_("exchange work between laptops and the office by packages"), "exchange"
    ),
    NamedVerb("hub", N_("exchange work through a server of the company"), "hub"),
    NamedVerb("people", N_("people, roles and signing in"), "people"),
    NamedVerb("areas", N_("areas as a tree: rename, merge"), "areas", "AREAS"),
    NamedVerb("vehicles", N_("vehicles of the company"), "areas", "VEHICLES"),
    NamedVerb("check", N_("check the health of the data"), "check"),
    NamedVerb("backup", N_("make a verified backup"), "backup"),
    NamedVerb("restore", N_("restore a backup"), "restore"),
    NamedVerb("encrypt", N_("encrypt the data on this computer"), "encryption", "ENCRYPT"),
    NamedVerb("decrypt", N_("stop encrypting the data"), "encryption", "DECRYPT"),
    NamedVerb("rekey", N_("change key, passphrase and recovery code"), "encryption", "REKEY"),
    NamedVerb("unlock", N_("unlock encrypted data, and say how it is"), "encryption", "UNLOCK"),
    NamedVerb("settings", N_("show or change the settings of this machine"), "settings"),
    NamedVerb("support", N_("show and save what helps to find a fault"), "support"),
    NamedVerb("update", N_("look whether a newer version is offered"), "update"),
    NamedVerb("sample", N_("fill an empty database with a sample estate"), "sample"),
    NamedVerb(
        "demo", N_("run the whole main job without a window and write what it makes"), "demo"
    ),
    NamedVerb("wording", N_("letterhead and wording of papers, by acquirer"), "wording"),
    NamedVerb("help", N_("the whole manual: every command, exit codes, JSON, examples"), "manual"),
)
