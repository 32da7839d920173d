"""``python -m kindtext``: the command."""

from kindtext.cli import main

if __name__ == "__main__":
    main()
