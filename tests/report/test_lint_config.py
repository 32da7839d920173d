"""The configuration of the linter: found, checked key by key, and put under the command's options."""

from pathlib import Path

import pytest

from kindtext.errors import InputError
from kindtext.report.lint_config import LintConfig, find_config, read_config


def written(folder, name, text):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_all_keys_are_read_from_pyproject(tmp_path):
    file = written(
        tmp_path,
        "pyproject.toml",
        '[tool.kindtext.lint]\nselect = ["KT2", "kt501"]\nignore = ["KT202"]\nfail-under = 40\nleast-days = 25\n'
        '[tool.kindtext.lint.per-file-ignores]\n"annexes/*" = ["KT5"]\n',
    )
    config = read_config(file)
    assert (config.select, config.ignore, config.fail_under, config.least_days) == (
        ("KT2", "KT501"),
        ("KT202",),
        40,
        25,
    )
    assert config.ignored_in(tmp_path / "annexes" / "a.md") == ("KT202", "KT5")
    assert config.ignored_in(tmp_path / "a.md") == ("KT202",)


def test_the_nearest_file_counts_and_a_pyproject_without_the_table_does_not(tmp_path):
    written(tmp_path, "kindtext.toml", '[lint]\nselect = ["KT3"]\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    written(inner, "pyproject.toml", "[tool.other]\nx = 1\n")
    assert find_config(inner).select == ("KT3",)
    written(inner, "pyproject.toml", '[tool.kindtext.lint]\nselect = ["KT4"]\n')
    assert find_config(inner).select == ("KT4",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[lint]\nfail_under = 3\n", r"\[lint\] has no key 'fail_under' \(did you mean 'fail-under'\?\)"),
        ("[lint]\nselekt = []\n", "did you mean 'select'"),
        ("[lint]\nzzz = 1\n", "has no key 'zzz'; it may have select"),
        ("select = []\n", "'select' stands above every table; write \\[lint\\] over it"),
        ("[lnt]\n", "no table or key 'lnt' is known"),
        ("lint = 3\n", "'lint' is no table"),
        ("[lint]\nselect = 'KT2'\n", "write a list of codes"),
        ("[lint]\nignore = ['KT777']\n", "ignore: no rule 'KT777'"),
        ("[lint]\nfail-under = 101\n", "write a score from 0 to 100"),
        ("[lint]\nfail-under = true\n", "write a score from 0 to 100"),
        ("[lint]\nleast-days = -1\n", "write a whole number of days"),
        ("[lint]\nper-file-ignores = ['KT2']\n", "'per-file-ignores' is no table"),
        ("[lint]\nper-file-ignores = {'*' = ['x']}\n", "no rule 'X'"),
        ("[lint\n", "not TOML in UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_and_the_way_out(tmp_path, text, message):
    file = written(tmp_path, "kindtext.toml", text)
    with pytest.raises(InputError, match=message) as told:
        read_config(file)
    assert str(told.value).startswith(f"{file}: ")


def test_options_that_select_set_aside_what_the_file_selects_and_ignores():
    config = LintConfig(select=("KT2",), ignore=("KT203",))
    assert config.with_options(("KT203",), (), None, None).ignore == ()
    both = config.with_options((), ("KT201",), 30.0, 3)
    assert (both.select, both.ignore, both.fail_under, both.least_days) == (("KT2",), ("KT203", "KT201"), 30.0, 3)


def test_a_pattern_fits_a_name_anywhere():
    config = LintConfig(per_file_ignores={"*.pdf": ("KT2",)}, folder=Path("/nowhere"))
    assert config.ignored_in(Path("/srv/tenders/a.pdf")) == ("KT2",)
