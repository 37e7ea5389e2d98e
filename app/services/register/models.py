"""Models of terminals and acquirers: required firmware, approvals, tables of codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import Conflict, InvalidInput, NotFound, Problems
from app.domain.register.equipment import (
    Acquirer,
    ModelDraft,
    TerminalModel,
    check_model,
    draft_of_model,
    firmware_older,
)
from app.domain.register.firmware import FirmwareLine, VersionCount, firmware_register
from app.domain.register.terminal_kinds import TerminalKind
from app.domain.register.terminal_states import KEPT_UP
from app.services.core.context import ServiceContext
from app.services.core.operations import Merge, Same, operation
from db.keys import new_key
from db.models.register import (
    AcquirerRow,
    ManufacturerRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import MANUFACTURER, MODEL, PLACED_NOW

_FIELDS = (
    "kind",
    "code_profile",
    "required_firmware",
    "pts_version",
    "pts_expires_on",
    "pts_use_until",
)


class Models:
    """Use cases of the model list."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listed(self) -> tuple[TerminalModel, ...]:
        """Every model by manufacturer and name, with its devices that are not retired counted."""
        with self._context.read() as session:
            counts = _devices_by_firmware(session)
            query: Any = (
                sa.select(TerminalModelRow, col(ManufacturerRow.name))
                .join(*MANUFACTURER)
                .order_by(col(ManufacturerRow.name), col(TerminalModelRow.name))
            )
            return tuple(
                _model(row, maker, counts.get(row.id, Counter()))
                for row, maker in session.execute(query)
            )

    def _as_listed(self, given: Mapping[str, Any]) -> tuple[ModelDraft, int] | None:
        """A model as it stands, for a change to be merged with."""
        known = [one for one in self.listed() if one.id == given.get("model_id")]
        return (draft_of_model(known[0]), known[0].version) if known else None

    def _made_meanwhile(self, given: Mapping[str, Any]) -> tuple[str, ModelDraft] | None:
        """The model with the maker and name of a new one, and the new one's draft."""
        if given.get("model_id"):
            return None
        wanted = check_model(given["draft"])
        called = (wanted.manufacturer, wanted.name)
        known = [one.id for one in self.listed() if (one.manufacturer, one.name) == called]
        return (known[0], wanted) if known else None

    @operation(
        "model.save",
        merge=Merge(draft="draft", version="version", read=_as_listed),
        same=Same(find=_made_meanwhile, edit="model.save", key="model_id"),
    )
    def save(self, draft: ModelDraft, model_id: str = "", version: int = 0) -> str:
        """Add or change a model; returns the id.  Manufacturer and name of a known model stay as
        they are: devices are found by them.  Raises `InvalidInput`, `NotFound`, `Conflict`."""
        checked = check_model(draft)
        with self._context.write() as unit:
            session = unit.session
            row = _known(session, model_id, version) if model_id else _new_row(session, checked)
            for name in _FIELDS:
                setattr(row, name, getattr(checked, name))
            row.battery_life_months = checked.battery_life_months or None
            session.add(row)
            session.flush()
            unit.touched("model", [row.id])
            unit.touched("terminal")
            return str(row.id)

    def acquirers(self) -> tuple[Acquirer, ...]:
        """Every acquirer by name, with the terminals that stand under it."""
        with self._context.read() as session:
            placed = sa.func.count(col(PlacementRow.id))
            query: Any = (
                sa.select(
                    col(AcquirerRow.id),
                    col(AcquirerRow.name),
                    col(AcquirerRow.code_profile),
                    placed,
                )
                .outerjoin(
                    PlacementRow,
                    sa.and_(
                        col(PlacementRow.acquirer_id) == col(AcquirerRow.id),
                        PLACED_NOW,
                    ),
                )
                .group_by(col(AcquirerRow.id), col(AcquirerRow.name), col(AcquirerRow.code_profile))
                .order_by(col(AcquirerRow.name))
            )
            return tuple(Acquirer(*row) for row in session.execute(query))

    @operation("acquirer.set_profile")
    def set_acquirer_profile(self, acquirer_id: str, code_profile: str) -> None:
        """Say which table the codes of an acquirer's terminals are read from; empty for unknown.
        Raises `InvalidInput`, `NotFound`."""
        problems = Problems()
        profile = ""
        with problems.field("code_profile"):
            profile = text.line(code_profile)
        problems.raise_if_any()
        with self._context.write() as unit:
            row = unit.session.get(AcquirerRow, acquirer_id)
            if row is None:
                raise NotFound("acquirer", acquirer_id)
            row.code_profile = profile
            unit.touched("model")
            unit.touched("terminal")

    def firmware(self) -> tuple[FirmwareLine, ...]:
        """Which firmware and application versions run on how many devices that are kept up, by
        model; which is the newest known, and which are behind it."""
        with self._context.read() as session:
            query: Any = (
                sa.select(
                    col(ManufacturerRow.name),
                    col(TerminalModelRow.name),
                    col(TerminalModelRow.required_firmware),
                    col(TerminalRow.firmware),
                    col(TerminalRow.app_version),
                    sa.func.count(),
                )
                .select_from(TerminalRow)
                .join(*MODEL)
                .join(*MANUFACTURER)
                .where(col(TerminalRow.state).in_(KEPT_UP))
                .group_by(
                    col(ManufacturerRow.name),
                    col(TerminalModelRow.name),
                    col(TerminalModelRow.required_firmware),
                    col(TerminalRow.firmware),
                    col(TerminalRow.app_version),
                )
                .order_by(col(TerminalRow.firmware), col(TerminalRow.app_version))
            )
            counts, required = [], {}
            for maker, model, wanted, firmware, application, amount in session.execute(query):
                required[maker, model] = wanted
                counts.append(
                    VersionCount(
                        manufacturer=maker,
                        model=model,
                        firmware=firmware,
                        app_version=application,
                        terminals=amount,
                    )
                )
        return firmware_register(counts, required)

    def profiles(self) -> tuple[str, ...]:
        """Names of code tables in use, to complete forms with."""
        with self._context.read() as session:
            used = sa.union(
                sa.select(col(TerminalModelRow.code_profile)),
                sa.select(col(AcquirerRow.code_profile)),
            )
            return tuple(sorted(name for name in session.execute(used).scalars() if name))


