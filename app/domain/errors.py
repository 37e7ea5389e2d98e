"""The errors of the program: what a service or rule raises, each with a code and parameters.

An error carries a code and parameters, never a sentence: `app.texts` turns the code into words in
the reader's language, at the edge.  Anything that is not an `AppError` is a bug.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class AppError(Exception):
    """An outcome the program foresees.  `code` is a dotted id, `params` fill its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({details})" if details else self.code


class Rejected(AppError):
    """The person can put it right."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field of a draft."""

    field: str
    code: str
    params: dict[str, object] = dataclasses.field(default_factory=dict)


class InvalidInput(Rejected):
    """A draft was refused; every problem names its field, so all of them can be shown at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.code, **first.params)
        self.problems = tuple(problems)

    @classmethod
    def of(cls, field_name: str, code: str, **params: object) -> InvalidInput:
        """The common case of a single problem."""
        return cls([Problem(field_name, code, params)])


class NotFound(Rejected):
    """No such thing (`kind` is a domain word, `key` what was looked for)."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__("not_found", kind=kind, key=key)


class Overtaken(Rejected):
    """Somebody else may have come first.  `meanwhile` are their operations on the record since the
    person's own last one, oldest first (`app.services.core.trail_entries.TrailEntry`); empty when
    nobody did anything."""

    meanwhile: tuple[Any, ...] = ()


class NotAllowed(Overtaken):
    """The lifecycle forbids this action in this state."""

    def __init__(self, action: str, state: str) -> None:
        super().__init__("not_allowed", action=action, state=state)


class NotPermitted(Rejected):
    """The person's role does not allow it.  `who` are the roles that may; none when somebody has to
    sign in first, or when each may do it for themselves only."""

    def __init__(self, code: str, operation: str, who: Sequence[str] = ()) -> None:
        super().__init__(code, operation=operation, who=tuple(who))


class Conflict(Overtaken):
    """Somebody else changed the same record first; the caller should offer to reload."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__("conflict", kind=kind, key=key)


class Cancelled(Rejected):
    """The person stopped a long piece of work; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("cancelled")


class Unavailable(AppError):
    """The machine or the server is at fault: locked, full disk, no connection, newer schema."""


class DamagedValue(Unavailable, ValueError):
    """A value that no program of ours would have stored: a bit of the file is wrong, or another
    tool wrote it."""

    def __init__(self) -> None:
        super().__init__("db.damaged")


class BadKnowledge(AppError):
    """The fault catalogue is wrong: refuse to start and say where."""

    def __init__(self, file: str, entry: str, problem: str) -> None:
        super().__init__("bad_knowledge", file=file, entry=entry, problem=problem)


class BadValue(ValueError):
    """A parser's refusal, before it is known which field the value came from."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Problems:
    """Collects the problems of a draft so that all of them are shown at once.

    >>> problems = Problems()
    >>> with problems.field("tid"):
    ...     raise BadValue("tid.malformed")
    >>> [problem.field for problem in problems]
    ['tid']
    """

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, field_name: str, code: str, **params: object) -> None:
        """Record one problem."""
        self._found.append(Problem(field_name, code, params))

    def refuse(self, field_name: str, refusal: BadValue) -> None:
        """Record a `BadValue` as a problem of a field."""
        self._found.append(Problem(field_name, refusal.code, refusal.params))

    @contextmanager
    def field(self, name: str) -> Iterator[None]:
        """Record a `BadValue` raised inside as a problem of field `name`."""
        try:
            yield
        except BadValue as refusal:
            self.refuse(name, refusal)

    def raise_if_any(self) -> None:
        """Raise `InvalidInput` when something was recorded."""
        if self._found:
            raise InvalidInput(self._found)


@contextmanager
def as_problem(name: str) -> Iterator[None]:
    """Turn a `BadValue` raised inside into `InvalidInput` about field `name`."""
    try:
        yield
    except BadValue as refusal:
        raise InvalidInput.of(name, refusal.code, **refusal.params) from None
