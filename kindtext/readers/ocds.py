"""Open Contracting Data Standard: releases, records, packages of either, and JSON Lines of any of them.

The text fields are found by walking the release, so that fields of extensions are read too. What is left out
is what no person wrote as text: identifiers, codes, links, dates, and the names and addresses of parties.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kindtext.document import Draft, Stage
from kindtext.errors import NoTextError, UnsupportedError
from kindtext.readers._fields import Fields, is_prose, notice_name, weighted
from kindtext.readers._json import decode, is_json_lines, json_lines, parse
from kindtext.readers.source import Source, Unread

MAX_DEPTH = 40
"""How deep a release is followed; real ones, extensions included, are under 12 deep."""

DEPTH_NOTE = f"Fields nested more than {MAX_DEPTH} deep were left out."
LANGUAGES_NOTE = "Translations of some fields were left out: English was read, or the notice's own language."

_SECTIONS = ("planning", "tender", "awards", "contracts")

# Organisations, places, classifications and bookkeeping: names and labels, not text.
_LEFT_OUT = frozenset(
    """
    id ids name names ocid tag status scheme currency language format type types url uri links link
    relationship parties buyer suppliers tenderers procuringEntity procuringEntities payer payee funders
    funder contactPoint address addresses deliveryAddresses deliveryAddress deliveryLocation
    deliveryLocations identifier additionalIdentifiers classification additionalClassifications unit
    relatedProcesses relatedProcess relatedImplementationMilestone relatedItems relatedLot relatedLots
    relatedBids relatedOrganizations former_value formerValue sources source legalBasis
    procurementMethod mainProcurementCategory documentType noticeType statusDetails submissionMethod
    region countryName email telephone crossBorderLaw
    """.split()
)
_LEFT_OUT_ENDINGS = re.compile(r"(?:ID|Id|Ids|IDs|Url|URL|Uri|URI|Date|Code|Codes)$")
# Fields that are text by the standard, however short.
_TEXT_KEYS = re.compile(
    r"^(?:title|description|text|question|answer|comments?|notes?|summary|justification|reasons?|rationale"
    r"|statement|.*(?:Details|Rationale|Criteria|Description|Terms|Justification|Requirements|Reason))$"
)
# Most are file names in other words ("Lot 2 Updated 180419").
_DOCUMENT_TITLE = re.compile(r"documents/\d+/title$")
_LANGUAGE_ENDING = re.compile(r"^(?P<key>.+)_(?P<language>[a-z]{2,3})(?:[-_][A-Za-z]+)?$")

_METHODS = {
    "priceOnly": "lowest_price",
    "costOnly": "lowest_price",
    "lowestCost": "lowest_price",
    "qualityOnly": "quality_only",
    "ratedCriteria": "best_price_quality",
    "bestProposal": "best_price_quality",
    "bestValueToGovernment": "best_price_quality",
}
"""What the codes of ``tender/awardCriteria`` mean, those of OCDS 1.0 among them."""

_KINDS = {"price": "price", "cost": "price", "quality": "quality"}
"""What the codes of a criterion's type mean; cost is weighed as price is."""

_ENGAGEMENT = re.compile(r"engagement|consultation|preMarket|UK2\b", re.I)

# The first that matches the path (without indices) wins.
_STAGES: tuple[tuple[str, Stage], ...] = (
    (r"^planning/.*(?:engagement|consultation)", "engage"),
    (r"^planning", "plan"),
    (r"^tender/.*(?:awardCriteria|evaluation|bidOpening)", "evaluate"),
    # Remedies and standstill belong to the award; "review" is the look back at a contract.
    (r"^tender/(?:.*/)?(?:review|appeal|standstill)", "award"),
    (r"^tender/(?:.*/)?(?:contractTerms|performanceTerms|paymentTerms|milestones)", "deliver"),
    (r"^tender/(?:.*/)?(?:marketEngagement|consultation)", "engage"),
    (r"^tender/(?:title|description|items|recurrence|options|renewal)", "specify"),
    (r"^tender/lots/(?:title|description|options|renewal|recurrence|items)", "specify"),
    (r"^tender", "tender"),
    (r"^(?:awards|bids)", "award"),
    (r"^contracts/(?:.*/)?(?:finalReport|review|lessons|evaluation|performanceFailures)", "review"),
    (r"^contracts", "deliver"),
    (r"^complaints", "review"),
)


