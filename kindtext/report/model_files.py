"""What is put beside a trained model for people: metrics, tables for a spreadsheet, and pictures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kindtext.errors import ExtraMissingError
from kindtext.report.files import dumps
from kindtext.report.plain import cell, one_line
from kindtext.stance import STANCES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kindtext.model import Model

MOST_WORDS = 50
"""Words that are listed beside the signals, on either side: the rest move little."""

_MEASURED = ("metrics", "confusion", "signal_f1", "slices", "calibration", "own", "settings", "corpus")


def model_files(model: Model) -> dict[str, bytes]:
    """Make the files that go beside a model.

    Parameters
    ----------
    model : Model
        As :func:`kindtext.train` gives it.

    Returns
    -------
    dict of str to bytes
        ``metrics.json``, ``confusion.csv``, ``coefficients.csv`` and ``mistakes.csv``, the twenty worst; pictures
        where matplotlib is installed. Of a model on a base and a person's own excerpts, confusion and mistakes are of
        her own.
    """
    found = model.metadata
    shown = found.get("own", found)
    made = {
        "metrics.json": dumps({name: found[name] for name in _MEASURED if name in found}).encode("utf-8") + b"\n",
        "confusion.csv": _table(
            ("labelled", *(f"judged {stance}" for stance in STANCES)),
            ((a, *(shown["confusion"][a][b] for b in STANCES)) for a in STANCES),
        ),
        "mistakes.csv": _table(
            ("id", "labelled", "judged", "probability of the label", "text"),
            ((m["id"], m["labelled"], m["predicted"], m["probability"], m["text"]) for m in shown["mistakes"]),
        ),
    }
    weights = coefficients(model)
    if weights:
        made["coefficients.csv"] = _table(("feature", "what", "kind", "transactional", "kinder by"), weights)
    try:
        made |= _pictures(found, shown, weights)
    except ExtraMissingError:
        pass  # the tables say the same
    return made


def coefficients(model: Model) -> list[tuple[str, str, float, float, float]]:
    """List what moves a model: all signal features, and the words that move it most.

    Parameters
    ----------
    model : Model

    Returns
    -------
    list of tuple
        Feature, ``signal`` or ``word``, log-odds of kind and of transactional for one unit of it, and the difference;
        the kindest first. Empty for a model without coefficients.
    """
    if not model.classifier.plain:
        return []
    coef = model.classifier.coef_ / model.classifier.temperature_
    names = model.feature_names()
    width = len(model.signals.get_feature_names_out())
    kinder = coef[0] - coef[1]
    words = sorted(range(width, len(names)), key=lambda i: kinder[i])
    chosen = sorted({*range(width), *words[:MOST_WORDS], *words[-MOST_WORDS:]}, key=lambda i: -kinder[i])
    return [
        (
            names[i],
            "signal" if i < width else "word",
            round(float(coef[0, i]), 4),
            round(float(coef[1, i]), 4),
            round(float(kinder[i]), 4),
        )
        for i in chosen
    ]


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    # With a mark, which Excel needs to know UTF-8 by.
    return stream.getvalue().encode("utf-8-sig", "replace")


def _pictures(found: Mapping[str, Any], shown: Mapping[str, Any], weights: Sequence[Sequence[Any]]) -> dict[str, bytes]:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ExtraMissingError("pictures need matplotlib; pip install 'kindtext[plot]'.") from error

    def drawn(width: float, height: float) -> tuple[Any, Any]:
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        return figure, figure.add_subplot()

    figure, ax = drawn(4.5, 4)
    counts = [[shown["confusion"][a][b] for b in STANCES] for a in STANCES]
    ax.imshow(counts, cmap="Blues")
    for i, row in enumerate(counts):
        for j, n in enumerate(row):
            ax.text(j, i, str(n), ha="center", va="center", color="white" if 2 * n > max(map(max, counts)) else "black")
    ax.set_xticks(range(3), STANCES)
    ax.set_yticks(range(3), STANCES)
    ax.set_xlabel("Judged")
    ax.set_ylabel("Labelled")
    ax.set_title("Excerpts held out")
    made = {"confusion.png": _png(figure)}
    figure, ax = drawn(4.5, 4)
    bars = found["calibration"]
    ax.plot([0, 1], [0, 1], color="#8C8C8C", linewidth=1, linestyle="--")
    ax.plot([b["said"] for b in bars], [b["right"] for b in bars], marker="o", color="#0072B2")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_xlabel("Probability that was said")
    ax.set_ylabel("Share that was right")
    ax.set_title("Calibration, held out")
    made["calibration.png"] = _png(figure)
    signals = [row for row in weights if row[1] == "signal" and row[4]][::-1]
    if signals:
        figure, ax = drawn(7, 0.22 * len(signals) + 1)
        colours = ["#0072B2" if row[4] > 0 else "#D55E00" for row in signals]
        ax.barh([one_line(row[0], 40) for row in signals], [row[4] for row in signals], color=colours)
        ax.axvline(0, color="#333333", linewidth=0.8)
        ax.set_xlabel("Log-odds of kind against transactional, for one unit (0.7 doubles the odds)")
        made["coefficients.png"] = _png(figure)
    return made


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=120, metadata={"Software": None})
    return stream.getvalue()
