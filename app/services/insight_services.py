"""The services of insight, of warnings and of the campaigns made of them, each imported when first
used."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from app.services.core.lazy import Lazy

if TYPE_CHECKING:
    from app.services.campaigns.campaign_visits import CampaignVisits
    from app.services.campaigns.campaigns import Campaigns
    from app.services.core.context import ServiceContext
    from app.services.incidents.incidents import Incidents
    from app.services.incidents.parents import IncidentParents
    from app.services.insight.insight import Insight
    from app.services.insight.warning_making import WarningMaking
    from app.services.insight.warning_work import WarningWork


class InsightServices:
    """A part of `app.services.Services`, which has the rest."""

    lock: threading.RLock
    made: dict[str, Any]
    context: ServiceContext
    incidents: Incidents

    @Lazy
    def insight(self) -> Insight:
        """What the incidents of a period say together."""
        from app.services.insight.insight import Insight

        return Insight(self.context)

    @Lazy
    def warning_work(self) -> WarningWork:
        """Warnings somebody works on."""
        from app.services.insight.warning_work import WarningWork

        return WarningWork(self.context, self.insight)

    @Lazy
    def warning_making(self) -> WarningMaking:
        """Work made of warnings."""
        from app.services.insight.warning_making import WarningMaking

        return WarningMaking(
            self.context, self.warning_work, self.incidents, self.campaigns, self.campaign_visits
        )

    @Lazy
    def parents(self) -> IncidentParents:
        """Incidents that belong to one cause."""
        from app.services.incidents.parents import IncidentParents

        return IncidentParents(self.context)

    @Lazy
    def campaigns(self) -> Campaigns:
        """The same work at many terminals."""
        from app.services.campaigns.campaigns import Campaigns

        return Campaigns(self.context)

    @Lazy
    def campaign_visits(self) -> CampaignVisits:
        """Visits for campaigns."""
        from app.services.campaigns.campaign_visits import CampaignVisits

        return CampaignVisits(self.context, self.campaigns)
