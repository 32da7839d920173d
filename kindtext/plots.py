"""Pictures of scores, for notebooks and reports; they need the extra ``plot``.

Every function draws into a matplotlib Axes and gives it back, so that a picture can be changed, joined with others and
saved as any other of matplotlib's: ``ax.figure.savefig("scores.png", dpi=200)``.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from kindtext.document import STAGES
from kindtext.errors import ExtraMissingError, InputError
from kindtext.lexicon import Pole, load_lexicon
from kindtext.report.measures import RUNG_NAMES
from kindtext.report.plain import one_line

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from kindtext.scoring import Score

COLOURS: dict[Pole, str] = {"kind": "#0072B2", "transactional": "#D55E00"}
"""Blue and vermilion of Okabe and Ito's palette, which people tell apart whatever colours they see.

Okabe, M. and Ito, K.: "Color Universal Design", 2008. What is printed in greys is told apart by its side or hatching.
"""

INK, FAINT = "#333333", "#8C8C8C"

MOST_NAMES = 60
"""Documents or groups that are named; of more, the names would not be legible on a page."""

NAME_WIDTH = 42
"""Characters of a name that are shown: half the width of a picture on a page."""

FEWEST_IN_GROUP = 3
"""Documents from which on a group's mean gets an interval; the spread of two says next to nothing."""

INTERVAL = 0.9
"""What an interval of a group's mean covers: as much as that of a score."""

SCALE = "Score: 0 is transactional, 50 even, 100 kind"


def plot_score(score: Score, ax: Axes | None = None) -> Axes:
    """Draw where in a document it is kind and where it is not; the same as ``score.plot()``.

    Each passage is a step, as wide as it has words. Its height above the line is how much it counts as kind, below the
    line how much as transactional: its weight times the probability, 0 to 1.

    Parameters
    ----------
    score : Score
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Empty but for its title where there is no passage.

    Raises
    ------
    ExtraMissingError
        If matplotlib is not installed.
    """
    ax = ax if ax is not None else _axes(7.5, 3.2)
    edges = [0]
    for p in score.passages:
        edges.append(edges[-1] + p.passage.words)
    sides: tuple[tuple[Pole, int, float], ...] = (("kind", 0, 1.0), ("transactional", 2, -1.0))
    for stance, index, sign in sides:
        heights = [sign * p.weight * p.probabilities[index] for p in score.passages]
        if heights:
            ax.stairs(heights, edges, fill=True, color=COLOURS[stance])
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.set_ylim(-1.05, 1.05)
    ax.set_xlim(0, max(edges[-1], 1))
    starts = _page_starts(score, edges)
    if len(starts) > 1:
        ax.set_xticks([at for at, _ in starts], [str(page) for _, page in starts])
        ax.set_xlabel("Page")
    else:
        ax.set_xlabel("Words from the beginning")
    ax.set_ylabel("Weight × probability\nof each passage")
    _two_sided(ax)
    if score.value is None or score.interval is None:
        said = f"no score: {score.reason}"
    else:
        low, high = score.interval
        said = f"score {score.value:.0f} of 100 (90 % interval {low:.0f} to {high:.0f})"
    _title(ax, f"{one_line(score.name, NAME_WIDTH)}: {said}")
    return ax


def plot_stages(score: Score, ax: Axes | None = None) -> Axes:
    """Draw how kind the text of each stage is, and how far people take part in it.

    The bars are the weight of the stage's text, counted in passages of 60 words: kind text above the line and
    transactional text below. The words at the top are the highest rung on which people take part at that stage.

    Parameters
    ----------
    score : Score
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        With all eight stages in order, from planning to review.

    Raises
    ------
    ExtraMissingError
        If matplotlib is not installed.
    """
    ax = ax if ax is not None else _axes(7.5, 3.6)
    found = score.measures.participation
    kind = [row.kind for row in found.stages] or [0.0] * len(STAGES)
    transactional = [row.transactional for row in found.stages] or [0.0] * len(STAGES)
    places = range(len(STAGES))
    ax.bar(places, kind, color=COLOURS["kind"])
    ax.bar(places, [-weight for weight in transactional], color=COLOURS["transactional"])
    ax.axhline(0, color=INK, linewidth=0.8)
    top, bottom = max(*kind, 1.0), max(*transactional, 1.0)
    reach = top + bottom
    ax.set_ylim(-bottom - 0.05 * reach, top + 0.2 * reach)  # room above the bars for the rungs
    for place, row in zip(places, found.stages, strict=False):
        if row.highest:
            words = RUNG_NAMES[row.highest].replace("-", "-\n").replace(" ", "\n")
            ax.annotate(
                f"people\n{words}" if "\n" not in words else words,
                (place, row.kind),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize="small",
                color=INK,
            )
    ax.set_xticks(list(places), [stage.capitalize() for stage in STAGES])
    ax.set_xlabel("Stage of the procurement")
    ax.set_ylabel("Weight of the text\n(passages of 60 words)")
    _two_sided(ax)
    name = one_line(score.name, NAME_WIDTH)
    _title(ax, f"{name}: {found.sentence}" if found.sentence else f"{name}: no passage to judge")
    return ax


