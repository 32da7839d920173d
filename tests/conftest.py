import pytest

from kindtext.pipeline import load_pipeline


@pytest.fixture(scope="session")
def nlp():
    """The default pipeline, made once a run; tests must not change it."""
    return load_pipeline()
