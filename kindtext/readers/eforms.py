"""eForms: the notices of the EU since 2023, written in UBL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from kindtext.document import Draft, Stage
from kindtext.errors import NoTextError
from kindtext.readers._fields import Fields, is_prose, title_first, weighted
from kindtext.readers._xml import amount_of, children, find, local_name, parse, text_of, value_of
from kindtext.readers.source import Source

ROOTS = frozenset({"ContractNotice", "ContractAwardNotice", "PriorInformationNotice"})
"""Local names of the roots that eForms uses; a business registration has no tender in it."""

# Business terms by the end of the element path; the extension wrappers of UBL are taken out of paths first.
_TERMS: tuple[tuple[str, str], ...] = (
    ("SubordinateAwardingCriterion/Name", "BT-734"),
    ("SubordinateAwardingCriterion/Description", "BT-540"),
    ("AwardingCriterion/CalculationExpression", "BT-543"),
    ("AwardingCriterion/Description", "BT-543"),
    ("Prize/Description", "BT-45"),
    ("SelectionCriteria/Description", "BT-750"),
    ("RequiredFinancialGuarantee/Description", "BT-75"),
    ("PaymentTerms/Note", "BT-77"),
    ("TendererQualificationRequest/CompanyLegalForm", "BT-76"),
    ("ContractExecutionRequirement/Description", "BT-70"),
    ("SecurityClearanceTerm/Description", "BT-732"),
    ("ProcurementLegislationDocumentReference/DocumentDescription", "BT-09"),
    ("PresentationPeriod/Description", "BT-99"),
    ("SubsequentProcessTenderRequirement/Description", "BT-111"),
    ("FrameworkAgreement/Justification", "BT-109"),
    ("AuctionTerms/Description", "BT-122"),
    ("OccurenceLocation/Description", "BT-133"),
    ("OpenTenderEvent/Description", "BT-134"),
    ("ProcessJustification/ProcessReason", "BT-135"),
    ("ProcessJustification/Description", "BT-745"),
    ("TenderingProcess/Description", "BT-88"),
    ("ContractExtension/OptionsDescription", "BT-54"),
    ("Renewal/Period/Description", "BT-57"),
    ("ProcurementAdditionalType/ProcurementType", "BT-777"),
    ("RealizedLocation/Description", "BT-728"),
    ("ProcurementProject/Name", "BT-21"),
    ("ProcurementProject/Description", "BT-24"),
    ("ProcurementProject/Note", "BT-300"),
    ("SettledContract/Title", "BT-721"),
    ("SubcontractingTerm/TermDescription", "BT-554"),
    ("MeasureException/ExceptionDescription", "BT-688"),
    ("FieldsPrivacy/ReasonDescription", "BT-196"),
    ("AppealInformation/Title", "BT-788"),
    ("AppealInformation/Description", "BT-789"),
    ("AppealInformation/WithdrawnAppealReasons", "BT-798"),
    ("ContractModification/Change/ChangeDescription", "BT-202"),
    ("ContractModification/ChangeReason/ReasonDescription", "BT-201"),
    ("Changes/Change/ChangeDescription", "BT-141"),
    ("Changes/ChangeReason/ReasonDescription", "BT-762"),
)
# Terms whose meaning hangs on a code beside the text.
_TERMS_BY_LIST = {
    "selection-criterion": "BT-750",
    "exclusion-ground": "BT-67",
    "missing-info-submission": "BT-772",
    "nda": "BT-802",
    "conditions": "BT-70",
    "accessibility": "BT-755",
    "accelerated-procedure": "BT-1351",
    "direct-award-justification": "BT-135",
}

_RESERVED = {
    "res-ws": "The contract is reserved to sheltered workshops and economic operators aiming at the social "
    "and professional integration of disabled or disadvantaged persons.",
    "res-pub-ser": "Participation is reserved to organisations pursuing a public service mission.",
}
"""Codes of BT-71 that say something to bidders, in the words of their label."""

RESERVED_NOTE = "Codes for reserved contracts were written out in the words of their label."

# The first that matches the path wins.
_STAGES: tuple[tuple[str, Stage], ...] = (
    (r"AwardingTerms|AwardingCriterion", "evaluate"),
    (r"AppealTerms|AppealInformation|Appeals", "award"),
    (r"ContractModification", "deliver"),
    (r"NoticeResult|TenderResult", "award"),
    (r"ContractExecutionRequirement|PaymentTerms", "deliver"),
    (r"TenderingTerms|TenderingProcess|Changes", "tender"),
    (r"ProcurementProject", "specify"),
)

_LEFT_OUT = frozenset(
    "Organizations ContractingParty UltimateBeneficialOwner TenderingParty Address PostalAddress Contact "
    "Party TechnicalCommitteePerson AdditionalInformationParty DocumentProviderParty TenderRecipientParty "
    "TenderEvaluationParty AppealReceiverParty AppealInformationParty MediationParty SignatoryParty "
    "MainCommodityClassification AdditionalCommodityClassification Funding".split()
)
_WRAPPERS = frozenset({"UBLExtensions", "UBLExtension", "ExtensionContent", "EformsExtension"})
_TEXTS = re.compile(r"(?:Description|Note|Reason|Reasons|Title|Justification|CompanyLegalForm)$")
_TITLES = frozenset({"Title"})
_SCOPES = {"ProcurementProjectLot": "Lot", "SettledContract": "Contract", "LotResult": "LotResult"}
_SCOPES |= {"LotTender": "Tender", "AppealInformation": "Review", "Changes": "notice"}

# Official languages of the EU and its neighbours: eForms has three letters, everybody else two.
_LANGUAGES = dict(
    pair.split(":")
    for pair in (
        "BUL:bg CES:cs DAN:da DEU:de ELL:el ENG:en EST:et FIN:fi FRA:fr GLE:ga HRV:hr HUN:hu ITA:it LAV:lv "
        "LIT:lt MLT:mt NLD:nl NOR:no POL:pl POR:pt RON:ro SLK:sk SLV:sl SPA:es SWE:sv CYM:cy ISL:is"
    ).split()
)


def read(source: Source) -> Iterator[Draft]:
    """Read an eForms notice.

    Parameters
    ----------
    source : Source
        A ``ContractNotice``, ``ContractAwardNotice`` or ``PriorInformationNotice`` of eForms.

    Yields
    ------
    Draft
        One: English text where there is some, else the notice's own language.

    Raises
    ------
    NoTextError
        If no field of it holds text.
    ReadError
        If the XML is broken or declares entities.
    """
    root = parse(source)
    walk = _Walk(root)
    walk.children(root, "", scope="Procedure", section=None)
    if not walk.fields.blocks:
        raise NoTextError(f"{source.name}: no field of the notice holds text; download its full XML from TED.")
    blocks = title_first(walk.fields.blocks)
    metadata = _metadata(root, walk.read_language)
    if criteria := walk.criteria:
        several = sum(1 for _ in root.iter("{*}ProcurementProjectLot")) > 1
        metadata["criteria"] = [{**item, "lot": item["lot"] if several else None} for item in criteria]
    yield Draft(source.name, "eforms", blocks, metadata, walk.notes)


class _Walk:
    """One pass over a notice, which keeps its text fields."""

    def __init__(self, root: etree._Element) -> None:
        self.fields = Fields()
        self.main_language = value_of(root, "NoticeLanguageCode").upper()
        self.consultation = value_of(root, "NoticeTypeCode") == "pmc"
        self.languages: set[str] = set()
        self.left_out: set[str] = set()
        self.reserved = False
        self.criteria: list[dict[str, Any]] = []

    @property
    def read_language(self) -> str:
        """Language of the text that was kept, as two letters."""
        language = "ENG" if "ENG" in self.languages else self.main_language
        return _LANGUAGES.get(language, language[:2].casefold())

    @property
    def notes(self) -> tuple[str, ...]:
        notes: tuple[str, ...] = ()
        if others := sorted(self.left_out - self.languages):
            notes += (f"Text in other languages ({', '.join(others)}) was left out.",)
        if self.reserved:
            notes += (RESERVED_NOTE,)
        return notes + self.fields.notes

    def children(self, parent: etree._Element, path: str, *, scope: str, section: str | None) -> None:
        """Keep the text below an element."""
        for name, group in _by_name(parent).items():
            if name in _LEFT_OUT:
                continue
            for element in self._in_one_language(group):
                inner = path if name in _WRAPPERS else f"{path}/{name}".lstrip("/")
                self.element(element, inner, name, scope=scope, section=section)

    def element(self, element: etree._Element, path: str, name: str, *, scope: str, section: str | None) -> None:
        """Keep an element's text if it is a field, else go down into it."""
        if name == "SubordinateAwardingCriterion":
            self.criterion(element, path, scope=scope, section=section)
        elif name == "TendererRequirementTypeCode" and text_of(element) in _RESERVED:
            self.reserved = True
            text = _RESERVED[text_of(element)]
            self.fields.add(text, field=f"BT-71-{scope}", stage="tender", section=section)
        elif children(element):
            if name in _SCOPES:
                scope, section = _SCOPES[name], _lot_title(element) or section
            if name == "ProcurementProjectLot":
                scheme = find(element, "ID")
                scope = (scheme.get("schemeName") if scheme is not None else None) or "Lot"
            self.children(element, path, scope=scope, section=section)
        elif element.get("languageID") or _TEXTS.search(name):
            self.text(element, path, name, scope=scope, section=section)

    def text(self, element: etree._Element, path: str, name: str, *, scope: str, section: str | None) -> None:
        """Keep a text field."""
        text = "\n".join(line.strip() for line in (element.text or "").splitlines())
        field, stage = _term(element, path, scope), self.stage(path)
        if name in _TITLES or path.endswith("ProcurementProject/Name"):
            if is_prose(text, words=1):
                top = section if scope == "Procedure" else None
                self.fields.add(text, field=field, stage=stage, kind="heading", level=2, section=top)
        elif is_prose(text, words=2):
            self.fields.add(text, field=field, stage=stage, section=section)

    def criterion(self, element: etree._Element, path: str, *, scope: str, section: str | None) -> None:
        """Write an award criterion with its weight ("Social value: 20%"), then what it says."""
        names = self._in_one_language(children(element, "Name"))
        name = text_of(names[0]) if names else value_of(element, "AwardingCriterionTypeCode").capitalize()
        weights = ", ".join(_weights(element))
        if name or weights:
            text = weighted(name or "Criterion", weights)
            self.fields.add(text, field=f"BT-734-{scope}", stage="evaluate", section=section)
            kind = {"price": "price", "cost": "price", "quality": "quality"}.get(
                value_of(element, "AwardingCriterionTypeCode").casefold()
            )
            weight, points = _weight(element)
            entry = {"name": name or "Criterion", "kind": kind, "weight": weight, "points": points}
            self.criteria.append({**entry, "lot": _lot(element), "field": f"BT-734-{scope}"})
        for description in self._in_one_language(children(element, "Description")):
            self.text(description, f"{path}/Description", "Description", scope=scope, section=section)

    def stage(self, path: str) -> Stage | None:
        """Map an element's path to its stage; a market consultation is all one stage."""
        if self.consultation:
            return "engage"
        return next((stage for pattern, stage in _STAGES if re.search(pattern, path)), None)

    def _in_one_language(self, group: list[etree._Element]) -> list[etree._Element]:
        """Return the elements of a name in English, else in the notice's language, else in the first."""
        languages = [element.get("languageID", "").upper() for element in group]
        present = [language for language in languages if language]
        if not present:
            return group
        chosen = next((language for language in ("ENG", self.main_language) if language in present), present[0])
        self.languages.add(chosen)
        self.left_out.update(present)
        return [element for element, language in zip(group, languages, strict=True) if language in ("", chosen)]


