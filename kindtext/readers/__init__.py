"""From a file to documents: which format it is, and the reader for it.

The readers, and the libraries they need, are imported when a file of their format is met, so that importing
this package costs nothing.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import cast

from kindtext.document import Document, Draft
from kindtext.errors import InputError, KindtextError, NoTextError, ReadError, UnsupportedError
from kindtext.readers.limits import DEFAULT, Limits
from kindtext.readers.source import HEAD_BYTES, Source, Unread

__all__ = ["FORMATS", "Limits", "Source", "detect", "read", "read_all"]

FORMATS = ("pdf", "docx", "odt", "html", "markdown", "text", "ocds", "ted", "eforms", "table")
"""Short names of the formats that are read; each is also the name of its reader's module."""

_SUFFIXES = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".odt": "odt",
    ".ott": "odt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".txt": "text",
    ".text": "text",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".psv": "table",
    ".parquet": "table",
}
# Formats that begin with a signature, so that a file named so without it is something else.
_SIGNED = frozenset({"pdf", "docx", "odt"})

_PASS_ON = "save it as .docx or PDF"
_IMAGE = ("an image", "run it through text recognition (OCR) and give the PDF or text that comes out")
_MAIL = ("an e-mail", "save its text as .txt, and its attachments as files of their own")
_ARCHIVE = ("an archive", "unpack it and give the folder")
_SHEET = ("an Excel workbook", "save the sheet as CSV")
_UNSUPPORTED_SUFFIXES = {
    ".doc": ("an old Word document", _PASS_ON),
    ".rtf": ("a Rich Text document", _PASS_ON),
    ".pages": ("a Pages document", _PASS_ON),
    ".wpd": ("a WordPerfect document", _PASS_ON),
    ".xls": _SHEET,
    ".xlsx": _SHEET,
    ".xlsm": _SHEET,
    ".ods": ("a spreadsheet", "save the sheet as CSV"),
    ".ppt": ("PowerPoint slides", "save them as PDF"),
    ".pptx": ("PowerPoint slides", "save them as PDF"),
    ".odp": ("slides", "save them as PDF"),
    ".epub": ("an e-book", "save it as PDF or HTML"),
    ".msg": _MAIL,
    ".eml": _MAIL,
    ".mht": ("a web archive", "save the page as HTML"),
    ".mhtml": ("a web archive", "save the page as HTML"),
    ".zip": _ARCHIVE,
    ".7z": _ARCHIVE,
    ".rar": _ARCHIVE,
    ".tar": _ARCHIVE,
    ".gz": _ARCHIVE,
}
_UNSUPPORTED_STARTS = (
    (b"{\\rtf", ("a Rich Text document", _PASS_ON)),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"II*\x00", _IMAGE),
    (b"MM\x00*", _IMAGE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"\x1f\x8b\x08", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"%!PS", ("a PostScript file", "convert it to PDF")),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_XML_ROOTS = {
    "TED_EXPORT": "ted",
    "TED_ESENDERS": "ted",
    "ContractNotice": "eforms",
    "ContractAwardNotice": "eforms",
    "PriorInformationNotice": "eforms",
    "html": "html",
}
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])", re.I | re.S)
_HTML_PIECE = re.compile(rb"\s*<(?:div|p|h[1-6]|table|ul|ol|article|section|main|header|span)[\s>]", re.I)
_MAIL_HEAD = re.compile(rb"(?:[A-Z][\w-]*: .*\r?\n(?:[ \t].*\r?\n)*)*(?:MIME-Version|Received|Message-ID): ", re.I)

_PACKAGE = re.compile(r'"(?:releases|records|compiledRelease)"\s*:\s*[\[{]')

# Left behind by editors and systems; nobody means them when they name a folder.
_LITTER = re.compile(r"^(?:\.|~\$|__MACOSX$|Thumbs\.db$|desktop\.ini$)", re.I)


def detect(source: Source) -> str:
    """Tell a file's format, from its content first and its suffix second.

    Parameters
    ----------
    source : Source
        The file.

    Returns
    -------
    str
        One of ``FORMATS``.

    Raises
    ------
    UnsupportedError
        If the format is not read; the message names it and the way out.
    ReadError
        If the content is not what the suffix says, and cannot be told.

    Examples
    --------
    >>> detect(Source("renamed.txt", None, b"%PDF-1.7 ..."))
    'pdf'
    >>> detect(Source("prices.xls", None, b"prices"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    kindtext.errors.UnsupportedError: prices.xls: this is an Excel workbook, which ...
    """
    head, suffix = source.head, source.suffix
    # Some writers put a few bytes before the signature, and every viewer lets them.
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip_format(source)
    if head.startswith(b"PAR1"):
        return "table"
    if head.startswith(_OLE):
        raise _ole(source)
    for start, found in _UNSUPPORTED_STARTS:
        if head.startswith(start):
            raise _unsupported(source, *found)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        raise _unsupported(source, *_IMAGE)
    if format := _text_format(source):
        return format
    if suffix in _UNSUPPORTED_SUFFIXES:
        raise _unsupported(source, *_UNSUPPORTED_SUFFIXES[suffix])
    format = _SUFFIXES.get(suffix, "text")
    if format in _SIGNED or suffix == ".parquet":
        raise ReadError(
            f"{source.name}: named {suffix}, but its content is not; the file is damaged or was renamed, "
            "so save or download it again."
        )
    return format


