"""Comparisons and rankings as HTML: a fragment for notebooks, a page of its own for a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from kindtext.report import comparison as words
from kindtext.report.plain import one_line

if TYPE_CHECKING:
    from kindtext.comparing import Change, Comparison, Ranked
    from kindtext.scoring import Evidence, Score

# All colours have a contrast of 4.5:1 or more on white and on their own tint.
_STYLE = """
.kt{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:60rem}
.kt h1{font-size:1.4rem}.kt h2{font-size:1.15rem;margin:1.6em 0 .4em}
.kt table{border-collapse:collapse}.kt th,.kt td{padding:.25em .8em .25em 0;text-align:left;vertical-align:top}
.kt th{font-weight:600;border-bottom:1px solid #bbb}.kt .n{text-align:right}
.kt article{border-left:4px solid #bbb;padding:.1em 0 .1em .8em;margin:1em 0}
.kt article.up{border-color:#0b6e4f}.kt article.down{border-color:#a23b00}
.kt article h3{font-size:1rem;margin:0}.kt p{margin:.3em 0;overflow-wrap:anywhere}
.kt ins{background:#e3f4ec;color:#07563d;text-decoration:underline}
.kt del{background:#fbeae1;color:#8a3200;text-decoration:line-through}
.kt .note{color:#555}.kt summary{cursor:pointer}
@media print{.kt details>*{display:block}}
"""
_SCALE_WIDTH = 300


def comparison_html(found: Comparison, *, most: int | None = words.MOST_CHANGES) -> str:
    """Show two drafts as HTML: scores, changes, signals, stages and measures.

    Parameters
    ----------
    found : Comparison
    most : int or None
        Changes shown; all if None.

    Returns
    -------
    str
        A self-contained fragment; everything from the documents is escaped.
    """
    changes = found.telling()
    shown = changes if most is None else changes[:most]
    parts = [
        f'<style>{_STYLE}</style><div class="kt">',
        f"<h1>{_text(words.heading(found))}</h1>",
        _scale([found.old, found.new]),
        f"<p>{_text(words.verdict(found))} {_text(words.tally(found.counts()))}.</p>",
        "<h2>What changed, what moved the score most first</h2>" if shown else "",
        *map(_change, shown),
        f"<p>... and {len(changes) - len(shown)} more.</p>" if len(changes) > len(shown) else "",
        _signals(found),
        _stages(found),
        _table("Measures that differ", ("measure", "old", "new"), words.measure_rows(found)),
        "</div>",
    ]
    return "".join(parts)


def comparison_page(found: Comparison) -> str:
    """Show two drafts as a page of its own, with every change."""
    return page(f"{found.old.name} and {found.new.name} compared", comparison_html(found, most=None))


def ranking_page(ranked: Sequence[Ranked]) -> str:
    """Show documents by score as a page of its own, with those that cannot be told apart."""
    rows = []
    for each in ranked:
        low, high = each.score.interval or (None, None)
        interval = "" if low is None or high is None else f"{low:.0f} to {high:.0f}"
        place = "-" if each.place is None else str(each.place)
        rows.append((place, each.score.name, words.points(each.score.value), interval, words.level(each)))
    columns = ("place", "document", "score", "90 % interval", "cannot be told apart from")
    notes = "".join(f"<p>{_text(line)}</p>" for line in words.told_apart(ranked))
    body = (
        f'<style>{_STYLE}</style><div class="kt"><h1>{len(ranked)} documents by score</h1>'
        f"{_scale([each.score for each in ranked])}{_table('', columns, rows)}{notes}</div>"
    )
    return page(f"{len(ranked)} documents by score", body)


def page(title: str, body: str) -> str:
    """Put a fragment into a page that needs nothing from elsewhere and may load nothing."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(title)}</title></head><body>{body}</body></html>\n"
    )


def _text(text: str) -> str:
    return escape(one_line(text))


def _scale(scores: Sequence[Score]) -> str:
    """Draw each score with its interval on a line; what it shows also stands in the text."""
    judged = [s for s in scores if s.value is not None and s.interval is not None]
    if not judged:
        return ""
    height = 22 * len(judged) + 20
    said = "; ".join(
        f"{one_line(s.name)}: {s.value:.0f} of 100, 90 percent interval {s.interval[0]:.0f} to {s.interval[1]:.0f}"
        for s in judged
        if s.value is not None and s.interval is not None
    )
    drawn = [f'<svg width="{_SCALE_WIDTH + 320}" height="{height}" role="img" aria-label="{escape(said)}">']
    for at, s in enumerate(judged):
        assert s.value is not None and s.interval is not None
        y = 12 + 22 * at
        low, value, high = (10 + _SCALE_WIDTH * x / 100 for x in (s.interval[0], s.value, s.interval[1]))
        drawn.append(
            f'<line x1="10" y1="{y}" x2="{10 + _SCALE_WIDTH}" y2="{y}" stroke="#bbb" stroke-width="2"/>'
            f'<line x1="{low:.0f}" y1="{y}" x2="{high:.0f}" y2="{y}" stroke="#555" stroke-width="6"/>'
            f'<circle cx="{value:.0f}" cy="{y}" r="6" fill="#0b3d91"/>'
            f'<text x="{_SCALE_WIDTH + 24}" y="{y + 4}" font-size="12" fill="#333">{_text(one_line(s.name, 44))}</text>'
        )
    drawn.append(
        f'<text x="10" y="{height - 4}" font-size="11" fill="#555">0 transactional</text>'
        f'<text x="{10 + _SCALE_WIDTH}" y="{height - 4}" font-size="11" fill="#555" text-anchor="end">kind 100</text>'
        "</svg>"
    )
    return "".join(drawn)


def _change(change: Change) -> str:
    share = change.share or 0.0
    parts = [
        f'<article class="{"up" if share > 0 else "down" if share < 0 else ""}">',
        f"<h3>{words.points(change.share, signed=True)} {_text(words.title(change))}</h3>",
        f"<p>{_words(change)}</p>",
    ]
    for word, said in words.signal_notes(change.gained(), change.lost()):
        parts.append(f'<p class="note">{word}: {_text(said)}</p>')
    return "".join(parts) + "</article>"


def _words(change: Change) -> str:
    """Give the words of a change, all of them, with what was cut and put marked."""
    if change.kind == "reworded":
        return " ".join(_marked(op, text) for op, text in change.diff())
    op = {"added": "put", "dropped": "cut"}.get(change.kind, "same")
    return _marked(op, " ".join(p.passage.text for p in change.new or change.old))


def _marked(op: str, text: str) -> str:
    tag = {"cut": "del", "put": "ins"}.get(op)
    return f"<{tag}>{_text(text)}</{tag}>" if tag else _text(text)


def _signals(found: Comparison) -> str:
    rows = [
        (words.label(signal), str(row["old"]), str(row["new"]), _quotes(row["gained"]), _quotes(row["lost"]))
        for signal, row in found.by_signal().items()
        if row["gained"] or row["lost"]
    ]
    return _table("Signals that stand, old and new", ("signal", "old", "new", "gained", "lost"), rows)


def _quotes(found: Iterable[Evidence]) -> str:
    return ", ".join(dict.fromkeys(f'"{one_line(e.quote, 60)}" ({e.assertion})' for e in found))


def _stages(found: Comparison) -> str:
    rows = [
        (stage or "no stage", words.points(share, signed=True))
        for stage, share in found.by_stage().items()
        if abs(share) >= 0.05
    ]
    return _table("Points by the stage that the words speak of", ("stage", "points"), rows)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{_text(column)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    named = f"<h2>{_text(title)}</h2>" if title else ""
    return f"{named}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
