import pytest
from hypothesis import settings

from kindtext.pipeline import load_pipeline

# The first example of a property may load a dictionary or meet a busy machine, which is no fault.
settings.register_profile("kindtext", deadline=None)
settings.load_profile("kindtext")


@pytest.fixture(scope="session")
def nlp():
    """The default pipeline, made once a run; tests must not change it."""
    return load_pipeline()