def _by_name(parent: etree._Element) -> dict[str, list[etree._Element]]:
    """Group child elements by local name, in the order of their first."""
    groups: dict[str, list[etree._Element]] = {}
    for child in children(parent):
        groups.setdefault(local_name(child), []).append(child)
    # The object before the terms, so that the text reads as a notice does.
    first = ("ProcurementProject",)
    return {name: groups[name] for name in sorted(groups, key=lambda name: name not in first)}


def _term(element: etree._Element, path: str, scope: str) -> str:
    """Return the business term of a field, such as BT-24-Lot, or its element path where it has none here."""
    parent = element.getparent()
    for code in children(parent) if parent is not None else []:
        if code.get("listName") in _TERMS_BY_LIST and local_name(code).endswith("Code"):
            return f"{_TERMS_BY_LIST[code.get('listName', '')]}-{scope}"
    return next((f"{term}-{scope}" for end, term in _TERMS if f"/{path}".endswith(f"/{end}")), path)


def _lot_title(element: etree._Element) -> str:
    """Return a lot's or contract's title, or else its identifier."""
    title = value_of(element, "ProcurementProject", "Name") or value_of(element, "Title")
    return title or value_of(element, "ID")


def _weights(criterion: etree._Element) -> Iterator[str]:
    """Yield the weights of an award criterion with their unit."""
    for parameter in criterion.iter("{*}AwardCriterionParameter"):
        code = find(parameter, "ParameterCode")
        if code is None or code.get("listName") != "number-weight":
            continue
        number, unit = value_of(parameter, "ParameterNumeric"), text_of(code)
        if not number:
            continue
        if unit.startswith("per"):
            yield f"{number}%"
        elif unit.startswith("poi"):
            yield f"{number} points"
        elif unit.startswith("ord"):
            yield f"number {number} in importance"
        else:
            yield number


