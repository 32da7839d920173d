"""Models that are made to do harm: no code runs, nothing outside the folder is read, odd numbers are refused."""

import hashlib
import io
import json
import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from trained import small_model

from kindtext.errors import ModelError
from kindtext.model import load_model


class Bomb:
    """What a hostile pickle does when it is loaded: here it only leaves a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return small_model().save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def folder(saved, tmp_path):
    return Path(shutil.copytree(saved, tmp_path / "copy"))


def change_metadata(folder, **changes):
    path = folder / "metadata.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def put(folder, content):
    """Replace the classifier, and put the checksum right as an attacker would."""
    (folder / "classifier.npz").write_bytes(content)
    change_metadata(folder, classifier_sha256=hashlib.sha256(content).hexdigest())


def put_arrays(folder, **changes):
    stream = io.BytesIO()
    np.savez(stream, **(small_model()._arrays() | changes))
    put(folder, stream.getvalue())


def member(content, name="coef.npy"):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def header(text):
    data = text.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + len(data).to_bytes(2, "little") + data


def refused(folder):
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder}: ")
    assert "kindtext train" in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_no_pickle_is_ever_loaded(folder, protocol):
    bomb = pickle.dumps(Bomb(folder.parent / "exploded"), protocol)
    for content in (bomb, member(bomb), member(bomb, "coef.pkl"), member(bomb, "coef"), member(header("{}") + bomb)):
        put(folder, content)
        refused(folder)
    assert not (folder.parent / "exploded").exists()


@pytest.mark.parametrize(
    "text",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999999999999,)}",
        "__import__('os').system('true')",
        "(" * 5_000,
        "",
    ],
    ids=["terabytes", "negative", "objects", "beyond numbers", "code", "deep", "empty"],
)
def test_a_header_that_lies_is_refused(folder, text):
    put(folder, member(header(text)))
    refused(folder)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["coef", "intercept", "shift", "temperature", "idf"])
def test_numbers_that_are_none_are_refused(folder, name, number):
    array = small_model()._arrays()[name]
    put_arrays(folder, **{name: np.full_like(array, number)})
    assert "does not hold a model" in refused(folder)


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_a_temperature_that_turns_judgements_round_is_refused(folder, temperature):
    put_arrays(folder, temperature=np.array(temperature))
    refused(folder)


def test_text_that_is_no_text_is_refused(folder):
    terms = small_model()._arrays()["terms"].copy()
    terms.view(np.uint32)[0] = 0xFFFFFFFF
    put_arrays(folder, terms=terms)
    assert "no character" in refused(folder)


@pytest.mark.parametrize("name", ["../../outside.npy", "/etc/outside.npy", "..\\outside.npy"])
def test_a_member_with_a_path_is_not_unpacked(folder, name):
    put(folder, member(header("{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}"), name))
    refused(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["copy"]


def test_names_in_the_description_are_never_opened(folder, tmp_path):
    secret = tmp_path / "secret.npz"
    secret.write_bytes((folder / "classifier.npz").read_bytes())
    (folder / "classifier.npz").unlink()
    change_metadata(folder, classifier=str(secret), path=str(secret))
    refused(folder)


def test_a_description_without_end_is_refused(folder):
    (folder / "metadata.json").write_text('{"a":' * 100_000, encoding="utf-8")
    refused(folder)
    (folder / "metadata.json").write_text(" " * 10_000_001, encoding="utf-8")
    assert "more than 10,000,000 bytes" in refused(folder)


@pytest.mark.parametrize(
    "changes", [{"schema": 99}, {"schema": "1"}, {"signals": None}, {"signals": ["x"]}, {"settings": 1}]
)
def test_another_version_or_a_description_that_does_not_fit_is_refused(folder, changes):
    change_metadata(folder, **changes)
    refused(folder)
