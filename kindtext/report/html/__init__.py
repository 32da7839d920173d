"""The HTML report: one self-contained page a document, and an index page over several.

:func:`document_html` and :func:`index_html` give text; :func:`new_folder` and
:func:`kindtext.report.files.atomic` put it on disk, whole or not at all.
"""

from __future__ import annotations

from kindtext.report.html.folder import Names, new_folder, replaceable
from kindtext.report.html.index import Entry, entry, index_html
from kindtext.report.html.page import document_html

__all__ = ["Entry", "Names", "document_html", "entry", "index_html", "new_folder", "replaceable"]
