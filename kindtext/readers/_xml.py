"""XML from strangers: no entities, no network, no document type that changes the text."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from lxml import etree

from kindtext.errors import ReadError
from kindtext.readers.source import Source


def root_name(source: Source) -> str | None:
    """Return the local name of the root element; None if the file does not begin as XML.

    Examples
    --------
    >>> root_name(Source("a.xml", None, b"<!-- a notice --><n:TED_EXPORT xmlns:n='urn:x'><cut"))
    'TED_EXPORT'
    """
    try:
        for _, element in etree.iterparse(BytesIO(source.data), events=("start",), no_network=True, load_dtd=False):
            return local_name(element)
    except etree.LxmlError:
        pass
    return None


def parse(source: Source) -> etree._Element:
    """Return the root element, without comments.

    Raises
    ------
    ReadError
        If the XML is broken, or declares entities: no portal's notices do, and attacks are made of them.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source.data, parser)
    except etree.XMLSyntaxError as error:
        if b"<!ENTITY" in source.data:
            raise _entities(source) from None
        reason = " ".join(str(error.msg or "no element found").split())
        raise ReadError(
            f"{source.name}: broken XML at line {error.lineno or 1} ({reason[:120]}); "
            "check that the file was downloaded in full."
        ) from None
    # The stubs of lxml lag behind it: a DTD has had iterentities since lxml 3.
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        raise _entities(source)
    return root


def _entities(source: Source) -> ReadError:
    """Say why XML with entities is not read."""
    return ReadError(
        f"{source.name}: XML that declares entities, which notices never do and attacks are made of; "
        "download the notice again from its portal."
    )


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Return the child elements with one of these local names, or all without any given."""
    return [child for child in element if (name := local_name(child)) and (not names or name in names)]


def find(element: etree._Element, *path: str) -> etree._Element | None:
    """Follow local names down, taking the first child of each name."""
    found: etree._Element | None = element
    for name in path:
        found = next(iter(children(found, name)), None) if found is not None else None
    return found


def text_of(element: etree._Element | None) -> str:
    """Return all text in an element on one line; empty for None."""
    if element is None:
        return ""
    return re.sub(r"\s+", " ", "".join(str(part) for part in element.itertext())).strip()


def value_of(element: etree._Element | None, *path: str) -> str:
    """Return the text at the end of a path of local names; empty if there is none."""
    return text_of(find(element, *path)) if element is not None else ""


def amount_of(element: etree._Element | None, currency: str) -> dict[str, float | str | None] | None:
    """Return an amount of money and its currency; None if the element holds no number.

    Parameters
    ----------
    element : element or None
        Holds the number.
    currency : str
        Name of the attribute that holds the currency.
    """
    text = text_of(element).replace(" ", "")
    if element is None or not re.fullmatch(r"\d{1,15}(?:\.\d+)?", text):
        return None
    return {"amount": float(text), "currency": element.get(currency)}
