"""Who a command works for: ``--as`` or POSCARE_PERSON, and the password when one is needed."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

from app.domain.errors import InvalidInput

if TYPE_CHECKING:
    from app.i18n import Translator
    from app.services import Services

PERSON = "POSCARE_PERSON"
PASSWORD = "POSCARE_PASSWORD"
NEW_PASSWORD = "POSCARE_NEW_PASSWORD"
PIN = "POSCARE_PIN"


def sign_in(services: Services, t: Translator, code: str) -> None:
    """Work as the person with this code; proved by the password once anybody has one.

    Raises `InvalidInput`, `NotFound`.
    """
    if services.people.sign_in_needed():
        if not code:
            raise InvalidInput.of("", "sign_in.who")
        services.people.sign_in(code, secret(PASSWORD, t("Password of {code}: ", code=code)))
    elif code:
        services.context.actor = services.directory.technician(code).code


def secret(variable: str, prompt: str) -> str:
    """A secret from the environment, where no other user sees it, or typed unseen.

    Raises `InvalidInput` when there is neither.
    """
    if variable in os.environ:
        return os.environ[variable]
    if not sys.stdin.isatty():
        raise InvalidInput.of("", "sign_in.no_screen", variable=variable)
    return getpass.getpass(prompt, sys.stderr)


def new_secret(variable: str, prompt: str, again: str) -> str:
    """A new secret; typed twice where somebody types it.  Raises `InvalidInput`."""
    first = secret(variable, prompt)
    if variable not in os.environ and getpass.getpass(again, sys.stderr) != first:
        raise InvalidInput.of("password", "password.differs")
    return first
