"""``poscare report read``, ``verify``, ``scan`` and ``seal``: a document is read back, proved,
looked up by the code on its paper, sealed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import files, paths
from app.cli.context import Context
from app.cli.printing import print_json
from app.domain.errors import InvalidInput, Unavailable
from app.i18n import Translator
from app.texts import error_text, word
from app.texts.proof import Finding, findings, paper_findings, shown

if TYPE_CHECKING:
    from app.services.documents.verifying import DocumentProof, JudgedFile


def configure(verbs: Any, t: Translator) -> None:
    """The verbs."""
    read_verb = verbs.add_parser("read", help=t("print the data inside a document as JSON"))
    verify_verb = verbs.add_parser("verify", help=t("prove that a document is what it says"))
    verify_verb.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="CERTIFICATE",
        help=t("a certificate that may vouch for the seal, or a list of revoked ones (CRL)"),
    )
    verify_verb.add_argument(
        "--number", default="", metavar="NUMBER", help=t("the number the document must have")
    )
    seal_verb = verbs.add_parser("seal", help=t("seal a document with the company's certificate"))
    scan_verb = verbs.add_parser("scan", help=t("prove the QR code of a paper"))
    scan_verb.add_argument("code", metavar="CODE", help=t("its text, or a photo of the page"))
    for sub in (read_verb, verify_verb, seal_verb):
        folder = t("a file; with verify also a folder") if sub is verify_verb else None
        sub.add_argument("file", metavar="FILE.pdf", help=folder)
    seal_verb.add_argument("-o", "--output", default="", metavar="FILE.pdf")
    seal_verb.add_argument("--certificate", default="", help=t("PKCS#12 file or PKCS#11 library"))
    seal_verb.add_argument("--token", default="", help=t("label of the token"))
    seal_verb.add_argument("--label", default="", help=t("label of the certificate on the token"))
    seal_verb.add_argument(
        "--timestamp",
        default="",
        metavar="URL",
        help=t("a time stamping authority that proves when it was sealed"),
    )
    seal_verb.add_argument(
        "--secret",
        default="POSCARE_SEAL_SECRET",
        metavar="VARIABLE",
        help=t("environment variable that holds the passphrase or PIN"),
    )


def read(context: Context) -> int:
    """Print the data inside a document."""
    from app.services.documents.reading import read as copies_of

    copies = copies_of(_content(context))
    contents = [copy.content for copy in copies]
    value = contents[0] if len(contents) == 1 else contents
    print_json(value, indent=2)
    for copy in copies:
        if not copy.printed:
            context.note(
                context.t("The hash of {name} does not stand on its pages.", name=copy.name)
            )
    return 0 if all(copy.printed for copy in copies) else 1


def verify(context: Context) -> int:
    """Answer the four questions of `app.services.documents.verifying`; 0 only when all is
    proved."""
    from app.services.documents.attachments import read_file
    from app.services.documents.kinds import title_of
    from app.services.documents.verifying import ProofAnswer

    t = context.t
    roots = tuple(read_file(Path(name)) for name in context.options.trust)
    if Path(context.options.file).is_dir():
        return _verify_folder(context, roots)
    pdf = _content(context)
    judged = _judged(context, pdf, roots)
    found = findings(t, judged, partial(title_of, t))
    lines = [word(t, "proof", judged.verdict), *_lines(t, found)]
    lines += [
        shown(
            t(
                "{kind} {number}  content {sha256}",
                kind=title_of(t, copy.kind),
                number=copy.number,
                sha256=copy.sha256,
            )
        )
        for copy in judged.proof.copies
    ]
    context.emit(_value(judged), "\n".join(lines))
    return 0 if judged.verdict is ProofAnswer.YES else 1


def _verify_folder(context: Context, roots: tuple[bytes, ...]) -> int:
    """A line for every PDF of a folder; 0 only when all are proved."""
    t, folder = context.t, Path(context.options.file)
    found = list(context.services.verifying.judge_folder(folder, roots, progress=context.progress))
    lines = [shown(f"{word(t, 'answer', one.verdict)}  {one.name}{_why(t, one)}") for one in found]
    counted = Counter(one.verdict for one in found)
    lines += [
        f"{word(t, 'proof', verdict)} × {count}" for verdict, count in sorted(counted.items())
    ]
    value = [
        {
            "file": one.name,
            "verdict": one.verdict,
            "problem": one.trouble.code if one.trouble else "",
        }
        for one in found
    ]
    context.emit(value, "\n".join(lines))
    return 0 if set(counted) == {"yes"} else 1


def _why(t: Translator, one: JudgedFile) -> str:
    return f"  {error_text(t, one.trouble)}" if one.trouble is not None else ""


def _lines(t: Translator, found: Iterable[Finding]) -> Iterator[str]:
    for one in found:
        yield f"{word(t, 'answer', one.answer)}  {word(t, 'proof_question', one.question)}"
        yield from (f"    {said}" for said in one.sentences)


def scan(context: Context) -> int:
    """Say what the QR code of a paper proves; 0 when its signature is good, or it is of an earlier
    version and the newest that was issued, and nothing speaks against it."""
    from app.services.documents.kinds import title_of

    t, asked = context.t, context.options.code
    verifying = context.services.verifying
    if Path(asked).is_file():
        from app.services.documents.attachments import read_file

        proof = verifying.photographed(read_file(Path(asked)))
    else:
        proof = verifying.paper(asked)
    found = paper_findings(t, proof, partial(title_of, t))
    value = {
        "signed": proof.signed.state,
        "facts": proof.code.facts,
        "sha256": proof.code.sha256,
        "documents": [
            {
                "kind": one.kind,
                "number": one.number,
                "agrees": one.agrees,
                "at": one.registered.at,
                "newer_at": one.registered.newer_at,
            }
            for one in proof.records
        ],
    }
    context.emit(value, "\n".join(_lines(t, found)))
    answers = {one.answer for one in found}
    if proof.genuine:
        return 0 if answers <= {"yes", "unproved"} else 1
    return 0 if answers == {"yes", "none"} else 1


def _judged(context: Context, pdf: bytes, roots: tuple[bytes, ...]) -> DocumentProof:
    """With the register of the database, where there is one: a machine that only checks a
    document is given none."""
    from app.services.documents.verifying import judge

    number, company = context.options.number, context.settings.company_name
    target = context.settings.database or str(paths.database_file())
    if "://" not in target and not Path(target).exists():
        return judge(pdf, None, roots, number, company)
    try:
        proving = context.services.verifying
    except Unavailable as failed:
        context.note(error_text(context.t, failed))
        return judge(pdf, None, roots, number, company)
    return proving.judge(pdf, roots, number)


def _value(judged: DocumentProof) -> dict[str, Any]:
    """What ``--json`` prints: ``resources/schema/poscare-proof-1.json`` describes it."""
    proof = judged.proof
    registered = [
        {
            "standing": one.standing,
            "at": one.at,
            "newer_at": one.newer_at,
            "recorded_by": one.recorder,
        }
        for one in judged.registered
    ]
    return {
        "verdict": judged.verdict,
        "issued": {
            "answer": judged.issued,
            "wanted": judged.wanted,
            "other_number": judged.another,
            "register": registered,
            "data": judged.data,
            "doubtful": judged.doubtful,
        },
        "pages": {
            "answer": judged.pages,
            "compared": proof.verdict,
            "differing": proof.pages,
            "foreign": proof.foreign,
        },
        "signatures": {"answer": judged.signatures, "drawn": judged.inked},
        "seal": {
            "answer": judged.seal,
            "seals": judged.seals,
            "problem": judged.trouble.code if judged.trouble else "",
        },
        "documents": [
            {"kind": c.kind, "number": c.number, "sha256": c.sha256, "printed": c.printed}
            for c in proof.copies
        ],
    }


def seal(context: Context) -> int:
    """Seal a document that is proved to be what this office issued."""
    from app.services.documents.files import write_file
    from app.services.documents.issued import HandedDocument
    from app.services.documents.reading import read as copies_of
    from app.services.documents.sealing import Certificate

    options, services = context.options, context.services
    pdf = _content(context)
    source = options.certificate or context.settings.seal_certificate
    is_library = Path(source).suffix.lower() in {".so", ".dll", ".dylib"}
    certificate = Certificate(
        file="" if is_library else source,
        library=source if is_library else "",
        token=options.token,
        label=options.label,
        secret=os.environ.get(options.secret, ""),
        stamps=options.timestamp,
    )
    try:
        sealed, signer = services.verifying.seal(pdf, certificate)
    except InvalidInput as refused:
        if certificate.secret or all(p.code != "seal.cannot_open" for p in refused.problems):
            raise
        name = Path(source).name
        raise InvalidInput.of(
            "", "seal.no_secret", name=name, option="--secret", variable=options.secret
        ) from refused
    path = Path(options.output or Path(options.file).with_stem(Path(options.file).stem + "-sealed"))
    handed = [HandedDocument(copy.kind, copy.number, copy.sha256) for copy in copies_of(pdf)]
    with files.taken_back_on_failure(path):
        write_file(path, sealed)
        services.reporting.note_sealed(sealed, handed, path.name, signer)
    t = context.t
    context.emit(
        {"file": str(path), "signer": signer},
        t("{path}: sealed by {signer}", path=path, signer=signer),
    )
    return 0


def _content(context: Context) -> bytes:
    from app.services.documents.attachments import read_file

    return read_file(Path(context.options.file))
