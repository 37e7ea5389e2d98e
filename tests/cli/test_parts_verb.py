"""Parts on the command line: catalogue, price list, stock, and a part used on an incident."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("ready")


def test_from_the_price_list_to_the_incident(run: Run, tmp_path: Path) -> None:
    assert run("people", "add", "T01", "张工").code == 0
    prices = tmp_path / "prices.csv"
    prices.write_text("编号,名称,单价,保修月数\nBAT-1,电池,120,6\nPH-1,,90,\n", encoding="utf-8")
    assert run("parts", "import", str(prices)).code == 2
    assert run("parts", "list", "--json").json == []
    assert run("parts", "import", str(prices), "--skip-bad").code == 0
    saved = run("parts", "save", "ph-1", "--name", "打印头", "--price", "90.5", "--json")
    assert [(p["number"], p["list_price_cents"]) for p in saved.json] == [
        ("BAT-1", 12_000),
        ("PH-1", 9_050),
    ]
    own = ("--as", "T01")
    assert run("parts", "receive", "BAT-1", "3", "--place", "office").code == 0
    assert run("parts", "load", "BAT-1", "2", *own).code == 0
    opened = run("incident", "open", "NEW00001", "--unknown", "--symptom", "不开机", "--json")
    number = opened.json["number"]
    short = run("parts", "use", number, "BAT-1", "--quantity", "5", *own)
    assert short.code == 2
    assert "2" in short.err
    used = run("parts", "use", number, "BAT-1", "--new-serial", "B2", "--json", *own)
    assert [level["quantity"] for level in used.json] == [1]
    shown = run("incident", "show", number, "--json").json
    assert [(p["name"], p["unit_price_cents"], p["in_warranty"]) for p in shown["parts"]] == [
        ("电池", 12_000, False)
    ]
    counted = run("parts", "count", "BAT-1", "4", "--place", "office", "--reason", "盘点")
    assert counted.code == 0
    stock = run("parts", "stock", "--json").json
    assert sorted((level["place"] == "office", level["quantity"]) for level in stock) == [
        (False, 1),
        (True, 4),
    ]
    assert "盘点" in run("parts", "moves").out


def test_without_a_van_of_ones_own_it_says_whose_is_missing_and_judges_the_quantity(
    run: Run,
) -> None:
    assert run("parts", "save", "BAT-1", "--name", "电池").code == 0
    for verb in ("load", "unload"):
        refused = run("parts", verb, "BAT-1", "0", "--lang", "en")
        assert refused.code == 2
        assert "who works here, is not among the technicians" in refused.err
        assert "--place CODE" in refused.err
        assert "Quantity" in refused.err


def test_a_formula_in_a_price_list_is_one_problem_with_what_to_do(run: Run, tmp_path: Path) -> None:
    prices = tmp_path / "prices.csv"
    prices.write_text("编号,名称,单价\nBAT-1,=cmd|' /C calc'!A0,120\n", encoding="utf-8")
    told = run("parts", "import", str(prices), "--json", "--lang", "en").json["problems"]
    assert [(one["row"], one["field"], one["code"]) for one in told] == [
        (2, "name", "cell.formula_text")
    ]
    assert "Replace it by the text" in told[0]["reason"]
    assert "Excel" not in told[0]["reason"]


def test_a_price_list_with_other_headers_is_mapped_by_hand(run: Run, tmp_path: Path) -> None:
    prices = tmp_path / "prices.csv"
    prices.write_text("号头,物件,零售\nBAT-1,电池,120\n", encoding="utf-8")
    assert run("parts", "import", str(prices)).code == 2
    chosen = (
        "--column",
        "number=号头",
        "--column",
        "name=物件",
        "--column",
        "list_price_cents=零售",
    )
    assert run("parts", "import", str(prices), *chosen).code == 0
    (part,) = run("parts", "list", "--json").json
    assert (part["number"], part["list_price_cents"]) == ("BAT-1", 12_000)
    assert run("parts", "import", str(prices), "--column", "price=零售").code == 2
