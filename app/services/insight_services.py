"""The services of insight, of warnings and of the campaigns made of them, each imported when first
used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.core.lazy import Lazy
from app.services.maintenance.planning_services import PlanningServices

if TYPE_CHECKING:
    from app.services.campaigns.campaign_visits import CampaignVisits
    from app.services.campaigns.campaigns import Campaigns
    from app.services.incidents.incidents import Incidents
    from app.services.incidents.parents import IncidentParents
    from app.services.insight.figures import Figures
    from app.services.insight.insight import Insight
    from app.services.insight.warning_making import WarningMaking
    from app.services.insight.warning_settings import WarningSettings
    from app.services.insight.warning_work import WarningWork


class InsightServices(PlanningServices):
    """A part of `app.services.Services`, which has the rest."""

    incidents: Incidents

    @Lazy
    def insight(self) -> Insight:
        """What the incidents of a period say together."""
        from app.services.insight.insight import Insight

        return Insight(self.context)

    @Lazy
    def figures(self) -> Figures:
        """The figures of a period, each with its cases."""
        from app.services.insight.figures import Figures

        return Figures(self.context, self.work_days.capacities)

    @Lazy
    def warning_work(self) -> WarningWork:
        """Warnings somebody works on."""
        from app.services.insight.warning_work import WarningWork

        return WarningWork(self.context, self.insight)

    @Lazy
    def warning_settings(self) -> WarningSettings:
        """How sure warnings must be."""
        from app.services.insight.warning_settings import WarningSettings

        return WarningSettings(self.context)

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
