"""Tenders Electronic Daily before eForms: notices in the schemas R2.0.8 and R2.0.9."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from kindtext.document import Draft, Stage
from kindtext.errors import NoTextError, UnsupportedError
from kindtext.readers._fields import Fields, is_prose, title_first, weighted
from kindtext.readers._xml import amount_of, children, find, local_name, parse, text_of, value_of
from kindtext.readers.source import Source

_SECTIONS = {
    "OBJECT_CONTRACT/TITLE": "II.1.1",
    "OBJECT_CONTRACT/SHORT_DESCR": "II.1.4",
    "OBJECT_DESCR/TITLE": "II.2.1",
    "OBJECT_DESCR/MAIN_SITE": "II.2.3",
    "OBJECT_DESCR/SHORT_DESCR": "II.2.4",
    "OBJECT_DESCR/AC": "II.2.5",
    "OBJECT_DESCR/RENEWAL_DESCR": "II.2.7",
    "OBJECT_DESCR/CRITERIA_CANDIDATE": "II.2.9",
    "OBJECT_DESCR/OPTIONS_DESCR": "II.2.11",
    "OBJECT_DESCR/INFO_ADD": "II.2.14",
    "LEFTI/SUITABILITY": "III.1.1",
    "LEFTI/ECONOMIC_FINANCIAL_INFO": "III.1.2",
    "LEFTI/ECONOMIC_FINANCIAL_MIN_LEVEL": "III.1.2",
    "LEFTI/TECHNICAL_PROFESSIONAL_INFO": "III.1.3",
    "LEFTI/TECHNICAL_PROFESSIONAL_MIN_LEVEL": "III.1.3",
    "LEFTI/RULES_CRITERIA": "III.1.4",
    "LEFTI/RESTRICTED_SHELTERED_WORKSHOP": "III.1.5",
    "LEFTI/RESTRICTED_SHELTERED_PROGRAM": "III.1.5",
    "LEFTI/RESERVED_ORGANISATIONS_SERVICE_MISSION": "III.1.5",
    "LEFTI/DEPOSIT_GUARANTEE_REQUIRED": "III.1.6",
    "LEFTI/MAIN_FINANCING_CONDITION": "III.1.7",
    "LEFTI/LEGAL_FORM": "III.1.8",
    "LEFTI/QUALIFICATION": "III.1.9",
    "LEFTI/CRITERIA_SELECTION": "III.1.10",
    "LEFTI/REFERENCE_TO_LAW": "III.2.1",
    "LEFTI/PERFORMANCE_CONDITIONS": "III.2.2",
    "PROCEDURE/ACCELERATED_PROC": "IV.1.1",
    "FRAMEWORK/JUSTIFICATION": "IV.1.3",
    "PROCEDURE/INFO_ADD_EAUCTION": "IV.1.6",
    "PROCEDURE/CRITERIA_EVALUATION": "IV.1.9",
    "PROCEDURE/MAIN_FEATURES_AWARD": "IV.1.11",
    "OPENING_CONDITION/INFO_ADD": "IV.2.7",
    "AWARD_CONTRACT/TITLE": "V",
    "COMPLEMENTARY_INFO/ESTIMATED_TIMING": "VI.1",
    "COMPLEMENTARY_INFO/INFO_ADD": "VI.3",
    "COMPLEMENTARY_INFO/REVIEW_PROCEDURE": "VI.4.3",
    "CHANGES/INFO_ADD": "VII.2",
}
"""Section numbers of the standard forms of 2014 (R2.0.9), by the end of the element path."""

_FLAGS = {
    "RESTRICTED_SHELTERED_WORKSHOP": "The contract is reserved to sheltered workshops and economic operators "
    "aiming at the social and professional integration of disabled or disadvantaged persons.",
    "RESTRICTED_SHELTERED_PROGRAM": "The execution of the contract is restricted to the framework of "
    "sheltered employment programmes.",
    "RESERVED_ORGANISATIONS_SERVICE_MISSION": "Participation in the procedure is reserved to organisations "
    "pursuing a public service mission.",
}
"""Ticked boxes of a form that say something to bidders, in the words printed beside the box."""

FLAGS_NOTE = "Ticked boxes were written out in the words of the standard form."

# The first that matches the path (without indices) wins. Additional information (VI.3) may be about anything.
_STAGES: tuple[tuple[str, Stage], ...] = (
    (r"/AC(?:/|$)|AWARD_CRITERIA|CRITERIA_DEFINITION|CRITERIA_EVALUATION|MAIN_FEATURES", "evaluate"),
    (r"REVIEW_PROCEDURE|APPEAL|LODGING", "award"),
    (r"AWARD_CONTRACT|AWARD_OF_CONTRACT|AWARDED|RESULTS", "award"),
    (r"PERFORMANCE_CONDITIONS|PERFORMANCE_STAFF|EXECUTION|MODIFICATIONS_CONTRACT", "deliver"),
    (r"MAIN_FINANCING|CONTRACT_RELATING_CONDITIONS", "deliver"),
    (r"CRITERIA_CANDIDATE|LEFTI|PROCEDURE", "tender"),
    (r"^OBJECT_CONTRACT|OBJECT_DESCR|OBJECT_.*INFORMATION|ANNEX_B|DESCRIPTION", "specify"),
)

_LEFT_OUT = re.compile(
    r"^(?:ADDRESS|CONTACT|CPV|NUTS|URL|E_MAIL|PHONE|FAX|TOWN|POSTAL|COUNTRY|OFFICIALNAME|ORGANISATION|NATIONALID"
    r"|DATE_|TIME_|REFERENCE_NUMBER|FILE_REFERENCE|NOTICE_|NO_|VAL_|VALUE|COSTS_|DURATION|LOT_NO|LOT_NUMBER"
    r"|CONTRACTORS?$|ECONOMIC_OPERATOR|CA_CE|CA_TYPE|CA_ACTIVITY|CE_ACTIVITY|LEGAL_BASIS|LANGUAGE|MEMBER_NAME"
    r"|TYPE_AND_ACTIVITIES|NAME_ADDRESSES|INTERNET_ADDRESSES|QUANTITY_SCOPE|PERIOD|LOCATION|MAIN_SITE)"
)
# R2.0.8 has the quantity's text below an element that also holds values.
_KEPT = frozenset({"QUANTITY_SCOPE", "PERIOD_WORK_DATE_STARTING"})
_TITLES = frozenset({"TITLE", "TITLE_CONTRACT", "LOT_TITLE", "CONTRACT_TITLE"})
_IN_LINE = frozenset({"FT", "TXT_MARK", "BR"})
_METHODS = {"1": "lowest_price", "2": "best_price_quality"}
"""What the codes of ``AC_AWARD_CRIT`` mean; 3 is mixed, 8 and 9 say nothing."""
_WEIGHT = re.compile(
    r"(?:max(?:imum|\.)?\s*)?(\d{1,4}(?:[.,]\d{1,4})?)\s*(%|per\s?cent|points?|pts\.?|marks?|/\s*100)?", re.I
)
"""A weighting that is one number; ranges and references to other documents are none."""


def read(source: Source) -> Iterator[Draft]:
    """Read a TED notice.

    Parameters
    ----------
    source : Source
        A ``TED_EXPORT`` document.

    Yields
    ------
    Draft
        One: the English form where there is one, else the original.

    Raises
    ------
    UnsupportedError
        If the XML holds no form of TED.
    NoTextError
        If the form holds no text.
    ReadError
        If the XML is broken or declares entities.
    """
    root = parse(source)
    forms = [form for section in root.iter("{*}FORM_SECTION") for form in children(section) if form.get("LG")]
    if not forms:
        raise UnsupportedError(
            f"{source.name}: TED XML without a form in FORM_SECTION; download the notice's full XML from TED."
        )
    form, notes = _choose(forms)
    walk = _Walk()
    walk.children(form, "", section=None)
    if not walk.fields.blocks:
        raise NoTextError(f"{source.name}: the notice's form holds no text; download its full XML from TED.")
    metadata = _metadata(root, form, (form.get("LG") or "").casefold())
    metadata |= _award(root, form, walk.criteria)
    yield Draft(source.name, "ted", title_first(walk.fields.blocks), metadata, notes + walk.notes)


def _choose(forms: list[etree._Element]) -> tuple[etree._Element, tuple[str, ...]]:
    """Return the form to read and what to tell of the choice.

    An English translation counts only if it is one: for many notices TED translated nothing but the title.
    """
    original = next((form for form in forms if form.get("CATEGORY") == "ORIGINAL"), forms[0])
    english = [form for form in forms if form.get("LG") == "EN"]
    longest = max(english, key=lambda form: len(text_of(form)), default=None)
    if longest is not None and (
        longest.get("CATEGORY") == "ORIGINAL" or 2 * len(text_of(longest)) >= len(text_of(original))
    ):
        chosen = longest
    else:
        chosen = original
    others = len({form.get("LG") for form in forms} - {chosen.get("LG")})
    if not others:
        return chosen, ()
    return chosen, (f"The notice is in {others + 1} languages; the {chosen.get('LG')} text was read.",)


class _Walk:
    """One pass over a form, which keeps its text fields."""

    def __init__(self) -> None:
        self.fields = Fields()
        self.flags = False
        self.criteria: list[dict[str, Any]] = []

    @property
    def notes(self) -> tuple[str, ...]:
        return ((FLAGS_NOTE,) if self.flags else ()) + self.fields.notes

    def children(self, parent: etree._Element, path: str, *, section: str | None) -> None:
        """Keep the text below an element; its own title names the rest of it."""
        heading = next((text_of(child) for child in children(parent) if local_name(child) in _TITLES), "")
        # The notice's own title names all of it, so it is no section.
        if heading and path and not re.fullmatch(r"OBJECT_CONTRACT(\[\d+\])?", path):
            section = heading
        total = Counter(local_name(child) for child in children(parent))
        count: Counter[str] = Counter()
        for child in children(parent):
            name = local_name(child)
            count[name] += 1
            if _LEFT_OUT.match(name) and name not in _KEPT:
                continue
            index = f"[{count[name]}]" if total[name] > 1 else ""
            self.element(child, f"{path}/{name}{index}".lstrip("/"), name, section=section)

    def element(self, element: etree._Element, path: str, name: str, *, section: str | None) -> None:
        """Keep an element's text if it is a field, else go down into it."""
        stage = _stage(path)
        if name in _FLAGS:
            self.flags = True
            self.fields.add(_FLAGS[name], field=_numbered(path), stage=stage, section=section)
        elif name in ("AC_QUALITY", "AC_COST", "AC_PRICE", "CRITERIA_DEFINITION"):
            self.criterion(element, path, name, section=section)
        elif name == "LOWEST_PRICE":
            self.fields.add("Lowest price", field=_numbered(path), stage="evaluate", section=section)
        elif _is_field(element):
            text = _paragraphs(element)
            if name in _TITLES:
                self.fields.add(text, field=_numbered(path), stage=stage, kind="heading", level=2)
            elif is_prose(text, words=2 if len(element) else 4):
                self.fields.add(text, field=_numbered(path), stage=stage, section=section)
        else:
            self.children(element, path, section=section)

    def criterion(self, element: etree._Element, path: str, name: str, *, section: str | None) -> None:
        """Write an award criterion with its weight ("Price: 60")."""
        label = value_of(element, "AC_CRITERION") or value_of(element, "CRITERIA")
        weight = value_of(element, "AC_WEIGHTING") or value_of(element, "WEIGHTING")
        if not label:
            label = {"AC_PRICE": "Price", "AC_COST": "Cost", "AC_QUALITY": "Quality"}.get(name, "")
        self.fields.add(weighted(label, weight), field=_numbered(path), stage="evaluate", section=section)
        kind = {"AC_PRICE": "price", "AC_COST": "price", "AC_QUALITY": "quality"}.get(name)
        numbers = dict(zip(("weight", "points"), _weight(weight), strict=True))
        entry = {"name": label, "kind": kind, **numbers, "lot": _lot(element), "field": _numbered(path)}
        self.criteria.append(entry)


