"""The services of maintenance, loaded together when first asked for."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.checklists import Checklists
from app.services.compliance import ComplianceBook
from app.services.extra_visits import ExtraVisits
from app.services.generation import Generation
from app.services.leave import Leave
from app.services.levelling import Levelling
from app.services.meters import Meters
from app.services.plans import Plans
from app.services.schedule_export import ScheduleExport
from app.services.visits import Visits
from app.services.work_days import WorkDays


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Everything about plans, visits and checklists."""

    plans: Plans
    generation: Generation
    visits: Visits
    extras: ExtraVisits
    checklists: Checklists
    levelling: Levelling
    work_days: WorkDays
    leave: Leave
    meters: Meters
    compliance: ComplianceBook
    schedules: ScheduleExport
