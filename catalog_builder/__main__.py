"""The command `catalog-builder`, and `python -m catalog_builder`: Ctrl-C while it starts is no traceback either."""

import sys


def run() -> None:
    """Import the command line and run it."""
    try:
        from catalog_builder.cli import main

        main()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before anything was done.\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    run()
