"""Exports from OMERO that are killed at any moment, and disks that fill up: over real Ice, in processes of their own.

Whatever happens, the folder holds the earlier export or the new one, whole; and the run after takes up what the
dead one had fetched.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

from catalog_builder.commands.check import check
from catalog_builder.exchange.before import JOURNAL
from catalog_builder.exchange.schema import MANIFEST
from tests.catalogues import QUIET, ROOT, environment, tree
from tests.omero_server import OmeroServer, pictures
from tests.omero_server.lab import MEMBER, READ_ONLY, small_lab
from tests.omero_server.labs import things
from tests.omero_server.store import Lab

pytestmark = [
    pytest.mark.omero,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked here, and this system knows no fork"),
]

SIZE = 48
MOMENTS = 50
#: Images of the small lab in groups that are not exported here.
OF_OTHER_GROUPS = 6

#: Has imported all that an export needs, which takes longer than the export, and forks for every line that it
#: reads. Ice begins its threads with the first connection: before that, a fork is as good as a new process.
STABLE = """
import json, os, resource, sys
import omero.gateway, omero.util.sessions
import catalog_builder.commands.export, catalog_builder.settings.read, catalog_builder.sources.omero.source
from catalog_builder.cli import main

assert not os.path.isdir("/proc/self/task") or len(os.listdir("/proc/self/task")) == 1, "a fork would lose threads"
print("ready", flush=True)
for line in iter(sys.stdin.readline, ""):
    order = json.loads(line)
    child = os.fork()
    if not child:
        said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1), os.dup2(said, 2)
        if order["largest_file"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest_file"], -1))
        main(order["arguments"])
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Runs:
    """Runs of `catalog-builder export` against a server, each a process of its own."""

    def __init__(self, server: OmeroServer, folder: Path) -> None:
        self.server = server
        self._said = folder / "said"
        self._settings = folder / "catalog.yml"
        self._settings.with_name("publish.yml").write_bytes(msgspec.json.encode(QUIET))
        self._settings.write_text(f"read: {{groups: [{READ_ONLY}]}}\nthumbnails: {{size: {SIZE}}}\n")
        self._stable = subprocess.Popen(
            [sys.executable, "-c", STABLE],
            cwd=ROOT,
            env=environment(
                SOURCE_DATE_EPOCH="1767225600",
                OPENBLAS_NUM_THREADS="1",  # which comes along with numpy
                OMERO_HOST=server.host,
                OMERO_PORT=str(server.port),
                OMERO_USER=MEMBER,
                OMERO_PASSWORD=server.password(MEMBER),
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def close(self) -> None:
        self._stable.communicate()

    def start(self, folder: Path, largest_file: int = 0) -> int:
        """The process id of a run that has just begun."""
        arguments = ["export", "--config", str(self._settings), "--to", str(folder)]
        order = {"arguments": arguments, "said": str(self._said), "largest_file": largest_file}
        assert self._stable.stdin
        self._stable.stdin.write(json.dumps(order) + "\n")
        self._stable.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """Wait for it; the exit code."""
        return int(self._line())

    def whole(self, folder: Path, **options: Any) -> set[int]:
        """A run to its end; the pixels ids of the pictures that it asked for."""
        self.server.reset_calls()
        self.start(folder, **options)
        assert self.ended() == 0, self.said
        return set(self.server.drawn)

    def killed(self, folder: Path, seconds: float) -> bool:
        """Whether a run could be killed so many seconds after it began; else it was over by then."""
        process = self.start(folder)
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        code = self.ended()
        assert code in (0, -signal.SIGKILL), self.said
        until = time.monotonic() + 5
        while (self.server.sessions.open or self.server.under_way) and time.monotonic() < until:
            time.sleep(0.002)  # the server has yet to see that its client has gone
        return code != 0

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def _line(self) -> str:
        assert self._stable.stdout
        return self._stable.stdout.readline().strip()


def a_lab() -> Lab:
    """The small lab with one of everything, and enough images beside for several calls' pictures."""
    lab = small_lab()
    dataset = lab.find("Dataset", name="PCNT")
    channels = [lab.add("LogicalChannel", name="DAPI")]
    assert dataset.owner and dataset.group
    with lab.acting(dataset.owner, dataset.group):
        for number in range(80):
            things.add_image(lab, f"more {number:03d}", [dataset], channels=channels)
    return things.add_rendering_settings(lab)


def everything_changes(lab: Lab) -> None:
    """Every image has another name, and looks different."""
    for image in list(lab.rows("Image")):
        lab.edit(image, name=f"{image['name']} again"[:200])
    for settings in list(lab.rows("RenderingDef")):
        pixels = settings["pixels"]
        lab.edit(settings)
        size = pixels["sizeX"], pixels["sizeY"]
        shown = pictures.fitted(*size, min(SIZE, max(size)))
        lab.pictures[pixels.id] = pictures.draw(pixels.id + 10**6, *shown)


class Scene(NamedTuple):
    """A lab that has changed since it was exported to `earlier`; `new` is what an undisturbed run makes of that in
    `seconds`, asking for the pictures of all `pixels`."""

    runs: Runs
    earlier: Path
    new: Path
    pixels: set[int]
    seconds: float

    def copy(self, folder: Path) -> Path:
        """The earlier export once more."""
        shutil.copytree(self.earlier, folder)
        return folder


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    lab = a_lab()
    with OmeroServer(lab) as server, contextlib.closing(Runs(server, folder)) as runs:
        runs.whole(folder / "earlier")
        everything_changes(lab)
        seconds, pixels = [], set()
        for number in range(3):  # the quickest counts: a moment past the end of a run kills nobody
            shutil.copytree(folder / "earlier", folder / f"new {number}")
            begun = time.monotonic()
            pixels = runs.whole(folder / f"new {number}")
            seconds.append(time.monotonic() - begun)
        assert len(pixels) == len(lab.rows("Pixels")) - OF_OTHER_GROUPS
        yield Scene(runs, folder / "earlier", folder / "new 2", pixels, min(seconds))


def stands(folder: Path, *exports: Path) -> Path | None:
    """Which of these exports the folder holds, whole, whatever else lies about; None where it is none of them."""
    manifest = (folder / MANIFEST).read_bytes()
    if any(finding.error for finding in check(folder)):
        return None
    return next((one for one in exports if (one / MANIFEST).read_bytes() == manifest), None)


def taken_up(scene: Scene, folder: Path) -> set[int]:
    """Pixels ids of the pictures that a dead run has left for the next."""
    images = {row["image"].id: row.id for row in scene.runs.server.lab.rows("Pixels")}
    found = set()
    with contextlib.suppress(FileNotFoundError):
        for line in (folder / JOURNAL).read_bytes().splitlines():
            with contextlib.suppress(ValueError):  # the last line may be cut short
                found.add(images[json.loads(line)["image"]])
    return found


def test_killed_at_any_moment_an_export_is_the_earlier_one_or_the_new_one(
    scene: Scene, tmp_path: Path
) -> None:
    """And the next run completes it, without the pictures that the dead one had fetched."""
    deaths, resumed = 0, 0
    for moment in range(MOMENTS):
        folder = scene.copy(tmp_path / f"{moment}")
        deaths += scene.runs.killed(folder, scene.seconds * moment / MOMENTS)
        standing = stands(folder, scene.earlier, scene.new)
        assert standing, moment
        left = taken_up(scene, folder)
        resumed += bool(left)
        wanted = scene.pixels - left if standing == scene.earlier else set()
        assert scene.runs.whole(folder) == wanted, moment
        assert tree(folder) == tree(scene.new), moment
        shutil.rmtree(folder)
    assert deaths > MOMENTS / 2 and resumed, "the runs were over before they were killed"


def test_a_first_run_that_is_killed_leaves_no_export_or_a_whole_one(scene: Scene, tmp_path: Path) -> None:
    for moment in range(5, MOMENTS, 10):
        folder = tmp_path / f"{moment}"
        scene.runs.killed(folder, scene.seconds * moment / MOMENTS)
        assert not (folder / MANIFEST).exists() or stands(folder, scene.new)
        left = taken_up(scene, folder)
        drawn = scene.runs.whole(folder)
        assert not drawn & left, moment
        assert tree(folder) == tree(scene.new), moment


def test_killed_again_and_again_a_run_comes_nearer_to_its_end(scene: Scene, tmp_path: Path) -> None:
    """No run asks for a picture that one of those before has left."""
    folder = scene.copy(tmp_path / "export")
    for part in (0.5, 0.6, 0.7, 0.8, 0.9):
        left = taken_up(scene, folder)
        scene.runs.server.reset_calls()
        scene.runs.killed(folder, scene.seconds * part)
        assert not left & set(scene.runs.server.drawn)
        assert stands(folder, scene.earlier, scene.new)
        assert left <= taken_up(scene, folder) or stands(folder, scene.new)
    left = taken_up(scene, folder)
    assert not left & scene.runs.whole(folder)
    assert tree(folder) == tree(scene.new)


@pytest.mark.parametrize("full_at", ["thumbnails", JOURNAL, "images"])
def test_a_disk_that_fills_up_is_a_sentence_and_the_earlier_export_stays(
    scene: Scene, tmp_path: Path, full_at: str
) -> None:
    """At the first picture, at the list of pictures that the next run would take up, at the images' shard."""
    pictures = [path.stat().st_size for path in scene.new.glob("thumbnails/*/*.jpg")]
    (shard,) = (scene.new / "images").iterdir()
    largest = {"thumbnails": min(pictures) - 1, JOURNAL: max(pictures), "images": shard.stat().st_size - 1}
    folder = scene.copy(tmp_path / "export")
    scene.runs.start(folder, largest_file=largest[full_at])
    assert scene.runs.ended() == 1
    (sentence,) = (line for line in scene.runs.said.splitlines() if line.startswith("Error: "))
    assert str(folder / full_at) in sentence
    assert "cannot be written" in sentence and "free some space" in sentence
    assert "Traceback" not in scene.runs.said
    assert tree(folder) == tree(scene.earlier)
    scene.runs.whole(folder)
    assert tree(folder) == tree(scene.new)
