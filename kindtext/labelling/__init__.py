"""Labelling: asking a person, comparing two people's labels, drafts to confirm, and files of other labelling tools."""
