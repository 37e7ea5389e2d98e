"""``poscare warnings`` says what Today counts and the digest prints, on a part of the sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import bootstrap
from app.domain.insight.warnings import MOST_EVIDENCE
from app.services.documents.requests import Request
from app.services.sample import estate
from app.settings import Settings
from tests.cli.conftest import Run
from tests.services.documents.office import cut_sample

pytestmark = pytest.mark.usefixtures("ready")

FIELDS = [
    "rule",
    "subject",
    "class",
    "since",
    "seen",
    "expected",
    "confidence",
    "sentence",
    "incidents",
    "advice",
]


def test_the_three_faces_agree_on_a_part_of_the_sample(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    assert run("warnings", "--lang", "en").out.strip() == "Nothing to warn of."
    services = bootstrap.build(settings)
    try:
        estate.fill(services, cut_sample(tmp_path / "sample", terminals=100))
        told = run("insight", "warnings", "--json").json["warnings"]
        found = services.insight.warnings()
        sheet = services.reporting.documents(Request(kind="warning_digest"))[0].sheet
    finally:
        services.close()
    assert run("warnings", "--json").json["warnings"] == told
    assert [list(one)[: len(FIELDS)] for one in told] == [FIELDS] * len(told)
    rows = [(one["rule"], one["subject"]["name"], one["incidents"]) for one in told]
    assert rows == [(w.rule, w.subject.name, list(w.incidents)) for w in found]
    printed = [(w.subject, list(w.evidence)) for w in sheet.warnings]  # type: ignore[attr-defined]
    assert printed == [(name, incidents[:MOST_EVIDENCE]) for _rule, name, incidents in rows]
    assert rows
    said = run("insight", "warnings", "--lang", "en").out
    for one in run("insight", "warnings", "--json", "--lang", "en").json["warnings"]:
        assert one["sentence"] in said
        assert one["advice"] in said


def test_a_day_that_cannot_be_read_is_refused_by_its_name(run: Run) -> None:
    refused = run("insight", "warnings", "--as-of", "31 Feb", "--lang", "en")
    assert refused.code != 0
    assert "31Feb" in refused.err
