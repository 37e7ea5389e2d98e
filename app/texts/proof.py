"""Sentences about a verified document, the same in the window and on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.i18n import Translator
from app.texts import error_text, word

Finding = tuple[str, str]
"""An answer (``yes``, ``no``, ``unproved`` or ``none``) and the sentence that gives it."""


def findings(t: Translator, judgement: Any) -> list[Finding]:
    """What a `services.verifying.Judgement` says, the whole first, then question by question."""
    return [
        (str(judgement.verdict), word(t, "proof", judgement.verdict)),
        *_issued(t, judgement),
        *_pages(t, judgement),
        *_signatures(t, judgement),
        *_seals(t, judgement),
    ]


def _issued(t: Translator, judgement: Any) -> Iterator[Finding]:
    if not judgement.registered:
        yield "unproved", t("Cannot be proved: no register of issued documents was asked")
    answers = {"this_file": "yes", "same_content": "yes", "other_content": "no"}
    copies = judgement.proof.copies
    for copy, one in zip(copies, judgement.registered, strict=bool(judgement.registered)):
        said = word(t, "standing", one.standing)
        if len(copies) > 1:
            said = f"{copy.number or word(t, 'document_kind', copy.kind)}: {said}"
        if one.at is not None:
            said += f" · {t.moment(one.at)}"
        yield answers.get(str(one.standing), "unproved"), said
        if one.newer_at is not None:
            yield (
                "unproved",
                t("A newer version was issued: {moment}", moment=t.moment(one.newer_at)),
            )


def _pages(t: Translator, judgement: Any) -> Iterator[Finding]:
    proof = judgement.proof
    if judgement.pages == "unproved" and proof.verdict != "same_pages":
        yield "unproved", t("The pages were made by another version; the register vouches for them")
        return
    said = word(t, "pages_say", proof.verdict)
    if proof.pages:
        said += " · " + t("Pages that differ: {pages}", pages=", ".join(map(str, proof.pages)))
    if proof.foreign:
        names = "、".join(word(t, "foreign_part", part) for part in proof.foreign)
        said += " · " + t("In the file besides: {parts}", parts=names)
    yield str(judgement.pages), said


def _signatures(t: Translator, judgement: Any) -> Iterator[Finding]:
    for one in judgement.inked:
        who = one.signer or word(t, "signer_role", one.role)
        if one.answer == "no":
            said = t("The signature of {who} is for OTHER content than stands here", who=who)
        elif one.answer == "unproved":
            said = t("What {who} signed stands in another document", who=who)
        elif one.admitted:
            said = t("Changed after {who} signed, as the document itself says", who=who)
        else:
            said = t("{who} signed exactly this content", who=who)
        yield str(one.answer), f"{said} · {t.moment(one.at)}" if one.at else said


def _seals(t: Translator, judgement: Any) -> Iterator[Finding]:
    if judgement.trouble is not None:
        yield "unproved", error_text(t, judgement.trouble)
    elif not judgement.seals:
        yield "none", t("Not sealed with a certificate.")
    for seal in judgement.seals:
        yield seal_said(t, seal, kept=judgement.kept)


def seal_said(t: Translator, seal: Any, *, kept: bool = False) -> Finding:
    """What one seal says; `kept` when the register holds the sealed file."""
    at = f" · {t.moment(seal.at)}" if seal.at is not None else ""
    if not (seal.intact and seal.whole):
        said = t("THE SEAL OF {signer} IS BROKEN: the file was changed", signer=seal.signer)
        return "no", said + at
    said = t("Sealed by {signer}: nothing was changed since", signer=seal.signer) + at
    issuer = seal.issuer or "?"
    if seal.trusted is False:
        said += " · " + t(
            "BUT no certificate given vouches for it (issuer: {issuer})", issuer=issuer
        )
        return "no", said
    if seal.trusted:
        return "yes", said + " · " + t("the certificate given vouches for it")
    if kept:
        return "yes", said + " · " + t("the register here holds the sealed file")
    said += " · " + t("nobody vouches for the certificate (issuer: {issuer})", issuer=issuer)
    return "unproved", said
