"""What the use cases of incidents need of the fault catalogue, said so that they know no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ResolutionDraft
from app.languages import LocalizedText

Hazards = Callable[[str, str], tuple[LocalizedText, ...]]
"""From a displayed code or message and a description to why a hard stop makes it urgent."""


def no_hazards(_code: str, _text: str) -> tuple[LocalizedText, ...]:
    """Nothing is known to be dangerous where nobody reads the catalogue."""
    return ()


class FaultTree(Protocol):
    """What this service needs of the fault catalogue."""

    def chain_problem(
        self, fault_class: FaultClass, mode: str, cause: str, remedy: str
    ) -> tuple[str, str] | None:
        """The first of mode, cause, remedy that does not belong to the one above it, as (field,
        code); None when the chain is sound."""

    def cause_is_item(self, cause: str) -> bool:
        """Whether the cause lies in the terminal itself."""


def check_chain(tree: FaultTree, draft: ResolutionDraft) -> None:
    """Raises `InvalidInput` where mode, cause and remedy do not belong together."""
    problem = tree.chain_problem(draft.fault_class, draft.mode, draft.cause, draft.remedy)
    if problem is not None:
        raise InvalidInput.of(*problem)
