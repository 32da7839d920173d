"""How a Score shows itself in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kindtext.lexicon import load_lexicon
from kindtext.report.plain import one_line

if TYPE_CHECKING:
    from kindtext.scoring import PassageScore, Score

_COLOURS = {"kind": "#0b6e4f", "neutral": "#767676", "transactional": "#a23b00"}  # all 4.5:1 or more on white


def score_html(score: Score) -> str:
    """Show a score as HTML: the number, its interval on a scale, the stances, and what speaks for each pole.

    Parameters
    ----------
    score : Score

    Returns
    -------
    str
        A self-contained fragment; everything from the document is escaped.
    """
    name = escape(one_line(score.name))
    if score.value is None or score.interval is None:
        return f"<div><strong>{name}</strong>: no score; {escape(score.reason or '')}.</div>"
    low, high = score.interval
    scale = (
        '<svg width="320" height="34" role="img" '
        f'aria-label="Score {score.value:.0f} of 100, 90 percent interval {low:.0f} to {high:.0f}">'
        '<line x1="10" y1="16" x2="310" y2="16" stroke="#bbb" stroke-width="2"/>'
        f'<line x1="{10 + 3 * low:.0f}" y1="16" x2="{10 + 3 * high:.0f}" y2="16" stroke="#555" stroke-width="6"/>'
        f'<circle cx="{10 + 3 * score.value:.0f}" cy="16" r="7" fill="#0b3d91"/>'
        '<text x="10" y="32" font-size="10" fill="#555">0 transactional</text>'
        '<text x="310" y="32" font-size="10" fill="#555" text-anchor="end">kind 100</text></svg>'
    )
    counts = ", ".join(
        f'<span style="color:{_COLOURS[stance]}">{n} {stance}</span>' for stance, n in score.stances().items()
    )
    parts = [
        f"<div><strong>{name}</strong>: <strong>{score.value:.0f}</strong> of 100 "
        f"(90 % interval {low:.0f} to {high:.0f})<br>{scale}<br>Passages: {counts}",
    ]
    for stance in ("kind", "transactional"):
        passages = score.extremes(stance)
        if passages:
            parts.append(f'<p style="margin:.6em 0 0;color:{_COLOURS[stance]}">Most {stance}</p><ul>')
            parts.extend(_item(p) for p in passages)
            parts.append("</ul>")
    return "".join(parts) + "</div>"


def _item(p: PassageScore) -> str:
    signals = load_lexicon().signals
    labels = sorted({signals[e.signal].label for e in p.evidence})
    about = "; ".join(filter(None, [p.passage.place, ", ".join(labels)]))
    return f"<li>{escape(one_line(p.passage.text, 280))} <small>({escape(one_line(about))})</small></li>"
