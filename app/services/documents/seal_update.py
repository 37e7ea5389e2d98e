"""Judges what was appended to a document: a seal and nothing else, or something that may say more.

A signature over a whole file proves who appended what, not that it is harmless: whoever owns any
certificate can append other pages and sign them.  So an update is accepted only when, object by
object, it is what sealing makes: one invisible field with its signature, named by the catalog and
the first page, and the date of sealing in the metadata.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element, ParseError

FIELD = "POSCareSeal"

_SIGNATURE = frozenset(
    {
        "/Type",
        "/Filter",
        "/SubFilter",
        "/Contents",
        "/ByteRange",
        "/M",
    }
)
_FIELD_ENTRIES = frozenset({"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"})
_FILTERS = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
"""PAdES, and what versions before it sealed with."""
_ESIC = {"/ESIC": {"/Type": "/DeveloperExtensions", "/BaseVersion": "/1.7", "/ExtensionLevel": 1}}
"""Says in the catalog that PAdES is used (ETSI TS 102 778-3, 4.7)."""
_DATED = frozenset({"/ModDate", "/Producer"})
_DATE = re.compile(r"D:\d{14}(Z|[+-]\d\d'\d\d')")
_TOOL = re.compile(r"; pyHanko [\w.]+")
_DATED_XMP = {
    "ModifyDate": re.compile(r"[\dT:+Z.-]*"),
    "MetadataDate": re.compile(r"[\dT:+Z.-]*"),
    "Producer": re.compile(r"pyHanko [\w.]+"),
    "xmptk": re.compile(r"pyHanko [\w.]+"),
    "about": re.compile(""),
}
"""What sealing writes anew in the metadata, and the only values it may have."""
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TABLE = re.compile(
    rb"xref\n(?:0 1\n0000000000 65535 f \n)?(?:\d{1,7} \d{1,7}\n(?:\d{10} 00000 n \n)+)+"
    rb"trailer\n<<\n((?:/[^\n]+\n){5})>>\nstartxref\n(\d{1,10})\n%%EOF\n"
)
_TRAILER = {
    b"/ID": re.compile(rb"\[ <[0-9a-fA-F]{32}> <[0-9a-fA-F]{32}> \]"),
    b"/Info": re.compile(rb"\d{1,7} 0 R"),
    b"/Root": re.compile(rb"\d{1,7} 0 R"),
    b"/Size": re.compile(rb"\d{1,7}"),
    b"/Prev": re.compile(rb"\d{1,10}"),
}
"""The table of an update that seals and all that stands behind it, in the one spelling it has: a
second trailer, a remark or another entry is what some reader follows or shows."""
_RANGE = re.compile(rb"/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\]")


def is_seal_only(pdf: bytes, length: int) -> bool:
    """Whether everything after the first `length` bytes is one update that seals those bytes.

    Whether the signature itself is right is not asked here but in `app.services.documents.sealing`.
    Needs pyHanko: raises `ModuleNotFoundError` where it is not installed.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        with io.BytesIO(pdf) as file:
            return _is_seal(PdfFileReader(file, strict=True), pdf, length)
    except (
        PdfError,
        ParseError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        RecursionError,
    ):
        # What the reader cannot follow is nothing our sealing made.
        return False