def is_release(value: object) -> bool:
    """Tell an OCDS release from other JSON: one of the standard's sections, and an ``ocid`` or a tender.

    Examples
    --------
    >>> is_release({"ocid": "ocds-1", "tender": {}}), is_release({"ocid": "ocds-1", "title": "A row"})
    (True, False)
    """
    if not isinstance(value, dict):
        return False
    sections = [key for key in _SECTIONS if isinstance(value.get(key), (dict, list))]
    if isinstance(value.get("ocid"), str):
        return bool(sections) or isinstance(value.get("tag"), list)
    tender = value.get("tender")
    return isinstance(tender, dict) and any(isinstance(tender.get(key), str) for key in ("title", "description"))


def is_ocds(value: object) -> bool:
    """Tell a release, a record or a package of either from other JSON."""
    if not isinstance(value, dict):
        return False
    lists = any(isinstance(value.get(key), list) for key in ("releases", "records"))
    return lists or isinstance(value.get("compiledRelease"), dict) or is_release(value)


def read(source: Source) -> Iterator[Draft]:
    """Read every notice of an OCDS file.

    Parameters
    ----------
    source : Source
        A release, record, release package, record package, list of those, or JSON Lines of any of them.

    Yields
    ------
    Draft
        One a release; one a record (its compiled release, else its newest).

    Raises
    ------
    UnsupportedError
        If the JSON is not OCDS.
    NoTextError
        If there is no release in it.
    ReadError
        If it is no JSON.

    Examples
    --------
    >>> data = b'{"ocid": "ocds-1", "tender": {"title": "Play park", "description": "Children will choose."}}'
    >>> draft = next(read(Source("park.json", None, data)))
    >>> [(block.kind, block.field, block.stage) for block in draft.blocks]
    [('title', 'tender/title', 'specify'), ('field', 'tender/description', 'specify')]
    """
    text, notes = decode(source)
    if is_json_lines(text):
        values: Iterator[Any] = (value for _, value in json_lines(text, source))
    else:
        values = iter([parse(text, source)])
    for draft in drafts(values, source, notes):
        if isinstance(draft, Unread):
            raise draft.error
        yield draft


def drafts(values: Iterable[Any], source: Source, notes: tuple[str, ...] = ()) -> Iterator[Draft | Unread]:
    """Make drafts of releases.

    Parameters
    ----------
    values : iterable
        What the file's JSON holds: releases, records, packages or lists of them, in order; what is
        :class:`~kindtext.readers.source.Unread` is passed on in its place.
    source : Source
        The file; its name alone is used.
    notes : tuple of str
        What was doubtful in reading the file.

    Yields
    ------
    Draft or Unread
        As :func:`read`.
    """
    seen: set[str] = set()
    # One notice is named after its file, so the second must be in sight before the first can be named.
    waiting: dict[str, Any] | None = None
    number = 0
    for release in _every_release(values, source):
        if waiting is not None:
            number += 1
            yield _draft(waiting, notice_name(source.name, _ocid(waiting), number, seen), notes)
            waiting = None
        if isinstance(release, Unread):
            number += 1
            yield release
        else:
            waiting = release
    if waiting is not None:
        name = notice_name(source.name, _ocid(waiting), number + 1, seen) if number else source.name
        yield _draft(waiting, name, notes)
    elif not number:
        raise NoTextError(
            f"{source.name}: OCDS without a release in it; give the releases themselves, not links to them."
        )


def _every_release(values: Iterable[Any], source: Source) -> Iterator[dict[str, Any] | Unread]:
    """Yield the releases of all values; a value without one takes its own place only."""
    for number, value in enumerate(values, start=1):
        if isinstance(value, Unread):
            yield value
            continue
        try:
            yield from _releases(value, source)
        except UnsupportedError as error:
            yield Unread(f"{source.name}#{number}", error)


