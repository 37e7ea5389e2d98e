"""What makes a PDF an archive file: metadata, colour intent, embedded data, outline.

Built to the rules of PDF/A-3a (ISO 19005-3: every character can be read back, and the structure is
tagged) and of PDF/UA-1 (ISO 14289-1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc

from app.paths import resources
from app.reports.typeset.line_breaking import clean
from app.reports.typeset.reportlab_private import (
    Information,
    Stream,
    pdf_date,
    set_catalog,
    set_identity,
    set_information,
)


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file inside the PDF."""

    name: str
    content: bytes
    description: str
    mime: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What the file says of itself."""

    title: str
    author: str
    subject: str
    language: str
    """Its BCP 47 tag, such as ``zh-CN``."""
    at: datetime
    producer: str = "typeset"
    """The program that made it."""


def finish(doc: Any, facts: DocumentFacts, attachments: Sequence[EmbeddedFile]) -> None:
    """Give a ReportLab document its metadata, intent and attachments, before it is saved."""
    title, author = _line(facts.title), _line(facts.author)
    set_information(doc, Information(title, author, _line(facts.subject), facts.at, facts.producer))
    entries = {
        "Lang": pdfdoc.PDFString(facts.language),
        "MarkInfo": pdfdoc.PDFDictionary({"Marked": "true"}),
        "ViewerPreferences": pdfdoc.PDFDictionary({"DisplayDocTitle": "true"}),
        "Metadata": Stream(_xmp(facts, title, author), {"Type": "/Metadata", "Subtype": "/XML"}),
        "OutputIntents": _intent(doc),
    }
    if attachments:
        files = [_file(doc, attachment, facts.at) for attachment in attachments]
        names: list[Any] = []
        for attachment, file in sorted(zip(attachments, files, strict=True), key=_by_name):
            names += [pdfdoc.PDFString(attachment.name), file]
        tree = pdfdoc.PDFDictionary({"Names": pdfdoc.PDFArray(names)})
        entries["Names"] = pdfdoc.PDFDictionary({"EmbeddedFiles": doc.Reference(tree)})
        entries["AF"] = pdfdoc.PDFArray(files)
    set_catalog(doc, entries)
    digest = hashlib.sha256(b"".join(attachment.content for attachment in attachments))
    set_identity(doc, title.encode("utf-8", "replace") + digest.digest())


def _by_name(pair: tuple[EmbeddedFile, Any]) -> str:
    return pair[0].name


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:400]


def _intent(doc: Any) -> Any:
    profile = (resources() / "icc" / "sRGB.icc").read_bytes()
    return pdfdoc.PDFArray(
        [
            pdfdoc.PDFDictionary(
                {
                    "Type": "/OutputIntent",
                    "S": "/GTS_PDFA1",
                    "OutputConditionIdentifier": pdfdoc.PDFString("sRGB"),
                    "RegistryName": pdfdoc.PDFString("http://www.color.org"),
                    "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
                    "DestOutputProfile": doc.Reference(Stream(profile, {"N": 3})),
                }
            )
        ]
    )


def _file(doc: Any, attachment: EmbeddedFile, at: datetime) -> Any:
    parameters = {
        "ModDate": pdfdoc.PDFString(pdf_date(at)),
        "Size": len(attachment.content),
        "CheckSum": f"<{hashlib.md5(attachment.content, usedforsecurity=False).hexdigest()}>",
    }
    stream = doc.Reference(
        Stream(
            attachment.content,
            {
                "Type": "/EmbeddedFile",
                "Subtype": "/" + attachment.mime.replace("/", "#2F"),
                "Params": pdfdoc.PDFDictionary(parameters),
            },
        )
    )
    name = pdfdoc.PDFString(attachment.name)
    return doc.Reference(
        pdfdoc.PDFDictionary(
            {
                "Type": "/Filespec",
                "F": name,
                "UF": name,
                "Desc": pdfdoc.PDFString(attachment.description),
                "AFRelationship": "/Data",
                "EF": pdfdoc.PDFDictionary({"F": stream, "UF": stream}),
            }
        )
    )


_UA_SCHEMA = """<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""
"""PDF/A wants every property it does not know described in the file itself."""


def _xmp(facts: DocumentFacts, title: str, author: str) -> bytes:
    at = facts.at.isoformat(timespec="seconds")
    subject = _line(facts.subject)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(subject)}</rdf:li></rdf:Alt>\
</dc:description>
<dc:language><rdf:Bag><rdf:li>{facts.language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{escape(facts.producer)}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate>
<xmp:ModifyDate>{at}</xmp:ModifyDate>
<xmp:MetadataDate>{at}</xmp:MetadataDate>
<pdf:Producer>{escape(facts.producer)}</pdf:Producer>
{_UA_SCHEMA}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode("utf-8", "replace")