def _is_seal(reader: Any, pdf: bytes, length: int) -> bool:
    if reader.xrefs.total_revisions != 2 or not _tiled(reader, pdf, length):
        return False
    signatures = list(reader.embedded_signatures)
    if len(signatures) != 1 or not _contents_canonical(pdf, length):
        return False
    field = signatures[0].sig_field
    names = reader.root["/AcroForm"]["/Fields"]
    if len(names) != 1 or names[0] != field or not _invisible(field):
        return False
    base = type(reader)(io.BytesIO(pdf[:length]), strict=True)
    before = reader.get_historical_resolver(0)
    changed = reader.xrefs.explicit_refs_in_revision(1)
    own = names.raw_get(0).reference
    known: dict[int, Callable[[Any, Any], bool]] = {
        reader.root_ref.idnum: _catalog_same,
        reader.trailer.raw_get("/Info").idnum: _information_same,
        reader.root.raw_get("/Metadata").reference.idnum: _metadata_same,
        field.raw_get("/P").reference.idnum: partial(_page_same, own),
    }
    made = {
        own.idnum,
        field.raw_get("/V").reference.idnum,
        reader.root.raw_get("/AcroForm").reference.idnum,
    }
    for reference in changed:
        if reference.idnum in made:
            continue
        same = known.get(reference.idnum)
        if same is None or not same(before(reference), reader.get_object(reference)):
            return False
    return (
        _plain_signature(field["/V"])
        and set(reader.root["/AcroForm"]) <= {"/Fields", "/SigFlags"}
        and min(made) >= base.trailer["/Size"]
        and reader.xrefs.get_startxref_for_revision(0) == base.xrefs.get_startxref_for_revision(0)
        and base.root_ref.idnum == reader.root_ref.idnum
        and base.trailer.raw_get("/Info").idnum == reader.trailer.raw_get("/Info").idnum
    )


def _tiled(reader: Any, pdf: bytes, length: int) -> bool:
    """Whether the update is its objects, its table and nothing between them."""
    places = sorted(
        reader.xrefs.get_historical_ref(reference, 1)
        for reference in reader.xrefs.explicit_refs_in_revision(1)
    )
    table = reader.xrefs.get_startxref_for_revision(1)
    if not places or places[0] != length or not pdf.startswith(b"xref\n", table):
        return False
    for start, end in zip(places, [*places[1:], table], strict=True):
        piece = pdf[start:end]
        whole = re.match(rb"\d{1,7} 0 obj\n", piece) and piece.endswith(b"\nendobj\n")
        if not whole or piece.count(b"endobj") != 1:
            return False
    found = _TABLE.fullmatch(pdf, table)
    if found is None or int(found[2]) != table:
        return False
    entries = dict(line.split(b" ", 1) for line in found[1].splitlines())
    highest = max(one.idnum for one in reader.xrefs.explicit_refs_in_revision(1))
    return (
        entries.keys() == _TRAILER.keys()
        and all(_TRAILER[name].fullmatch(value) for name, value in entries.items())
        and int(entries[b"/Prev"]) == reader.xrefs.get_startxref_for_revision(0)
        and int(entries[b"/Size"]) == highest + 1
    )


def _contents_canonical(pdf: bytes, length: int) -> bool:
    """Whether the only bytes no signature covers are the signature in its one spelling: capital
    hexadecimal digits, filled up with zeros."""
    ranges = list(_RANGE.finditer(pdf, length))
    if len(ranges) != 1:
        return False
    first, second, rest = map(int, ranges[0].groups())
    gap = pdf[first:second]
    if second + rest != len(pdf) or not re.fullmatch(
        rb"<(?:[0-9A-F]{2})+>|<(?:[0-9a-f]{2})+>", gap
    ):
        return False
    content = bytes.fromhex(gap[1:-1].decode("ascii"))
    end = _der_length(content)
    return not content[end:].strip(b"\0") and _cms_covered(content[:end])


def _cms_covered(content: bytes) -> bool:
    """Whether a signature is the one encoding of what it protects itself (RFC 5652, 5; RFC 6211;
    RFC 5035): one signer with its certificate, signed attributes, and at most a time stamp."""
    from asn1crypto import cms

    signed = cms.ContentInfo.load(content, strict=True)["content"]
    if len(signed["signer_infos"]) != 1:
        return False
    given = signed["signer_infos"][0]
    serial = given["sid"].chosen["serial_number"].native
    signers = [one.chosen for one in signed["certificates"] if one.chosen.serial_number == serial]
    loose = given["unsigned_attrs"]
    if len(signers) != 1 or {one["type"].native for one in loose or ()} - {
        "signature_time_stamp_token"
    }:
        return False
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber(
                {
                    "issuer": signers[0].issuer,
                    "serial_number": serial,
                }
            ),
        ),
        "digest_algorithm": given["digest_algorithm"],
        "signed_attrs": given["signed_attrs"],
        "signature_algorithm": given["signature_algorithm"],
        "signature": given["signature"],
    }
    if loose:
        signer["unsigned_attrs"] = loose
    anew = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [given["digest_algorithm"]],
            "encap_content_info": {"content_type": "data"},
            "certificates": signed["certificates"],
            "signer_infos": [cms.SignerInfo(signer)],
        }
    )
    return bool(cms.ContentInfo({"content_type": "signed_data", "content": anew}).dump() == content)


