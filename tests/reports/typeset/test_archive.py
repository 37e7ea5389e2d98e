"""The published schema fits every document; independent tools find a PDF sound.

What the tools confirm is what is claimed: veraPDF finds every file to be PDF/A-3a, qpdf finds no
syntax error, PDFBox Preflight (which knows PDF/A-1b) finds nothing but what PDF/A-3 allows beyond
it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from app.paths import resources
from app.reports.data.content import content_of, schema
from app.reports.data.sheets import Merchant
from app.services.documents.kinds import layouts
from tests.reports.samples import LANGUAGES, document, render, service_report
from tests.reports.samples_more import document_named, everything, source

SCHEMA = resources() / "schema" / "poscare-document-1.json"
JARS = Path("/usr/share/java")
NEEDED = (
    "preflight.jar",
    "pdfbox2.jar",
    "fontbox2.jar",
    "xmpbox.jar",
    "commons-logging.jar",
    "javax.activation.jar",
    "jaxb-api.jar",
)
BEYOND_A1 = {"1.4.7", "1.2.9", "2.1.6", "7.11.1", "7.11.2"}
"""Embedded files (twice), an ICC profile of version 4, the level A and the part number 3."""


def test_the_published_schema_is_what_the_sheets_say(request: pytest.FixtureRequest) -> None:
    made = schema({kind.id: kind.sheet for kind in layouts().values()})
    text = json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if request.config.getoption("--update-golden"):
        SCHEMA.write_text(text, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", everything())
def test_every_document_fits_the_schema(name: str) -> None:
    published = json.loads(SCHEMA.read_text(encoding="utf-8"))
    content = json.loads(json.dumps(content_of(document_named(name, "both"))))
    jsonschema.Draft202012Validator(published).validate(content)
    content["sheet"]["unknown"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(published).validate(content)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A file of every kind of document, in turn in every language."""
    folder = tmp_path_factory.mktemp("pdf")
    languages = list(LANGUAGES)
    written = []
    for i, name in enumerate(everything()):
        path = folder / f"{name}.pdf"
        path.write_bytes(render([document_named(name, languages[i % 3])], source).pdf)
        written.append(path)
    return written


def _vera(*paths: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        ["verapdf", "--flavour", "3a", "--format", "text", "-v", *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.skipif(shutil.which("verapdf") is None, reason="veraPDF is not installed")
def test_verapdf_finds_every_document_to_be_an_archive_file(
    files: list[Path], tmp_path: Path
) -> None:
    marked = tmp_path / "no-font-has-it.pdf"
    rare = service_report(merchant=Merchant(name="测\ue000试\U00030000䶮𠮷😀"))
    marked.write_bytes(render([document(rare, "service_report")]).pdf)
    status, lines = _vera(*files, marked)
    assert status == 0, "\n".join(lines)
    assert [line.split()[0] for line in lines] == ["PASS"] * (len(files) + 1)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(marked.read_bytes().replace(b"<pdfaid:part>3<", b"<pdfaid:part>2<"))
    assert _vera(broken)[0] == 1, "the tool does look"


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_error(files: list[Path]) -> None:
    for path in files:
        done = subprocess.run(
            ["qpdf", "--check", str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler's pdffonts is not installed")
def test_every_font_is_embedded_cut_down_and_can_be_read_back(files: list[Path]) -> None:
    for path in files:
        done = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True)
        lines = done.stdout.splitlines()[2:]
        assert lines, path.name
        for line in lines:
            assert re.search(r"CID TrueType\s+Identity-H\s+yes yes yes", line), line


@pytest.mark.skipif(
    shutil.which("java") is None or not all((JARS / jar).exists() for jar in NEEDED),
    reason="PDFBox Preflight is not installed",
)
def test_preflight_finds_only_what_belongs_to_a_later_part(files: list[Path]) -> None:
    classes = ":".join(str(JARS / jar) for jar in NEEDED)
    for path in files:
        done = subprocess.run(
            ["java", "-cp", classes, "org.apache.pdfbox.preflight.Validator_A1b", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        found = set(re.findall(r"^(\d+(?:\.\d+)+) :", done.stdout, re.M))
        assert found, done.stderr
        assert found <= BEYOND_A1, done.stdout
