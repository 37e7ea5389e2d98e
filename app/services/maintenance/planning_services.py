"""Services of planning ahead, which `app.services.Services` hands out with all others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from app.services.core.lazy import Lazy

if TYPE_CHECKING:
    from app.services.core.context import ServiceContext
    from app.services.maintenance.territories import Territories
    from app.services.maintenance.work_days import WorkDays
    from app.services.register.areas import Areas
    from app.services.register.vehicles import Vehicles


class PlanningServices:
    """Those who plan the work of months ask these."""

    lock: threading.RLock
    made: dict[str, Any]
    context: ServiceContext

    @Lazy
    def work_days(self) -> WorkDays:
        """The working calendar, technicians' weeks and leave."""
        from app.services.maintenance.work_days import WorkDays

        return WorkDays(self.context)

    @Lazy
    def areas(self) -> Areas:
        """The areas and what lies in them."""
        from app.services.register.areas import Areas

        return Areas(self.context)

    @Lazy
    def vehicles(self) -> Vehicles:
        """The vehicles of the company."""
        from app.services.register.vehicles import Vehicles

        return Vehicles(self.context)

    @Lazy
    def territories(self) -> Territories:
        """Who looks after which site."""
        from app.services.maintenance.territories import Territories

        return Territories(self.context)