def _releases(value: Any, source: Source) -> Iterator[dict[str, Any]]:
    """Yield the releases of a release, record, package or list; null and mere links are passed over."""
    if isinstance(value, list):
        for item in value:
            if item is not None:
                yield from _releases(item, source) if not isinstance(item, list) else _refuse(item, source)
    elif not isinstance(value, dict):
        _refuse(value, source)
    elif isinstance(value.get("records"), list):
        for record in value["records"]:
            if isinstance(record, dict) and is_ocds(record):
                yield from _releases(record, source)
    elif isinstance(value.get("compiledRelease"), dict):
        compiled = dict(value["compiledRelease"])
        compiled.setdefault("ocid", value.get("ocid"))
        yield compiled
    elif isinstance(value.get("releases"), list):
        releases = [release for release in value["releases"] if isinstance(release, dict)]
        embedded = [release for release in releases if set(release) - {"url", "date", "tag"}]
        if isinstance(value.get("ocid"), str) and embedded:
            # A record without a compiled release. ISO dates sort as text.
            yield max(embedded, key=lambda release: str(release.get("date") or ""))
        else:
            yield from embedded
    elif is_release(value):
        yield value
    else:
        _refuse(value, source)


def _refuse(value: Any, source: Source) -> Iterator[dict[str, Any]]:
    """Say what was found in the place of a release."""
    if isinstance(value, dict):
        keys = [str(key)[:40] for key in list(value)[:4]]
        found = f"an object with {', '.join(keys)}{' ...' if len(value) > 4 else ''}" if keys else "an empty object"
    else:
        found = {list: "a list in a list", str: "a string", bool: "true or false"}.get(type(value), "a number")
    raise UnsupportedError(
        f"{source.name}: JSON, but not OCDS: found {found}, expected a release (ocid, tender ...), a record "
        "or a package (releases, records); to score other JSON, save it as a table: a list of objects, or "
        "one object a line, with a text column."
    )


def _draft(release: dict[str, Any], name: str, notes: tuple[str, ...]) -> Draft:
    """Make one release into a draft."""
    walk = _Walk(release)
    walk.run()
    return Draft(name, "ocds", tuple(walk.fields.blocks), _metadata(release), notes + walk.notes)


