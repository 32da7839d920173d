"""Files that are made to do harm, built small at the moment they are needed."""

from __future__ import annotations

import io
import zipfile
import zlib

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"

FAIR = "We will involve residents in the design of the service, and pay small suppliers within ten days. "
"""A sentence that every file holds where it is to be read."""


def pdf(objects, trailer=b""):
    """A PDF of numbered objects, the first of which is the catalogue."""
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)
    return bytes(out)


def stream(content, entries=b""):
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def page_content(text=FAIR * 3):
    lines = [text[at : at + 80] for at in range(0, len(text), 80)]
    shown = b" ".join(b"(%s) Tj T*" % line.encode("ascii") for line in lines)
    return b"BT /F0 11 Tf 14 TL 70 700 Td %s ET" % shown


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def one_page(content=None, *, resources=b"/Font<</F0 5 0 R>>", pages=b"/Kids[3 0 R]/Count 1", more=(), trailer=b""):
    """A PDF of one page; objects of one's own are numbered from 6."""
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages%s>>" % pages,
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>" % resources,
            stream(page_content()) if content is None else content,
            FONT,
            *more,
        ],
        trailer,
    )


def deflated(content, times=1):
    """A stream that unfolds, several times over."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(content, b"/Filter[%s]" % (b"/FlateDecode" * times))


def zeros(megabytes, times=1):
    """So many megabytes of blanks, deflated without ever being held in memory."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    for _ in range(times - 1):
        content = zlib.compress(content, 9)
    return stream(content, b"/Filter[%s]" % (b"/FlateDecode" * times))


def forms(depth, width):
    """Forms each of which shows the next one so many times over: ten lines that draw for ever."""
    found = []
    for number in range(depth):
        inner = b"/X Do " * width if number + 1 < depth else page_content("We listen.")
        named = b"/XObject<</X %d 0 R>>" % (7 + number) if number + 1 < depth else b"/Font<</F0 5 0 R>>"
        found.append(stream(inner, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<%s>>" % named))
    return found


def packed(parts, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def docx(body="", **parts):
    body = body or f"<w:p><w:r><w:t>{FAIR * 3}</w:t></w:r></w:p>"
    main = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": main} | parts)


def odt(body="", head=""):
    body = body or f"<text:p>{FAIR * 3}</text:p>"
    content = (
        f'{head}<office:document-content xmlns:office="{OFFICE}" xmlns:text="{TEXT}">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
