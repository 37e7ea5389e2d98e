"""Process start to file, with nothing between the font and the page: the floor of a cold report."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.document_page import on_canvas, register

if __name__ == "__main__":
    pages = pickle.loads(Path(sys.argv[1]).read_bytes())  # noqa: S301 - written by the bench
    register()
    Path(sys.argv[2]).write_bytes(on_canvas(pages))
