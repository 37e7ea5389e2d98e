"""Services made when first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, overload

T = TypeVar("T")


class LazyHolder(Protocol):
    """Whoever has such services: what was made already, and what threads wait for."""

    lock: threading.RLock
    made: dict[str, Any]


class Lazy(Generic[T]):
    """A service made when first asked for, because the program starts faster without it; made
    once, whatever thread asks.  Raises what making it raises, and tries again the next time."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, services: None, owner: type) -> Lazy[T]: ...

    @overload
    def __get__(self, services: LazyHolder, owner: type) -> T: ...

    def __get__(self, services: LazyHolder | None, owner: type) -> Lazy[T] | T:
        if services is None:
            return self
        with services.lock:
            if self._name not in services.made:
                services.made[self._name] = self._make(services)
            made: T = services.made[self._name]
            return made
