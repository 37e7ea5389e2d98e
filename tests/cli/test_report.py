"""``poscare report``: documents from a script, read back and proved by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from app import bootstrap, paths
from app.settings import Settings
from tests.cli.conftest import Run
from tests.forgeries import scripted
from tests.reports.reading import all_text
from tests.seals import PASSPHRASE, issue
from tests.services.documents.paper import close, jpeg, number_of, resolved


def a_closed_case(settings: Settings) -> str:
    """A closed incident in the database the verbs use; returns its number."""
    services = bootstrap.build(settings)
    incident = resolved(services, serial="TESTN91000000412", mid="848290058120412")
    close(services, incident)
    number = number_of(services, incident)
    services.close()
    return number


def test_a_report_is_printed_read_and_proved(run: Run, settings: Settings, tmp_path: Path) -> None:
    number = a_closed_case(settings)
    path = tmp_path / "report.pdf"
    answer = run("report", "incident", number, "-o", str(path), "--json")
    assert answer.code == 0, answer.err
    assert answer.json["file"] == str(path)
    assert [d["number"] for d in answer.json["documents"]] == [number]
    assert number in all_text(path.read_bytes())
    content = run("report", "read", str(path))
    assert content.code == 0
    assert json.loads(content.out)["sheet"]["number"] == number
    proof = run("report", "verify", str(path), "--json")
    assert (proof.code, proof.json["verdict"]) == (0, "yes")
    assert "真实" in run("report", "verify", str(path)).out
    both = run("report", "incident", number, "--language", "both", "-o", str(path), "--json")
    assert both.json["documents"][0]["sha256"] == answer.json["documents"][0]["sha256"]


def answers(proof: Any) -> tuple[str, ...]:
    """The verdict and the four answers of what ``verify --json`` printed, which is as published."""
    schema = paths.resources() / "schema" / "poscare-proof-1.json"
    jsonschema.validate(proof, json.loads(schema.read_text(encoding="utf-8")))
    four = (proof[name]["answer"] for name in ("issued", "pages", "signatures", "seal"))
    return (proof["verdict"], *four)


def test_a_forgery_is_refused_by_every_verb(run: Run, settings: Settings, tmp_path: Path) -> None:
    number = a_closed_case(settings)
    path, forged = tmp_path / "report.pdf", tmp_path / "forged.pdf"
    run("report", "incident", number, "-o", str(path))
    proof = run("report", "verify", str(path), "--json").json
    assert answers(proof) == ("yes", "yes", "yes", "none", "none")
    forged.write_bytes(scripted(path.read_bytes()))
    answer = run("report", "verify", str(forged), "--json")
    assert answer.code == 1
    assert answers(answer.json) == ("no", "unproved", "no", "none", "none")
    assert answer.json["pages"]["foreign"] == ["script", "action", "revision"]
    text = run("--lang", "zh", "report", "verify", str(forged))
    assert text.code == 1
    assert "不真实" in text.out
    assert "脚本" in text.out
    assert "service_report" not in text.out
    marks = [line for line in text.out.splitlines() if line.startswith("［")]
    assert [line.split()[1] for line in marks] == ["本单位出具", "页面与数据", "签名", "电子签章"]
    assert run("report", "seal", str(forged)).code in {2, 5}
    assert not forged.with_stem("forged-sealed").exists()
    nowhere = run("--db", str(tmp_path / "none.db"), "report", "verify", str(path), "--json")
    assert nowhere.code == 1
    assert answers(nowhere.json) == ("unproved", "unproved", "yes", "none", "none")
    assert not (tmp_path / "none.db").exists(), "checking a file makes no database"
    wrong = run("report", "verify", str(path), "--number", "L7-000999", "--json")
    assert (wrong.code, answers(wrong.json)[:2]) == (1, ("no", "no"))


def test_a_seal_is_made_once_and_judged_by_the_certificates_given(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyhanko.sign", reason="the extra 'seal' is not installed")
    number = a_closed_case(settings)
    company, other = issue(tmp_path, "company"), issue(tmp_path, "other")
    monkeypatch.setenv("POSCARE_SEAL_SECRET", PASSPHRASE)
    (tmp_path / "company.pem").write_bytes(company.pem)
    (tmp_path / "other.pem").write_bytes(other.pem)
    path, sealed = tmp_path / "report.pdf", tmp_path / "report-sealed.pdf"
    run("report", "incident", number, "-o", str(path))
    seal = ("report", "seal", str(path), "--certificate", str(company.path))
    nothing_given = run(*seal, "--secret", "NOT_SET")
    assert nothing_given.code == 2
    assert "--secret" in nothing_given.err
    assert "NOT_SET" in nothing_given.err
    assert "口令错误" not in nothing_given.err
    assert run(*seal, "--timestamp", "ftp://stamps").code == 2
    assert run(*seal).code == 0
    assert run("report", "seal", str(sealed), "--certificate", str(company.path)).code == 2
    trust = ("--trust", str(tmp_path / "company.pem"))
    held = run("report", "verify", str(sealed), *trust, "--json")
    assert held.code == 0
    assert answers(held.json) == ("yes", "yes", "yes", "none", "yes")
    assert held.json["seal"]["seals"][0]["trust"] == "trusted"
    elsewhere = ("--db", str(tmp_path / "none.db"), "report", "verify", str(sealed), "--json")
    vouched = run(*elsewhere, *trust)
    assert (vouched.code, answers(vouched.json)[:2]) == (0, ("yes", "unproved"))
    stranger = run(*elsewhere, "--trust", str(tmp_path / "other.pem"))
    assert (stranger.code, stranger.json["verdict"]) == (1, "no")
    assert stranger.json["seal"]["seals"][0]["trust"] == "namesake"
    assert run(*elsewhere, "--trust", str(path)).code == 2


def test_the_code_of_a_paper_is_looked_up(run: Run, settings: Settings, tmp_path: Path) -> None:
    number = a_closed_case(settings)
    answer = run("report", "incident", number, "-o", str(tmp_path / "r.pdf"), "--json")
    sha256 = answer.json["documents"][0]["sha256"]
    found = run("report", "scan", f"POSCARE;{number};SN;TID;2026-11-23;{sha256}", "--json")
    assert (found.code, found.json["signed"]) == (0, "none"), "as papers of earlier versions"
    assert [one["number"] for one in found.json["documents"]] == [number]
    copied = run("report", "scan", f"POSCARE;L7-000999;SN;TID;2026-11-23;{sha256}")
    assert copied.code == 1, "the code of one paper on another"
    unknown = run("report", "scan", f"POSCARE;{number};SN;TID;2026-11-23;{'0' * 64}")
    assert (unknown.code, "登记簿中没有" in unknown.out) == (1, True)
    assert run("report", "scan", f"POSCARE;{number};SN;TID;2026-11-23").code == 2


def test_a_folder_is_verified_and_a_list_written_as_a_table(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    number = a_closed_case(settings)
    folder = tmp_path / "left"
    (folder / "more").mkdir(parents=True)
    run("report", "incident", number, "-o", str(folder / "r.pdf"))
    whole = run("report", "verify", str(folder), "--json")
    assert (whole.code, [one["verdict"] for one in whole.json]) == (0, ["yes"])
    pdf = (folder / "r.pdf").read_bytes()
    (folder / "more" / "forged.pdf").write_bytes(pdf.replace(b"/Title", b"/Titel", 1) + b"%")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    whole = run("report", "verify", str(folder), "--json")
    found = {one["file"]: one["verdict"] for one in whole.json}
    assert whole.code == 1
    assert found["r.pdf"] == "yes"
    assert set(found) == {"r.pdf", "broken.pdf", "more/forged.pdf"}
    assert "yes" not in {found["broken.pdf"], found["more/forged.pdf"]}
    for name in ("list.xlsx", "list.csv"):
        assert run("report", "devices", "-o", str(tmp_path / name)).code == 0
    rows = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    assert rows is not None
    assert rows.max_row == 2
    assert run("report", "incident", number, "-o", str(tmp_path / "r.xlsx")).code == 2


def test_the_figures_of_a_month_are_numbers_in_a_table(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    a_closed_case(settings)
    assert run("report", "month", "-o", str(tmp_path / "month.xlsx")).code == 0
    assert run("report", "month", "-o", str(tmp_path / "month.csv")).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "month.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == len((tmp_path / "month.csv").read_text("utf-8-sig").splitlines()) - 1
    assert rows[0][1] == 1, "one incident was reported"
    assert all(row[5] for row in rows), "each says how it is worked out"


def test_what_left_is_listed_and_written_once_more_as_the_same_file(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    number = a_closed_case(settings)
    first, again = tmp_path / "first.pdf", tmp_path / "again.pdf"
    run("report", "incident", number, "--language", "both", "-o", str(first))
    run("report", "devices", "-o", str(tmp_path / "list.pdf"))
    listed = run("report", "issued", "--json").json
    assert {one["kind"] for one in listed} == {"service_report", "device_list"}
    assert number in run("report", "issued", number).out
    assert run("report", "again", number, "-o", str(again)).code == 0
    assert again.read_bytes() == first.read_bytes()
    (devices,) = (one["id"] for one in listed if one["kind"] == "device_list")
    assert run("report", "again", devices, "-o", str(again)).code == 0
    assert again.read_bytes() == (tmp_path / "list.pdf").read_bytes()
    assert run("report", "again", "L7-999999").code == 3


def test_many_reports_become_one_file_or_one_each(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    numbers = [a_closed_case(settings)]
    run("incident", "open", "TESTN91000000412", "--code", "51")
    numbers.append("L7-000002")
    whole = run("report", "incident", *numbers, "-o", str(tmp_path / "all.pdf"), "--json")
    assert [d["number"] for d in whole.json["documents"]] == numbers
    each = run(
        "report",
        "incident",
        *numbers,
        "--each",
        str(tmp_path / "each"),
        "--names",
        "{number}",
        "--json",
    )
    assert [Path(item["file"]).name for item in each.json] == [f"{n}.pdf" for n in numbers]


def test_every_other_document_is_printed(run: Run, settings: Settings, tmp_path: Path) -> None:
    a_closed_case(settings)
    for arguments in (
        ("terminal", "TESTN91000000412"),
        ("merchant", "848290058120412"),
        ("devices",),
        ("swap", "TESTN91000000412"),
        ("evidence", "--from", "2026-01-01", "--basis", "RA-1"),
        ("labels", "--stickers", "a4-65", "--start", "7", "--field", "serial"),
        ("warnings",),
        ("month", "--month", "2026-02"),
    ):
        path = tmp_path / f"{arguments[0]}.pdf"
        answer = run("report", *arguments, "-o", str(path))
        assert answer.code == 0, (arguments, answer.err)
        assert path.read_bytes().startswith(b"%PDF-1.7")


def test_photos_and_reasons_come_in_from_a_script(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    number = a_closed_case(settings)
    photo = tmp_path / "p.jpg"
    photo.write_bytes(jpeg())
    added = run("report", "attach", number, str(photo), "--stage", "before", "--json")
    assert (added.code, added.json[0]["media_type"]) == (0, "image/jpeg")
    assert run("report", "unsigned", number, "--reason", "店主外出").code == 0


def test_every_failure_has_its_exit_code(run: Run, settings: Settings, tmp_path: Path) -> None:
    number = a_closed_case(settings)
    text = tmp_path / "text.pdf"
    text.write_text("no pdf", encoding="utf-8")
    folder = tmp_path / "folder.pdf"
    folder.mkdir()
    assert run("report", "incident", "L7-999999").code == 3
    assert run("report", "verify", str(text)).code == 2
    assert run("report", "verify", str(tmp_path / "none.pdf")).code == 2
    assert run("report", "incident", number, "-o", str(folder)).code == 5
    assert run("report", "month", "--month", "2026-13").code == 2
    assert run("report", "labels", "--stickers", "a4-24", "--start", "99").code == 2
    assert run("report", "labels", "--stickers", "none").code == 2
    assert run("report", "incident", number, "--each", str(tmp_path), "--names", "x").code == 2
    path = tmp_path / "r.pdf"
    run("report", "incident", number, "-o", str(path))
    assert run("report", "seal", str(path)).code in {2, 5}


def test_the_kinds_are_listed(run: Run) -> None:
    kinds = run("report", "kinds", "--json").json
    assert {"kind": "service_report", "title": "终端维修服务单"} in kinds
    assert len(kinds) >= 11
