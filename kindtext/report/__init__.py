"""Scores for people and programs: terminal, tables, notebook, model card."""
