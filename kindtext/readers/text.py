"""Read plain text, whatever it is encoded in; and what the other text readers share.

:func:`decode` turns bytes into text for every format that is text, and :func:`row_blocks` is how every reader
writes a table's row.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from charset_normalizer import from_bytes

from kindtext.document import Block, Draft
from kindtext.errors import NoTextError, UnsupportedError
from kindtext.passages import MAX_WORDS, text_blocks
from kindtext.readers.source import Source

CONTROL_SHARE = 0.01
"""Share of control characters above which a file is not text: text has none but stray ones, while a ninth of
random bytes are such."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_WINDOWS = frozenset(
    b"\x80\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xac\xad\xae\xb0\xb1\xb2\xb3\xb4\xb7\xb9"
    b"\xba\xbb\xbc\xbd\xbe\xc0\xc1\xc9\xcd\xd3\xd7\xda\xe0\xe1\xe2\xe4\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf1\xf2"
    b"\xf3\xf4\xf6\xf7\xf9\xfa\xfb\xfc"
)
"""The bytes above ASCII that English, Irish, Gaelic and Welsh text in Windows-1252 is made of: quotes,
dashes, bullets, pounds and euros, accents. A statistical guess takes short files of them for Hungarian or Mac
Roman."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")


def read(source: Source) -> Iterator[Draft]:
    r"""Read a plain text file.

    Parameters
    ----------
    source : Source
        The file.

    Yields
    ------
    Draft
        One, with the blocks that :func:`kindtext.passages.text_blocks` finds, and the ``encoding`` in its
        metadata.

    Raises
    ------
    UnsupportedError
        If the file is not text.
    NoTextError
        If there is nothing in it but white space.

    Examples
    --------
    >>> draft, = read(Source("notice.txt", None, b"We pay within 30 days \x96 always."))
    >>> draft.blocks[0].text, draft.metadata["encoding"]
    ('We pay within 30 days – always.', 'cp1252')
    """
    text, encoding = decode(source)
    source.check_length(len(text))
    blocks = tuple(text_blocks(text))
    if not any(block.text.strip() for block in blocks):
        raise NoTextError(f"{source.name}: the file holds no text; check that it was saved in full.")
    yield Draft(source.name, "text", blocks, {"encoding": encoding})


def decode(source: Source, *, declared: str | None = None) -> tuple[str, str]:
    r"""Turn a file's bytes into text.

    A byte order mark decides; then what the file declares, if it can be decoded so; then UTF-8, UTF-16
    without a mark, Windows-1252 if every byte above ASCII is one that British and Irish text uses, and at
    last a statistical guess.

    Parameters
    ----------
    source : Source
        The file.
    declared : str or None
        Encoding that the file names for itself, as a web page does.

    Returns
    -------
    text : str
        With ``\n`` line ends, and without the mark.
    encoding : str
        Python's name of the encoding.

    Raises
    ------
    UnsupportedError
        If the file is not text.

    Examples
    --------
    >>> decode(Source("a.txt", None, b"caf\xe9\r\nopen"))
    ('café\nopen', 'cp1252')
    """
    text, encoding = _decode(source.data, declared)
    if text is None or len(_CONTROL.findall(text)) > CONTROL_SHARE * len(text):
        raise UnsupportedError(
            f"{source.name}: this is not text but some binary format; "
            "export it as PDF, DOCX, ODT, HTML or plain text in UTF-8."
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return without_controls(text), encoding


def without_controls(text: str) -> str:
    """Leave out control characters, and the marks of what could not be decoded."""
    return _CONTROL.sub("", text)


def row_blocks(cells: Sequence[Sequence[Block]]) -> list[Block]:
    """Write one row of a table as blocks.

    Parameters
    ----------
    cells : sequence of sequence of Block
        What each cell holds, left to right.

    Returns
    -------
    list of Block
        One ``row`` block, cells joined by `` | ``. The cells' own blocks instead where the row is not one of
        data: only one cell has text, or a cell holds a table, or a cell has several paragraphs and the row is
        longer than a passage may be (a page's layout, or clauses set in a table). Empty for an empty row.

    Examples
    --------
    >>> [block.text for block in row_blocks([[Block("Quality")], [Block("60%")], []])]
    ['Quality | 60%']
    >>> [block.kind for block in row_blocks([[], [Block("We will listen."), Block("We will answer.")]])]
    ['paragraph', 'paragraph']
    """
    filled = [[block for block in cell if block.text.strip()] for cell in cells]
    filled = [cell for cell in filled if cell]
    inner = [block for cell in filled for block in cell]
    nested = any(block.kind == "row" for block in inner)
    several = any(len(cell) > 1 for cell in filled)
    words = sum(len(block.text.split()) for block in inner)
    if len(filled) <= 1 or nested or (several and words > MAX_WORDS):
        return inner
    texts = ["\n".join(block.text.strip() for block in cell) for cell in filled]
    return [Block(" | ".join(texts), kind="row")]


def _decode(data: bytes, declared: str | None) -> tuple[str | None, str]:
    """Return the text, None if there is no way to read it, and the encoding."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            # A file cut off in the middle of a character is still worth reading.
            return data.decode(name, errors="replace"), name
    candidates = ["utf-8"]
    if declared and (known := _known(declared)):
        candidates.insert(0, known)
    if b"\0" in data:
        candidates = _wide(data)
    elif not set(data) - set(range(128)) - _WINDOWS:
        candidates.append("cp1252")
    for name in candidates:
        try:
            return data.decode(name), name
        except (UnicodeError, LookupError):
            # LookupError: Python knows the name, but for something else than text.
            continue
    if b"\0" in data:
        return None, ""
    best = from_bytes(data).best()
    return (None, "") if best is None else (str(best), best.encoding)


def _known(declared: str) -> str | None:
    """Return Python's name of a declared encoding; None if it has none."""
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return None
    # Browsers read Latin-1 and ASCII as Windows-1252, so pages that say so have curly quotes in them.
    # A page that says UTF-16 in ASCII letters is not: the declaration itself could be read.
    if name.startswith(("utf-16", "utf-32")):
        return None
    return "cp1252" if name in ("iso8859-1", "ascii") else name


def _wide(data: bytes) -> list[str]:
    """Return the UTF-16 that the places of the NUL bytes speak for: in English every other byte is one."""
    half = max(1, len(data) // 2)
    if data[1::2].count(0) > 0.5 * half:
        return ["utf-16-le"]
    if data[0::2].count(0) > 0.5 * half:
        return ["utf-16-be"]
    return []
