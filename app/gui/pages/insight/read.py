"""What the tabs of warnings, campaigns and firmware read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.incidents.incidents import IncidentSummary
from app.domain.insight.warning_cases import WarningCase
from app.gui.toolkit.forms import Choices
from app.gui.toolkit.language import _
from app.services.core.one_moment import one_moment

if TYPE_CHECKING:
    from app.services import Services


@dataclass(frozen=True, slots=True)
class ListedWarnings:
    """The warnings to look at, or those that were ended."""

    cases: tuple[WarningCase, ...]
    ended: bool


@dataclass(frozen=True, slots=True)
class OneWarning:
    """A warning with its log and the incidents behind it."""

    case: WarningCase
    incidents: tuple[IncidentSummary, ...]


@one_moment
def read_warnings(services: Services, area: str, *, ended: bool) -> ListedWarnings:
    """The list at the left."""
    work = services.warning_work
    return ListedWarnings(work.ended() if ended else work.cases(area), ended)


@one_moment
def read_warning(services: Services, case: WarningCase) -> OneWarning:
    """What stands at the right."""
    work = services.warning_work
    return OneWarning(work.with_log(case), work.evidence(case.warning))


def read_people(services: Services) -> tuple[Choices, str]:
    """Whom work can be given to, nobody first; and the key of who works here."""
    actor, people = services.context.actor, services.directory.technicians()
    own = next((one.id for one in people if one.code == actor), "")
    return [("", _("no owner yet")), *((one.id, one.name) for one in people)], own