def plot_signals(frame: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how often each signal stands in documents, and in how many of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`kindtext.score_many` or :func:`kindtext.classify`: a column a signal.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        A bar a signal, for every 1,000 words of all documents together (for every 100 passages of what ``classify``
        gave, which has no words), with the number of documents that have it. Kind signals come first, each pole's most
        frequent at the top.

    Raises
    ------
    InputError
        If the table has no column of a signal.
    ExtraMissingError
        If matplotlib is not installed.
    """
    lexicon = load_lexicon()
    here = [name for name in lexicon.signals if name in frame.columns]
    if not here:
        raise InputError("the table has no column of a signal; give what kindtext.score_many or classify returned.")
    counted = frame.loc[frame[here].notna().all(axis=1)]  # a document that failed has no counts
    by_words = "words" in frame.columns
    base = float(counted["words"].sum()) / 1000 if by_words else len(counted) / 100
    unit, what = ("1,000 words", "documents") if by_words else ("100 passages", "passages")
    rates = {name: float(counted[name].sum()) / base if base else 0.0 for name in here}
    poles: tuple[Pole, Pole] = ("kind", "transactional")
    ordered = [
        name for pole in poles for name in sorted(lexicon.of_pole(pole), key=lambda n: -rates.get(n, 0)) if name in here
    ]
    ax = ax if ax is not None else _axes(7.5, 1.2 + 0.3 * len(ordered))
    for pole in poles:
        at = [place for place, name in enumerate(ordered) if lexicon.signals[name].pole == pole]
        if not at:
            continue
        _beside(ax, pole, 1 - (sum(at) / len(at) + 0.5) / len(ordered))
        ax.barh(
            at,
            [rates[ordered[place]] for place in at],
            color=COLOURS[pole],
            edgecolor="white",
            hatch="///" if pole == "transactional" else None,
            linewidth=0,
        )
    for place, name in enumerate(ordered):
        having = int((counted[name] > 0).sum())
        ax.annotate(
            f"{having} of {len(counted)}",
            (rates[name], place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
            color=INK,
        )
    ax.set_yticks(
        range(len(ordered)),
        [one_line(lexicon.signals[name].label, NAME_WIDTH) for name in ordered],
        parse_math=False,
    )
    ax.set_ylim(len(ordered) - 0.5, -0.5)
    ax.set_xlim(0, 1.18 * max(*rates.values(), 0.1))  # room for the numbers beside the bars
    ax.set_xlabel(f"Times found in {unit}; beside it, how many {what} have it")
    _plain(ax, "x")
    _title(ax, f"Signals in {_count(len(counted), what)}")
    return ax


def plot_scores(frame: pd.DataFrame, by: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw scores with their 90 % intervals, one after the other or in groups.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`kindtext.score_many`. Documents without a score are left out, and counted below the picture.
    by : str, optional
        A column to group by, such as a sector or buyer. Then each document is a thin line with a dot. Below those of a
        group of three or more, a diamond is their mean with its 90 % interval: Student's t on the scores, their
        standard deviation taken as no less than that of a single score.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure, as tall as it needs to be.

    Returns
    -------
    matplotlib.axes.Axes
        The kindest at the top.

    Raises
    ------
    InputError
        If a column is missing.
    ExtraMissingError
        If matplotlib is not installed.
    """
    for column in ("document", "score", "low", "high", *([by] if by is not None else [])):
        if column not in frame.columns:
            columns = ", ".join(map(str, frame.columns[:12])) or "none"
            raise InputError(f"the table has no column '{column}'; give what score_many returned. It has: {columns}.")
    scored = frame.loc[frame["score"].notna()].sort_values(["score", "document"])
    if by is None:
        ax = _documents(scored, ax)
        title = f"Scores of {_count(len(scored), 'documents')}"
    else:
        ax = _groups(scored, by, ax)
        title = f"Scores of {_count(len(scored), 'documents')} by {one_line(by, NAME_WIDTH)}"
    ax.set_xlim(0, 100)
    ax.axvline(50, color=FAINT, linewidth=0.8, linestyle=":", zorder=0)
    _plain(ax, "x")
    without = len(frame) - len(scored)
    notes = [SCALE]
    if by is not None:
        notes.append("Dot: a document. Diamond: the mean of a group. Lines: 90 % intervals.")
    if without:
        notes.append(f"{_count(without, 'documents')} without a score left out")
    ax.set_xlabel("\n".join(notes), fontsize="medium" if by is None else "small")
    _title(ax, title)
    return ax


def _documents(scored: pd.DataFrame, ax: Axes | None) -> Axes:
    """Draw a line a document."""
    named = len(scored) <= MOST_NAMES
    ax = ax if ax is not None else _axes(7.5, 1.4 + (0.24 * max(len(scored), 2) if named else 7.0))
    places = range(len(scored))
    ax.hlines(places, scored["low"], scored["high"], color=FAINT, linewidth=2 if named else 0.6)
    ax.plot(scored["score"], places, "o", color=COLOURS["kind"], markersize=5 if named else 2)
    ax.set_ylim(-1, max(len(scored), 1))
    if named:
        ax.set_yticks(places, [one_line(str(name), NAME_WIDTH) for name in scored["document"]], parse_math=False)
    else:
        ax.set_yticks([])
        ax.set_ylabel("Documents, the kindest at the top")
    return ax


def _groups(scored: pd.DataFrame, by: str, ax: Axes | None) -> Axes:
    """Draw a band a group: its documents one above the other, and their mean."""
    texts = scored[by].map(lambda value: "not said" if value is None or value != value else one_line(str(value)))
    counts = texts.value_counts()
    means = scored["score"].groupby(texts).mean().sort_values()
    shown = means[means.index.isin(counts.index[:MOST_NAMES])]
    ax = ax if ax is not None else _axes(7.5, 1.8 + 0.45 * len(shown))
    for place, (name, mean) in enumerate(shown.items()):
        group = scored[texts == name]
        step = 0.5 / max(len(group) - 1, 4)  # few documents stay close together
        middle = place + 0.12 if len(group) >= FEWEST_IN_GROUP else place
        heights = [middle + step * (i - (len(group) - 1) / 2) for i in range(len(group))]
        ax.hlines(heights, group["low"], group["high"], color=FAINT, linewidth=0.6)
        ax.plot(group["score"], heights, "o", color=COLOURS["kind"], markersize=3)
        if len(group) >= FEWEST_IN_GROUP:
            at, reach = place - 0.28, _reach(group)
            ax.hlines([at], max(mean - reach, 0.0), min(mean + reach, 100.0), color=INK, linewidth=2)
            ax.plot([mean], [at], "D", color="white", markeredgecolor=INK, markeredgewidth=1.4, markersize=5)
    labels = [f"{one_line(str(name), NAME_WIDTH)} ({counts[name]})" for name in shown.index]
    ax.set_yticks(range(len(shown)), labels, parse_math=False)
    ax.set_ylim(-0.6, max(len(shown), 1) - 0.4)
    of = f", the largest {len(shown)} of {len(means)}" if len(shown) < len(means) else ""
    ax.set_ylabel(f"{one_line(by, NAME_WIDTH)} (documents){of}", parse_math=False)
    return ax


def _reach(group: pd.DataFrame) -> float:
    """Half the width of the interval of a group's mean."""
    from scipy.stats import norm, t

    tail = (1 + INTERVAL) / 2
    single = ((group["high"] - group["low"]) / 2 / norm.ppf(tail)).pow(2).mean()  # as if each interval were a normal's
    return float(t.ppf(tail, len(group) - 1) * (max(group["score"].var(), single) / len(group)) ** 0.5)


def _axes(width: float, height: float) -> Axes:
    """Make a figure of a size in inches, to fit on a page."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ExtraMissingError(
            "plots need matplotlib, which is not installed; pip install 'kindtext[plot]'"
        ) from error
    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def _page_starts(score: Score, edges: list[int]) -> list[tuple[int, int]]:
    """Give where pages begin, those whose numbers have room; empty for a format without pages."""
    first: dict[int, int] = {}
    for p, at in zip(score.passages, edges, strict=False):
        if p.passage.page is not None:
            first.setdefault(p.passage.page, at)
    starts: list[tuple[int, int]] = []
    for page, at in first.items():
        if not starts or at - starts[-1][0] >= edges[-1] / 30:
            starts.append((at, page))
    return starts


def _two_sided(ax: Axes) -> None:
    """Dress an axis that counts kind text upwards from 0 and transactional text downwards."""
    ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    low, high = ax.get_ylim()
    zero = -low / (high - low)
    _beside(ax, "kind", (1 + zero) / 2)
    _beside(ax, "transactional", zero / 2)
    _plain(ax, "y")


def _beside(ax: Axes, pole: Pole, height: float) -> None:
    """Write a pole's name beside its part of a picture, where no bar can hide it."""
    at = (1.01, height)
    ax.annotate(pole, at, xycoords="axes fraction", rotation=270, va="center", color=COLOURS[pole], fontsize="small")


def _plain(ax: Axes, grid: Any) -> None:
    """Leave out the frame, and draw faint lines to read values by."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis=grid, color="#E5E5E5", linewidth=0.6)
    ax.set_axisbelow(True)


def _title(ax: Axes, text: str) -> None:
    """Set a title on the left, in lines that fit; what comes from a document is no formula."""
    lines = textwrap.wrap(one_line(text), 88, max_lines=3, placeholder=" …")
    ax.set_title("\n".join(lines), loc="left", fontsize="medium", parse_math=False)


def _count(number: int, what: str) -> str:
    """Give a number with its noun.

    Examples
    --------
    >>> _count(1, "documents"), _count(2000, "passages")
    ('1 document', '2,000 passages')
    """
    return f"{number:,} {what if number != 1 else what[:-1]}"
