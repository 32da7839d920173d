"""An evaluation as one self-contained page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from kindtext.report.plain import one_line

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:62rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{padding:.25em .8em .25em 0;text-align:right}
th{border-bottom:1px solid #bbb;font-weight:600}th:first-child,td:first-child{text-align:left}
td.text{text-align:left;max-width:34rem;overflow-wrap:anywhere}.said{font-weight:600}.note{color:#555}
.table{overflow-x:auto}
"""
_SIDE = 260  # of the calibration diagram, in pixels


def evaluation_page(result: Mapping[str, Any], corpus: str) -> str:
    """Show what :func:`kindtext.comparing_models.evaluate_models` gives.

    Parameters
    ----------
    result : mapping
    corpus : str
        Its name.

    Returns
    -------
    str
        HTML; everything that comes from a file is escaped.
    """
    named = {result["name"]: result, **result["others"]}
    baselines = {f"baseline: {name}": each for name, each in result["baselines"].items()}
    beside = [
        (name, *(_number(each["stance"][m]["value"]) for m in _METRICS), _interval(each["stance"]["macro_f1"]))
        for name, each in {**named, **baselines}.items()
    ]
    parts = [
        f"<h1>Evaluation on {_text(corpus)}</h1>",
        f"<p>{result['excerpts']:,} labelled excerpts.</p>",
        *(f'<p class="said">{_text(each["sentence"])}</p>' for each in result["comparisons"]),
        *(f"<p>{_text(warning)}</p>" for warning in result["warnings"]),
        _table(("", *_METRICS.values(), "95 % interval of macro F1"), beside),
        f'<p class="note">{_text(result["baselines_trained_on"])}</p>',
    ]
    for name, each in named.items():
        parts += _one(name, each)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Evaluation</title>'
        f"<style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


_METRICS = {
    "macro_f1": "macro F1",
    "auroc_kind": "AUROC kind",
    "auroc_transactional": "AUROC transactional",
    "calibration_error": "calibration error",
    "log_loss": "log loss",
}


def _one(name: str, result: Mapping[str, Any]) -> list[str]:
    confusion = result["confusion"]
    parts = [f"<h2>{_text(name)}</h2>"]
    if result["trained_on_this"]:
        parts.append("<p>This model was trained on these very excerpts: the figures flatter it.</p>")
    metrics = [(m.replace("_", " "), _number(v["value"]), _interval(v)) for m, v in result["stance"].items()]
    parts += [
        _table(("metric", "value", "95 % interval"), metrics),
        "<h3>Labelled (down), judged (across)</h3>",
        _table(("", *confusion), [(a, *map(str, row.values())) for a, row in confusion.items()]),
        "<h3>Signals</h3>",
        _table(
            ("signal", "precision", "recall", "F1", "labelled"),
            [
                (s, *(_number(row[k]) for k in ("precision", "recall", "f1")), str(row["support"]))
                for s, row in result["signals"].items()
            ],
        ),
        "<h3>Calibration</h3>",
        _calibration(result["calibration"]),
    ]
    for slice_name, title in (("register", "Registers"), ("sector", "Sectors"), ("words", "Lengths in words")):
        rows = result["slices"][slice_name]
        if rows:
            parts.append(f"<h3>{title} (25 excerpts or more)</h3>")
            shown = [
                (value, str(row["excerpts"]), _number(row["macro_f1"]), _number(row["calibration_error"]))
                for value, row in rows.items()
            ]
            parts.append(_table(("", "excerpts", "macro F1", "calibration error"), shown))
    if result["mistakes"]:
        parts.append("<h3>Worst mistakes</h3>")
        rows = [
            (m["id"], m["labelled"], m["predicted"], _number(m["probability"]), m["text"]) for m in result["mistakes"]
        ]
        parts.append(_table(("id", "labelled", "judged", "probability of the label", "text"), rows, text=4))
    return parts


def _calibration(bars: Sequence[Mapping[str, float]]) -> str:
    """Draw how often the likeliest stance was right, and give the numbers."""
    points = " ".join(f"{_SIDE * b['said']:.1f},{_SIDE * (1 - b['right']):.1f}" for b in bars)
    dots = "".join(
        f'<circle cx="{_SIDE * b["said"]:.1f}" cy="{_SIDE * (1 - b["right"]):.1f}" r="4" fill="#0072B2"/>' for b in bars
    )
    drawn = (
        f'<svg role="img" aria-label="Calibration: the table below has the numbers" width="{_SIDE}" height="{_SIDE}" '
        f'viewBox="-6 -6 {_SIDE + 12} {_SIDE + 12}"><rect width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#bbb"/>'
        f'<line x1="0" y1="{_SIDE}" x2="{_SIDE}" y2="0" stroke="#8C8C8C" stroke-dasharray="4"/>'
        f'<polyline points="{points}" fill="none" stroke="#0072B2"/>{dots}</svg>'
    )
    rows = [(_number(b["said"]), _number(b["right"]), str(b["excerpts"])) for b in bars]
    return drawn + _table(("said", "right", "excerpts"), rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], text: int | None = None) -> str:
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in header)
    body = "".join(
        "<tr>"
        + "".join(f"<td{' class=text' if i == text else ''}>{_text(v)}</td>" for i, v in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _number(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.3f}"


def _interval(metric: Mapping[str, Any]) -> str:
    low, high = map(_number, metric["interval"])
    return f"{low} to {high}" if low and high else ""


def _text(value: str) -> str:
    return escape(one_line(str(value)))
