"""Large files are taken in piece by piece: others save between, and a stopped import goes on."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.services import Services
from app.services.core.import_pieces import PIECE, in_pieces, pieces_together
from app.services.register.terminal_queries import TerminalFilter
from tests.factories import make_incident, make_terminal

HISTORY = "序列号,报修时间,显示代码,现象,确认故障类别,恢复时间,工程师,工时分钟\n"
TERMINALS = "序列号,终端号,商户号,商户名称,厂商,型号,收单机构,地区,安装地址\n"
ROWS = 2 * PIECE + 50


def history(folder: Path) -> Path:
    """More finished incidents than two pieces hold."""
    lines = [
        f"SN000001,2026-10-01 10:20,A0,第 {n} 次,software,2026-10-01 12:00,T02,95\n"
        for n in range(ROWS)
    ]
    path = folder / "history.csv"
    path.write_text(HISTORY + "".join(lines), encoding="utf-8")
    return path


def terminals(folder: Path, tids: list[str]) -> Path:
    """A terminal for each TID, four to a shop."""
    lines = [
        f"PIECE{n:06d},{tid},8482900541{n // 4:05d},商户{n // 4},百富,A920,银联商务,昆山,"
        f"人民路 {n} 号\n"
        for n, tid in enumerate(tids)
    ]
    path = folder / "terminals.csv"
    path.write_text(TERMINALS + "".join(lines), encoding="utf-8")
    return path


def logged(services: Services, kind: str) -> int:
    """Operations of a kind in the log."""
    with services.context.read() as session:
        query = sa.text("SELECT count(*) FROM operation WHERE kind = :kind")
        return int(session.execute(query, {"kind": kind}).scalar_one())


def test_a_history_that_was_stopped_goes_on_with_the_same_file(
    any_services: Services, tmp_path: Path
) -> None:
    make_terminal(any_services, serial="SN000001")
    importer, path = any_services.history_import, history(tmp_path)
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        assert total == ROWS
        seen.append(done)

    preview = importer.preview(path)
    stopped = importer.commit(
        preview, skip_bad=False, progress=progress, cancelled=lambda: seen[-1] > 0
    )
    assert (stopped.added, stopped.left) == (PIECE, ROWS - PIECE)
    assert stopped.added + stopped.unchanged + stopped.left == ROWS, "every row is told"
    rest = importer.commit(importer.preview(path), skip_bad=False)
    assert (rest.added, rest.unchanged, rest.left) == (ROWS - PIECE, PIECE, 0)
    assert logged(any_services, "incident.import") == 3


def test_others_save_between_two_pieces(any_services: Services, tmp_path: Path) -> None:
    """The file goes on being imported after each, with numbers of its own."""
    terminal = make_terminal(any_services, serial="SN000001")
    made: list[str] = []

    def progress(_done: int, _total: int) -> None:
        made.append(make_incident(any_services, terminal_id=terminal))

    importer = any_services.history_import
    result = importer.commit(importer.preview(history(tmp_path)), skip_bad=False, progress=progress)
    assert result.added == ROWS
    assert len(made) == len({any_services.incidents.get(key).number for key in made}) == 4


def test_terminals_exchange_their_tids_however_far_apart_they_stand(
    any_services: Services, tmp_path: Path
) -> None:
    importer = any_services.terminal_import
    tids = [f"{70000000 + n}" for n in range(ROWS)]
    first = importer.commit(importer.preview(terminals(tmp_path, tids)), skip_bad=False)
    assert (first.added, first.left) == (ROWS, 0)
    assert logged(any_services, "register.import") > 1
    tids[0], tids[-1] = tids[-1], tids[0]
    path = terminals(tmp_path, tids)
    again = importer.commit(importer.preview(path), skip_bad=False)
    assert (again.updated, again.unchanged) == (2, ROWS - 2)
    (holder,) = any_services.terminals.first(TerminalFilter(words=tids[0]), 2)
    assert holder.serial == "PIECE000000"
    assert importer.preview(path).unchanged == ROWS


@given(st.lists(st.sets(st.integers(0, 30), max_size=3), max_size=60), st.integers(1, 12))
def test_what_shares_a_bond_comes_in_one_piece(items: list[set[int]], most: int) -> None:
    numbered = list(enumerate(items))
    pieces = pieces_together(numbered, lambda item: item[1], most)
    assert Counter(place for piece in pieces for place, _ in piece) == Counter(range(len(items)))
    where = {place: n for n, piece in enumerate(pieces) for place, _ in piece}
    for place, bonds in numbered:
        for other, others in numbered:
            if bonds & others:
                assert where[place] == where[other]
    for before, after in itertools.pairwise(pieces):
        assert len(before) + len(after) > most or len(after) > most, "no piece is wasted"
    for piece in pieces:
        alone = pieces_together(piece, lambda item: item[1], 1)
        assert len(piece) <= most or len(alone) == 1


def test_a_piece_that_fails_leaves_those_before_it() -> None:
    taken: list[int] = []

    def take(piece: list[int]) -> int:
        if 5 in piece:
            raise OSError("no space left")
        taken.extend(piece)
        return len(piece)

    with pytest.raises(OSError, match="no space"):
        in_pieces([[1, 2], [3, 4], [5, 6]], 6, take, lambda _done, _total: None)
    assert taken == [1, 2, 3, 4]
