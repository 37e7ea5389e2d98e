"""Work is handed out, answered and shown by ``poscare dispatch``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def number(run: Run, tmp_path: Path) -> str:
    """The number of an incident in an area that T02 serves and T03 does not."""
    path = tmp_path / "estate.csv"
    path.write_text(
        "SN,厂商,型号,终端号,商户号,商户名称,区域\n"
        "SN000001,M,N,50000001,848290058000001,测试店,浦东新区\n",
        encoding="utf-8",
    )
    assert run("import", "terminals", str(path)).code == 0
    for code, name, area in (("T02", "王师傅", "浦东新区"), ("T03", "刘师傅", "徐汇区")):
        made = run("people", "add", code, name, "--areas", area)
        assert made.code == 0, made.err
    opened = run("incident", "open", "SN000001", "--code", "A0", "--json")
    assert opened.code == 0, opened.err
    return str(opened.json["number"])


def test_work_goes_from_the_pool_to_a_technician_who_answers(run: Run, number: str) -> None:
    board = run("dispatch", "board", "--json").json
    assert [item["number"] for item in board["pool"]] == [number]
    found = run("dispatch", "suggest", number, "--json").json
    assert (found[0]["code"], found[-1]["doubts"]) == ("T02", ["dispatch.area"])

    refused = run("dispatch", "assign", number, "T03")
    assert refused.code == 2
    assert "徐汇区" in refused.err
    given = run("dispatch", "assign", number, "T03", "--reason", "只有他有空", "--json")
    assert given.code == 0, given.err
    assert (given.json["technician"], given.json["answer"]) == ("刘师傅", "assigned")

    assert [item["number"] for item in run("dispatch", "new", "--json").json] == [number]
    for answer in (("accept", number), ("refuse", number, "--reason", "太远")):
        not_theirs = run("dispatch", *answer, "--as", "T02", "--lang", "zh")
        assert not_theirs.code == 2
        assert "派给刘师傅，不是您" in not_theirs.err
    theirs = ("--reason", "太远", "--as", "T03")
    assert run("dispatch", "refuse", number, *theirs).code == 0
    pool = run("dispatch", "board", "--json").json["pool"]
    assert [(item["answer"], item["refusal"]) for item in pool] == [("refused", "太远")]
    assert "太远" in run("dispatch", "board").out

    assert run("dispatch", "assign", number, "T02").code == 0
    assert run("dispatch", "accept", number, "--as", "T02").code == 0
    assert run("dispatch", "new", "--json").json == []
    assert run("dispatch", "take-back", number).code == 0
    assert run("dispatch", "accept", number, "--as", "T02").code != 0


def test_suggestions_for_a_day_nobody_works_say_so_and_name_the_next(run: Run, number: str) -> None:
    on_sunday = run("dispatch", "suggest", number, "--on", "2030-12-01", "--lang", "zh").out
    assert "2030-12-01 周日 没有人上班，下一个工作日是 2030-12-02 周一。" in on_sunday
    assert "0/0" not in on_sunday
    assert "休息" in on_sunday
    on_monday = run("dispatch", "suggest", number, "--on", "2030-12-02", "--lang", "zh").out
    assert on_monday.startswith("2030-12-02 周一")
    assert "没有人上班" not in on_monday
