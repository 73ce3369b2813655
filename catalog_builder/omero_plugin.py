"""`omero catalog ...`: the commands of catalog-builder, with the login and sessions of OMERO's own command line.

The wheel ships this file as `omero/plugins/catalog.py`. Every call of `omero` executes it, so it imports late.
"""

from typing import Any

from omero.cli import BaseControl

WORDS = "init, export, plan, build, serve, check, demo or schema, and its options; see: omero catalog export --help"


class CatalogControl(BaseControl):
    def _configure(self, parser: Any) -> None:
        parser.add_login_arguments()
        parser.add_argument("words", nargs="...", metavar="command", help=WORDS)
        parser.set_defaults(func=self.run)

    def run(self, args: Any) -> None:
        from catalog_builder.cli import main
        from catalog_builder.sources.omero.sessions import joined_login, split_arguments

        login, words = split_arguments(args)
        main(words, prog_name="omero catalog", obj=lambda: joined_login(self.ctx.conn(login)))


register("catalog", CatalogControl, "Make a searchable catalogue")  # type: ignore[name-defined]  # noqa: F821
