"""Whatever text an operation is given, no card number reaches the database, and nothing is a bug:
every operation there is, with each of its texts in turn, on a real database.

The operations and their texts are found, not listed: a new one is covered as soon as it exists.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.errors import AppError, InvalidInput
from app.domain.people.rights import RIGHTS
from app.domain.register.people import ContactDraft
from app.services import Services
from app.services.replay import holders
from tests.services.core.operation_arguments import (
    Estate,
    arguments,
    kinds,
    make_estate,
    names_of,
    opened,
    performed,
    stored,
    texts,
    with_text,
)

CARDS = ("6212345678900000003", "4111 1111 1111 1111")
DIGITS = ("6212345678900000003", "4111111111111111", "4111 1111 1111 1111")


@pytest.fixture(scope="module")
def estate(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Estate:
    """A database of this module's own."""
    return make_estate(template, tmp_path_factory.mktemp("estate"))


def secrets(path: Path) -> list[str]:
    """What of a database holds one of the cards."""
    return [text[:200] for text in stored(path) if any(one in text for one in DIGITS)]


PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
def test_case_39_no_text_of_any_operation_brings_a_card_into_a_table(
    part: int, estate: Estate, tmp_path: Path
) -> None:
    tried = [kind for kind in kinds()[part::PARTS] if kind.name in RIGHTS]
    reached = set()
    for kind in tried:
        path = tmp_path / f"{kind.name}.db"
        shutil.copyfile(estate.path, path)
        services = opened(path)
        perform = performed(kind, holders(services)[kind.owner])
        for incident in estate.incidents if "incident_id" in names_of(kind) else ("",):
            known = estate.known | ({"incident_id": incident} if incident else {})
            if _perform_with_cards(perform, arguments(kind, known)):
                reached.add(kind.name)
        services.close()
        assert secrets(path) == [], kind.name
        path.unlink()
    # Others find no record they are about, which says nothing of the guard.
    assert len(reached) * 3 >= len(tried), reached


def _perform_with_cards(perform: Callable[..., Any], given: dict[str, Any]) -> bool:
    """Perform an operation with a card in each of its texts; whether one was written, or refused
    for its card."""
    reached = False
    for place, card in itertools.product(tuple(texts(given)), CARDS):
        try:
            perform(**with_text(given, place, card))
            reached = True
        except InvalidInput as refused:
            reached |= any(one.code == "text.card_number" for one in refused.problems)
        except (AppError, sa.exc.SQLAlchemyError, KeyError, ValueError):
            # Made by machine, many arguments are none a program would give.
            continue
    return reached


HOSTILE = (
    "\ud800",
    "a\0b\x1b[31m\u202egnp.exe <b>&lt;<img src=/etc/passwd> '; DROP TABLE x; -- {0} {n} %s %(x)s",
    "x" * 32_768,
)


@pytest.mark.parametrize("part", range(PARTS))
def test_case_36_case_37_case_38_no_text_of_any_operation_is_a_bug(
    part: int, estate: Estate, tmp_path: Path
) -> None:
    bugs = []
    for kind in kinds()[part::PARTS]:
        if kind.name not in RIGHTS:
            continue
        path = tmp_path / f"{kind.name}.db"
        shutil.copyfile(estate.path, path)
        services = opened(path)
        perform = performed(kind, holders(services)[kind.owner])
        given = arguments(kind, estate.known | {"incident_id": estate.incidents[1]})
        usual = _failure(perform, given)
        for place, text in itertools.product(tuple(texts(given)), HOSTILE):
            failure = _failure(perform, with_text(given, place, text))
            if failure not in {None, usual}:
                bugs.append((kind.name, place, text[:20], failure))
        services.close()
        path.unlink()
    assert bugs == []


def _failure(perform: Callable[..., Any], given: dict[str, Any]) -> str | None:
    """What went wrong that the program does not foresee.  Keys and codes that only the program
    itself fills in may break a rule of the tables."""
    try:
        perform(**given)
    except (AppError, sa.exc.IntegrityError):
        return None
    except Exception as bug:  # noqa: BLE001 - whatever it is, it is told
        return f"{type(bug).__name__}: {bug}"[:200]
    return None


def test_case_39_no_operation_takes_a_card_in_two_of_its_fields(services: Services) -> None:
    draft = ContactDraft(
        organisation="张三 6212 3456", prepare="7890 0000 003 读不出", email="a@b.cn"
    )
    with pytest.raises(InvalidInput) as refused:
        services.directory.save_contact(draft)
    assert [one.field for one in refused.value.problems] == ["organisation", "prepare"]
    assert {one.code for one in refused.value.problems} == {"text.card_split"}


def test_a_half_filled_form_keeps_no_card_over_two_fields(services: Services) -> None:
    services.saved_forms.keep("form", {"name": "6212 3456", "note": "7890 0000 003", "unit": "台"})
    kept = services.saved_forms.kept("form")
    assert kept is not None
    assert kept.content == {"name": "**** ****", "note": "**** **** ***", "unit": "台"}
