"""Documents from records: everything recorded is printed, and what was closed stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.documents import HandOut, Ink, SignatureDraft, SignerRole, Stage, safe_name
from app.domain.errors import Cancelled, InvalidInput, NotFound, Unavailable
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ResolutionDraft, WorkEntryDraft
from app.domain.incidents.incidents import WorkKind
from app.languages import LocalizedText
from app.services import Services
from app.services.documents.attachments import AttachmentDraft, Owner
from app.services.documents.kinds import REQUESTABLE, layouts
from app.services.documents.requests import Request
from app.services.register.terminal_queries import TerminalFilter
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal
from tests.reports.reading import all_text, bookmarks, page_texts, squeezed
from tests.services.documents.paper import close, jpeg, make_campaign, number_of, resolved, sign


def report(services: Services, incident: str, language: str = "zh") -> bytes:
    number = number_of(services, incident)
    return services.reporting.pdf(
        Request(kind="service_report", subject=number, language=language)
    ).pdf


def test_a_report_says_what_was_recorded(any_services: Services, clock: FrozenClock) -> None:
    incident = resolved(
        any_services, serial="TESTN91000000412", tid="50000412", merchant_name="测试晖𬭎酒店"
    )
    sign(any_services, incident)
    close(any_services, incident)
    text = all_text(report(any_services, incident))
    for said in (
        number_of(any_services, incident),
        "测试晖𬭎酒店",
        "TESTN91000000412",
        "50000412",
        "重新签到",
        "仍失败",
        "从公司出发",
        "25分",
        "电池BAT-N910",
        "B1",
        "B2",
        "¥120.00",
        "指导收银员先签到再交易",
        "换班时先签到",
        "000123",
        "王芳",
        "张工",
        "8801",
        "400-000-0000",
        "测试终端服务有限公司",
        "用户操作不当",
    ):
        assert squeezed(said) in text, said


def test_a_closed_report_is_reprinted_as_it_was(any_services: Services, clock: FrozenClock) -> None:
    incident = resolved(any_services)
    close(any_services, incident)
    first = report(any_services, incident)
    clock.forward(days=40)
    terminal = any_services.terminals.get(any_services.incidents.get(incident).terminal_id)
    from app.domain.register.terminals import draft_of

    changed = replace(draft_of(terminal), merchant_name="改名后的店", contact_phone="13900000000")
    any_services.terminals.update(terminal.id, terminal.version, changed)
    context = any_services.context
    context.letterhead = replace(context.letterhead, company="改名后的公司")
    assert report(any_services, incident) == first
    assert "改名后的" not in all_text(report(any_services, incident, "both"))


def test_an_open_report_says_that_it_is_a_draft_and_follows_the_records(
    services: Services,
) -> None:
    incident = make_incident(services)
    assert "草稿：新建" in all_text(report(services, incident))
    services.incidents.start(incident)
    services.work_log.add_work(incident, WorkEntryDraft(kind=WorkKind.NOTE, summary="刚刚写的一行"))
    assert "刚刚写的一行" in all_text(report(services, incident))


def test_reopening_and_closing_again_makes_a_new_final_report(
    any_services: Services, clock: FrozenClock
) -> None:
    incident = resolved(any_services)
    close(any_services, incident)
    first = report(any_services, incident)
    clock.forward(days=1)
    any_services.incidents.reopen(incident, "又坏了")
    any_services.work_log.add_work(
        incident, WorkEntryDraft(kind=WorkKind.CHECK, summary="第二次检查")
    )
    from app.domain.faults import FaultClass
    from app.domain.incidents.drafts import ResolutionDraft
    from tests.services.documents.paper import TESTS

    any_services.incidents.resolve(
        incident,
        ResolutionDraft(fault_class=FaultClass.OPERATION, work_done="再次培训", tests=TESTS),
    )
    close(any_services, incident)
    second = report(any_services, incident)
    assert second != first
    assert "第二次检查" in all_text(second)
    assert report(any_services, incident) == second


def test_an_addendum_prints_as_one_and_leaves_the_report_alone(
    any_services: Services, clock: FrozenClock
) -> None:
    incident = resolved(any_services)
    close(any_services, incident)
    number = number_of(any_services, incident)
    before = any_services.reporting.pdf(Request(kind="service_report", subject=number))
    clock.forward(days=20)
    any_services.work_log.add_addendum(incident, "收到厂商检测报告")
    after = any_services.reporting.pdf(Request(kind="service_report", subject=number))
    assert [(d.kind, d.sheet.number) for d in after.documents] == [
        ("service_report", number),
        ("addendum", f"{number}-A1"),
    ]
    assert after.hashes[0] == before.hashes[0]
    texts = page_texts(after.pdf)
    assert "收到厂商检测报告" not in texts[0]
    assert "收到厂商检测报告" in texts[1]
    assert f"{before.hashes[0][:8]} {before.hashes[0][8:16]}" in texts[1]


def test_a_signature_holds_for_what_was_signed_and_says_when_it_does_not(
    any_services: Services,
) -> None:
    incident = resolved(any_services)
    signed = sign(any_services, incident)
    close(any_services, incident)
    text = all_text(report(any_services, incident))
    assert f"{signed[:8]}{signed[8:16]}" in text
    assert "签字后内容有改动" not in text
    other = resolved(any_services)
    sign(any_services, other)
    any_services.incidents.reopen(other, "补做检查")
    any_services.work_log.add_work(
        other, WorkEntryDraft(kind=WorkKind.CHECK, summary="签字后加的检查")
    )
    assert "签字后内容有改动" in all_text(report(any_services, other))


def test_a_signature_is_the_same_in_every_language(services: Services) -> None:
    incident = resolved(services)
    signed = sign(services, incident)
    close(services, incident)
    for language in ("zh", "en", "both"):
        assert f"{signed[:8]}{signed[8:16]}" in all_text(report(services, incident, language))


def test_nobody_signing_needs_a_reason_and_it_is_printed(any_services: Services) -> None:
    incident = resolved(any_services)
    sha256 = any_services.reporting.signable(incident)
    for wrong in (
        SignatureDraft(),
        SignatureDraft(signer="王芳", ink=Ink(2000, (((1, 1, 0), (3, 2, 9)),))),
        SignatureDraft(ink=Ink(2000, (((0, 0, 0), (900, 900, 9)),))),
    ):
        with pytest.raises(InvalidInput):
            any_services.signatures.sign_incident(incident, sha256, wrong)
    draft = SignatureDraft(SignerRole.MERCHANT, reason="店主外出，电话确认")
    any_services.signatures.sign_incident(incident, sha256, draft)
    kept = any_services.signatures.of_incident(incident)[SignerRole.MERCHANT]
    assert (kept.ink, kept.reason) == (None, "店主外出，电话确认")
    assert "未签字，原因：店主外出，电话确认" in all_text(report(any_services, incident))
    with pytest.raises(NotFound):
        any_services.signatures.sign_incident("01a20574-0000-7000-8000-000000000000", sha256, draft)


def test_a_swap_is_on_the_report_and_on_its_own_note(any_services: Services) -> None:
    incident = resolved(any_services, swap_to="NEWDEVICE0001", serial="OLDDEVICE0001")
    number = number_of(any_services, incident)
    text = all_text(report(any_services, incident))
    assert "OLDDEVICE0001→NEWDEVICE0001" in text
    assert "换机·优先级" in text
    reporting = any_services.reporting
    note = all_text(reporting.pdf(Request(kind="swap_note", subject=number)).pdf)
    assert "终端换机单" in note
    assert "NEWDEVICE0001" in note
    returned = all_text(reporting.pdf(Request(kind="swap_note", subject="OLDDEVICE0001")).pdf)
    assert "终端退机单" in returned
    with pytest.raises(InvalidInput):
        reporting.pdf(
            Request(kind="swap_note", subject=number_of(any_services, resolved(any_services)))
        )


def test_photos_are_printed_with_their_captions(services: Services) -> None:
    incident = resolved(services)
    attachments = services.attachments
    owner = Owner(incident_id=incident)
    for stage, caption in ((Stage.BEFORE, "屏幕显示 A0"), (Stage.AFTER, "签到成功")):
        attachments.add(owner, jpeg(), AttachmentDraft("a.jpg", stage, caption))
    pdf = report(services, incident)
    assert pdf.count(b"/DCTDecode") == 1  # the same picture is embedded once
    text = all_text(pdf)
    assert "处理前·屏幕显示A0" in text
    assert "处理后·签到成功" in text


def test_the_merchants_language_comes_before_the_houses(services: Services) -> None:
    incident = resolved(services)
    found = services.incidents.get(incident)
    reporting = services.reporting
    reporting.set_language(found.merchant_id, "en")
    request = Request(kind="service_report", subject=found.number)
    assert reporting.pdf(request).documents[0].languages == ("en",)
    reporting.set_language(found.merchant_id, "")
    assert reporting.pdf(request).documents[0].languages == ("zh",)
    both = replace(request, language="both")
    assert reporting.pdf(both).documents[0].languages == ("zh", "en")
    with pytest.raises(InvalidInput):
        reporting.set_language(found.merchant_id, "de")
    with pytest.raises(InvalidInput):
        reporting.pdf(replace(request, language="de"))


def test_every_kind_can_be_asked_for(any_services: Services) -> None:
    incident = resolved(any_services, serial="TESTN91000000412", mid="848290058120412")
    make_campaign(any_services)
    subjects = {
        "service_report": number_of(any_services, incident),
        "service_order": number_of(any_services, incident),
        "swap_note": "TESTN91000000412",
        "terminal_history": "TESTN91000000412",
        "merchant_summary": "848290058120412",
    }
    assert set(REQUESTABLE) == set(layouts()) - {"addendum"}
    for kind in REQUESTABLE.keys() - {"inspection", "route"}:  # these two need a visit
        printed = any_services.reporting.pdf(
            Request(
                kind=kind,
                subject=subjects.get(kind, ""),
                since=date(2026, 11, 1),
                until=date(2026, 11, 30),
            )
        )
        assert printed.pages >= 1, kind
        assert printed.missing == (), kind


def test_lists_hold_what_the_filter_finds(any_services: Services) -> None:
    make_terminal(any_services, serial="AAAA0001", area="浦东新区")
    make_terminal(any_services, serial="BBBB0001", area="江宁区", seal_no="S-77")
    reporting = any_services.reporting
    wanted = TerminalFilter(area="江宁区")
    text = all_text(
        reporting.pdf(Request(kind="device_list", terminals=wanted, scope="江宁区")).pdf
    )
    assert "BBBB0001" in text
    assert "S-77" in text
    assert "AAAA0001" not in text
    labels = reporting.pdf(Request(kind="labels", terminals=wanted))
    assert "BBBB0001" in all_text(labels.pdf)
    with pytest.raises(InvalidInput):
        reporting.pdf(Request(kind="labels", terminals=TerminalFilter(area="没有")))


def test_the_month_counts_what_happened_in_it(any_services: Services, clock: FrozenClock) -> None:
    incident = resolved(any_services)
    close(any_services, incident)
    make_incident(any_services)
    reporting = any_services.reporting
    month = Request(kind="monthly", since=date(2026, 11, 1), until=date(2026, 11, 30))
    sheet = reporting.documents(month)[0].sheet
    values = {one.kind: one.value for one in sheet.measured}  # type: ignore[attr-defined]
    assert values == {
        "reported": 2,
        "resolved": 1,
        "resolved_on_time": 1.0,
        # A declined card is no terminal that was restored, and thirty days are not over.
        "restoration": None,
        "first_time": None,
        "item_failures": 0,
        "reopened": 0.0,
        "backlog": 1,
    }
    assert sum(sheet.by_day) == 2  # type: ignore[attr-defined]
    clock.forward(days=10)
    make_incident(any_services, any_services.incidents.get(incident).terminal_id)
    again = reporting.documents(month)[0].sheet
    known = {one.kind: one.value for one in again.measured}  # type: ignore[attr-defined]
    assert known["reported"] == 2, "another month does not change it"


def test_warnings_name_the_records_behind_them(any_services: Services, clock: FrozenClock) -> None:
    late = make_incident(any_services)
    clock.forward(days=10)
    make_terminal(any_services, warranty_until="2026-12-20")
    sheet = any_services.reporting.documents(Request(kind="warning_digest"))[0].sheet
    found = {item.rule: item for item in sheet.warnings}  # type: ignore[attr-defined]
    assert number_of(any_services, late) in found["overdue"].evidence
    assert found["expires"].detail == "warranty"


@pytest.mark.parametrize(
    "request_",
    [
        Request(kind="service_report", subject="L7-999999"),
        Request(kind="terminal_history", subject="NOSUCH01"),
        Request(kind="merchant_summary", subject="没有这家"),
        Request(kind="inspection", subject="L7-V999999"),
    ],
    ids=lambda request: request.kind,
)
def test_what_does_not_exist_is_said_so(services: Services, request_: Request) -> None:
    with pytest.raises(NotFound):
        services.reporting.pdf(request_)


def test_wrong_wishes_are_refused(services: Services) -> None:
    reporting = services.reporting
    for wrong in (
        Request(kind="no_such_kind"),
        Request(kind="monthly", since=date(2026, 2, 1), until=date(2026, 1, 1)),
        Request(kind="monthly", since=date(2016, 2, 1), until=date(2026, 1, 1)),
    ):
        with pytest.raises(InvalidInput):
            reporting.pdf(wrong)
    with pytest.raises(InvalidInput):
        reporting.pdf()


# --- many at once, and files ---------------------------------------------------------------------


def test_a_selection_becomes_one_file_with_bookmarks(services: Services) -> None:
    numbers = [number_of(services, resolved(services)) for _ in range(3)]
    steps: list[tuple[int, int]] = []
    printed = services.reporting.pdf(
        *(Request(kind="service_report", subject=number) for number in numbers),
        progress=lambda done, total: steps.append((done, total)),
    )
    top = [title for level, title in bookmarks(printed.pdf) if level == 0]
    assert top == [f"{number} 终端维修服务单" for number in numbers]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[-1] == (6, 6)


def test_a_selection_becomes_one_file_each_by_a_pattern(services: Services, tmp_path: Path) -> None:
    numbers = [number_of(services, resolved(services, merchant_name="测试/店")) for _ in range(2)]
    reporting = services.reporting
    requests = [Request(kind="service_report", subject=number) for number in numbers]
    written = reporting.files(requests, tmp_path / "out", "{number} {merchant}")
    assert [path.name for path in written] == [f"{number} 测试-店.pdf" for number in numbers]
    again = reporting.files(requests[:1], tmp_path / "out", "{number} {merchant}")
    assert again[0].name == f"{numbers[0]} 测试-店 (2).pdf"
    for wrong in ("{nummer}", "{number", "fest"):
        with pytest.raises(InvalidInput):
            reporting.files(requests, tmp_path / "out2", wrong)
    assert not list((tmp_path / "out2").glob("*.pdf")) if (tmp_path / "out2").exists() else True


def test_a_batch_can_be_stopped_and_keeps_what_is_done(services: Services, tmp_path: Path) -> None:
    numbers = [number_of(services, resolved(services)) for _ in range(3)]
    requests = [Request(kind="service_report", subject=number) for number in numbers]
    done: list[int] = []
    with pytest.raises(Cancelled):
        services.reporting.files(
            requests,
            tmp_path,
            "{number}",
            progress=lambda n, _: done.append(n),
            cancelled=lambda: len(done) == 2,
        )
    assert len(list(tmp_path.glob("L7-*.pdf"))) == 2


def test_saving_writes_the_whole_file_or_leaves_the_old_one(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporting = services.reporting
    printed = reporting.pdf(
        Request(kind="service_report", subject=number_of(services, resolved(services)))
    )
    path = tmp_path / "报告.pdf"
    reporting.save(printed, path)
    assert path.read_bytes() == printed.pdf
    kept = reporting.handed_out(printed.documents[0].sheet.number)
    assert [how for _, how, _, _ in kept] == ["saved"]
    import errno
    import os

    for code, said in ((errno.ENOSPC, "files.disk_full"), (errno.EACCES, "files.unwritable")):

        def refuse(_handle: int, code: int = code) -> None:
            raise OSError(code, os.strerror(code))

        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", refuse)
            with pytest.raises(Unavailable) as failed:
                reporting.save(replace(printed, pdf=b"%PDF-half"), path)
        assert failed.value.code == said
        assert path.read_bytes() == printed.pdf
        assert [p.name for p in tmp_path.iterdir() if p.suffix == ".tmp"] == []
    with pytest.raises(Unavailable):
        reporting.save(printed, tmp_path)


def test_a_logo_that_cannot_be_used_is_left_out_and_said(
    services: Services, tmp_path: Path
) -> None:
    from PIL import Image

    incident = resolved(services)
    request = Request(kind="service_report", subject=number_of(services, incident))
    reporting, context = services.reporting, services.context
    huge = tmp_path / "huge.png"
    Image.new("1", (20_000, 20_000)).save(huge)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n nonsense")
    for path, code in (
        (huge, "photo.too_large"),
        (broken, "photo.damaged"),
        (tmp_path / "no.png", "file.missing"),
    ):
        context.letterhead = replace(context.letterhead, logo=str(path))
        printed = reporting.pdf(request)
        assert [problem.code for problem in printed.problems] == [code]
        assert printed.pages >= 1
    good = tmp_path / "logo.png"
    Image.new("RGBA", (3000, 900), (200, 30, 30, 128)).save(good)
    context.letterhead = replace(context.letterhead, logo=str(good))
    printed = reporting.pdf(request)
    assert printed.problems == ()
    assert b"/Width 900" in printed.pdf


def test_file_names_are_safe_on_every_system() -> None:
    for raw, safe in (
        ("a/../../b", "b"),
        ("CON.txt", "_CON.txt"),
        ("a\x00b\u202eexe.jpg", "abexe.jpg"),
        ("", "file"),
        ("...", "file"),
        ("C:\\x\\报告.pdf", "报告.pdf"),
        ("名" * 300 + ".pdf", ""),
        ("卡 6212345678900000003.jpg", "卡 621234xxxxxxxxx0003.jpg"),
        ("a<b>:c|d?.pdf", "abcd.pdf"),
    ):
        found = safe_name(raw)
        assert len(found.encode()) <= 120
        assert not safe or found == safe, (raw, found)


def test_documents_that_left_are_listed_once_with_how_often(
    any_services: Services, clock: FrozenClock, tmp_path: Path
) -> None:
    incident = resolved(any_services)
    close(any_services, incident)
    reporting = any_services.reporting
    number = number_of(any_services, incident)
    printed = reporting.pdf(Request(kind="service_report", subject=number))
    (fixed,) = reporting.issued()
    assert (fixed.number, fixed.how, fixed.times, fixed.final) == (number, "", 0, True)
    reporting.save(printed, tmp_path / "a.pdf")
    clock.forward(minutes=5)
    reporting.note(printed, HandOut.MAILED, recipient="wang_li@example.cn")
    (listed,) = reporting.issued()
    assert (listed.how, listed.times, listed.subject) == ("mailed", 2, number)
    assert [one.number for one in reporting.issued("WANG_LI")] == [number]
    assert reporting.issued("wang%li") == (), "signs of the query language are plain text"


def test_paper_may_be_chosen_for_one_document(services: Services) -> None:
    number = number_of(services, resolved(services))
    reporting = services.reporting
    letter = reporting.pdf(Request(kind="service_report", subject=number, paper="letter"))
    assert letter.documents[0].paper == "letter"
    with pytest.raises(InvalidInput):
        reporting.pdf(Request(kind="service_report", subject=number, paper="a0"))


def test_what_is_typed_is_looked_at_and_not_stored(services: Services) -> None:
    incident = resolved(services)
    typed = ResolutionDraft(fault_class=FaultClass.HARDWARE, work_done="更换打印头 <i>")
    number = number_of(services, incident)
    printed = services.reporting.pdf(Request(kind="service_report", subject=number, typed=typed))
    assert squeezed("更换打印头 <i>") in all_text(printed.pdf)
    assert "更换打印头" not in all_text(report(services, incident))


def test_the_houses_sentence_stands_above_the_signatures(services: Services) -> None:
    incident = resolved(services)
    place = services.context
    place.letterhead = replace(
        place.letterhead, closing=LocalizedText("以上属实 <img src=/etc/passwd>")
    )
    text = all_text(report(services, incident))
    assert squeezed("以上属实 <img src=/etc/passwd>") in text


def test_many_reports_are_read_with_the_queries_of_one_and_say_the_same(
    any_services: Services,
) -> None:
    incidents = [resolved(any_services), make_incident(any_services), resolved(any_services)]
    close(any_services, incidents[0])
    sign(any_services, incidents[2])
    requests = [
        Request(kind="service_report", subject=number_of(any_services, key)) for key in incidents
    ]
    reporting = any_services.reporting
    alone = [document for request in requests for document in reporting.documents(request)]
    assert list(reporting.documents(*requests)) == alone
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    sa.event.listen(any_services.context.database.engine, "before_cursor_execute", note)
    reporting.documents(requests[0])
    one = len(statements)
    reporting.documents(*requests)
    assert len(statements) == 2 * one


def test_what_was_asked_for_before_a_report_that_is_missing_is_still_written(
    services: Services, tmp_path: Path
) -> None:
    numbers = [number_of(services, make_incident(services)), "L7-999999"]
    requests = [Request(kind="service_report", subject=number) for number in numbers]
    folder = tmp_path / "reports"
    folder.mkdir()
    with pytest.raises(NotFound):
        services.reporting.files(requests, folder, "{number}")
    assert [path.stem for path in folder.iterdir()] == numbers[:1]
