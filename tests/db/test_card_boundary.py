"""No card number reaches the disk: every text column, every writer and every file is tried."""

from __future__ import annotations

import io
import itertools
import logging
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col

import app.services
from app import logs, paths
from app.domain.cardguard import find_secrets
from app.domain.documents import AttachmentDraft
from app.domain.errors import BadValue, InvalidInput
from app.domain.text import free_line, line
from app.reports.data.content import guarded
from app.services import Services
from app.services.core.context import system_clock
from app.services.documents.attachments import Owner
from app.settings import Settings, save, with_values
from db import bulk, search
from db.engine import Database
from db.models import everything as everything
from db.models.office import AppStateRow, FormDraftRow
from db.models.register import AreaRow, MerchantRow
from db.types import Guarded, JsonText, Key, TextColumn
from tests.factories import make_incident, make_terminal
from tests.reports.samples import document, service_report
from tests.services.documents.paper import jpeg

CARD = "6212345678900000003"
CARDS = (CARD, "4111111111111111", "4111 1111 1111 1111", "４１１１１１１１１１１１１１１１")


def columns() -> list[Any]:
    return [column for table in SQLModel.metadata.sorted_tables for column in table.columns]


def test_every_text_column_stands_behind_the_guard() -> None:
    unguarded = [
        str(column)
        for column in columns()
        if isinstance(column.type, sa.Text | sa.String)
        or (
            isinstance(column.type.dialect_impl(_dialect()), sa.Text)
            and not isinstance(column.type, Guarded | Key)
        )
    ]
    assert unguarded == [
        name for name in unguarded if name.endswith(("_at", "_on", "_from", "_until", "day"))
    ]
    assert sum(isinstance(column.type, Guarded) for column in columns()) > 150


def _dialect() -> Any:
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    "column", [c for c in columns() if isinstance(c.type, TextColumn)], ids=lambda c: str(c)
)
def test_no_text_column_takes_a_card_number(column: Any) -> None:
    store = column.type.dialect_impl(_dialect()).bind_processor(_dialect())
    for text in CARDS:
        with pytest.raises(InvalidInput) as refused:
            store(text)
        (problem,) = refused.value.problems
        assert (problem.field, problem.code) == (column.key, "text.card_number")
        assert text not in str(refused.value)
    assert store("终端 N910 无法开机") == "终端 N910 无法开机"


@pytest.mark.parametrize(
    "column", [c for c in columns() if isinstance(c.type, JsonText)], ids=lambda c: str(c)
)
def test_no_document_column_takes_a_card_number(column: Any) -> None:
    store = column.type.dialect_impl(_dialect()).bind_processor(_dialect())
    for value in (CARD, [CARD], {"a": {"b": [1, f"卡号 {CARD}"]}}, {CARD: 1}, {"serial": CARD}):
        with pytest.raises(InvalidInput):
            store(value)
    assert store({"imei": "490154203237518", "sha256": "0" * 63 + "1"})


def test_every_way_into_a_table_is_guarded_and_leaves_nothing(database: Database) -> None:
    area: Any = AreaRow.__table__  # type: ignore[attr-defined]
    merchant = {"id": "0190a1b2-0000-7000-8000-000000000001", "mid": "848290058120412", "name": "x"}

    def row(session: Any) -> None:
        session.add(AreaRow(name=f"卡{CARD}"))

    def core(session: Any) -> None:
        session.execute(sa.insert(area), [{"id": merchant["id"], "name": CARD}])

    def many(session: Any) -> None:
        bulk.insert(session, MerchantRow.__table__, [merchant | {"address": f"{CARD}号"}])  # type: ignore[attr-defined]

    def changed(session: Any) -> None:
        session.execute(sa.update(MerchantRow).values(remarks=CARD))

    def draft(session: Any) -> None:
        session.add(FormDraftRow(key="k", saved_at=system_clock(), content={"symptom": CARD}))

    def state(session: Any) -> None:
        session.add(AppStateRow(name="x", value=[CARD]))

    for write in (row, core, many, changed, draft, state):
        with pytest.raises(InvalidInput) as refused, database.write() as session:
            write(session)
        assert refused.value.problems[0].code == "text.card_number"
    with database.write() as session:
        search.put(session, "merchant", {merchant["id"]: f"王记 {CARD}"})
    with database.read() as session:
        assert session.execute(sa.select(col(AreaRow.name))).all() == []
        found = search.matching(session, "merchant", CARD)
        assert found is not None
        assert session.execute(found).all() == []
        # a search may be for anything
        query = sa.select(MerchantRow).where(col(MerchantRow.name).ilike(f"%{CARD}%"))
        assert session.execute(query).all() == []