def _weight(criterion: etree._Element) -> tuple[float | None, float | None]:
    """Return the weight of an award criterion in percent, and its points (BT-541 with its unit, BT-5421)."""
    weight = points = None
    for parameter in criterion.iter("{*}AwardCriterionParameter"):
        code, number = find(parameter, "ParameterCode"), value_of(parameter, "ParameterNumeric")
        # A fixed sum (BT-5422) or a threshold (BT-5423) is a number too, and no weight.
        if (
            code is None
            or code.get("listName") != "number-weight"
            or not re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", number)
        ):
            continue
        unit = text_of(code)
        if unit.startswith("poi"):
            points = float(number)
        elif not unit.startswith("ord"):
            weight = float(number)
            if unit.startswith("dec") and weight <= 1:
                weight *= 100
    return weight, points


def _lot(element: etree._Element) -> str | None:
    """Name the lot or group of lots that an element belongs to: "Lot 1" for LOT-0001."""
    for above in element.iterancestors():
        if local_name(above) == "ProcurementProjectLot":
            scheme, _, number = value_of(above, "ID").rpartition("-")
            name = {"LOT": "Lot", "PAR": "Part", "GLO": "Group of lots"}.get(scheme.upper(), scheme)
            return f"{name} {number.lstrip('0') or number}".strip() or None
    return None


