"""What a page shows is gathered from several services in one transaction: numbers that stand side
by side fit together, and a distant server is asked less often."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from app.services.core.context import ServiceContext


class HasContext(Protocol):
    """The services together."""

    context: ServiceContext


S = TypeVar("S", bound=HasContext)
P = ParamSpec("P")
T = TypeVar("T")


def one_moment(gather: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Let everything a function of the services reads be of one moment.  It must write nothing."""

    @functools.wraps(gather)
    def gathered(services: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with services.context.snapshot():
            return gather(services, *args, **kwargs)

    return gathered