class _Walk:
    """One pass over a release, which keeps its text fields."""

    def __init__(self, release: dict[str, Any]) -> None:
        self.release = release
        self.fields = Fields()
        self.language = _language(release)
        self.engagement = bool(_ENGAGEMENT.search(_labels(release)))
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes) + self.fields.notes

    def run(self) -> None:
        """Take the title, the sections in the order of a procurement, then what stands beside them."""
        path, title = _title(self.release)
        if title:
            self.fields.add(title, field=path, kind="title", stage=self.stage(path))
        order: list[str] = [key for key in _SECTIONS if key in self.release]
        order += [key for key in self.release if key not in order]
        for key, value in self._entries({key: self.release[key] for key in order}):
            self.value(value, key, key, depth=1, section=None)

    def value(self, value: Any, path: str, key: str, *, depth: int, section: str | None) -> None:
        """Keep what is text in a value, whatever the value is."""
        if depth > MAX_DEPTH:
            self._notes[DEPTH_NOTE] = None
        elif isinstance(value, dict):
            self.entries(value, path, depth=depth, section=section)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self.value(item, f"{path}/{index}", key, depth=depth + 1, section=section)
        elif isinstance(value, str):
            self.text(value, path, key, section=section)

    def entries(self, value: dict[str, Any], path: str, *, depth: int, section: str | None) -> None:
        """Keep what is text in an object; its own title names the rest of it."""
        if re.search(r"awardCriteria/(?:criteria/)?\d+$", path):
            value = self.criterion(value, path, section=section)
        title = value.get("title")
        if isinstance(title, str) and path not in ("tender", "planning") and is_prose(title, words=1):
            section = re.sub(r"\s+", " ", title).strip()
        for key, item in self._entries(value):
            self.value(item, f"{path}/{key}", key, depth=depth + 1, section=section)

    def text(self, text: str, path: str, key: str, *, section: str | None) -> None:
        """Keep a string that reads as text."""
        known = bool(_TEXT_KEYS.match(key)) and not _DOCUMENT_TITLE.search(path)
        if not (is_prose(text, words=1 if key == "title" else 2) if known else is_prose(text)):
            return
        stage = self.stage(path)
        if key == "title":
            self.fields.add(text, field=path, stage=stage, kind="heading", level=2)
        else:
            self.fields.add(text, field=path, stage=stage, section=section)

    def criterion(self, value: dict[str, Any], path: str, *, section: str | None) -> dict[str, Any]:
        """Write an award criterion with its weight ("Quality: 60%"); return what else it says."""
        rest = {key: item for key, item in value.items() if key not in ("name", "type", "numbers")}
        name = value.get("name") if isinstance(value.get("name"), str) else value.get("type")
        name = name if isinstance(name, str) else ""
        weight = ", ".join(_weights(value.get("numbers")))
        description = value.get("description")
        # Some portals put the bare weight into the description.
        if not weight and isinstance(description, str) and re.fullmatch(r"\s*[\d.,]+\s*%?\s*", description):
            weight = description
            rest.pop("description")
        name = name[:1].upper() + name[1:]
        if name:
            self.fields.add(weighted(name, weight), field=f"{path}/name", stage="evaluate", section=section)
        return rest

    def stage(self, path: str) -> Stage | None:
        """Map a field's path to its stage."""
        bare = re.sub(r"/\d+(?=/|$)", "", path)
        for pattern, stage in _STAGES:
            if re.search(pattern, bare, re.IGNORECASE):
                return "engage" if stage == "plan" and self.engagement else stage
        return None

    def _entries(self, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the entries of an object that may hold text, each in one language."""
        for key, item in value.items():
            if key in _LEFT_OUT or _LEFT_OUT_ENDINGS.search(key) or item is None:
                continue
            match = _LANGUAGE_ENDING.match(key)
            if match and match["key"] in value:
                if match["language"] not in ("en", "eng") or self.language == "en":
                    self._notes[LANGUAGES_NOTE] = None
                    continue
                yield match["key"], item
            elif self.language != "en" and isinstance(value.get(f"{key}_en"), str):
                self._notes[LANGUAGES_NOTE] = None
            else:
                yield key, item


def _labels(release: dict[str, Any]) -> str:
    """Join what tells the kind of notice: tags, and types of planning documents and milestones."""
    planning = release.get("planning")
    labels = [str(release.get("tag"))]
    if isinstance(planning, dict):
        for key in ("documents", "milestones"):
            items = planning.get(key)
            for item in items if isinstance(items, list) else ():
                if isinstance(item, dict):
                    labels += [str(item.get(name)) for name in ("documentType", "noticeType", "type")]
    return " ".join(labels)


def _title(release: dict[str, Any]) -> tuple[str, str]:
    """Return the path and text of the best title that a release has."""
    for path in ("tender/title", "planning/title", "contracts/0/title", "awards/0/title", "title"):
        value: Any = release
        for part in path.split("/"):
            if isinstance(value, list):
                value = value[0] if value and part == "0" else None
            else:
                value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, str) and value.strip():
            return path, value.strip()
    return "", ""


def _weights(numbers: Any) -> Iterator[str]:
    """Yield the weights of an award criterion with their unit."""
    for item in numbers if isinstance(numbers, list) else ():
        number = _number(item.get("number")) if isinstance(item, dict) else None
        if number is None:
            continue
        unit = str(item.get("weight") or "").casefold()
        if "percent" in unit:
            yield f"{number:g}%"
        elif "point" in unit:
            yield f"{number:g} points"
        elif "order" in unit:
            yield f"number {number:g} in importance"
        else:
            yield f"{number:g}"


def _number(value: Any) -> float | int | None:
    """Return a number that can be shown, or None: JSON's 1e9999 is infinite in Python."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if not isinstance(value, float) or math.isfinite(value) else None


def _ocid(release: dict[str, Any]) -> str:
    """Return what the release calls itself."""
    for key in ("ocid", "id"):
        if isinstance(release.get(key), (str, int)) and release[key]:
            return str(release[key])
    return ""


def _language(release: dict[str, Any]) -> str:
    """Return the release's language as two letters; English is the standard's default."""
    language = release.get("language")
    return language[:2].casefold() if isinstance(language, str) and language.strip() else "en"


def _dig(value: Any, *keys: str) -> Any:
    """Follow keys into nested objects; None where the way ends."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _metadata(release: dict[str, Any]) -> dict[str, Any]:
    """Return what the release says of itself; what is missing or of a wrong type is left out."""
    metadata: dict[str, Any] = {
        "ocid": release.get("ocid"),
        "id": release.get("id"),
        "title": _title(release)[1],
        "buyer": _dig(release, "buyer", "name") or _party_name(release),
        "published": release.get("date"),
        "deadline": _dig(release, "tender", "tenderPeriod", "endDate"),
        "language": _language(release),
    }
    metadata = {key: value for key, value in metadata.items() if isinstance(value, str) and value}
    for path in (("tender", "value"), ("planning", "budget", "amount"), ("planning", "budget", "value")):
        amount = _number(_dig(release, *path, "amount"))
        if amount is not None:
            currency = _dig(release, *path, "currency")
            metadata["value"] = {
                "amount": amount,
                "currency": currency if isinstance(currency, str) else None,
            }
            break
    tag = release.get("tag")
    if isinstance(tag, str):
        tag = [tag]
    if isinstance(tag, list) and (tags := [item for item in tag if isinstance(item, str)]):
        metadata["tag"] = tags
    method = _dig(release, "tender", "awardCriteria")
    if isinstance(method, str) and method in _METHODS:
        metadata["award_method"] = _METHODS[method]
    if criteria := list(_criteria(release)):
        metadata["criteria"] = criteria
    return metadata


def _criteria(release: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the award criteria of the tender, of its lots and of its groups of lots, with their numbers."""
    tender = release.get("tender")
    holders: list[tuple[str, Any, str | None]] = [("tender", tender, None)]
    for key in ("lots", "lotGroups"):
        lots = _dig(tender, key)
        for index, lot in enumerate(lots if isinstance(lots, list) else ()):
            holders.append((f"tender/{key}/{index}", lot, _lot_name(lot, index) if len(lots) > 1 else None))
    for path, holder, name in holders:
        found = _dig(holder, "awardCriteria", "criteria")
        for index, item in enumerate(found if isinstance(found, list) else ()):
            if isinstance(item, dict):
                field = f"{path}/awardCriteria/criteria/{index}/name"
                yield {**_criterion(item), "lot": name, "field": field}


def _criterion(item: dict[str, Any]) -> dict[str, Any]:
    """Return the name, kind, weight and points of an award criterion; what it does not say is None."""
    kind, name = item.get("type"), item.get("name")
    kind = kind if isinstance(kind, str) else ""
    if not isinstance(name, str) or not name.strip():
        name = kind[:1].upper() + kind[1:]
    weight = points = None
    numbers = item.get("numbers")
    for entry in numbers if isinstance(numbers, list) else ():
        number = _number(entry.get("number")) if isinstance(entry, dict) else None
        # A fixed sum or a threshold is a number too, and no weight.
        if number is None or (not entry.get("weight") and (entry.get("fixed") or entry.get("threshold"))):
            continue
        unit = str(entry.get("weight") or "").casefold()
        if "point" in unit:
            points = float(number)
        elif "order" not in unit:
            weight = 100.0 * number if "decimal" in unit and number <= 1 else float(number)
    description = item.get("description")
    if weight is None and points is None and isinstance(description, str):
        bare = re.fullmatch(r"\s*(\d{1,4}(?:[.,]\d{1,4})?)\s*%?\s*", description)
        weight = float(bare[1].replace(",", ".")) if bare else None
    return {"name": name.strip(), "kind": _KINDS.get(kind.casefold()), "weight": weight, "points": points}


def _lot_name(lot: Any, index: int) -> str:
    """Name a lot as its title does ("Lot 2"), else by a short identifier, else by what it is called, else its place."""
    title, identifier = (str(_dig(lot, key) or "").strip() for key in ("title", "id"))
    named = re.match(r"lot\s*(?:no\.?|number)?\s*(\d{1,3}[a-z]?|[a-z])\b", title, re.I)
    named = named or re.fullmatch(r"(?:lot[-_ ]?)?0*(\d{1,3}[a-z]?|[a-z])", identifier, re.I)
    return f"Lot {named[1].upper()}" if named else (title or identifier or f"Lot {index + 1}")[:80]


def _party_name(release: dict[str, Any]) -> str | None:
    """Return the name of the party that is the buyer."""
    parties = release.get("parties")
    for party in parties if isinstance(parties, list) else ():
        roles = _dig(party, "roles")
        if isinstance(roles, list) and "buyer" in roles and isinstance(party.get("name"), str):
            return str(party["name"])
    return None
