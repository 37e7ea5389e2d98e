"""Sentences about a verified document, the same in the window and on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app.i18n import Translator
from app.texts import error_text, word
from app.texts.rules import listed


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one of the four questions: `question` and `answer` as in the values of
    `app.texts.proof_words`, and the sentences that give it."""

    question: str
    answer: str
    sentences: tuple[str, ...]


Titles = Callable[[str], str]
"""What a kind of document is called."""


def findings(t: Translator, judgement: Any, title: Titles) -> tuple[Finding, ...]:
    """What a `services.documents.verifying.DocumentProof` answers: always four, in their order."""
    return (
        _finding("issued", judgement.issued, _issued(t, judgement, title)),
        _finding("pages", judgement.pages, _pages(t, judgement)),
        _finding("signatures", judgement.signatures, _signatures(t, judgement)),
        _finding("seal", judgement.seal, seals_said(t, judgement)),
    )


def _finding(question: str, answer: str, sentences: Iterator[str]) -> Finding:
    return Finding(question, str(answer), tuple(map(shown, sentences)))


def shown(words: str) -> str:
    """Words of an untrusted file without what would steer a terminal or turn the direction of the
    text around it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in words)


def paper_findings(t: Translator, proof: Any, title: Titles) -> tuple[Finding, ...]:
    """What is known of the code of a paper (`services.documents.paper`): its signature, then what
    the register says, a finding for each document with its content."""
    answer = _SIGNED_ANSWERS[proof.signed.state]
    signed = Finding("code", answer, tuple(map(shown, _signed_code(t, proof))))
    if not proof.records:
        said = t("No document with the content of this code is in the register here")
        return (signed, Finding("issued", "unproved", (said,)))
    return (signed, *(_paper(t, record, title) for record in proof.records))


_SIGNED_ANSWERS = {
    "good": "yes",
    "revoked": "unproved",
    "stranger": "unproved",
    "bad": "no",
    "none": "none",
}


def _signed_code(t: Translator, proof: Any) -> Iterator[str]:
    """Who signed a code, and what it says of the document, to be compared with the page."""
    signed = proof.signed
    said = word(t, "signed_code", signed.state)
    if signed.computer is not None:
        said += " · " + t(
            "computer {computer} (person {person})",
            computer=signed.computer.computer or t("of this office"),
            person=signed.computer.person or "?",
        )
    if signed.since is not None:
        said += f" · {t.moment(signed.since)}"
    yield said
    if facts := " · ".join(fact for fact in proof.code.facts if fact):
        yield t("The code says: {facts}", facts=facts)
    yield t("Compare it with the page: whoever copies a code copies it whole.")


def _paper(t: Translator, record: Any, title: Titles) -> Finding:
    name = " ".join(filter(None, (title(record.kind), record.number)))
    if not record.agrees:
        said = t("The code is that of {name} and does NOT belong on this paper", name=name)
        return Finding("issued", "no", (shown(said),))
    known = record.registered
    sentences = [
        t("{name} was issued with this content: {moment}", name=name, moment=t.moment(known.at))
    ]
    sentences += _recorded(t, known)
    if known.newer_at is not None:
        sentences.append(t("A newer version was issued: {moment}", moment=t.moment(known.newer_at)))
    sentences.append(
        t("The code is proved, not the page: compare the page with the document issued.")
    )
    answer = "yes" if known.newer_at is None else "replaced"
    return Finding("issued", answer, tuple(map(shown, sentences)))


def _issued(t: Translator, judgement: Any, title: Titles) -> Iterator[str]:
    copies = judgement.proof.copies
    if judgement.another:
        yield t(
            "This is document {found}, NOT {wanted}",
            found=", ".join(copy.number or title(copy.kind) for copy in copies),
            wanted=judgement.wanted,
        )
    if not judgement.registered:
        yield t("Cannot be proved: no register of issued documents was asked")
    for copy, one in zip(copies, judgement.registered, strict=bool(judgement.registered)):
        said = word(t, "standing", one.standing)
        if len(copies) > 1:
            said = f"{copy.number or title(copy.kind)}: {said}"
        if one.at is not None:
            said += f" · {t.moment(one.at)}"
        yield said
        yield from _recorded(t, one)
        if one.newer_at is not None:
            yield t("A newer version was issued: {moment}", moment=t.moment(one.newer_at))
    others = any(one.recorder and not one.recorder.own for one in judgement.registered)
    for data in judgement.data:
        yield from _data(t, data, others=others)


def _recorded(t: Translator, one: Any) -> Iterator[str]:
    """Which other computer noted it."""
    if one.recorder is not None and not one.recorder.own:
        yield t(
            "Recorded by the computer {computer} (person {person}), not here",
            computer=one.recorder.computer or "?",
            person=one.recorder.person or "?",
        )


def _data(t: Translator, data: Any, *, others: bool) -> Iterator[str]:
    """Whether the data here, of which it was made anew, say the same."""
    if data.agrees:
        yield t("Made anew from the data here: they say the same")
    elif data.agrees is None:
        if others:
            yield t(
                "It cannot be made anew from the data here, so only the other computer speaks for"
                " it"
            )
    elif not data.differing:
        yield t("The data here know no such record")
    else:
        parts = listed(t, list(dict.fromkeys(_part(t, name) for name in data.differing)))
        said = t("The data here say something else now: {parts}", parts=parts)
        yield t("DOUBTFUL: {said}", said=said) if others else said


def _part(t: Translator, name: str) -> str:
    """A part of a sheet in words."""
    return word(t, "sheet_part", name)


def _pages(t: Translator, judgement: Any) -> Iterator[str]:
    proof = judgement.proof
    yield word(t, "pages_say", proof.verdict)
    if proof.pages:
        yield t("Pages that differ: {pages}", pages=", ".join(map(str, proof.pages)))
    if proof.foreign:
        names = "、".join(word(t, "foreign_part", part) for part in proof.foreign)
        yield t("In the file besides: {parts}", parts=names)
    if not all(copy.printed for copy in proof.copies):
        yield t("The hash of the content does not stand on its pages")


def _signatures(t: Translator, judgement: Any) -> Iterator[str]:
    if not judgement.inked:
        yield t("Nobody signed by hand.")
    for one in judgement.inked:
        who = one.signer or word(t, "signer_role", one.role)
        if one.answer == "no":
            said = t("The signature of {who} is for OTHER content than stands here", who=who)
        elif one.admitted:
            said = t("Changed after {who} signed, as the document itself says", who=who)
        elif one.answer == "unproved":
            said = t("What {who} signed stands in another document", who=who)
        else:
            said = t("{who} signed exactly this content", who=who)
        yield f"{said} · {t.moment(one.at)}" if one.at else said


def seals_said(t: Translator, judgement: Any) -> Iterator[str]:
    """Everything about the seals of a judged document, a line each."""
    if judgement.trouble is not None:
        yield error_text(t, judgement.trouble)
    elif not judgement.seals:
        yield t("Not sealed with a certificate.")
    for seal in judgement.seals:
        yield from seal_made(t, seal)
        if seal.unbroken:
            yield word(t, "seal_trust", seal.trust).format(
                root=seal.root or "?", issuer=seal.issuer or "?", signer=seal.signer
            )
            yield from _revocation(t, seal)
            if judgement.kept and seal.trust != "trusted":
                yield t("The register here holds the sealed file")


def _revocation(t: Translator, seal: Any) -> Iterator[str]:
    """What is known of a certificate that was called back; only lists in files are."""
    if seal.trust in {"not_asked", "stranger", "namesake", "revoked", "wrong_usage"}:
        return
    if seal.not_revoked_on is not None:
        moment = t.moment(seal.not_revoked_on)
        yield t("Not called back, by the list of its issuer of {moment}", moment=moment)
    else:
        yield t(
            "It cannot be proved that the certificate was not called back: no revocation list (CRL)"
            " in force was given"
        )


def seal_made(t: Translator, seal: Any) -> Iterator[str]:
    """Whether a seal is intact, by whom it was made, and since when."""
    if not seal.unbroken:
        yield t("THE SEAL OF {signer} IS BROKEN: the file was changed", signer=seal.signer)
    else:
        yield t("Sealed by {signer}: nothing was changed since", signer=seal.signer)
    if seal.at is not None:
        moment = t.moment(seal.at)
        if seal.stamped_by:
            yield t("Time stamp of {authority}: {moment}", authority=seal.stamped_by, moment=moment)
        else:
            yield t("By the clock of whoever sealed it: {moment}", moment=moment)
