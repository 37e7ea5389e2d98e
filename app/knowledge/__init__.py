"""Reads the fault catalogue from files and says exactly where it is wrong."""

from __future__ import annotations

from app.knowledge.loader import load_knowledge

__all__ = ["load_knowledge"]