def _devices_by_firmware(session: Session) -> dict[str, Counter[str]]:
    query: Any = (
        sa.select(col(TerminalRow.model_id), col(TerminalRow.firmware), sa.func.count())
        .where(col(TerminalRow.state).in_(KEPT_UP))
        .group_by(col(TerminalRow.model_id), col(TerminalRow.firmware))
    )
    found: dict[str, Counter[str]] = {}
    for model_id, firmware, amount in session.execute(query):
        found.setdefault(model_id, Counter())[firmware] += amount
    return found


def _model(row: TerminalModelRow, manufacturer: str, firmware: Counter[str]) -> TerminalModel:
    return TerminalModel(
        id=row.id,
        version=row.version,
        manufacturer=manufacturer,
        name=row.name,
        kind=TerminalKind(row.kind),
        code_profile=row.code_profile,
        required_firmware=row.required_firmware,
        pts_version=row.pts_version,
        pts_expires_on=row.pts_expires_on,
        pts_use_until=row.pts_use_until,
        battery_life_months=row.battery_life_months,
        terminals=firmware.total(),
        outdated=sum(
            amount
            for version, amount in firmware.items()
            if firmware_older(version, row.required_firmware)
        ),
    )


def _known(session: Session, model_id: str, version: int) -> TerminalModelRow:
    row = session.get(TerminalModelRow, model_id)
    if row is None:
        raise NotFound("terminal_model", model_id)
    if row.version != version:
        raise Conflict("terminal_model", row.name)
    return row


def _new_row(session: Session, draft: ModelDraft) -> TerminalModelRow:
    # First, so that it is the same whether somebody else entered the maker meanwhile or not.
    key = new_key()
    maker = session.execute(
        sa.select(col(ManufacturerRow.id)).where(col(ManufacturerRow.name) == draft.manufacturer)
    ).scalar()
    if maker is None:
        new_maker = ManufacturerRow(name=draft.manufacturer)
        session.add(new_maker)
        session.flush()
        maker = new_maker.id
    taken = session.execute(
        sa.select(col(TerminalModelRow.id)).where(
            col(TerminalModelRow.manufacturer_id) == maker,
            col(TerminalModelRow.name) == draft.name,
        )
    ).scalar()
    if taken is not None:
        raise InvalidInput.of("name", "model.known", value=draft.name)
    return TerminalModelRow(id=key, manufacturer_id=maker, name=draft.name)
