"""The company's logo: copied into the data folder when it is chosen."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from app import files
from app.domain.errors import InvalidInput
from app.services.documents.photos import is_picture, media_type
from app.settings import Settings, not_written

MOST_LOGO_BYTES = 5 * 1024 * 1024


def with_own_logo(settings: Settings, folder: Path) -> Settings:
    """The settings with the logo copied into `folder`, so that documents keep it when the chosen
    file is moved or deleted.  Raises `InvalidInput`, `Unavailable`."""
    if not settings.company_logo or Path(settings.company_logo).parent == folder:
        return settings
    source = Path(settings.company_logo)
    try:
        if source.stat().st_size > MOST_LOGO_BYTES:
            raise InvalidInput.of("company_logo", "image.too_large", limit=5)
        content = files.read_chosen(source, MOST_LOGO_BYTES)
    except OSError as failure:
        raise InvalidInput.of("company_logo", "file.unreadable", name=source.name) from failure
    if not is_picture(content):
        raise InvalidInput.of("company_logo", "image.unknown", name=source.name)
    suffix = f".{media_type(content).removeprefix('image/').replace('jpeg', 'jpg')}"
    # Named by its content: documents already open keep the picture they have.
    own = folder / f"logo-{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    try:
        files.private_folder(folder)
        files.write(own, content)
    except OSError as failure:
        raise not_written(failure, own) from failure
    return replace(settings, company_logo=str(own))
