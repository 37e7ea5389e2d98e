"""Imports every module of the program and says which cannot be: run by its Windows interpreter."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import app
import db

EXTRAS = {"asn1crypto", "pkcs11", "pyhanko", "pyhanko_certvalidator"}
"""Libraries of the seal, which the packages leave out (``poscare[seal]`` in `pyproject.toml`)."""


def main() -> int:
    """Print how many there are, and each that fails."""
    failed: list[str] = []
    names = [
        module.name
        for package in (app, db)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        # Alembic runs these itself, and the entry point is what starts the program.
        if not module.name.endswith((".__main__", ".env")) and ".versions." not in module.name
    ]
    for name in names:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name not in EXTRAS:
                failed.append(f"{name}: {missing!r}")
        except (ImportError, AttributeError, OSError, RuntimeError, TypeError) as error:
            failed.append(f"{name}: {error!r}")
    print(f"{len(names)} modules", *failed, sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