def _weight(text: str) -> tuple[float | None, float | None]:
    """Read a weighting as weight and points; one of them, or neither, is a number."""
    found = _WEIGHT.fullmatch(text.strip())
    if not found:
        return None, None
    number = float(found[1].replace(",", "."))
    in_points = (found[2] or "").casefold().startswith(("p", "m")) and not found[2].casefold().startswith("per")
    return (None, number) if in_points else (number, None)


def _lot(element: etree._Element) -> str | None:
    """Name the lot that an element belongs to, by its number or else by its place in the form."""
    for above in element.iterancestors():
        if local_name(above) == "OBJECT_DESCR":
            number = value_of(above, "LOT_NO") or above.get("ITEM") or ""
            return f"Lot {number}" if number else None
    return None


def _award(root: etree._Element, form: etree._Element, criteria: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the criteria and the method of award, as far as the form has them in fields of their own."""
    found: dict[str, Any] = {}
    code = next(root.iter("{*}AC_AWARD_CRIT"), None)
    method = _METHODS.get(code.get("CODE") or "") if code is not None else None
    if method is None:
        names = {local_name(element) for element in form.iter()}
        if "LOWEST_PRICE" in names:
            method = "lowest_price"
        elif names & {"MOST_ECONOMICALLY_ADVANTAGEOUS_TENDER", "AC_PROCUREMENT_DOC", "AC_QUALITY"}:
            method = "best_price_quality"
    if method:
        found["award_method"] = method
    if criteria:
        lots = {above.get("ITEM") for above in form.iter("{*}OBJECT_DESCR")}
        found["criteria"] = [{**item, "lot": item["lot"] if len(lots) > 1 else None} for item in criteria]
    return found


def _is_field(element: etree._Element) -> bool:
    """Tell an element that holds text from one that holds elements."""
    inner = children(element)
    if any(local_name(child) == "P" for child in inner):
        return True
    return all(local_name(child) in _IN_LINE for child in inner)


def _paragraphs(element: etree._Element) -> str:
    """Return the text of a field, its paragraphs apart."""
    paragraphs = children(element, "P") or [element]
    return "\n\n".join(text for paragraph in paragraphs if (text := _in_line(paragraph)))


def _in_line(paragraph: etree._Element) -> str:
    """Return a paragraph's text; a raised "st" belongs to the number before it."""
    parts = [paragraph.text or ""]
    for child in paragraph:
        if local_name(child) == "FT":
            parts[-1] = parts[-1].rstrip()
        parts += [text_of(child) or " ", child.tail or ""]
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _bare(path: str) -> str:
    """Return a path without its indices."""
    return re.sub(r"\[\d+\]", "", path)


def _numbered(path: str) -> str:
    """Add the form's section number to a path, where it is known."""
    parts = _bare(path).split("/")
    for start in range(len(parts) - 1):
        if number := _SECTIONS.get("/".join(parts[start : start + 2])):
            return f"{path} ({number})"
    return path


def _stage(path: str) -> Stage | None:
    """Map an element's path to its stage."""
    bare = _bare(path)
    return next((stage for pattern, stage in _STAGES if re.search(pattern, bare)), None)


def _metadata(root: etree._Element, form: etree._Element, language: str) -> dict[str, Any]:
    """Return what the notice says of itself; what is missing is left out."""
    first = next((element for element in form.iter() if local_name(element) in _TITLES), None)
    buyer = next(form.iter("{*}OFFICIALNAME", "{*}ORGANISATION"), None)
    coded = next(root.iter("{*}CODED_DATA_SECTION"), None)
    notice = find(coded, "NOTICE_DATA") if coded is not None else None
    codif = find(coded, "CODIF_DATA") if coded is not None else None
    value = next(form.iter("{*}VAL_ESTIMATED_TOTAL", "{*}VAL_TOTAL", "{*}VAL_OBJECT"), None)
    if value is None and notice is not None:
        value = next(notice.iter("{*}VALUE"), None)
    metadata: dict[str, Any] = {
        "id": root.get("DOC_ID") or value_of(notice, "NO_DOC_OJS"),
        "title": text_of(first),
        "buyer": text_of(buyer),
        "published": _date(value_of(coded, "REF_OJS", "DATE_PUB")),
        "deadline": _deadline(form) or _date(value_of(codif, "DT_DATE_FOR_SUBMISSION")),
        "language": language,
        "value": amount_of(value, "CURRENCY"),
        "tag": value_of(codif, "TD_DOCUMENT_TYPE") or value_of(codif, "TD_DOCUMENT"),
        "form": form.get("FORM"),
    }
    return {key: item for key, item in metadata.items() if item}


def _deadline(form: etree._Element) -> str:
    """Return when tenders are due, from the form itself."""
    day = text_of(next(form.iter("{*}DATE_RECEIPT_TENDERS"), None))
    time = text_of(next(form.iter("{*}TIME_RECEIPT_TENDERS"), None))
    return f"{day}T{time}" if day and time else day


def _date(text: str) -> str:
    """Write TED's dates ("20180427", "20270628 16:00") as ISO dates."""
    return re.sub(r"^(\d{4})(\d\d)(\d\d)(?: (\d\d:\d\d))?.*$", _iso, text)


def _iso(match: re.Match[str]) -> str:
    """Join the parts of a date."""
    day = "-".join(match.group(1, 2, 3))
    return f"{day}T{match[4]}" if match[4] else day
