"""The hash a signature is for: the facts of a document without its signature fields."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.diagnosis.session_record import STOP_SAID
from app.reports.data.content import canonical

_NOT_SIGNED: Mapping[str, frozenset[str]] = {
    # The files that paper does not show (`kept`) are proved by the content's own hash: a signature
    # from before they were listed stays.  What other incidents say of the terminal
    # (`terminal_stops`) is told, and nobody signs for it.
    "service_report": frozenset({"acceptance", "state", "made_at", "kept", "terminal_stops"}),
    "inspection": frozenset(
        {
            *("merchant_signed", "technician_signed", "satisfaction"),
            *("made_at", "kept", "terminal_stops"),
        }
    ),
    "swap_note": frozenset({"merchant_signed", "technician_signed", "made_at", "kept"}),
}
"""Fields of a sheet that come after the signature, or change with it."""


_ADDED_TO_INSPECTION = frozenset({"unfinished", "stops"})
_NEW_FEES = frozenset({"callout_fee_cents", "labour_fee_cents"})


def signable_hash(kind: str, sheet: Mapping[str, Any]) -> str:
    """The SHA-256 a signature keeps; the same for every language the document is printed in."""
    signed = signed_facts(kind, sheet)
    return hashlib.sha256(canonical({"kind": kind, "sheet": signed})).hexdigest()


def signed_facts(kind: str, sheet: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a sheet a signature is for."""
    left_out = _NOT_SIGNED.get(kind, frozenset())
    signed = {name: value for name, value in sheet.items() if name not in left_out}
    if kind == "service_report":
        # The next visit moves with the plans; nobody signs for it.
        outcome = {**signed["outcome"], "next_visit": ""}
        # A report without these fees, or of no request, is what it was before there were any: its
        # signature stays.
        signed["outcome"] = {n: v for n, v in outcome.items() if v or n not in _NEW_FEES}
        if parts := signed.get("parts"):
            # How long a part lasts follows from the catalogue and the day; nobody signs for it.
            without = [{n: v for n, v in p.items() if n != "warranty_until"} for p in parts]
            signed["parts"] = without
        for added in ("request", "others"):
            if not signed.get(added):
                signed.pop(added, None)
        if reasons := signed.get("fault", {}).get("reasons"):
            signed["fault"] = {**signed["fault"], "reasons": [_stop_alone(r) for r in reasons]}
    if kind == "inspection":
        signed["lines"] = [_as_answered(line) for line in signed.get("lines", ())]
        signed["stops"] = [_first_line(text) for text in signed.get("stops", ())]
        # A sheet with nothing of these is what it was before there were any.
        signed = {n: v for n, v in signed.items() if v or n not in _ADDED_TO_INSPECTION}
    return signed


def _stop_alone(reason: Mapping[str, str]) -> dict[str, str]:
    stop = any(reason.get(language, "").startswith(said) for language, said in STOP_SAID.texts)
    return _first_line(reason) if stop else dict(reason)


def _as_answered(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line as signatures have always known it: a value that was only noted was called passed."""
    return {**line, "result": "passed"} if line.get("result") == "noted" else dict(line)


def _first_line(text: Mapping[str, str]) -> dict[str, str]:
    """What a safety stop says happened, without the lines below it that say what to do: those are
    the catalogue's, and better words are no other fact."""
    return {language: said.partition("\n")[0] for language, said in text.items()}


def visit_hashes(sheets: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What one signature under the inspection sheets of a visit keeps; then, where it is another,
    what it kept while only devices had sheets and none told of unfinished tasks and stops."""
    now = signed_together([signable_hash("inspection", sheet) for sheet in sheets])
    devices = [sheet for sheet in sheets if sheet.get("device", {}).get("serial")]
    told = [{n: v for n, v in one.items() if n not in _ADDED_TO_INSPECTION} for one in devices]
    before = signed_together([signable_hash("inspection", one) for one in told]) if told else now
    return tuple(dict.fromkeys((now, before)))


def signed_together(hashes: Sequence[str]) -> str:
    """What one signature under several sheets keeps: the hash of a single sheet, else the SHA-256
    of the hashes of all of them, in their order."""
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
