"""A terminal of a campaign is ticked where the technician is: at a shop, on a visit."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.campaigns.campaigns import CampaignTask
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import label
from app.texts import word


def ask_done(page: Page, task: CampaignTask, done: Callable[[], object]) -> DraftDialog:
    """Ask whether the work of a campaign is done at a terminal, and note it; `done` is called
    once it is."""
    kind = word(words(), "campaign_kind", task.kind)
    dialog = DraftDialog(
        _("Campaign work done"),
        [Field(name="remark", label=_("Remark"), help=_("What the office should know, if any."))],
        lambda v: v["remark"],
        action=_("Completed"),
        parent=page,
    )
    said = " · ".join((task.campaign_title, task.serial))
    target = f"{kind} {task.target}".strip()
    dialog.insert(label("\n".join(filter(None, (said, target, task.instructions))), wrap=True))
    campaigns = page.context.services.campaigns

    def saved(_result: object) -> None:
        page.context.note(_("Done: {name}", name=said))
        done()

    page.submit(
        dialog,
        lambda remark: campaigns.do(task.campaign_id, (task.terminal_id,), remark),
        saved,
    )
    return dialog
