"""Hands a PDF to the print system as it is, where the print system takes PDF (CUPS).

Vectors stay vectors, and the printer's own options apply.  Elsewhere pages are printed as pictures.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from app.domain.documents import PrintJob
from app.domain.errors import Unavailable

_PATIENCE = 120
"""Seconds after which a print system that says nothing is taken for dead."""
_LONGEST_TITLE = 80
"""Characters; CUPS keeps 255 bytes."""

_ITSELF = re.compile(r"^\S*lp: (Error - )?")
"""How `lp` begins what it says."""

_REASONS = (
    (re.compile(r"does not exist|unknown destination|no such", re.I), "printer.unknown"),
    (re.compile(r"not accepting|rejecting", re.I), "printer.rejecting"),
    (re.compile(r"unauthori[sz]ed|forbidden|not allowed|denied", re.I), "printer.denied"),
    (
        re.compile(r"scheduler|connect|bad file descriptor|not responding", re.I),
        "printer.no_service",
    ),
)


def spooler() -> str:
    """The program that takes a PDF for a printer; empty where there is none."""
    return shutil.which("lp") or "" if os.name == "posix" else ""


def spool(pdf: bytes, job: PrintJob) -> None:
    """Give a document to the print system.

    Raises `Unavailable`: ``printer.unknown``, ``printer.rejecting``, ``printer.denied``,
    ``printer.no_service``, or ``printer.failed`` with the print system's own words.
    """
    command = [spooler(), *_arguments(job), "--", "-"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, input=pdf, capture_output=True, timeout=_PATIENCE, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise Unavailable("printer.no_service", name=job.printer) from failure
    if done.returncode:
        raise _explained(done.stderr.decode("utf-8", "replace"), job.printer)


def _arguments(job: PrintJob) -> list[str]:
    """The command line; every word of it is ours or one argument of its own."""
    title = "".join(char for char in job.title if char.isprintable())[:_LONGEST_TITLE]
    made = ["-d", job.printer, "-t", title or "POSCare", "-n", str(job.copies)]
    if job.pages:
        made += ["-P", job.pages]
    options = [
        f"media={job.media}" if job.media else "",
        f"sides={job.sides}" if job.sides else "",
        f"print-color-mode={'monochrome' if job.grey else 'color'}",
        "ColorModel=Gray" if job.grey else "",
        f"Collate={job.collate}" if job.copies > 1 else "",
        "outputorder=reverse" if job.reverse else "",
        f"print-scaling={'fit' if job.fit else 'none'}",
        "fit-to-page" if job.fit else "",
        *job.more,
    ]
    for option in filter(None, options):
        made += ["-o", option]
    return made


def _explained(said: str, printer: str) -> Unavailable:
    reason = _ITSELF.sub("", " ".join(said.split()))[:200]
    code = next((code for words, code in _REASONS if words.search(reason)), "printer.failed")
    return Unavailable(code, name=printer, reason=reason)