def read(path: str | os.PathLike[str], *, limits: Limits = DEFAULT) -> Document:
    """Read a file that holds one document.

    Parameters
    ----------
    path : str or path-like
        PDF, DOCX, ODT, HTML, Markdown, plain text, or a notice in OCDS, TED or eForms.
    limits : Limits
        How much is read; with ``seconds`` set, in a process of its own that is killed when they are over.

    Returns
    -------
    Document

    Raises
    ------
    InputError
        If the file holds several notices, or is a table of several rows; :func:`read_all` reads those.
    UnsupportedError
        If kindtext does not read the format.
    NoTextError
        If there is no text in it.
    ReadError
        If it cannot be opened, is damaged, or is over one of the limits.
    """
    path = Path(path)
    with closing(_file_documents(path, path.name, None, limits)) as found:
        documents = list(islice(found, 2))
    if len(documents) > 1:
        raise InputError(
            f"{path.name}: holds several documents ({documents[0].name}, {documents[1].name} ...); "
            "read them with read_all."
        )
    if not documents:
        raise NoTextError(f"{path.name}: no document in it; check that the file was saved in full.")
    return documents[0]


def read_all(
    path: str | os.PathLike[str],
    *,
    text_column: str | None = None,
    on_error: Callable[[KindtextError], None] | None = None,
    limits: Limits = DEFAULT,
) -> Iterator[Document]:
    """Read every document of a file or folder.

    Parameters
    ----------
    path : str or path-like
        A file with one or several notices, a table with one text a row, or a folder with any of them, which
        is read recursively and in the order of the names.
    text_column : str or None
        Column of a table that holds the text; guessed from its name if None.
    on_error : callable or None
        Called with the error of each file in a folder that cannot be read, which is then passed over; if
        None, the first error is raised.
    limits : Limits
        How much is read of each file; with ``seconds`` set, in a process of its own that is killed when they are over.

    Yields
    ------
    Document
        Of a folder's files the names begin with the path inside the folder.

    Raises
    ------
    NoTextError
        If a folder has no files in it.
    KindtextError
        As :func:`read`.
    """
    path = Path(path)
    if not path.is_dir():
        yield from _file_documents(path, path.name, text_column, limits)
        return
    files = files_in(path)
    if not files:
        raise NoTextError(f"{path}: the folder has no documents in it; name a folder with files to read.")
    for file in files:
        try:
            # A column is for the tables among the files.
            name = file.relative_to(path).as_posix()
            yield from _file_documents(file, name, text_column, limits, strict=False)
        except KindtextError as error:
            if on_error is None:
                raise
            on_error(error)


def files_in(folder: Path) -> list[Path]:
    """Return a folder's files in order, without what is hidden or left behind by editors."""
    found = [path for path in folder.rglob("*") if not path.is_dir()]
    return sorted(path for path in found if not any(_LITTER.match(part) for part in path.relative_to(folder).parts))


def _file_documents(
    path: Path, name: str, text_column: str | None, limits: Limits, *, strict: bool = True
) -> Generator[Document]:
    """Yield the documents of one file: read here, or by the worker where there is a limit of time."""
    if limits.seconds is not None:
        from kindtext.readers.worker import Task, documents

        return documents(Task(path.absolute(), name, text_column, limits, strict))
    return file_documents(path, name, text_column, limits, strict=strict)


def file_documents(
    path: Path, name: str, text_column: str | None, limits: Limits, *, strict: bool = True
) -> Generator[Document]:
    """Read one file in this process.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Name shown to people.
    text_column : str or None
        Column of a table that holds the text.
    limits : Limits
        How much is read; its ``seconds`` and ``memory`` are not looked at.
    strict : bool
        Whether a column is an error for what is no table.

    Yields
    ------
    Document
    """
    from kindtext.passages import assemble
    from kindtext.readers.streams import open_long

    opened = open_long(path, name, text_column, limits, strict=strict)
    if opened is None:
        source = replace(Source.from_path(path, limits=limits), name=name)
        digest = hashlib.sha256(source.data).hexdigest()
        found: Iterator[Draft | Unread] = drafts_of(source, text_column, strict=strict)
    else:
        source = Source(name, path, b"", limits)
        digest, found = opened
    try:
        for draft in found:
            if isinstance(draft, Unread):
                raise draft.error
            source.check_length(sum(len(block.text) for block in draft.blocks))
            yield assemble(draft, digest)
    except MemoryError:
        raise ReadError(f"{name}: takes more memory than there is; split the file, or raise the limit.") from None
    except RecursionError:
        raise ReadError(f"{name}: nested too deeply to be a document; check where the file came from.") from None


