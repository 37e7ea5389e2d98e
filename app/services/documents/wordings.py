"""Wordings of papers: kept for the office and by acquirer, the same on every computer."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import BadValue, InvalidInput, as_problem
from app.domain.text import free_line
from app.domain.wordings import (
    LARGEST_LOGO,
    LOGO_MEGABYTES,
    PaperWording,
    ReportColumn,
    StampPlace,
    check_wording,
)
from app.languages import LocalizedText
from app.reports.media.photo import EMBLEM
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.documents.attachments import read_file
from app.services.documents.photos import PictureDecoder, media_type
from db.models.office import SharedFactRow

_FACT = "wording:"
"""Before the name of an acquirer, empty for the office, in the name of a shared fact."""
EVERYBODY = ""
"""Instead of an acquirer: the office, for all who have no wording of their own."""


class Wordings:
    """Use cases of letterheads and wordings."""

    def __init__(self, context: ServiceContext, decoder: PictureDecoder) -> None:
        self._context = context
        self._decoder = decoder

    def listed(self) -> dict[str, PaperWording]:
        """Every wording by acquirer, that of the office under `EVERYBODY`."""
        with self._context.read() as session:
            return read_wordings(session)

    @operation("wording.save")
    def save(self, acquirer: str, wording: PaperWording) -> None:
        """Keep what papers say for an acquirer, or for the office (`EVERYBODY`); one that says
        nothing is taken away.  Raises `InvalidInput`."""
        checked = check_wording(wording)
        with as_problem("acquirer"):
            name = _FACT + free_line(acquirer)
        with self._context.write() as unit:
            row = unit.session.get(SharedFactRow, name)
            if checked == PaperWording():
                if row is not None:
                    unit.session.delete(row)
                    unit.touched("wording")
                return
            if row is None:
                unit.session.add(SharedFactRow(name=name, value=_written(checked)))
            else:
                row.value = _written(checked)
            unit.touched("wording")

    def logo_of(self, path: Path) -> str:
        """A picture as a wording keeps it.  Raises `InvalidInput`, `Unavailable`."""
        content = read_file(path)
        try:
            media_type(content)
        except BadValue:
            raise InvalidInput.of("logo", "image.unknown", name=path.name) from None
        made = self._decoder.prepare(content, EMBLEM)
        if made.problem or not made.copy:
            raise InvalidInput.of("logo", "image.unknown", name=path.name)
        text = base64.b64encode(made.copy).decode()
        if len(text) > LARGEST_LOGO:
            raise InvalidInput.of("logo", "image.too_large", limit=LOGO_MEGABYTES)
        return text


def read_wordings(session: Session) -> dict[str, PaperWording]:
    """Every wording by acquirer, in an open session."""
    rows = session.execute(
        sa.select(col(SharedFactRow.name), col(SharedFactRow.value)).where(
            col(SharedFactRow.name).startswith(_FACT, autoescape=True)
        )
    )
    return {name.removeprefix(_FACT): _read(value) for name, value in rows}


def _written(wording: PaperWording) -> dict[str, Any]:
    return {
        "company": wording.company,
        "phone": wording.phone,
        "logo": wording.logo,
        "titles": {kind: title.stored() for kind, title in wording.titles},
        "notice": wording.notice.stored(),
        "closing": wording.closing.stored(),
        "stamp": wording.stamp or "",
        "hidden": list(wording.hidden),
    }


def _read(value: Mapping[str, Any]) -> PaperWording:
    """What `_written` wrote, by this version or a newer one whose words this one does not know."""
    titles: Mapping[str, Any] = value["titles"]
    return PaperWording(
        company=value["company"],
        phone=value["phone"],
        logo=value["logo"],
        titles=tuple((kind, LocalizedText.of(title)) for kind, title in sorted(titles.items())),
        notice=LocalizedText.of(value["notice"]),
        closing=LocalizedText.of(value["closing"]),
        stamp=StampPlace(value["stamp"]) if value["stamp"] in list(StampPlace) else None,
        hidden=tuple(ReportColumn(one) for one in value["hidden"] if one in list(ReportColumn)),
    )
