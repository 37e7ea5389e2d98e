"""Issued documents: whatever was handed out can be had again, byte for byte."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from app.domain.documents import HandOut
from app.domain.errors import NotFound, Unavailable
from app.services import Services
from app.services.documents.issued import HandedDocument, IssuedDocument
from app.services.documents.requests import Request
from tests.conftest import FrozenClock
from tests.factories import make_terminal
from tests.services.documents.paper import close, number_of, resolved


def only(services: Services, kind: str) -> IssuedDocument:
    (found,) = (one for one in services.reporting.issued() if one.kind == kind)
    return found


def wishes(number: str) -> list[Request]:
    month = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
    return [
        Request(kind="service_report", subject=number, language="both"),
        Request(kind="swap_note", subject="TESTN91000000412"),
        Request(kind="terminal_history", subject="TESTN91000000412"),
        Request(kind="merchant_summary", subject="848290058120412", **month),
        *(
            Request(kind=kind, **month)
            for kind in (
                "device_list",
                "evidence",
                "labels",
                "monthly",
                "month_pack",
                "warning_digest",
                "schedule_year",
                "schedule_month",
                "schedule_week",
                "compliance",
            )
        ),
    ]


def test_every_kind_of_document_is_had_again_as_it_left_after_everything_changed(
    any_services: Services, clock: FrozenClock, tmp_path: Path
) -> None:
    reporting = any_services.reporting
    left: dict[str, bytes] = {}
    incident = resolved(any_services, serial="TESTN91000000412", mid="848290058120412")
    for request in wishes(number_of(any_services, incident)):
        printed = reporting.pdf(request)
        reporting.save(printed, tmp_path / f"{request.kind}.pdf")
        left[request.kind] = printed.pdf
    clock.forward(days=3)
    make_terminal(any_services, serial="NEW00001", tid="50000999", mid="848290058129999")
    close(any_services, incident)
    del left["service_report"]  # final by now: the next test but one
    for kind, pdf in left.items():
        again = reporting.again(only(any_services, kind))
        assert again.pdf == pdf, kind
        assert again.documents[0].kind == kind
        assert again.file_name == f"{kind}.pdf"
        assert again.pages >= 1
        reporting.save(again, tmp_path / "again.pdf")
        assert only(any_services, kind).times == 2, "the same document left once more"


def test_documents_without_a_number_are_told_apart_by_what_they_say(
    services: Services, clock: FrozenClock
) -> None:
    make_terminal(services)
    reporting = services.reporting
    first = reporting.pdf(Request(kind="device_list"))
    reporting.note(first, HandOut.PRINTED)
    clock.forward(days=1)
    second = reporting.pdf(Request(kind="device_list"))
    reporting.note(second, HandOut.MAILED, recipient="bank@example.cn")
    newer, older = reporting.issued()
    assert (newer.how, older.how) == ("mailed", "printed")
    assert reporting.again(older).pdf == first.pdf
    assert reporting.again(newer).pdf == second.pdf


def test_a_draft_that_left_does_not_stand_for_the_report_that_was_closed(
    services: Services, clock: FrozenClock
) -> None:
    incident = resolved(services)
    reporting = services.reporting
    request = Request(kind="service_report", subject=number_of(services, incident), language="en")
    draft = reporting.pdf(request)
    reporting.note(draft, HandOut.PRINTED)
    clock.forward(minutes=1)
    close(services, incident)
    clock.forward(minutes=1)
    final = reporting.pdf(request)
    (listed,) = reporting.issued()
    assert (listed.final, listed.as_it_left) == (True, "")
    assert reporting.again(listed).pdf == final.pdf != draft.pdf


def test_what_was_sealed_is_had_again_with_its_seal(services: Services) -> None:
    incident = resolved(services)
    reporting = services.reporting
    printed = reporting.pdf(Request(kind="service_report", subject=number_of(services, incident)))
    sealed = printed.pdf + b"\n% sealed"
    handed = HandedDocument("service_report", printed.documents[0].sheet.number, printed.hashes[0])
    reporting.note_sealed(sealed, [handed], "a.pdf", "Firma")
    (listed,) = reporting.issued()
    assert reporting.again(listed).pdf == sealed


def test_a_kept_file_that_is_gone_or_damaged_is_said(
    services: Services, tmp_path: Path, home: Path
) -> None:
    make_terminal(services)
    reporting = services.reporting
    reporting.save(reporting.pdf(Request(kind="device_list")), tmp_path / "a.pdf")
    (listed,) = reporting.issued()
    kept = next(home.rglob(listed.file_sha256))
    kept.write_bytes(b"%PDF-1.7 nonsense")
    with pytest.raises(Unavailable) as damaged:
        reporting.again(listed)
    assert damaged.value.code == "files.damaged"
    kept.unlink()
    with pytest.raises(NotFound):
        reporting.again(listed)


def test_a_file_that_cannot_be_kept_is_not_said_to_have_left(
    services: Services, tmp_path: Path, home: Path
) -> None:
    make_terminal(services)
    reporting = services.reporting
    printed = reporting.pdf(Request(kind="device_list"))
    blobs = home / "blobs"
    blobs.mkdir(parents=True, exist_ok=True)
    (blobs / hashlib.sha256(printed.pdf).hexdigest()[:2]).write_text("in the way")
    with pytest.raises(Unavailable):
        reporting.save(printed, tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()
    assert reporting.issued() == ()
