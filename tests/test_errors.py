import builtins
import pickle
import re

import pytest

from kindtext import errors


def drawn_tree():
    """Each error in the docstring's tree, with its parent there and the builtin in brackets."""
    path = []
    for line in errors.__doc__.splitlines():
        row = re.match(r"    ([├└│─ ]*)(\w+Error)(?: +\((\w+)\))?", line)
        if not row:
            continue
        depth = len(row[1]) // 4
        path[depth:] = [row[2]]
        yield row[2], path[depth - 1] if depth else None, row[3]


TREE = list(drawn_tree())


def test_the_tree_in_the_docstring_names_every_error():
    defined = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert {name for name, _, _ in TREE} == defined


@pytest.mark.parametrize(("name", "parent", "builtin"), TREE[1:])
def test_each_error_is_its_parent_and_the_builtin_it_names(name, parent, builtin):
    error = getattr(errors, name)
    assert issubclass(error, getattr(errors, parent))
    assert issubclass(error, getattr(builtins, builtin))


@pytest.mark.parametrize("name", [name for name, _, _ in TREE])
def test_an_error_shows_its_message_and_nothing_else(name):
    error = getattr(errors, name)("plan.pdf: it is locked; save it without a password.")
    assert str(error) == error.message == "plan.pdf: it is locked; save it without a password."


@pytest.mark.parametrize("name", [name for name, _, _ in TREE])
def test_an_error_comes_whole_through_a_worker_process(name):
    error = pickle.loads(pickle.dumps(getattr(errors, name)("what; what to do.")))
    assert (type(error).__name__, str(error), error.message) == (name, "what; what to do.", "what; what to do.")
