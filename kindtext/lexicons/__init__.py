"""The lexicons that come with kindtext, as data: one folder a language, one TOML file a signal."""
