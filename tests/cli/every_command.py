"""Every command of the command line with arguments it accepts, over a home where each has something
to do; for what holds of all of them: a folder that can only be read, a full disk, two at once."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import paths
from app import settings as settings_file
from app.cli import main
from app.settings import Settings
from tests.services.documents.paper import jpeg

SETTINGS = Settings(technician="T01", device="L7", language="zh")


@dataclass(frozen=True, slots=True)
class Command:
    """`words` name things of the home in braces; `writes` where it changes the database."""

    words: tuple[str, ...]
    writes: bool = False

    def arguments(self, named: Mapping[str, str]) -> list[str]:
        """What is typed, without the name of the program."""
        return [word.format_map(named) for word in self.words]


def _lines(name: str) -> list[str]:
    return (Path(__file__).parents[1] / "files" / name).read_text(encoding="utf-8").splitlines()


def _of(name: str, *, writes: bool = False) -> Iterator[Command]:
    return (Command(tuple(line.split()), writes) for line in _lines(name))


COMMANDS = (*_of("commands_that_write.txt", writes=True), *_of("commands_that_read.txt"))

LEFT_OUT = {
    "poscare": "opens the window",
    **dict.fromkeys(("help", "demo", "sample", "update"), "have nothing to do with these data"),
    **dict.fromkeys(("decrypt", "rekey", "unlock"), "of encrypted data: test_encryption_unwritten"),
    **dict.fromkeys(("people pin", "people code"), "once everybody has to sign in"),
    **dict.fromkeys(("report seal", "report scan"), "need a certificate, a photo of a paper"),
    **dict.fromkeys(
        ("exchange settle", "exchange withdraw", "exchange bring-back"), "need work that waits"
    ),
    **{
        f"hub {verb}": "needs a server: tests/cli/test_hub.py"
        for verb in ("connect", "init", "admit", "status", "devices", "revoke", "work", "sync")
    },
}
"""Commands without a line above, and why."""


def prepare(out: Path) -> dict[str, str]:
    """Fill the home of `app.paths` and a folder of files the commands read, by the commands of a
    file; returns the names the others use.  ``name.key:`` before a command takes that key of its
    answer under the name."""
    settings_file.save(SETTINGS, paths.settings_file())
    out.mkdir(parents=True, exist_ok=True)
    _write_files(out)
    today = datetime.now().astimezone().date()
    named = {
        "out": str(out),
        "early": (today + timedelta(days=5)).isoformat(),
        "soon": (today + timedelta(days=9)).isoformat(),
    }
    for line in _lines("commands_before.txt"):
        name, _, command = line.rpartition(": ")
        words = Command(tuple(command.split())).arguments(named)
        with pytest.MonkeyPatch.context() as patch:
            if words[0] == ELSEWHERE:
                patch.setenv(paths.HOME_VARIABLE, str(out / ELSEWHERE))
            said = _json(*words[words[0] == ELSEWHERE :])
        if name:
            name, *keys = name.split(".")
            named[name] = str(functools.reduce(operator.getitem, keys, _first(said)))
    return named


def _first(said: Any) -> Any:
    """The first entry of an answer that is a list, or holds nothing but one."""
    if isinstance(said, dict) and len(said) == 1:
        (only,) = said.values()
        said = only if isinstance(only, list) else said
    return said[0] if isinstance(said, list) else said


def _json(*words: str) -> Any:
    """What a command says as JSON."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main([*words, "--json"])
    assert code == 0, (words, out.getvalue())
    return json.loads(out.getvalue())


def _write_files(out: Path) -> None:
    for name, text in FILES.items():
        (out / name).write_text(text, encoding="utf-8")
    (out / "photo.jpg").write_bytes(jpeg())


_SOON = (datetime.now().astimezone() + timedelta(days=20)).date().isoformat()
_HEADER = "序列号,终端号,商户号,商户名称,厂商,型号,固件,区域,安装地址,保修到期"
_TERMINAL = (
    "SN{n:08d},7700000{n},84829005812000{n},{n}号便利店,新大陆,N910,3.2.{n},浦东新区,测试路{n}号"
)
_SIGN = {"kind": "symptom", "source": "unionpay.2014", "zh": "自有说法", "en": "own saying"}
FILES = {
    "first.csv": "\n".join(
        (_HEADER, *(f"{_TERMINAL.format(n=n)},{_SOON if n < 3 else ''}" for n in range(1, 6)))
    ),
    "terminals.csv": f"{_HEADER}\n{_TERMINAL.format(n=7)},\n{_TERMINAL.format(n=8)},\n",
    "history.csv": "序列号,报修时间,显示代码,现象,确认故障类别,恢复时间,工程师,工时分钟\n"
    "SN00000001,2026-10-01 10:20,A0,重新签到后仍然,software,2026-10-01 12:00,T02,95\n",
    "theirs.csv": f"{_HEADER}\n{_TERMINAL.format(n=9)},\n",
    "cases.jsonl": json.dumps({"id": "1", "text": "请签到", "label": "operation"}),
    "prices.csv": "编号,名称,单价,保修月数\nBAT-930,电池,120,6\n",
    "passphrase": "a good passphrase",
    "sign.json": json.dumps(_SIGN | {"says": ["滴滴响个没完"]}),
    "edited.json": json.dumps(_SIGN | {"says": ["一直滴滴响"]}),
}
ELSEWHERE = "elsewhere"
"""The word before what another computer does."""
