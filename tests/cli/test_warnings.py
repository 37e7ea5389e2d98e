"""``poscare warnings`` says what Today counts and the digest prints, on a part of the sample."""

from __future__ import annotations

from pathlib import Path

from app import bootstrap
from app.domain.insight.warnings import WarningRule
from app.services.documents.requests import Request
from app.services.sample import estate
from app.settings import Settings
from tests.cli.conftest import Run
from tests.services.documents.office import cut_sample


def test_the_three_faces_agree_on_a_part_of_the_sample(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    assert run("warnings", "--lang", "en").out.strip() == "Nothing to warn of."
    services = bootstrap.build(settings)
    try:
        estate.fill(services, cut_sample(tmp_path / "sample", terminals=100))
        rows = [(w["rule"], w["subject"], w["evidence"]) for w in run("warnings", "--json").json]
        found = services.insight.warnings()
        sheet = services.reporting.documents(Request(kind="warning_digest"))[0].sheet
    finally:
        services.close()
    assert rows == [(w.rule, w.subject.name, list(w.incidents)) for w in found]
    printed = [(w.subject, list(w.evidence)) for w in sheet.warnings]  # type: ignore[attr-defined]
    assert printed == [(subject, evidence) for _kind, subject, evidence in rows]
    failing = [row for row in rows if row[0] == WarningRule.TERMINAL]
    assert len(failing) == len(run("insight", "--json").json["warnings"])
    said = run("warnings", "--lang", "en").out
    assert said.count("A terminal worse than its peers") == len(failing) > 0
