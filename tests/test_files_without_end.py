"""A file somebody names may be a device that has no end, or a pipe nobody writes into: it is
refused in words at once, wherever files are read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import files, paths
from app.domain.errors import InvalidInput
from tests.cli.conftest import Run, run  # noqa: F401 - the fixture, by its name

if sys.platform == "win32":
    pytest.skip("Windows has neither", allow_module_level=True)

READERS = (
    ("import",),
    ("import", "history"),
    ("parts", "import"),
    ("knowledge", "evaluate"),
    ("knowledge", "add", "sign", "own"),
    ("plan", "checklists", "--load"),
    ("plan", "holidays", "2030", "--load"),
    ("report", "read"),
    ("report", "verify"),
    ("report", "scan"),
    ("exchange", "trust"),
    ("exchange", "import"),
    ("restore",),
    ("backup", "--rehearse"),
    ("encrypt", "--passphrase-file"),
    ("wording", "set", "--logo"),
    ("settings", "company_logo"),
)
"""Commands that read the file named last."""


@pytest.mark.parametrize("reader", READERS, ids=" ".join)
def test_no_command_waits_for_the_end_of_what_has_none(
    run: Run,  # noqa: F811
    tmp_path: Path,
    template: Path,
    reader: tuple[str, ...],
) -> None:
    paths.database_file().parent.mkdir(parents=True, exist_ok=True)
    paths.database_file().write_bytes(template.read_bytes())
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    for endless in (str(pipe), "/dev/zero"):
        refused = run(*reader, endless)
        assert refused.code in {1, 2, 3, 5, 6}, refused
        assert refused.err.strip() or refused.out.strip()


PIPED = """
import sys
from pathlib import Path
from app.files import read_chosen
sys.stdout.write(read_chosen(Path("/dev/fd/0")).decode())
"""


def test_a_pipe_of_the_shell_is_read() -> None:
    command = [sys.executable, "-c", PIPED]
    done = subprocess.run(command, input="secret", capture_output=True, text=True, check=False)
    assert done.stdout == "secret", done.stderr


def test_what_is_taken_back_is_only_what_was_written(tmp_path: Path) -> None:
    """A pipe, a link to nowhere and a folder stay; an old file has its content, a new one goes."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    (tmp_path / "old").write_bytes(b"before")
    there = {path.name: path.lstat().st_mode for path in tmp_path.iterdir()}
    for name in (*there, "new"):
        path = tmp_path / name
        with pytest.raises(InvalidInput), files.taken_back_on_failure(path):
            if name in {"old", "new"}:
                files.write(path, b"after")
            raise InvalidInput.of("file", "file.is_own", path=name)
    assert {path.name: path.lstat().st_mode for path in tmp_path.iterdir()} == there
    assert (tmp_path / "old").read_bytes() == b"before"


def test_a_file_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert files.read_chosen(tmp_path / "x", 3) == b"abc"
    with pytest.raises(OSError, match="File too large"):
        files.read_chosen(tmp_path / "x", 2)
