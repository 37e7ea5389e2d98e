"""Lays a house's own entries over the shipped catalogue, in the same format and as strictly read.

Whatever no longer fits (its mode is gone in a newer catalogue) is left out by itself and named,
and never takes the catalogue with it.
"""

from __future__ import annotations

import functools
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.knowledge_edits import KnowledgePart, Overlay, OverlayEntry
from app.domain.errors import BadKnowledge
from app.knowledge.building import build
from app.knowledge.loader import Merged, merged_from, problems_of, with_words
from app.knowledge.schema import KnowledgeFile

OWN = "overlay"
"""Stands for a file in what is said of an entry of one's own."""
_KEPT = 3
"""Overlays made ready at once: the one in effect, and one that is tried."""
_DUMPED: dict[str, Any] = {"mode": "json", "by_alias": True, "exclude_defaults": True}


class LayeredCatalogue:
    """The shipped files, read once, and what lies over them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._merged, self._digest = merged_from(folder)
        self._ready: OrderedDict[Overlay, Reasoner] = OrderedDict()
        self._lock = threading.RLock()

    @functools.cached_property
    def shipped(self) -> Knowledge:
        """What is shipped alone.  Raises `BadKnowledge`."""
        return self.strict(())

    def reasoner(self, overlay: Overlay = ()) -> Reasoner:
        """The catalogue with an overlay, ready to reason with.  Made once, whatever thread asks;
        the latest few are kept.  Raises `BadKnowledge`."""
        with self._lock:
            if overlay not in self._ready:
                self._ready[overlay] = Reasoner(self.knowledge(overlay))
            self._ready.move_to_end(overlay)
            while len(self._ready) > _KEPT:
                self._ready.popitem(last=False)
            return self._ready[overlay]

    def contents(self, part: KnowledgePart) -> dict[str, dict[str, Any]]:
        """The shipped entries of a part by name, in the file format."""
        return _contents(self._merged.whole, part)

    def knowledge(self, overlay: Overlay) -> Knowledge:
        """The catalogue with every entry of the overlay that fits; the others are named in
        `unfit`.  Raises `BadKnowledge` for a fault of the shipped files."""
        if not overlay:
            return self.shipped
        try:
            return self.strict(overlay)
        except BadKnowledge:
            kept: Overlay = ()
            unfit = []
            found = self.shipped
            for one in overlay:
                try:
                    found, kept = self.strict((*kept, one)), (*kept, one)
                except BadKnowledge as error:
                    unfit.append(f"{one.part}.{one.entry}: {error.params['problem']}")
            return replace(found, unfit=tuple(unfit))

    def strict(self, overlay: Overlay) -> Knowledge:
        """The same, refusing what does not fit.  Raises `BadKnowledge`."""
        merged = self._merged.copy()
        for one in overlay:
            _lay(merged, one)
        own = json.dumps([(one.part, one.entry, one.content) for one in overlay])
        digest = self._digest.copy()
        digest.update(own.encode() if overlay else b"")
        knowledge = build(merged.whole, merged.files, digest.hexdigest()[:16])
        changed = {one.entry for one in overlay if one.part is KnowledgePart.SIGN}
        return with_words(knowledge, self._folder, changed)


def _contents(whole: Mapping[str, Any], part: KnowledgePart) -> dict[str, dict[str, Any]]:
    entries: dict[str, BaseModel] = (
        {f"{each.profile}/{each.code}": each for each in whole["code"]}
        if part is KnowledgePart.CODE
        else whole[part]
    )
    return {str(name): entry.model_dump(**_DUMPED) for name, entry in entries.items()}


def _lay(merged: Merged, one: OverlayEntry) -> None:
    """Put one entry in place of the shipped one, or take that away.  Raises `BadKnowledge`."""
    section = str(one.part)
    merged.files[section, one.entry] = OWN
    if one.part is KnowledgePart.CODE:
        profile, _, code = one.entry.partition("/")
        codes = merged.whole["code"]
        codes[:] = [each for each in codes if (each.profile, each.code) != (profile, code)]
        if one.content:
            said = {**json.loads(one.content), "profile": profile, "code": code}
            codes.extend(_validated({"code": [said]}, one).code)
        return
    entries = merged.whole[section]
    known = {str(key): key for key in entries}
    if one.content:
        read = getattr(_validated({section: {one.entry: json.loads(one.content)}}, one), section)
        entries.update(read)
    elif one.entry in known:
        del entries[known[one.entry]]


def _validated(raw: Mapping[str, Any], one: OverlayEntry) -> KnowledgeFile:
    try:
        return KnowledgeFile.model_validate(raw)
    except ValidationError as error:
        problem = str(next(problems_of(OWN, raw, error)).params["problem"])
        raise BadKnowledge(OWN, f"{one.part}.{one.entry}", problem) from error