def _der_length(content: bytes) -> int:
    """How many bytes the first DER value takes (ITU-T X.690)."""
    if len(content) < 2 or content[0] != 0x30:
        raise ValueError("no DER sequence")
    if content[1] < 0x80:
        return 2 + content[1]
    octets = content[1] & 0x7F
    return 2 + octets + int.from_bytes(content[2 : 2 + octets], "big")


def _invisible(field: Any) -> bool:
    return (
        set(field) <= _FIELD_ENTRIES
        and field["/T"] == FIELD
        and (field["/FT"], field["/Subtype"]) == ("/Sig", "/Widget")
        and [float(side) for side in field["/Rect"]] == [0, 0, 0, 0]
    )


def _plain_signature(value: Any) -> bool:
    return (
        set(value) <= _SIGNATURE
        and (value["/Type"], value["/Filter"]) == ("/Sig", "/Adobe.PPKLite")
        and value["/SubFilter"] in _FILTERS
    )


def _catalog_same(before: Any, now: Any) -> bool:
    extensions = now.get("/Extensions")
    return _rest_same(before, now, {"/AcroForm", "/Extensions"}) and (
        extensions is None or extensions == _ESIC
    )


def _page_same(field: Any, before: Any, now: Any) -> bool:
    """Whether a page has nothing new but the field of the seal: a note may lie in the page itself
    as well as in an object of its own."""
    listed = now["/Annots"]
    return (
        len(listed) == 1
        and getattr(listed.raw_get(0), "reference", None) == field
        and _rest_same(before, now, {"/Annots"})
    )


def _information_same(before: Any, now: Any) -> bool:
    tool = str(now["/Producer"]).removeprefix(str(before["/Producer"]))
    return (
        _rest_same(before, now, _DATED)
        and bool(_TOOL.fullmatch(tool))
        and bool(_DATE.fullmatch(str(now["/ModDate"])))
    )


def _rest_same(before: Any, now: Any, added: set[str] | frozenset[str]) -> bool:
    kept = {name: before.raw_get(name) for name in before if name not in added}
    return kept == {name: now.raw_get(name) for name in now if name not in added}


def _metadata_same(before: Any, now: Any) -> bool:
    return set(now) <= {"/Type", "/Subtype", "/Length", "/Filter"} and (
        _said(before.data) == _said(now.data, dated=True)
    )


def _said(xmp: bytes, *, dated: bool = False) -> set[tuple[str, str]]:
    """What metadata say, however they are spelled: property and value; without what sealing
    writes anew.  Raises `ValueError` when what is `dated` has another value than sealing gives."""
    from defusedxml.ElementTree import fromstring

    root: Element = fromstring(xmp)
    said: set[tuple[str, str]] = set()
    for element in root.iter():
        said.add((_local(element.tag), (element.text or "").strip()))
        for name, value in element.attrib.items():
            # Two spellings of RDF: a value that is an address, and a value with parts.
            if name == _RDF + "resource":
                said.add((_local(element.tag), value.strip()))
            elif (name, value) != (_RDF + "parseType", "Resource"):
                said.add((_local(name), value.strip()))
    for name, value in said if dated else ():
        if name in _DATED_XMP and not _DATED_XMP[name].fullmatch(value):
            raise ValueError(name)
    return {(name, value) for name, value in said if value and name not in _DATED_XMP}


def _local(name: str) -> str:
    return name.rpartition("}")[2]
