"""Opening zips of XML, which Word and OpenDocument files both are, with bounds on what they may unpack to."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from kindtext.errors import ReadError, UnsupportedError
from kindtext.readers.limits import PARTS, XML_BYTES, XML_RATIO
from kindtext.readers.source import Source

HEADING_WORDS = 25
"""Words up to which a paragraph in a heading's style is one. Law firms number whole clauses with the heading
styles, and those are text; in the tender packs looked at no heading had more than 12 words."""

_RATIO_FROM = 10 * 1024 * 1024

# "Strict" files differ in the names of the namespaces only.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What holds no text for the reader: properties, deletions, and the readings above East Asian words.


def open_package(source: Source, kind: str) -> zipfile.ZipFile:
    """Open a file that is a zip of XML parts, after a look at what it would unpack to.

    Parameters
    ----------
    source : Source
        The file.
    kind : str
        What it should be, for messages: ``Word document``.

    Returns
    -------
    zipfile.ZipFile
        The open package; to be closed by the caller.

    Raises
    ------
    ReadError
        If the file is damaged or encrypted, or unpacks to more than is reasonable.
    UnsupportedError
        If it is a Word 97 file, or no zip at all.

    Examples
    --------
    >>> open_package(Source("notice.docx", None, b"%PDF-1.7"), "Word document")
    Traceback (most recent call last):
    ...
    kindtext.errors.UnsupportedError: notice.docx: this is no Word document; check its name or save it again.
    """
    if source.data.startswith(_OLE):
        # The container of encrypted Office files names its streams in UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in source.data:
            raise ReadError(
                f"{source.name}: encrypted with a password; open it, save a copy without one and read that."
            )
        raise UnsupportedError(
            f"{source.name}: an Office 97-2003 file; open it in Word or LibreOffice and save it as DOCX."
        )
    if not source.data.startswith(b"PK"):
        raise UnsupportedError(f"{source.name}: this is no {kind}; check its name or save it again.")
    try:
        package = zipfile.ZipFile(io.BytesIO(source.data))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise ReadError(
            f"{source.name}: a damaged {kind} ({_reason(error)}); download it again or ask for another copy."
        ) from error
    if len(package.infolist()) > PARTS:
        package.close()
        raise ReadError(
            f"{source.name}: a {kind} of more than {PARTS:,} parts, which no real one has; ask the sender what it is."
        )
    parts = [info for info in package.infolist() if info.filename.lower().endswith((".xml", ".rels"))]
    total = sum(info.file_size for info in parts)
    if total > XML_BYTES or any(_is_bomb(info) for info in parts):
        package.close()
        raise _too_large(source, total)
    return package


def read_part(source: Source, package: zipfile.ZipFile, name: str) -> bytes | None:
    """Unpack one part of a package.

    Parameters
    ----------
    source : Source
        The file, for messages.
    package : zipfile.ZipFile
        What :func:`open_package` returned.
    name : str
        Path of the part in the package.

    Returns
    -------
    bytes or None
        The part; None if the package has no such part.

    Raises
    ------
    ReadError
        If the part cannot be unpacked, or would be too large.
    """
    try:
        info = package.getinfo(name)
    except KeyError:
        return None
    # Sizes as declared can be trusted: zipfile never unpacks more than them.
    if info.file_size > XML_BYTES or _is_bomb(info):
        raise _too_large(source, info.file_size)
    try:
        # Both kinds of package allow these two only, and each other one brings its own exceptions.
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("unknown compression")
        return package.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        # RuntimeError is zipfile's word for a part with a password.
        raise ReadError(
            f"{source.name}: {name} in it cannot be unpacked ({_reason(error)}); "
            "download it again, or save a copy without a password."
        ) from error


def parse_part(source: Source, package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Parse one XML part of a package, without entities, network or very deep nesting.

    Parameters
    ----------
    source : Source
        The file, for messages.
    package : zipfile.ZipFile
        What :func:`open_package` returned.
    name : str
        Path of the part in the package.

    Returns
    -------
    lxml.etree._Element or None
        The part's root; None if the package has no such part.

    Raises
    ------
    ReadError
        If the part cannot be unpacked or is not well formed.
    """
    data = read_part(source, package, name)
    if data is None:
        return None
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    # Without huge_tree libxml2 stops at 256 levels, which also bounds the recursion of the readers.
    # Programs write the same xml:id twice, which is an error only to who collects them.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, collect_ids=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(
            f"{source.name}: {name} in it is damaged ({_reason(error)}); open the file and save it again."
        ) from error


def _too_large(source: Source, size: int) -> ReadError:
    return ReadError(
        f"{source.name}: unpacks to {size // (1024 * 1024)} MB, which no real document does; "
        "ask the sender what it is, or save the text in a new file."
    )


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > _RATIO_FROM and info.file_size > XML_RATIO * max(1, info.compress_size)


def _reason(error: Exception) -> str:
    """Return a parser's message as one short line."""
    return " ".join(str(error).split())[:120].rstrip(". ")