def test_a_form_is_told_beside_the_field_and_keeps_the_rest(services: Services) -> None:
    with pytest.raises(BadValue) as refused:
        line(f"电池 {CARD}")
    assert refused.value.code == "text.card_number"
    assert not find_secrets(free_line(f"电池 {CARD}"))
    with pytest.raises(InvalidInput) as whole:
        make_terminal(services, serial=CARD)
    assert [problem.field for problem in whole.value.problems] == ["serial"]


@pytest.mark.parametrize(
    "name",
    [
        "company_name",
        "company_phone",
        "report_notice_zh",
        "report_closing_en",
        "technician",
        "backup_folder",
        "database",
        "seal_certificate",
        "report_names",
        "camera_folder",
    ],
)
def test_settings_refuse_it_and_leave_the_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save(Settings(technician="T01"), path)
    before = path.read_bytes()
    with pytest.raises(InvalidInput) as refused:
        save(
            with_values(
                Settings(technician="T01"),
                {name: f"卡 {CARD}" if name != "company_phone" else CARD},
            ),
            path,
        )
    assert refused.value.problems[0].field == name
    assert path.read_bytes() == before


def test_files_kept_as_evidence_are_looked_into(services: Services) -> None:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    owner = Owner(incident_id=make_incident(services, make_terminal(services)))
    exif = Image.Exif()
    exif[0x010E] = f"card {CARD}"
    user = Image.Exif()
    user.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + CARD.encode("utf-16-le")
    png, told = io.BytesIO(), PngInfo()
    told.add_text("Comment", f"卡号 {CARD}")
    Image.new("RGB", (9, 9)).save(png, "PNG", pnginfo=told)
    page = io.BytesIO()
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(page)
    canvas.drawString(72, 72, "4111 1111 1111 1111")
    canvas.save()
    for name, content in {
        "a.txt": f"小票\n卡号 {CARD}\n".encode(),
        "b.txt": f"卡号 {CARD}".encode("gb18030"),
        "d.jpg": jpeg(exif=exif.tobytes()),
        "e.jpg": jpeg(exif=user.tobytes()),
        "f.jpg": jpeg(comment=CARD.encode()),
        "g.png": png.getvalue(),
        "h.pdf": page.getvalue(),
        **{
            f"behind {n}.jpg": jpeg() + f"4539{mark}5787{mark}6362{mark}1486".encode(encoding)
            for n, (mark, encoding) in enumerate(
                itertools.product((" ", "\t", "  ", " - "), ("utf-8", "utf-16-le", "utf-16-be"))
            )
        },
    }.items():
        with pytest.raises(InvalidInput) as refused:
            services.attachments.add(owner, content, AttachmentDraft(name))
        assert refused.value.code == "file.card_number", name
        assert CARD not in str(refused.value)
    assert services.attachments.listing(owner) == ()
    kept = services.attachments.add(owner, jpeg(), AttachmentDraft(f"{CARD}.jpg"))
    assert CARD not in kept.name
    plain = "终端 N910\n电话 13812345678".encode()
    assert services.attachments.add(owner, plain, AttachmentDraft("n.txt"))


def test_paper_shows_none_whatever_was_stored_before() -> None:
    old = document(service_report(number=f"R {CARD}"), "service_report")
    made = guarded(old)
    assert not find_secrets(made.sheet.number)
    clean = document(service_report(), "service_report")
    assert guarded(clean) is clean


def test_logs_and_bug_reports_show_none(home: Path) -> None:
    from app.gui.toolkit.problems import report

    with logs.writing(paths.logs()):
        try:
            raise ValueError(f"bad value {CARD}")
        except ValueError as error:
            logging.getLogger("x").exception("failed")
            text = report(error)
    written = (paths.logs() / "poscare.log").read_text(encoding="utf-8")
    assert "ValueError" in written
    assert CARD not in written
    assert CARD not in text


WRITERS = {
    "app/exchange/hub_parcels.py",
    "app/files.py",
    "app/logs.py",
    "app/encryption/sealed_files.py",
}
"""Modules that write files.  What goes through `app.files` is guarded before: settings by
`settings.save`, tables and documents show what the database let in, blobs were looked into; parcels
are packages, encrypted by their sender and looked into when they are taken in."""


def test_nobody_else_writes_files() -> None:
    root = Path(app.__file__ or "").parent.parent
    pattern = re.compile(r"\.write_text\(|\.write_bytes\(|\.open\(\s*\"[wax]")
    found = {
        path.relative_to(root).as_posix()
        for path in (root / "app").rglob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
    }
    assert found == WRITERS
