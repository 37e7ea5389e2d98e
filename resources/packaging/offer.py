"""Writes ``poscare-update.json`` beside the packages: ``python resources/packaging/offer.py``.

Whoever copies the folder to a share or a web server offers it as an update (`app.updates`).  What
changed is the newest section of ``CHANGELOG.md``; a Chinese text is given with ``--changes-zh``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import layout

from app import __version__
from app.updates import OFFER

PACKAGES = {
    "windows": "POSCare-{version}-setup.exe",
    "debian": "poscare_{version}_amd64.deb",
    "macos": "POSCare-{version}-x86_64.dmg",
    "macos-arm64": "POSCare-{version}-arm64.dmg",
}
"""The installer of each system, by the name `app.updates.system_name` gives it."""


def main() -> int:
    """Write it; print what is offered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=layout.OUT)
    parser.add_argument("--changes-zh", type=Path, metavar="FILE", help="what changed, in Chinese")
    given = parser.parse_args()
    offer = offer_of(given.folder, given.changes_zh)
    if not offer["files"]:
        raise SystemExit(f"There is no package of version {__version__} in {given.folder}.")
    path = given.folder / OFFER
    path.write_text(json.dumps(offer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: version {__version__} for {', '.join(offer['files'])}")
    return 0


def offer_of(folder: Path, chinese: Path | None) -> dict[str, Any]:
    """What is offered in a folder."""
    changes = {"en": newest_changes((layout.ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))}
    if chinese is not None:
        changes["zh"] = chinese.read_text(encoding="utf-8")
    found = {system: folder / name.format(version=__version__) for system, name in PACKAGES.items()}
    return {
        "version": __version__,
        "published": time.strftime("%Y-%m-%d", time.gmtime(layout.moment())),
        "changes": changes,
        "files": {system: _told(path) for system, path in found.items() if path.is_file()},
    }


def newest_changes(changelog: str) -> str:
    """The first section of the list of changes, without its heading."""
    _head, _mark, rest = changelog.partition("\n## ")
    section = rest.partition("\n## ")[0]
    return section.partition("\n")[2].strip()


def _told(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "name": path.name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


if __name__ == "__main__":
    raise SystemExit(main())
