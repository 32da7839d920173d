"""The excerpts that kindtext was trained on; in the installed package they are ``kindtext.corpora``."""
