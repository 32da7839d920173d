"""The same rows on Dask and on Spark as in one process, also where a worker is killed in the middle."""

import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from trained import SAMPLES, excerpts, small_model

import kindtext as kt
from kindtext.distributed import empty_frame, score_frame, spark_schema
from kindtext.errors import InputError

FOLDER = str(Path(__file__).parent)  # other processes must find this module


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(small_model().save(tmp_path_factory.mktemp("models") / "small"))


@pytest.fixture(scope="module")
def notices():
    texts = [record.text for record in excerpts(20)]
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(len(texts))], "text": texts})
    frame.loc[len(frame)] = ["none", None]
    return frame


@pytest.fixture(scope="module")
def alone(notices, model):
    return score_frame(notices, model=model)


def same(found, wanted):
    """Whether two frames have the same rows, numbers to 1e-9; missing values of any kind are alike."""
    found = found.sort_values("document").reset_index(drop=True)
    wanted = wanted.sort_values("document").reset_index(drop=True)
    assert list(found.columns) == list(wanted.columns)
    for column in wanted.columns:
        if wanted[column].dtype == "string":
            assert found[column].fillna("-").astype(str).tolist() == wanted[column].fillna("-").tolist(), column
        else:
            numbers = [frame[column].astype("float64").to_numpy(na_value=np.nan) for frame in (found, wanted)]
            np.testing.assert_allclose(*numbers, rtol=0, atol=1e-9, err_msg=column)


def kill_once(frames, *, model, flag, parent=None):
    """Score, but the first worker that comes here is killed in the middle."""
    try:
        os.close(os.open(flag, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return score_frame(frames, model=model)
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_frame_gives_the_rows_of_score_with_its_own_index(notices, model):
    frame = notices.iloc[[5, 2, -1]]
    found = score_frame(frame, model=model)
    assert list(found.index) == list(frame.index)
    assert list(found["document"]) == list(frame["name"])
    assert found["score"].iloc[0] == pytest.approx(kt.score(frame["text"].iloc[0], model=model).to_row()["score"])
    assert found["reason"].iloc[-1] == "there is no text in it"


def test_rows_do_not_depend_on_partitions_or_order(notices, alone, model):
    mixed = notices.sample(frac=1, random_state=3)
    pieces = list(score_frame((mixed.iloc[i : i + 7] for i in range(0, len(mixed), 7)), model=model))
    same(pd.concat(pieces), alone)


def test_the_columns_and_types_are_always_those_of_the_empty_frame(alone, notices, model):
    wanted = empty_frame().dtypes.to_dict()
    assert alone.dtypes.to_dict() == wanted
    assert score_frame(notices.iloc[:0], model=model).dtypes.to_dict() == wanted
    assert len(spark_schema().split(", ")) == len(wanted)


def test_every_measure_of_the_samples_fits_its_type(model):
    """A new column of text or of fractions must be named in the schema."""
    documents = list(kt.read_all(SAMPLES, on_error=print))
    frame = pd.DataFrame({"name": [d.name for d in documents], "text": [d.text for d in documents]})
    found = score_frame(frame, model=model)
    assert found["error"].isna().all()
    assert [c for c in found.columns if found[c].dtype == "string" and found[c].str.fullmatch(r"[\d.]+").any()] == []


def test_a_text_that_cannot_be_scored_is_a_row_with_its_error(model):
    found = score_frame(pd.DataFrame({"name": ["a", "b"], "text": [7, "We listen."]}), model=model)
    assert found["error"].notna().tolist() == [True, False]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="'text'"):
        score_frame(pd.DataFrame({"name": ["a"]}))


@pytest.mark.filterwarnings("ignore")
def test_dask_with_two_workers_one_of_them_killed_gives_the_same_rows(notices, alone, model, tmp_path):
    dd = pytest.importorskip("dask.dataframe", reason="needs pip install 'kindtext[dask]'")
    distributed = pytest.importorskip("distributed", reason="needs pip install 'kindtext[dask]'")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "processes": True}
    work = partial(kill_once, model=model, flag=str(tmp_path / "killed"))
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        client.run(lambda path: sys.path.insert(0, path), FOLDER)
        frame = dd.from_pandas(notices, npartitions=6)
        same(frame.map_partitions(work, meta=empty_frame()).compute(), alone)
    assert (tmp_path / "killed").exists()


@pytest.mark.filterwarnings("ignore")
def test_spark_with_a_worker_killed_gives_the_same_rows(notices, alone, model, tmp_path, monkeypatch):
    sql = pytest.importorskip("pyspark.sql", reason="needs pip install 'kindtext[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYSPARK_DRIVER_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([FOLDER, os.environ.get("PYTHONPATH", "")]))
    # Four tries a task, as a cluster has: Spark's plain local mode has one.
    builder = sql.SparkSession.builder.master("local[2,4]").appName("kindtext").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.warehouse.dir", str(tmp_path / "warehouse")).getOrCreate()
    try:
        spark.sparkContext.setLogLevel("OFF")
        rows = [
            (name, None if pd.isna(text) else text)
            for name, text in zip(*notices.to_dict("list").values(), strict=True)
        ]
        frame = spark.createDataFrame(rows, "name string, text string").repartition(4)
        work = partial(kill_once, model=model, flag=str(tmp_path / "killed"))
        found = frame.mapInPandas(work, schema=spark_schema()).toPandas()
    finally:
        spark.stop()
    same(found, alone)
    assert (tmp_path / "killed").exists()
