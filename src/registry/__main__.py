"""`python -m registry` is the command line."""

from registry.cli.entry import main

if __name__ == "__main__":
    main()
