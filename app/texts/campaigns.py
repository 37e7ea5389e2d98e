"""What is said about campaigns, and the words of warnings somebody works on."""

from __future__ import annotations

from app.domain.campaigns.campaigns import Campaign, CampaignScope, CampaignTask
from app.i18n import N_, Translator

PROBLEMS: dict[str, str] = {
    "campaign.no_filter": N_(
        "Say which terminals are meant: model, firmware, area, merchant or plan. Without any filter"
        " every terminal would be part of it."
    ),
    "campaign.nothing_found": N_("No terminal in use matches this filter. Change it."),
    "campaign.too_many": N_("{count} terminals match; at most {most} fit into one campaign."),
    "campaign.all_ride": N_(
        "Every shop that is left has a visit before the last day already; the technician sees the"
        " work there."
    ),
    "incident.parent_of_itself": N_("{number} is the parent itself, or a parent of others."),
    "incident.parent_has_parent": N_("{number} belongs to another incident. Choose that one."),
    "campaign.made_already": N_(
        "Campaign {number} of this kind answers this warning already. End it before another one."
    ),
}

FIELDS: dict[str, str] = {
    "scope": N_("Which terminals"),
    "terminal_ids": N_("Terminals"),
    "title": N_("Title"),
    "due_on": N_("To be done by"),
    "owner": N_("Sees to it"),
    "owner_id": N_("Sees to it"),
    "instructions": N_("What to do"),
    "target": N_("New firmware"),
    "parent": N_("Belongs to"),
    "incident_ids": N_("Incidents"),
    "campaign": N_("Campaign"),
    "older_than": N_("Firmware older than"),
    "warning": N_("What is warned of"),
    "made_at": N_("Made at"),
    "made_by": N_("Made by"),
    "opened_at": N_("Begun"),
    "ended_at": N_("Ended at"),
}

WORDS: dict[str, dict[str, str]] = {
    "campaign_kind": {
        "firmware": N_("Firmware update"),
        "recall": N_("Recall"),
        "training": N_("Training"),
        "sim_swap": N_("Change of SIM cards"),
        "inspection": N_("Special inspection"),
    },
    "campaign_state": {
        "open": N_("Under way"),
        "finished": N_("Finished"),
        "cancelled": N_("Called off"),
    },
    "campaign_task_state": {
        "open": N_("To do"),
        "done": N_("Completed"),
        "excused": N_("Excused"),
    },
    "campaign_action": {
        "edit": N_("Edit"),
        "do": N_("Tick as done"),
        "excuse": N_("Excuse"),
        "take_up": N_("Take up again"),
        "cancel": N_("Call off"),
        "plan_visits": N_("Plan visits"),
    },
    "warning_rule": {
        "substituted": N_("Suspected substitution"),
        "check_failed": N_("A security check failed"),
        "outbreak": N_("Many terminals at the same time"),
        "overdue": N_("Incidents past their deadline"),
        "group_rate": N_("Worse than the other terminals"),
        "rising": N_("Rising"),
        "merchant": N_("One merchant again and again"),
        "terminal": N_("A terminal worse than its peers"),
        "remedy": N_("A remedy that does not hold"),
        "part": N_("A part that fails again"),
        "reopened": N_("Reopened again and again"),
        "technician": N_("Results out of line"),
        "supplier": N_("Repairs of a supplier that do not hold"),
        "maintenance_late": N_("Maintenance overdue"),
        "inspection_missed": N_("Inspections missed"),
        "expires": N_("Ends soon"),
    },
    "warning_about": {
        "terminal": N_("Terminal"),
        "merchant": N_("Merchant"),
        "firmware": N_("Firmware"),
        "model": N_("Model"),
        "area": N_("Area"),
        "acquirer": N_("Acquirer"),
        "technician": N_("Technician"),
        "supplier": N_("Supplier"),
        "part": N_("Part"),
        "remedy": N_("Remedy"),
        "estate": N_("All terminals"),
    },
    "warning_state": {
        "new": N_("Unseen"),
        "acknowledged": N_("Seen to"),
        "acting": N_("Acting"),
        "proven_right": N_("Proven right"),
        "proven_wrong": N_("Proven wrong"),
        "dismissed": N_("Dismissed"),
    },
    "warning_action": {
        "acknowledge": N_("See to it"),
        "act": N_("Act on it"),
        "plan": N_("Who and until when"),
        "note": N_("Remark"),
        "make": N_("Work made of it"),
        "close": N_("Ended"),
        "reopen": N_("Taken up again"),
    },
}
KINDS: dict[str, str] = {"campaign": N_("Campaign"), "warning": N_("Warning")}


def progress_text(t: Translator, campaign: Campaign) -> str:
    """How far a campaign is."""
    return t(
        "{settled} of {total} ({percent} %)",
        settled=campaign.done + campaign.excused,
        total=campaign.total,
        percent=int(100 * campaign.share),
    )


def scope_text(t: Translator, scope: CampaignScope) -> str:
    """Which terminals a campaign is about."""
    parts = [
        scope.model,
        scope.firmware and t("firmware {version}", version=scope.firmware),
        scope.app_version and t("application {version}", version=scope.app_version),
        scope.older_than and t("firmware older than {version}", version=scope.older_than),
        scope.area,
        scope.acquirer,
        scope.merchant and t("merchant {mid}", mid=scope.merchant),
        scope.plan and t("plan {key}", key=scope.plan),
    ]
    said = " · ".join(filter(None, parts))
    return said or t("Terminals chosen one by one")


def ride_text(t: Translator, task: CampaignTask) -> str:
    """The visit on which the work of a terminal can be done along the way."""
    if task.visit_on is None:
        return ""
    return " · ".join(
        filter(None, (task.visit_number, t.day(task.visit_on), task.visit_technician))
    )
