"""Where the keys of actions work."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import N_


@dataclass(frozen=True, eq=False)
class ActionPlace:
    """Where keys work: on these pages (by id), or in dialogs.

    Of places with the same `one_of` only one is in sight at a time: tabs, sections.
    """

    title: str
    pages: tuple[str, ...] = ()
    in_dialogs: bool = False
    one_of: str = ""


EVERYWHERE = ActionPlace(N_("On every page"))
DIALOG = ActionPlace(N_("In dialogs"), in_dialogs=True)
MANUAL = ActionPlace(N_("Manual"), in_dialogs=True)
DATE_FIELD = ActionPlace(N_("In date fields"), ("reports",), in_dialogs=True)
LIST = ActionPlace(
    N_("In lists"),
    (
        "today",
        "incidents",
        "terminals",
        "maintenance",
        "dispatch",
        "insight",
        "reports",
        "trail",
        "settings",
    ),
    in_dialogs=True,
)
SEARCH = ActionPlace(N_("Search"), ("incidents", "terminals", "reports", "trail"), in_dialogs=True)
FACTS = ActionPlace(N_("Facts"), ("terminals", "maintenance"))
PREVIEW = ActionPlace(
    N_("Looking at a document"), ("incidents", "reports", "settings"), in_dialogs=True
)
DOCUMENT = ActionPlace(
    PREVIEW.title, ("incidents", "reports"), in_dialogs=True, one_of="incident tab"
)
TABS = ActionPlace(N_("Tabs"), ("incidents", "terminals", "insight"))
INCIDENTS = ActionPlace(N_("Incidents"), ("incidents",))
DIAGNOSIS = ActionPlace(N_("Diagnosis"), ("incidents",), one_of="incident tab")
PHOTOS = ActionPlace(N_("Photos and signatures"), ("incidents",), one_of="incident tab")
RESOLUTION = ActionPlace(N_("Resolution"), in_dialogs=True)
SIGNATURE = ActionPlace(N_("Signature"), in_dialogs=True)
TERMINALS = ActionPlace(N_("Terminals"), ("terminals",))
IMPORT = ActionPlace(N_("Import"), in_dialogs=True)
CALENDAR = ActionPlace(N_("Maintenance"), ("maintenance",))
VISIT = ActionPlace(N_("Visit"), ("maintenance",), one_of="visit")
CHECKLIST = ActionPlace(N_("Checklist"), ("maintenance",), one_of="visit")
DISPATCH = ActionPlace(N_("Dispatch"), ("dispatch",))
SHOP = ActionPlace(N_("Merchant"), ("incidents",), in_dialogs=True, one_of="incident tab")
TODAY = ActionPlace(N_("Today"), ("today",))
NEW_WORK = ActionPlace(N_("New work"), ("today", "incidents", "maintenance"))
INSIGHT = ActionPlace(N_("Insight"), ("insight",))
WARNINGS = ActionPlace(N_("Warnings"), ("insight",), one_of="insight tab")
CAMPAIGNS = ActionPlace(N_("Campaigns"), ("insight",), one_of="insight tab")
FIRMWARE = ActionPlace(N_("Firmware"), ("insight",), one_of="insight tab")
REPORTS = ActionPlace(N_("Reports"), ("reports",))
ON_RECORD = ActionPlace(N_("Audit trail"), ("incidents", "terminals", "maintenance", "settings"))
OPERATION = ActionPlace(N_("Audit trail"), ("trail", "today", "settings"), in_dialogs=True)
TRAIL = ActionPlace(N_("Audit trail"), ("trail",))
SETTINGS = ActionPlace(N_("Settings"), ("settings",), one_of="section")
DIRECTORY = ActionPlace(N_("Lists of the settings"), ("settings",), one_of="section")
OFFICE = ActionPlace(N_("The office"), ("settings",), one_of="section")
DATA = ActionPlace(N_("Data and backups"), ("settings",), one_of="section")
SECURITY = ActionPlace(N_("Security"), ("settings",), one_of="section")
