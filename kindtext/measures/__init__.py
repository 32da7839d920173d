"""What a document says of itself beside its signals: its criteria, its burdens, its language, its stages.

Each measure is a module with one function of a Document (or of what was found in it) that returns a frozen record with
``to_dict`` and ``to_row``; its card and its words are data, in ``lexicons/en/measures/``.
"""
