"""What a refused command says: a sentence for people, and with ``--json`` an object as well."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from app.cli.printing import print_json
from app.domain.cardguard import mask_cards

JSON_OPTION = "--json"


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether arguments nobody parsed yet ask for JSON; argparse takes an option cut short, too."""
    return any(len(one) > 2 and JSON_OPTION.startswith(one) for one in arguments)


def refuse(
    text: str,
    *,
    json: bool,
    exit_code: int,
    code: str,
    problems: Sequence[Mapping[str, str]] = (),
    besides: Mapping[str, Any] | None = None,
) -> int:
    """Say why a command did nothing: `text` on standard error, and with `json` on standard output
    ``{"error": {"exit", "code", "text", "problems": [{"field", "code", "text"}]}}``, on one line,
    so that it may follow other lines of JSON.  `besides` are keys the answer has anyway.  Returns
    `exit_code`.

    What is said of an argument may repeat it, and ends in files and mails, like a log."""
    said = mask_cards(text)
    print(said, file=sys.stderr)
    if json:
        told = [{name: mask_cards(value) for name, value in one.items()} for one in problems]
        error = {"exit": exit_code, "code": code, "text": said, "problems": told}
        print_json({**(besides or {}), "error": error})
    return exit_code
