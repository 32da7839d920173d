import os

import pytest
from hypothesis import settings

from kindtext.pipeline import load_pipeline

# The first example of a property may load a dictionary or meet a busy machine, which is no fault.
# The same examples at every run of CI: a rare one is looked for at the desk, where somebody can mend what it shows.
settings.register_profile("kindtext", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("kindtext")


@pytest.fixture(scope="session")
def nlp():
    """The default pipeline, made once a run; tests must not change it."""
    return load_pipeline()
