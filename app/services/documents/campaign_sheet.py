"""Fills the list of a campaign: its terminals, how each stands, the visit it can be done on."""

from __future__ import annotations

from sqlmodel import Session, col

from app.domain import text
from app.domain.campaigns.campaigns import Campaign, CampaignState, CampaignTask
from app.domain.errors import InvalidInput, NotFound
from app.i18n import translator
from app.languages import LocalizedText
from app.reports.documents.campaign_list import CampaignLine, CampaignListSheet
from app.services.campaigns.campaign_queries import read_campaigns, read_tasks
from app.services.documents.requests import Request, RequestedSheets, SheetSources
from app.services.documents.sheet_sources import SheetContext
from app.texts.campaigns import scope_text
from db.models.campaigns import CampaignRow, CampaignTaskRow


def campaign_sheets(request: Request, given: SheetSources) -> RequestedSheets:
    """The campaign with a number, or every one under way.  Raises `NotFound`, `InvalidInput`."""
    session = given.session
    if request.subject:
        wanted = text.compact(request.subject).upper()
        found = read_campaigns(session, col(CampaignRow.number) == wanted)
        if not found:
            raise NotFound("campaign", request.subject)
    else:
        found = read_campaigns(session, col(CampaignRow.state) == CampaignState.OPEN)
        if not found:
            raise InvalidInput.of("subject", "document.nothing_selected")
    return RequestedSheets([_sheet(session, one, given) for one in found])


def _sheet(session: Session, campaign: Campaign, given: SheetSources) -> CampaignListSheet:
    tasks = read_tasks(session, col(CampaignTaskRow.campaign_id) == campaign.id)
    return CampaignListSheet(
        number=campaign.number,
        made_at=given.around.local(given.now),
        title=campaign.title,
        kind=campaign.kind.value,
        state=campaign.state.value,
        due_on=campaign.due_on,
        owner=campaign.owner,
        target=campaign.target,
        instructions=campaign.instructions,
        scope=LocalizedText.made(lambda one: scope_text(translator(one), campaign.scope)),
        total=campaign.total,
        done=campaign.done,
        excused=campaign.excused,
        lines=tuple(_line(task, given.around) for task in tasks),
    )


def _line(task: CampaignTask, around: SheetContext) -> CampaignLine:
    done = around.perhaps(task.done_at)
    return CampaignLine(
        serial=task.serial,
        tid=task.tid,
        model=task.model,
        firmware=task.firmware,
        merchant=task.merchant_name,
        address=task.address,
        area=task.area,
        state=task.state.value,
        reason=task.reason,
        done_on=done.date() if done else None,
        done_by=task.done_by,
        visit=task.visit_number,
        visit_on=task.visit_on,
        technician=task.visit_technician,
    )
