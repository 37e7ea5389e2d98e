"""A photographed page is proved where nothing but the keys of the office is known; an altered code
never is."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from app import bootstrap
from app.domain.documents import SignatureDraft, SignerRole
from app.domain.errors import InvalidInput
from app.reports.data.content import content_of
from app.reports.data.paper_code import paper_code, read_code, signable
from app.reports.render import render
from app.reports.typeset.codes import qr_rows
from app.secret_store import SecretStore
from app.services import Services
from app.services.documents.kinds import layouts
from app.services.documents.paper_keys import PaperKeys, SignedState, write_down
from app.services.documents.reading import read, verify
from app.services.documents.requests import Request
from app.services.documents.verifying import ProofAnswer
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.services.documents.paper import INK, close, number_of, resolved, sign

zxing = pytest.importorskip("zxingcpp", reason="the bar code reader is not installed")

COUNT = 50
DPI = 200


@pytest.fixture
def elsewhere(
    services: Services, settings: Settings, clock: FrozenClock, template: Path, tmp_path: Path
) -> Iterator[Services]:
    """A computer that knows the key of the office, and no document."""
    services.paper_keys.sign("")
    (public,) = _publics(services)
    path = tmp_path / "elsewhere.db"
    shutil.copyfile(template, path)
    built = bootstrap.build(settings, clock=clock, database=Database(path))
    with built.context.write_locally() as unit:
        write_down(unit, "T01", public)
    yield built
    built.close()


def _publics(services: Services) -> list[str]:
    with services.context.read() as session:
        return [row[0] for row in session.execute(sa.text("SELECT public FROM paper_key"))]


def reports(services: Services, count: int) -> list[bytes]:
    """Reports as they leave."""
    numbers = []
    for i in range(count):
        incident = resolved(
            services, serial=f"SN{i:08d}", tid=f"6{i:07d}", mid=f"84829005812{i:04d}"
        )
        close(services, incident)
        numbers.append(number_of(services, incident))
    reporting = services.reporting
    return [reporting.pdf(Request(kind="service_report", subject=one)).pdf for one in numbers]


def page_of(pdf: bytes) -> Image.Image:
    """The upper part of the first page, as a printer makes it."""
    with pdfium.PdfDocument(pdf) as opened:
        whole = opened[0].render(scale=DPI / 72, grayscale=True).to_pil()
    return whole.crop((0, 0, whole.width, whole.height // 3))


def photograph(page: Image.Image, chance: random.Random) -> bytes:
    """A page as a telephone photographs it: askew, in perspective, unevenly lit, a little blurred,
    grainy, as a JPEG."""
    wide, high = page.size
    lean = [
        (chance.uniform(-0.04, 0.04) * wide, chance.uniform(-0.04, 0.04) * high) for _ in "1234"
    ]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = lean
    seen = page.transform(
        page.size,
        Image.Transform.QUAD,
        (ax, ay, bx, high + by, wide + cx, high + cy, wide + dx, dy),
        Image.Resampling.BICUBIC,
        fillcolor=255,
    ).rotate(chance.uniform(-12, 12), Image.Resampling.BICUBIC, expand=True, fillcolor=190)
    light = Image.linear_gradient("L").resize(seen.size).point(lambda v: 150 + v * 100 // 255)
    seen = Image.composite(seen, Image.new("L", seen.size, 60), light)
    seen = ImageEnhance.Contrast(seen).enhance(chance.uniform(0.6, 1.0))
    grain = Image.effect_noise(seen.size, 18)
    seen = Image.blend(seen, grain, 0.12).filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.9)))
    out = io.BytesIO()
    seen.save(out, "JPEG", quality=70)
    return out.getvalue()


def test_fifty_photographed_pages_are_genuine_where_nothing_else_is_known(
    services: Services, elsewhere: Services
) -> None:
    chance, pages = random.Random(17), reports(services, COUNT)
    found = [elsewhere.verifying.photographed(photograph(page_of(pdf), chance)) for pdf in pages]
    assert [proof.signed.state for proof in found] == [SignedState.GOOD] * COUNT
    assert [proof.records for proof in found] == [()] * COUNT, "only the key is known there"
    numbers = [read(pdf)[0].number for pdf in pages]
    assert [proof.code.facts[0] for proof in found] == numbers
    assert all(proof.code.facts[-1] == "120.00" for proof in found), "what is due is told"


def _altered(code: str, others: PaperKeys, other: str, chance: random.Random) -> Iterator[str]:
    """Codes a forger makes of a genuine one."""
    head, _, tail = code.rpartition(";")
    sha256, key, signature = tail.split(":")
    facts = head.split(";")
    for place in range(1, len(facts)):
        if facts[place]:
            at = chance.randrange(len(facts[place]))
            new = "7" if facts[place][at] != "7" else "8"
            changed = [*facts]
            changed[place] = facts[place][:at] + new + facts[place][at + 1 :]
            yield ";".join([*changed, tail])
    yield f"{head};{sha256[:-1]}{'0' if sha256[-1] != '0' else '1'}:{key}:{signature}"
    turned = "A" if signature[40] != "A" else "B"
    yield f"{head};{sha256}:{key}:{signature[:40]}{turned}{signature[41:]}"
    yield f"{head};{sha256}:{key}:{other.rpartition(':')[2]}"
    mine = others.seal(signable(head.replace(facts[1], "L7-999999"), sha256))[0]
    yield ";".join(paper_code(head.replace(facts[1], "L7-999999"), sha256, mine)).replace(";;", ";")
    yield f"{head};{sha256}:{key}:{mine.rpartition(':')[2]}"
    yield f"{head.replace('120.00', '12.00')};{sha256}"


def _with_code(page: Image.Image, code: str) -> Image.Image:
    """The page with another code pasted over its own."""
    made = page.copy()
    head, _, tail = code.rpartition(";")
    rows = qr_rows(f"{head};", packed=tail) if ":" in tail else qr_rows(code)
    side = int(25 / 25.4 * DPI)
    box = (made.width - int(14 / 25.4 * DPI) - side, int(12 / 25.4 * DPI))
    drawn = Image.new("L", (len(rows), len(rows)), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                drawn.putpixel((x, y), 0)
    margin = 12
    ImageDraw.Draw(made).rectangle(
        (box[0] - margin, box[1] - margin, box[0] + side + margin, box[1] + side + margin), fill=255
    )
    made.paste(drawn.resize((side, side), Image.Resampling.NEAREST), box)
    return made


def test_none_of_fifty_altered_pages_is_genuine(
    services: Services, elsewhere: Services, tmp_path: Path
) -> None:
    pages = reports(services, 5)
    forger = PaperKeys(services.context, SecretStore(tmp_path, key_store=False))
    chance = random.Random(18)
    codes = [_code_of(pdf) for pdf in pages]
    altered = [
        (pages[i], changed)
        for i, code in enumerate(codes)
        for changed in _altered(code, forger, codes[i - 1], chance)
    ]
    assert len(altered) >= COUNT
    states = []
    for pdf, code in altered:
        assert elsewhere.verifying.paper(code).signed.state is not SignedState.GOOD
        picture = photograph(_with_code(page_of(pdf), code), chance)
        states.append(elsewhere.verifying.photographed(picture).signed.state)
    assert SignedState.GOOD not in states
    assert {SignedState.BAD, SignedState.STRANGER, SignedState.NONE} == set(states)


def _code_of(pdf: bytes) -> str:
    (found,) = [
        one.text for one in zxing.read_barcodes(page_of(pdf)) if read_code(one.text) is not None
    ]
    return str(found)


def test_a_signed_paper_is_made_anew_to_the_byte_and_says_who_signed(services: Services) -> None:
    incident = resolved(services)
    close(services, incident)
    request = Request(kind="service_report", subject=number_of(services, incident))
    first, again = services.reporting.pdf(request), services.reporting.pdf(request)
    assert first.pdf == again.pdf
    assert verify(first.pdf).sound
    unsigned = render(services.reporting.documents(request), layouts())
    assert unsigned.hashes == first.hashes, "the signature is no part of what is said"
    proof = services.verifying.paper(_code_of(first.pdf))
    assert proof.signed.computer is not None
    assert proof.signed.computer.own


def test_a_signature_changed_after_it_was_given_is_found(services: Services) -> None:
    incident = resolved(services)
    sign(services, incident)
    close(services, incident)
    request = Request(kind="service_report", subject=number_of(services, incident))
    printed = services.reporting.pdf(request)
    judged = services.verifying.judge(printed.pdf)
    assert [(one.answer, one.sealed) for one in judged.inked] == [
        (ProofAnswer.YES, SignedState.GOOD)
    ]
    (document,) = printed.documents
    acceptance = document.sheet.acceptance  # type: ignore[attr-defined]
    signed = acceptance.merchant
    moved = replace(INK, strokes=INK.strokes[:1]).drawing
    for change in ({"ink": moved}, {"signer": "李四"}, {"ink_sha256": "0" * 64}):
        sheet = replace(  # type: ignore[type-var]
            document.sheet, acceptance=replace(acceptance, merchant=replace(signed, **change))
        )
        forged = render([replace(document, sheet=sheet)], layouts()).pdf
        (one,) = services.verifying.judge(forged).inked
        assert (one.answer, one.sealed) == (ProofAnswer.NO, SignedState.BAD), change


def test_no_document_carries_the_times_of_pen_strokes(services: Services) -> None:
    incident = resolved(services)
    sign(services, incident)
    sign(services, incident, SignerRole.TECHNICIAN)
    close(services, incident)
    number = number_of(services, incident)
    for document in services.reporting.documents(Request(kind="service_report", subject=number)):
        sheet = content_of(document)["sheet"]
        for role in ("merchant", "technician"):
            ink = sheet["acceptance"][role]["ink"]
            assert {point[2] for stroke in ink["strokes"] for point in stroke} == {0}
    kept = services.signatures.of_incident(incident)[SignerRole.MERCHANT].ink
    assert kept == INK, "the times stay in the office"


def test_what_is_no_photo_of_a_page_is_said(services: Services) -> None:
    out = io.BytesIO()
    Image.new("L", (400, 300), 255).save(out, "PNG")
    with pytest.raises(InvalidInput) as refused:
        services.verifying.photographed(out.getvalue())
    assert refused.value.problems[0].code == "code.none_in_picture"


def test_somebody_who_refuses_to_sign_seals_nothing(services: Services) -> None:
    incident = resolved(services)
    sha256 = services.reporting.signable(incident)
    draft = SignatureDraft(SignerRole.MERCHANT, "", None, "没有负责人在场")
    assert services.signatures.sign_incident(incident, sha256, draft).sealed == ""
