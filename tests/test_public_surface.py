import inspect
import subprocess
import sys

import pytest

import kindtext
from kindtext.errors import KindtextError

NAMES = [name for name in kindtext.__all__ if name != "__version__"]


def test_all_is_what_the_modules_give_and_the_version():
    homes = [name for names in kindtext._HOME.values() for name in names]
    assert sorted(kindtext.__all__) == sorted([*homes, "__version__"])
    assert len(set(kindtext.__all__)) == len(kindtext.__all__)
    assert dir(kindtext) == sorted(kindtext.__all__)


def test_type_checkers_see_the_same_names():
    """What is imported for type checkers alone is written out, and must not drift from what is given at run time."""
    source = inspect.getsource(kindtext)
    block = source[source.index("if TYPE_CHECKING:") : source.index("_HOME = {")]
    words = set(block.replace("(", " ").replace(")", " ").replace(",", " ").split())
    assert set(NAMES) <= words


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_can_be_imported_and_says_where_it_lives(name):
    value = getattr(kindtext, name)
    assert value.__name__ == name
    assert value.__module__.startswith("kindtext.")


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_explained(name):
    value = getattr(kindtext, name)
    doc = inspect.getdoc(value)
    assert doc
    assert doc.splitlines()[0].endswith((".", ":"))
    if inspect.isclass(value) and issubclass(value, KindtextError):
        return
    if inspect.signature(value).parameters:
        assert "Parameters\n----------" in doc or "Examples\n--------" in doc


@pytest.mark.parametrize("name", [n for n in NAMES if inspect.isclass(getattr(kindtext, n))])
def test_the_public_methods_of_a_class_are_explained(name):
    for attribute, value in vars(getattr(kindtext, name)).items():
        if not attribute.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
            assert inspect.getdoc(value), f"{name}.{attribute}"


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("ReadError", OSError),
        ("UnsupportedError", ValueError),
        ("NoTextError", ValueError),
        ("LexiconError", ValueError),
        ("CorpusError", ValueError),
        ("ModelError", ValueError),
        ("InputError", ValueError),
        ("ExtraMissingError", ImportError),
    ],
)
def test_an_error_is_also_the_builtin_that_a_stranger_would_catch(name, builtin):
    error = getattr(kindtext, name)
    assert issubclass(error, KindtextError)
    assert issubclass(error, builtin)
    assert str(error("tender.pdf: it is damaged; save it again.")) == "tender.pdf: it is damaged; save it again."


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'scroe'"):
        kindtext.scroe  # noqa: B018
    assert not hasattr(kindtext, "scoring_")


def test_importing_kindtext_loads_nothing_heavy():
    program = (
        "import sys, kindtext\n"
        "heavy = {'spacy', 'sklearn', 'pandas', 'numpy', 'scipy', 'lxml', 'typer'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.strip() == "[]"


def test_the_version_is_the_packages():
    from importlib.metadata import version

    assert kindtext.__version__ == version("kindtext")
