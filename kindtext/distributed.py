"""Scoring beyond one machine, on engines that exist: one function from a pandas frame to a pandas frame.

Spark's ``mapInPandas`` and Dask's ``map_partitions`` take it as it is::

    from functools import partial
    from kindtext.distributed import empty_frame, score_frame, spark_schema

    scores = notices.select("name", "text").mapInPandas(score_frame, schema=spark_schema())   # Spark
    scores = notices[["name", "text"]].map_partitions(score_frame, meta=empty_frame())        # Dask

Another model is named with ``partial(score_frame, model="models/mine")``; its folder, and that of a lexicon of one's
own, must be there on every machine. The rows do not depend on how the notices are cut into partitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, overload

from kindtext.batch import CHUNK_DOCUMENTS, failed_row, row_columns
from kindtext.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("name", "text")
"""What a frame must have: the document's name, and its text; null is an empty text."""

_TEXT = frozenset(
    "document reason participation_highest participation_stages award_method currency liability error".split()
)
_MEASURED = frozenset(
    """
    score low high talk_score terms_score price_weight quality_weight social_value_weight turnover_required
    turnover_ratio insurance_required insurance_ratio mandatory_per_1000_words contract_months flesch_reading_ease
    flesch_kincaid_grade mean_sentence_words long_word_share passive_share legalese_per_1000_words
    """.split()
)


@overload
def score_frame(frames: pd.DataFrame, *, model: str | None = None) -> pd.DataFrame: ...
@overload
def score_frame(frames: Iterable[pd.DataFrame], *, model: str | None = None) -> Iterator[pd.DataFrame]: ...
def score_frame(
    frames: pd.DataFrame | Iterable[pd.DataFrame], *, model: str | None = None
) -> pd.DataFrame | Iterator[pd.DataFrame]:
    """Score a frame of texts, or frames as they come.

    Parameters
    ----------
    frames : pandas.DataFrame or iterable of pandas.DataFrame
        With the columns ``name`` and ``text``.
    model : str, optional
        A model's folder; by default the one that comes with kindtext.

    Returns
    -------
    pandas.DataFrame or iterator of pandas.DataFrame
        One row a document, in order, with the index of the frame that was given: :meth:`kindtext.Score.to_row` with
        the types of :func:`empty_frame`. A text that cannot be scored is a row with its ``error``.

    Raises
    ------
    InputError
        If a column is missing.
    ModelError
        If the model cannot be loaded.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"name": ["a", "b"], "text": ["Too short to say.", None]})
    >>> score_frame(frame)[["document", "reason"]].values.tolist()[1]
    ['b', 'there is no text in it']
    """
    import pandas as pd

    if isinstance(frames, pd.DataFrame):
        return _scored(frames, model)
    return (_scored(frame, model) for frame in frames)


def empty_frame() -> pd.DataFrame:
    """Give the columns and types of a scored frame, without rows: Dask's ``meta``.

    Examples
    --------
    >>> empty_frame()["score"].dtype
    dtype('float64')
    """
    return _typed([], None)


def spark_schema() -> str:
    """Give the columns and types of a scored frame in Spark's words.

    Examples
    --------
    >>> spark_schema()[:40]
    '`document` string, `score` double, `low`'
    """
    kinds = {"string": "string", "Int64": "bigint", "float64": "double"}
    return ", ".join(f"`{column}` {kinds[kind]}" for column, kind in _types().items())


def _scored(frame: pd.DataFrame, model: str | None) -> pd.DataFrame:
    from kindtext.model import load_model
    from kindtext.pipeline import shared_pipeline

    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise InputError(
            f"the frame has no column {missing[0]!r}; give one with the columns name and text, renamed if need be."
        )
    loaded = load_model(model)
    rows: list[dict[str, Any]] = []
    pairs = list(zip(frame["name"], frame["text"], strict=True))
    for first in range(0, len(pairs), CHUNK_DOCUMENTS):
        # spaCy keeps every word that it meets; what these texts bring is given back at their end.
        with shared_pipeline().memory_zone():
            rows += [_row(name, text, loaded) for name, text in pairs[first : first + CHUNK_DOCUMENTS]]
    return _typed(rows, frame.index)


def _row(name: Any, text: Any, model: Any) -> dict[str, Any]:
    """Score one text into a row; whatever goes wrong with it is the row's ``error``."""
    import pandas as pd

    from kindtext.passages import from_text
    from kindtext.scoring import score

    name = str(name)
    text = "" if text is None or text is pd.NA or text != text else text
    try:
        return score(from_text(text, name=name), model=model).to_row()
    except Exception as error:
        # One strange text must not end the job of a million others.
        return failed_row(name, " ".join(f"{type(error).__name__}: {error}".split())[:200])


def _typed(rows: list[dict[str, Any]], index: pd.Index | None) -> pd.DataFrame:
    """Make a frame of rows, of the same types whatever the rows hold."""
    import pandas as pd

    columns = {
        column: pd.Series([row.get(column) for row in rows], index=index, dtype=kind)
        for column, kind in _types().items()
    }
    return pd.DataFrame(columns, index=index)


def _types() -> dict[str, str]:
    """Types of the columns: text, measures, and counts, which may be missing."""
    return {
        column: "string" if column in _TEXT else "float64" if column in _MEASURED else "Int64"
        for column in row_columns()
    }
