"""What ``kindtext lint`` is set to: ``[lint]`` of kindtext.toml, or ``[tool.kindtext.lint]`` of pyproject.toml."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from kindtext.errors import InputError
from kindtext.report.lint_checks import LEAST_DAYS
from kindtext.report.rules import EVERY, check_codes

FILES = ("kindtext.toml", "pyproject.toml")
"""Names under which a configuration is found; of two in one folder the first counts."""

KEYS = ("select", "ignore", "fail-under", "per-file-ignores", "least-days")


@dataclass(frozen=True, slots=True)
class LintConfig:
    """What is asked for.

    Parameters
    ----------
    select, ignore : tuple of str
        Codes or their beginnings; the longer decides.
    fail_under : float or None
        A score under it is a finding.
    per_file_ignores : mapping of str to tuple of str
        What else is ignored in files that a pattern fits: ``{"annexes/*": ("KT5",)}``.
    least_days : int
        Fewest days to answer that are enough.
    folder : Path
        That the patterns start from.
    """

    select: tuple[str, ...] = (EVERY,)
    ignore: tuple[str, ...] = ()
    fail_under: float | None = None
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    least_days: int = LEAST_DAYS
    folder: Path = Path()

    def ignored_in(self, file: Path) -> tuple[str, ...]:
        """Give all codes that are ignored in a file.

        A pattern fits the file's name, its path from the folder of the configuration, or a folder above it there.

        Examples
        --------
        >>> config = LintConfig(ignore=("KT5",), per_file_ignores={"*.pdf": ("KT2",), "annexes/*": ("KT3",)})
        >>> config.ignored_in(Path("tender.pdf")), config.ignored_in(Path("annexes/terms.md"))
        (('KT5', 'KT2'), ('KT5', 'KT3'))
        """
        full = file.resolve()
        folder = self.folder.resolve()
        path = full.relative_to(folder).as_posix() if full.is_relative_to(folder) else full.as_posix()
        fitting = [
            codes for glob, codes in self.per_file_ignores.items() if fnmatch(file.name, glob) or fnmatch(path, glob)
        ]
        return (*self.ignore, *(code for codes in fitting for code in codes))

    def with_options(
        self, select: tuple[str, ...], ignore: tuple[str, ...], fail_under: float | None, least_days: int | None
    ) -> LintConfig:
        """Put options of the command over it: what is selected there sets aside what is selected and ignored here."""
        return replace(
            self,
            select=select or self.select,
            ignore=ignore if select else (*self.ignore, *ignore),
            fail_under=self.fail_under if fail_under is None else fail_under,
            least_days=self.least_days if least_days is None else least_days,
        )


def find_config(start: Path) -> LintConfig:
    """Read the nearest configuration, in a folder or one above it; the default one where there is none.

    Raises
    ------
    InputError
        If it is wrong.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        for name in FILES:
            file = folder / name
            if file.is_file():
                config = read_config(file)
                if config is not None:
                    return config
    return LintConfig()


def read_config(file: Path) -> LintConfig | None:
    """Read a configuration.

    Parameters
    ----------
    file : Path
        ``pyproject.toml``, whose table is ``[tool.kindtext.lint]``, or another file, whose table is ``[lint]``.

    Returns
    -------
    LintConfig or None
        None for a ``pyproject.toml`` without the table.

    Raises
    ------
    InputError
        If it is no TOML, or a key or value is wrong; the message names the nearest right key.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); name a file that can, with --config.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: not TOML in UTF-8 ({error}); mend it.") from None
    if file.name == "pyproject.toml":
        table = _table(_table(_table(content, "tool", file), "kindtext", file), "lint", file)
        return (
            _checked(table, "[tool.kindtext.lint]", file)
            if "lint" in content.get("tool", {}).get("kindtext", {})
            else None
        )
    for key in content:
        if key in KEYS:
            raise InputError(f"{file}: '{key}' stands above every table; write [lint] over it.")
        if key != "lint":
            raise InputError(f"{file}: no table or key '{key}' is known; write [lint], and what you want under it.")
    return _checked(_table(content, "lint", file), "[lint]", file)


def _checked(table: Mapping[str, Any], name: str, file: Path) -> LintConfig:
    for key in table:
        if key not in KEYS:
            near = difflib.get_close_matches(key.replace("_", "-"), KEYS, n=1, cutoff=0.5)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            raise InputError(f"{file}: {name} has no key '{key}'{hint}; it may have {', '.join(KEYS)}.")
    under, days = table.get("fail-under"), table.get("least-days", LEAST_DAYS)
    if under is not None and (isinstance(under, bool) or not isinstance(under, (int, float)) or not 0 <= under <= 100):
        raise InputError(f"{file}: fail-under is {under!r}; write a score from 0 to 100.")
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        raise InputError(f"{file}: least-days is {days!r}; write a whole number of days.")
    per_file = _table(table, "per-file-ignores", file)
    return LintConfig(
        select=_codes(table.get("select", [EVERY]), "select", file),
        ignore=_codes(table.get("ignore", []), "ignore", file),
        fail_under=None if under is None else float(under),
        per_file_ignores={
            glob: _codes(codes, f"per-file-ignores of '{glob}'", file) for glob, codes in per_file.items()
        },
        least_days=days,
        folder=file.resolve().parent,
    )


def _codes(value: Any, key: str, file: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise InputError(f'{file}: {key} is {value!r}; write a list of codes, as ["KT2", "KT501"].')
    return check_codes((code.upper() for code in value), f"{file}: {key}")


def _table(content: Mapping[str, Any], key: str, file: Path) -> Mapping[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise InputError(f"{file}: '{key}' is no table; write [{key}] and the keys under it.")
    return table
