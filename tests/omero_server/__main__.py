"""python -m tests.omero_server: the stand-in by hand, until Ctrl-C."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import threading
from pathlib import Path

from .idr import STUDIES, StudyProblem, idr_lab
from .labs.big import big_lab
from .labs.people import FULL_NAMES
from .labs.small import small_lab
from .packs import PackProblem, pack_files, pack_lab
from .server import OmeroServer
from .store import Lab

_COUNTED = ("Project", "Dataset", "Screen", "Plate", "Image")


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        lab = _lab(options)
    except (StudyProblem, PackProblem) as problem:
        print(f"python -m tests.omero_server: {problem}", file=sys.stderr)
        return 1
    # Ctrl-C ends it in the background, too, where a shell has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.freeze()  # a big lab is a million objects that a full collection need not walk through again
    with OmeroServer(lab, port=options.port, plain_port=options.plain_port) as server:
        server.faults.picture_seconds = options.picture_ms / 1000
        print(_greeting(server), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print(f"\n{sum(server.calls.values())} calls were answered.", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.omero_server", description="A stand-in OMERO server for tests."
    )
    parser.add_argument(
        "--lab",
        default="small",
        help="small, big, an IDR study such as idr0021, a transfer pack, or an OME-XML file",
    )
    parser.add_argument("--images", type=int, default=10_000, help="how many images the big lab has")
    parser.add_argument("--datasets", type=int, default=50, help="how many datasets the big lab has")
    parser.add_argument("--data", type=Path, default=STUDIES, help="the folder that holds studies and packs")
    parser.add_argument("--port", type=int, default=0, help="the secure port; any free one unless given")
    parser.add_argument("--plain-port", type=int, default=0, help="the clear port; any free one unless given")
    parser.add_argument(
        "--picture-ms", type=float, default=0, help="milliseconds that the server takes for one thumbnail"
    )
    return parser


def _lab(options: argparse.Namespace) -> Lab:
    if options.lab == "small":
        return small_lab()
    if options.lab == "big":
        return big_lab(options.images, options.datasets)
    packs = pack_files(options.data)
    if options.lab in packs:
        return pack_lab(packs[options.lab])
    if Path(options.lab).is_file():
        return pack_lab(Path(options.lab))
    folders = sorted(options.data.glob(f"{options.lab}*")) if options.data.is_dir() else []
    if not options.lab.startswith("idr") or not folders:
        raise StudyProblem(
            f"there is no lab {options.lab}: it is small, big, a study or pack in {options.data}, or a file"
        )
    return idr_lab(folders[0])


def _greeting(server: OmeroServer) -> str:
    lab = server.lab
    numbers = {kind: len(lab.rows(kind)) for kind in _COUNTED}
    counts = ", ".join(f"{number} {kind.lower()}s" for kind, number in numbers.items() if number)
    groups = ", ".join(
        f"{g.values['name']} ({g.permissions})" for g in lab.rows("ExperimenterGroup") if g.id > 2
    )
    return "\n".join(
        [
            f"Serving {counts}. Ctrl-C ends it.",
            f"Host {server.host}, port {server.port} (secure), {server.plain_port} (clear)",
            f"Groups: {groups}",
            "Accounts: " + ", ".join(f"{login} / {server.password(login)}" for login in FULL_NAMES),
            "",
            f"  export OMERO_HOST={server.host} OMERO_PORT={server.port} OMERO_USER=member"
            f" OMERO_PASSWORD={server.password('member')}",
            "  catalog-builder export",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
