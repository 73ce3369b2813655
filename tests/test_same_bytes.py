"""The same export gives the same site and the same zip, byte for byte, wherever and however it is built."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.catalogues import lab, run, tree, write

#: Another place, language, order of sets and number of processes each.
PLACES: dict[str, dict[str, str]] = {
    "Kiritimati": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "jobs": "1"},
    "Honolulu": {"TZ": "Pacific/Honolulu", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4294967295", "jobs": "3"},
    "Istanbul": {"TZ": "Europe/Istanbul", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "77", "jobs": "2"},
}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("same")
    write(lab(), folder / "export")
    return folder / "export"


def built(export: Path, folder: Path, place: str) -> dict[str, str]:
    """The files of a site that was built there, and the digest of its zip."""
    more = dict(PLACES[place])
    shutil.copytree(export, folder / "export")
    ended = run("build", "export", "--zip", "--jobs", more.pop("jobs"), cwd=folder, **more)
    assert ended.returncode == 0, ended.stderr
    assert (folder / "site.zip").stat().st_size > 10_000
    return {name: digest for name, digest in tree(folder).items() if name.startswith("site")}


def test_a_site_is_the_same_in_all_zones_locales_hash_seeds_and_process_counts(
    export: Path, tmp_path: Path
) -> None:
    sites = {}
    for place in PLACES:
        (tmp_path / place).mkdir()
        sites[place] = built(export, tmp_path / place, place)
    first = sites.pop("Kiritimati")
    assert len(first) > 50 and "site.zip" in first
    for place, site in sites.items():
        assert {name for name in first.keys() | site.keys() if first.get(name) != site.get(name)} == set(), (
            place
        )