def drafts_of(source: Source, text_column: str | None, *, strict: bool) -> Iterator[Draft]:
    """Yield what the file's reader makes of a file that is read at once."""
    format = detect(source)
    if text_column is not None and (format == "table" or (format == "ocds" and strict)):
        from kindtext.readers import table

        yield from table.read(source, text_column=text_column)
        return
    if text_column is not None and strict:
        raise InputError(f"{source.name}: a text column is for tables, and this is {format}; leave it out.")
    module = importlib.import_module(f"kindtext.readers.{format}")
    yield from cast("Iterator[Draft]", module.read(source))


def _zip_format(source: Source) -> str:
    """Tell what kind of document a zip file is, from its members."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = set(archive.namelist())
            # Only its beginning is unpacked: whatever else calls itself so may be a bomb.
            kind = b""
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    kind = member.read(100)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ReadError(f"{source.name}: damaged ({str(error).casefold()}); save or download the file again.") from None
    if "word/document.xml" in names or any(name.startswith("word/") for name in names):
        return "docx"
    if kind.startswith(b"application/vnd.oasis.opendocument.text"):
        return "odt"
    if "spreadsheet" in str(kind) or any(name.startswith("xl/") for name in names):
        raise _unsupported(source, *_SHEET)
    if "presentation" in str(kind) or any(name.startswith("ppt/") for name in names):
        raise _unsupported(source, "a set of slides", "save them as PDF")
    if b"epub" in kind:
        raise _unsupported(source, *_UNSUPPORTED_SUFFIXES[".epub"])
    if source.suffix in (".docx", ".odt"):
        raise _unsupported(source, f"a zip archive named {source.suffix}", "unpack it and give the folder")
    raise _unsupported(source, "a zip archive", "unpack it and give the folder")


def _ole(source: Source) -> UnsupportedError:
    """Say what an old Office file is; its suffix tells best."""
    if "EncryptedPackage".encode("utf-16-le") in source.data:
        return UnsupportedError(
            f"{source.name}: this document is protected by a password; save a copy without it and give that."
        )
    found = _UNSUPPORTED_SUFFIXES.get(source.suffix)
    if found is None or source.suffix.endswith("x"):
        found = ("an old Office document", _PASS_ON)
    return _unsupported(source, *found)


def _unsupported(source: Source, what: str, way_out: str) -> UnsupportedError:
    """Say that a format is not read, and what to do."""
    return UnsupportedError(f"{source.name}: this is {what}, which kindtext does not read; {way_out}.")


def _text_format(source: Source) -> str | None:
    """Tell the formats that are written in text by how they begin; None if that does not tell."""
    start = source.head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if source.suffix in (".json", ".jsonl", ".ndjson", ".geojson") or start.startswith((b"{", b"[")):
        if format := _json_format(source):
            return format
    wide = source.head.startswith((b"\xff\xfe<", b"\xfe\xff\x00<"))
    if start.startswith(b"<") or wide:
        if _HTML.match(start) or (source.suffix in (".html", ".htm") and not start.startswith(b"<?xml")):
            return "html"
        if start.startswith(b"<?xml") or source.suffix == ".xml" or wide:
            return _xml_format(source)
        if _HTML_PIECE.match(start) and _SUFFIXES.get(source.suffix) not in ("markdown", "text", "table"):
            return "html"
        # Notices are also passed on without the XML declaration.
        if source.suffix not in _SUFFIXES and re.match(rb"<(?:\w+:)?[A-Z]\w+[\s>]", start):
            return _xml_format(source)
    if source.suffix == ".xml":
        return _xml_format(source)
    if source.suffix in ("", ".txt", ".eml") and _MAIL_HEAD.match(source.head):
        raise _unsupported(source, *_MAIL)
    return None


def _json_format(source: Source) -> str | None:
    """Tell OCDS from a table; None for text that only begins like JSON."""
    from kindtext.readers._json import decode, first_object, is_json_lines
    from kindtext.readers.ocds import is_ocds

    named = source.suffix in (".json", ".jsonl", ".ndjson", ".geojson")
    text, _ = decode(source)
    # A package tells itself at once; the rest of it need not be parsed twice.
    if _PACKAGE.search(text, 0, 16 * HEAD_BYTES):
        return "ocds"
    first = first_object(text)
    if is_ocds(first):
        return "ocds"
    listed = text.lstrip().startswith("[") or is_json_lines(text) or source.suffix in (".jsonl", ".ndjson")
    if isinstance(first, dict) and listed and (named or len(first) > 0):
        return "table"
    # What is wrong with the JSON, or that it is no notice, is for the reader to say.
    return "ocds" if named or isinstance(first, dict) else None


def _xml_format(source: Source) -> str:
    """Tell a notice from other XML by its root element."""
    from kindtext.readers._xml import parse, root_name

    root = root_name(source)
    if root is None:
        # Parsing says where it is broken.
        root = str(parse(source).tag)
    if root in _XML_ROOTS:
        return _XML_ROOTS[root]
    if root in ("wordDocument", "package", "document"):
        raise _unsupported(source, "an office document as plain XML", "save it as .docx, .odt or PDF")
    raise UnsupportedError(
        f"{source.name}: XML, but no notice: its root element is {root!r}, expected TED_EXPORT or a "
        "ContractNotice, ContractAwardNotice or PriorInformationNotice; save other text as HTML or .txt."
    )
