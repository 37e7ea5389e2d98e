"""JSON on standard output."""

from __future__ import annotations

import json
import sys
from typing import Any


def print_json(value: Any, *, indent: int | None = None) -> None:
    """Print JSON as every program reads it.  JSON between programs is UTF-8 (RFC 8259, 8.1); where
    the output is in another code page, its own escapes keep it ASCII and lose nothing."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    escaped = not encoding.startswith("utf")
    print(json.dumps(value, ensure_ascii=escaped, indent=indent))
