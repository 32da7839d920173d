"""The models that come with kindtext, as data."""