def _metadata(root: etree._Element, language: str) -> dict[str, Any]:
    """Return what the notice says of itself; what is missing is left out."""
    buyer = value_of(root, "ContractingParty", "Party", "PartyIdentification", "ID")
    names = {
        value_of(company, "PartyIdentification", "ID"): value_of(company, "PartyName", "Name")
        for company in root.iter("{*}Company")
    }
    project = find(root, "ProcurementProject")
    published = next(root.iter("{*}PublicationDate"), None)
    amount = find(project, "RequestedTenderTotal", "EstimatedOverallContractAmount") if project is not None else None
    deadline = next(root.iter("{*}TenderSubmissionDeadlinePeriod"), None)
    metadata: dict[str, Any] = {
        "id": value_of(root, "ID"),
        "procedure": value_of(root, "ContractFolderID"),
        "title": _title(root),
        "buyer": names.get(buyer),
        "published": _day(text_of(published) or value_of(root, "IssueDate")),
        "deadline": _moment(value_of(deadline, "EndDate"), value_of(deadline, "EndTime")),
        "language": language,
        "value": amount_of(amount, "currencyID"),
        "tag": value_of(root, "NoticeTypeCode"),
    }
    return {key: item for key, item in metadata.items() if item}


def _title(root: etree._Element) -> str:
    """Return the procedure's title, in English where there is one, or that of the first lot with one."""
    for project in (*children(root, "ProcurementProject"), *root.iter("{*}ProcurementProject")):
        names = children(project, "Name")
        english = [name for name in names if name.get("languageID", "").upper() == "ENG"]
        if title := text_of(next(iter(english or names), None)):
            return title
    return ""


def _day(text: str) -> str:
    """Return a date without its time zone, which means nothing on a date."""
    return text[:10]


def _moment(day: str, time: str) -> str:
    """Join eForms' separate date and time."""
    return f"{day[:10]}T{time}" if day and time else day[:10]
