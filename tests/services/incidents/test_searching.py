"""What is found by words: the same in a file and on a server."""

from __future__ import annotations

from dataclasses import replace

from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from db import search
from tests.factories import make_incident, make_terminal


def found(services: Services, words: str) -> list[str]:
    rows = services.incidents.first(IncidentFilter(words=words, order="number"), 50)
    return [row.symptom for row in rows]


def test_a_run_of_chinese_stands_together(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    said = ("打印不出票", "不出票，打印印不正常", "打印不出，出票口坏", "重打印重打印不出票")
    for symptom in said:
        make_incident(any_services, terminal, symptom=symptom)
    assert found(any_services, "打印不出票") == [said[0], said[3]]
    assert found(any_services, "打印 出票") == list(said)


def test_one_character_and_short_words(any_services: Services) -> None:
    """Telephone numbers and TIDs begin with the same digits; a code of two is meant whole."""
    terminal = make_terminal(any_services)
    for symptom, code in (("黑屏", "51"), ("4G卡欠费", "511"), ("黑白条纹", "")):
        make_incident(any_services, terminal, symptom=symptom, displayed_code=code)
    assert found(any_services, "51") == ["黑屏"]
    assert found(any_services, "511") == ["4G卡欠费"]
    assert found(any_services, "黑") == ["黑屏", "黑白条纹"]
    assert found(any_services, "4G卡") == ["4G卡欠费"]


def test_of_many_the_newest(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    made = [make_incident(any_services, terminal, symptom="黑屏") for _ in range(4)]
    with any_services.context.read() as session:
        owners = search.matching(session, "incident", "黑屏", most=2)
        assert owners is not None
        assert list(map(str, session.execute(owners).scalars())) == made[:1:-1]


def test_words_among_the_unfinished(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    for symptom in ("黑屏", "提示请签到"):
        make_incident(any_services, terminal, symptom=symptom)
    for states in ("unfinished", "open", "overdue", "on_hold", "resolved", "closed"):
        rows = any_services.incidents.first(IncidentFilter(words="黑屏", states=states), 9)
        expected = ["黑屏"] if states in ("unfinished", "open") else []
        assert [row.symptom for row in rows] == expected, states


def test_a_whole_number_is_found_whatever_the_filters_say(any_services: Services) -> None:
    terminal = make_terminal(any_services)
    wanted, _other = (make_incident(any_services, terminal, symptom=s) for s in ("黑屏", "白屏"))
    any_services.incidents.cancel(wanted, "误报")
    number = any_services.incidents.get(wanted).number
    filters = [
        IncidentFilter(states="unfinished"),
        IncidentFilter(area="别处"),
        IncidentFilter(technician_id=terminal),
    ]
    for narrow in filters:
        rows = any_services.incidents.first(replace(narrow, words=f" {number.lower()}"), 9)
        assert [row.id for row in rows] == [wanted], narrow
        part = any_services.incidents.first(replace(narrow, words=number[:-1]), 9)
        assert wanted not in {row.id for row in part}, narrow
