"""Paints every page once in one language, look and scale: ``python -m tests.screens.painter``.

A process of its own, because Qt takes its scale from the environment before it starts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from app import bootstrap
from app.gui.shell.screens import render_pages
from app.settings import Settings


def main(folder: str, language: str, theme: str, database: str) -> None:
    """Write ``page_*.png`` into `folder`."""
    settings = Settings(
        language=language,
        theme=theme,
        technician="T01",
        device="L7",
        database=database,
        company_name="测试终端服务有限公司",
    )
    services = bootstrap.build(settings)
    render_pages(services, settings, Path(folder))
    services.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
