"""Which documents the page offers and what each has to be told.

To add a document: a line in `PAPERS`; `options` names fields of `options.OptionsPanel`.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import N_


@dataclass(frozen=True, slots=True)
class DocumentChoice:
    """A kind of document: `subjects` is the list it is made from, `ahead` whether its period lies
    in the future."""

    id: str
    title: str
    hint: str
    icon: str
    subjects: str = ""
    options: tuple[str, ...] = ()
    ahead: bool = False


PERIOD = ("since", "until")
SCOPE = ("words", "area", "acquirer", "model", "state")

PAPERS: tuple[DocumentChoice, ...] = (
    DocumentChoice(
        "service_report",
        N_("Terminal service report"),
        N_(
            "What was reported, found and done, with proof and signatures. A closed report is"
            " printed as it was closed."
        ),
        "file-text",
        "incidents",
    ),
    DocumentChoice(
        "inspection",
        N_("Inspection sheet"),
        N_("Checklist of a visit, filled in or blank for the pen."),
        "clipboard-list",
        "visits",
        ("blank",),
    ),
    DocumentChoice(
        "swap_note",
        N_("Swap or return note"),
        N_("For an incident with a swap, or a terminal that is taken back."),
        "arrow-right-left",
        "swaps",
    ),
    DocumentChoice(
        "terminal_history",
        N_("Terminal history"),
        N_("Everything that happened to a terminal."),
        "history",
        "terminals",
    ),
    DocumentChoice(
        "merchant_summary",
        N_("Merchant summary"),
        N_("What was done for a merchant in a period."),
        "store",
        "merchants",
        PERIOD,
    ),
    DocumentChoice(
        "device_list",
        N_("Terminal list"),
        N_("Terminals with place, version and state."),
        "list",
        "",
        SCOPE,
    ),
    DocumentChoice(
        "evidence",
        N_("Inspection evidence"),
        N_("Terminal list with all inspections of a period, for PCI DSS 9.5.1."),
        "list-checks",
        "",
        (*PERIOD, *SCOPE, "basis"),
    ),
    DocumentChoice(
        "labels",
        N_("Terminal labels"),
        N_("Labels with QR code on common sheets; begins at the first free label."),
        "smartphone-nfc",
        "",
        (*SCOPE, "stickers", "start", "title", "fields", "code", "outlines"),
    ),
    DocumentChoice(
        "schedule_year",
        N_("Maintenance schedule"),
        N_("Plans and their dates month by month."),
        "calendar-days",
        "",
        (*PERIOD, "area", "technician", "plan"),
        ahead=True,
    ),
    DocumentChoice(
        "schedule_month",
        N_("Maintenance by technician"),
        N_("Who goes where in a month."),
        "users",
        "",
        (*PERIOD, "area", "technician", "plan"),
        ahead=True,
    ),
    DocumentChoice(
        "schedule_week",
        N_("Maintenance of the week"),
        N_("Visits day by day."),
        "calendar-clock",
        "",
        (*PERIOD, "area", "technician", "plan"),
        ahead=True,
    ),
    DocumentChoice(
        "route",
        N_("Day route"),
        N_("Stops of a day in order, with times and what to take along."),
        "route",
        "",
        (*PERIOD, "technician"),
        ahead=True,
    ),
    DocumentChoice(
        "compliance",
        N_("Maintenance compliance"),
        N_("Done, late, skipped and missed."),
        "circle-check",
        "",
        (*PERIOD, "area", "technician", "plan"),
    ),
    DocumentChoice(
        "warning_digest",
        N_("Warning digest"),
        N_("Open warnings with the evidence behind each."),
        "triangle-alert",
        "",
        ("area",),
    ),
    DocumentChoice(
        "monthly",
        N_("Monthly figures"),
        N_("Counts, times and charts for managers."),
        "chart-line",
        "",
        (*PERIOD, "area"),
    ),
)
