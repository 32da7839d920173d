"""What can go wrong, and what the user can do about it.

Every error that kindtext raises on purpose is one of these, and each is also the builtin that a caller
who has never heard of kindtext would catch::

    KindtextError
    ├── ReadError              (OSError)      a file cannot be opened or is broken
    │   ├── UnsupportedError   (ValueError)   a format that kindtext does not read
    │   └── NoTextError        (ValueError)   nothing to read in it: empty, no text layer, no notice
    ├── LexiconError           (ValueError)   a signal file is wrong
    ├── CorpusError            (ValueError)   labelled excerpts are wrong
    ├── ModelError             (ValueError)   a model folder is stale, foreign or damaged
    ├── InputError             (ValueError)   an argument or a table column is wrong
    └── ExtraMissingError      (ImportError)  an optional package is not installed
"""

from __future__ import annotations


class KindtextError(Exception):
    """Base of every error that kindtext raises on purpose.

    Parameters
    ----------
    message : str
        One line: what was found, then what to do about it.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class ReadError(KindtextError, OSError):
    """A file cannot be opened, or is damaged or encrypted."""


class UnsupportedError(ReadError, ValueError):
    """A file is in a format that kindtext does not read."""


class NoTextError(ReadError, ValueError):
    """A file was read and holds no text that could be scored."""


class LexiconError(KindtextError, ValueError):
    """A signal file is wrong: the message names the file and the key."""


class CorpusError(KindtextError, ValueError):
    """A corpus is wrong: the message names the file and the line of each fault."""


class ModelError(KindtextError, ValueError):
    """A model folder is stale, foreign or damaged: the message ends with the command that mends it."""


class InputError(KindtextError, ValueError):
    """An argument, an option or a table column is wrong."""


class ExtraMissingError(KindtextError, ImportError):
    """An optional package is needed: the message gives the install line."""
