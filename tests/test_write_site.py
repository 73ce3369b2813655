"""Writing the site: only what changed, deletions last, and old pages that stay openable whatever happens."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalog_builder.commands.check import check
from catalog_builder.errors import CatalogError, SiteError
from catalog_builder.files import locked
from catalog_builder.model.annotations import Tag
from catalog_builder.model.records import Dataset, Image, Project
from catalog_builder.site.memory import LIST, Memory
from catalog_builder.site.write import UNFINISHED, SiteWriter
from tests.catalogues import ROOT, build, catalogue, environment, exported, lab, stamps, tree, write


def listed(site: Path) -> dict[str, str]:
    files: dict[str, str] = json.loads((site / LIST).read_bytes())["files"]
    return files


def put(folder: Path, files: dict[str, str]) -> SiteWriter:
    writer = SiteWriter(folder)
    for path, content in files.items():
        writer.put(path, content.encode())
    writer.finish()
    return writer


# The writer by itself.


def test_what_is_put_is_there_and_in_the_list(tmp_path: Path) -> None:
    writer = put(tmp_path / "new" / "site", {"index.html": "i", "a/b/c.html": "c"})
    assert writer.written == 2 and writer.removed == 0
    assert set(tree(tmp_path / "new" / "site")) == {"index.html", "a/b/c.html", LIST}
    assert listed(tmp_path / "new" / "site") == {
        path: digest for path, digest in tree(tmp_path / "new" / "site").items() if path != LIST
    }


def test_what_is_the_same_is_not_touched_and_what_is_no_longer_put_is_removed(tmp_path: Path) -> None:
    put(tmp_path, {"a.html": "a", "b.html": "b", "old/c.html": "c", "old/d.html": "d"})
    before = stamps(tmp_path)
    writer = put(tmp_path, {"a.html": "a", "b.html": "B"})
    after = stamps(tmp_path)
    assert (writer.written, writer.removed) == (1, 2)
    assert before["a.html"] == after["a.html"] and before["b.html"] != after["b.html"]
    assert not (tmp_path / "old").exists()


def test_a_file_of_the_same_length_is_compared_and_not_guessed(tmp_path: Path) -> None:
    put(tmp_path, {"a.html": "one"})
    stat = (tmp_path / "a.html").stat()
    put(tmp_path, {"a.html": "two"})
    assert (tmp_path / "a.html").read_text() == "two" and stat.st_size == 3


def test_what_was_damaged_or_lost_since_is_written_again(tmp_path: Path) -> None:
    put(tmp_path, {"a.html": "a", "b.html": "b"})
    (tmp_path / "a.html").write_text("x")
    (tmp_path / "b.html").unlink()
    assert put(tmp_path, {"a.html": "a", "b.html": "b"}).written == 2


@pytest.mark.parametrize("path", ["../x", "/x", "", "a/../../x", "a/..", "..", "a\\b", "a\0b", "c:x"])
def test_no_path_leaves_the_site(tmp_path: Path, path: str) -> None:
    with pytest.raises(SiteError):
        SiteWriter(tmp_path / "site").put(path, b"x")
    assert set(tree(tmp_path)) <= {f"site/{LIST}"}


def test_a_list_that_names_files_outside_the_site_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    put(tmp_path / "site", {"a.html": "a"})
    (tmp_path / "site" / LIST).write_text(json.dumps({"generator": "x", "files": {"../precious": "0" * 64}}))
    with pytest.raises(SiteError):
        put(tmp_path / "site", {"a.html": "a"})
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"files": 1}', b'{"generator": "\xff", "files": {}}', b"[" * 99_999]
)
def test_a_damaged_list_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, {"a.html": "a"})
    (tmp_path / LIST).write_bytes(content)
    with pytest.raises(SiteError, match="is damaged"):
        SiteWriter(tmp_path)
    assert [finding.error for finding in check(tmp_path)] == [True]
    assert (tmp_path / "a.html").is_file()


def test_somebody_elses_folder_is_refused_and_untouched(tmp_path: Path) -> None:
    for name in ("index.html", "manifest.json"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("mine")
        with pytest.raises(SiteError, match="did not write"):
            SiteWriter(tmp_path / name)
        assert set(tree(tmp_path / name)) == {name}


def test_somebody_elses_files_in_the_way_are_neither_changed_nor_taken_for_ours(tmp_path: Path) -> None:
    put(tmp_path, {"index.html": "ours"})
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1.html").write_text("mine")
    (tmp_path / "CNAME").write_text("catalogue.example.org")
    with pytest.raises(SiteError, match=r"1\.html: was not written by catalog-builder"):
        put(tmp_path, {"images/1.html": "ours"})
    put(tmp_path, {"images/2.html": "ours", "CNAME": "catalogue.example.org"})
    assert "CNAME" not in listed(tmp_path)
    put(tmp_path, {"index.html": "ours"})
    assert (tmp_path / "images" / "1.html").read_text() == "mine"
    assert "images/1.html" not in listed(tmp_path)
    assert (tmp_path / "CNAME").read_text() == "catalogue.example.org", (
        "what was the same is theirs all the same"
    )


def test_a_link_in_the_site_leads_no_page_and_no_deletion_out_of_it(tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    put(site, {"images/1.html": "1", "images/2.html": "2", "a/b/c.html": "c", "index.html": "i"})
    elsewhere.mkdir()
    (site / "images").rename(elsewhere / "images")
    (site / "images").symlink_to(elsewhere / "images")
    before = tree(elsewhere)
    for files in ({"images/1.html": "changed"}, {"index.html": "i"}):
        with pytest.raises(SiteError, match="images: is a link"):
            put(site, files)
        assert tree(elsewhere) == before
    (site / "images").unlink()
    (site / "a" / "b" / "c.html").unlink()
    (site / "a" / "b").rmdir()
    (site / "a" / "b").symlink_to(site / "images")  # within the site, too: nothing of ours is a link
    with pytest.raises(SiteError, match="b: is a link"):
        put(site, {"a/b/c.html": "x"})


def test_a_site_that_is_itself_a_link_is_a_site(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    put(tmp_path / "site", {"a/b.html": "b", "c.html": "c"})
    put(tmp_path / "site", {"a/b.html": "B"})
    assert set(tree(tmp_path / "real")) == {"a/b.html", LIST}


def test_links_in_place_of_the_writers_own_files_are_taken_away_and_not_followed(tmp_path: Path) -> None:
    site, victim = tmp_path / "site", tmp_path / "victim"
    victim.write_text("mine")
    put(site, {"browse.html": "1"})
    (site / ".browse.html.part").symlink_to(victim)
    (site / f".{LIST}.part").symlink_to(victim)
    put(site, {"browse.html": "2"})
    assert (site / "browse.html").read_text() == "2" and not (site / "browse.html").is_symlink()
    assert set(tree(site)) == {"browse.html", LIST} and victim.read_text() == "mine"
    (site / "browse.html").unlink()
    (site / "browse.html").symlink_to(victim)
    put(site, {"browse.html": "3"})
    assert (site / "browse.html").read_text() == "3" and victim.read_text() == "mine"
    (site / UNFINISHED).symlink_to(tmp_path / "not there")
    with pytest.raises(CatalogError, match="cannot be written"):
        put(site, {"browse.html": "4", "new.html": "n"})
    assert not (tmp_path / "not there").exists()


@pytest.mark.parametrize("path", [".git/HEAD", "a/.git/HEAD", ".htaccess", "C:x", "../x"])
@pytest.mark.parametrize("by", [LIST, UNFINISHED])
def test_neither_list_can_name_what_no_build_writes(tmp_path: Path, path: str, by: str) -> None:
    put(tmp_path, {"index.html": "i"})
    target = tmp_path / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("mine")
    listing = json.dumps({"generator": "x", "files": {path: "0" * 64}}) if by == LIST else f"{path}\0"
    (tmp_path / by).write_text(listing)
    with pytest.raises(SiteError, match="which no build writes"):
        put(tmp_path, {"index.html": "i"})
    assert target.read_text() == "mine"
    target.unlink()


def test_hidden_files_of_the_wiki_are_put_where_nothing_stands_and_left_alone_ever_after(
    tmp_path: Path,
) -> None:
    put(tmp_path, {".nojekyll": "", ".well-known/x": "1"})
    assert listed(tmp_path) == {} and (tmp_path / ".nojekyll").is_file()
    put(tmp_path, {".nojekyll": "", ".well-known/x": "1"})
    put(tmp_path, {"index.html": "i"})
    assert (tmp_path / ".nojekyll").is_file() and (tmp_path / ".well-known" / "x").read_text() == "1"
    with pytest.raises(SiteError, match="was not written by"):
        put(tmp_path, {".well-known/x": "2"})


@pytest.mark.parametrize("below", ["", "/below", "/below/deeper"])
def test_a_file_is_no_folder(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CatalogError) as caught:
        put(Path(f"{tmp_path}/file{below}"), {"index.html": "x"})
    assert "is a file" in str(caught.value) or "cannot be written" in str(caught.value)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_stands_where_a_page_should_is_a_sentence(tmp_path: Path) -> None:
    put(tmp_path, {"a.html": "a"})
    (tmp_path / "a.html").unlink()
    (tmp_path / "a.html").mkdir()
    with pytest.raises(CatalogError, match="cannot be written"):
        put(tmp_path, {"a.html": "b"})


def test_two_files_for_one_place_are_a_sentence_that_says_whose_they_are(tmp_path: Path) -> None:
    writer = SiteWriter(tmp_path / "site")
    writer.put("browse.html", b"the catalogue's")
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki" / "browse.html").write_text("the wiki's")
    with pytest.raises(SiteError, match=r"browse\.html.*rename"):
        writer.put_tree(tmp_path / "wiki")
    with pytest.raises(SiteError, match=r"browse\.html: two pages of the catalogue"):
        writer.put("browse.html", b"another")


def test_what_a_build_that_was_cut_short_added_is_removed_by_the_next(tmp_path: Path) -> None:
    """Somebody stops a build because something must not be public: building again must clear it away."""
    put(tmp_path, {"a.html": "a"})
    stopped = SiteWriter(tmp_path)
    stopped.put("a.html", b"changed")
    stopped.put("images/secret.html", b"secret")
    del stopped
    again = SiteWriter(tmp_path)
    again.put("images/other.html", b"also stopped")
    del again
    put(tmp_path, {"a.html": "a"})
    assert set(tree(tmp_path)) == {"a.html", LIST}


def test_a_first_build_that_was_cut_short_leaves_nothing_behind_either(tmp_path: Path) -> None:
    stopped = SiteWriter(tmp_path)
    stopped.put("images/secret.html", b"secret")
    with (tmp_path / UNFINISHED).open("ab") as torn:
        torn.write(b"images")  # a path whose end was not written any more
    put(tmp_path, {"a.html": "a"})
    assert set(tree(tmp_path)) == {"a.html", LIST}


def test_what_was_about_to_be_deleted_is_listed_as_it_is_when_it_stays_after_all(tmp_path: Path) -> None:
    """A build that is to delete a file notes it first, and is cut short there; the next one wants it again."""
    first = SiteWriter(tmp_path)
    for name in ("a.html", "b.html"):
        first.put(name, name.encode())
        first.made(name, "the same", [name])
    first.finish(Memory(whole="all"))
    before = (tmp_path / LIST).read_bytes()
    (tmp_path / UNFINISHED).write_bytes(b"b.html\0")
    again = SiteWriter(tmp_path)
    assert again.keep_all("all") == ["a.html", "b.html"]
    again.finish()
    assert (tmp_path / LIST).read_bytes() == before and not (tmp_path / UNFINISHED).exists()


def test_check_passes_over_references_that_are_no_address_and_over_files_that_are_not_ours(
    tmp_path: Path,
) -> None:
    targets = ("http://[draft", "//[x", "mine.pdf", "%00", "gone.html")
    put(tmp_path, {"index.html": "".join(f'<a href="{target}">x</a>' for target in targets)})
    (tmp_path / "mine.pdf").write_text("mine")
    assert [finding.what.split()[2] for finding in check(tmp_path)] == ["\0,", "gone.html,"]


# Whole builds.


@pytest.fixture(scope="module")
def lab_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "export"
    write(lab(), folder)
    return folder


def test_a_second_build_writes_nothing(lab_export: Path, tmp_path: Path) -> None:
    first = build(lab_export, tmp_path)
    before = stamps(tmp_path)
    second = build(lab_export, tmp_path)
    assert first.written >= first.pages > 20
    assert (second.written, second.removed, second.pages) == (0, 0, first.pages)
    after = stamps(tmp_path)
    assert {path for path in after if before.get(path) != after[path]} <= {LIST}
    assert check(tmp_path) == []


def images_of(count: int, tagged: int) -> list[Image]:
    return [
        Image(
            id=i,
            name=f"i{i}",
            datasets=(1 if i <= count // 2 else 2,),
            annotations=(30,) if i == tagged else (),
        )
        for i in range(1, count + 1)
    ]


def test_the_same_data_exported_a_day_later_rewrites_the_pages_that_show_the_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exporting and building every night is the main use: a new day must not be a new site."""
    sites = []
    for seconds in ("86400", "172800"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
        write(lab(), tmp_path / "export")
        built = build(tmp_path / "export", tmp_path / "site")
        sites.append(stamps(tmp_path / "site"))
    changed = {path for path in sites[1] if sites[0].get(path) != sites[1][path]}
    assert changed == {"index.html", "browse.html", "explore.html", LIST}
    assert built.written == 3 and "1970-01-03" in (tmp_path / "site" / "browse.html").read_text("utf-8")


def test_a_changed_tag_rewrites_the_pages_that_show_it_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = {
        "datasets": [Dataset(id=1, projects=(5,)), Dataset(id=2)],
        "projects": [Project(id=5)],
        "tags": [Tag(id=30, text="one"), Tag(id=31, text="unrelated")],
    }
    images = images_of(12, tagged=3)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    exported(tmp_path / "export", images, **records)
    build(tmp_path / "export", tmp_path / "site")
    before = stamps(tmp_path / "site")
    records["tags"][0] = Tag(id=30, text="renamed")  # type: ignore[index]
    exported(tmp_path / "export", images, **records)
    build(tmp_path / "export", tmp_path / "site")
    after = stamps(tmp_path / "site")
    changed = {path for path in after if before.get(path) != after[path]}
    assert {"images/3.html", "tags/30.html", "tags/index.html", "explore.html", "index.html"} <= changed
    assert {
        "images/1.html",
        "images/4.html",
        "datasets/2.html",
        "tags/31.html",
        "browse.html",
    } & changed == set()
    assert not [path for path in changed if path.startswith(("thumbnails/", "static/"))]
    assert set(after) == set(before)


def test_what_is_no_longer_in_the_export_goes_and_what_is_not_ours_stays(
    lab_export: Path, tmp_path: Path
) -> None:
    build(lab_export, tmp_path / "site")
    (tmp_path / "site" / "CNAME").write_text("catalogue.example.org")
    (tmp_path / "site" / ".git").mkdir()
    (tmp_path / "site" / ".git" / "HEAD").write_text("ref: refs/heads/main")
    (tmp_path / "site" / "images" / "mine.png").write_text("mine")
    exported(tmp_path / "smaller", [Image(id=101, name="alone")])
    built = build(tmp_path / "smaller", tmp_path / "site")
    left = set(tree(tmp_path / "site"))
    assert built.removed > 10
    assert {"CNAME", ".git/HEAD", "images/mine.png", "images/101.html"} <= left
    assert not {path for path in left if path.startswith(("projects/", "datasets/", "thumbnails/0/102"))}
    assert {path for path in left if path.startswith("images/")} == {
        "images/101.html", "images/index.html", "images/mine.png",
    }  # fmt: skip
    assert check(tmp_path / "site") == []
    build(tmp_path / "smaller", tmp_path / "fresh")
    assert {p: d for p, d in tree(tmp_path / "site").items() if p in tree(tmp_path / "fresh")} == tree(
        tmp_path / "fresh"
    )


def test_a_wiki_page_where_the_catalogue_has_one_is_a_sentence_and_the_old_site_stays(
    lab_export: Path, tmp_path: Path
) -> None:
    build(lab_export, tmp_path / "site")
    before = tree(tmp_path / "site")
    config = own_settings(tmp_path)
    (config.parent / "wiki" / "browse.md").write_text("# Mine")
    with pytest.raises(SiteError, match=r"browse\.html.*rename it in the wiki"):
        build(lab_export, tmp_path / "site", config)
    after = tree(tmp_path / "site")
    assert set(before) <= set(after)
    build(lab_export, tmp_path / "site")
    assert tree(tmp_path / "site") == before


def test_two_builds_into_one_folder_do_not_write_over_each_other(lab_export: Path, tmp_path: Path) -> None:
    build(lab_export, tmp_path / "site")
    before = stamps(tmp_path / "site")
    with locked(tmp_path / "site"), pytest.raises(SiteError, match="another run is writing"):
        build(lab_export, tmp_path / "site")
    assert stamps(tmp_path / "site") == before
    assert build(lab_export, tmp_path / "site").written == 0


def test_a_build_that_fails_leaves_nothing_kept_from_the_collector(lab_export: Path, tmp_path: Path) -> None:
    config = own_settings(tmp_path)
    (config.parent / "wiki" / "browse.md").write_text("# Mine")
    before = gc.get_freeze_count()
    with pytest.raises(SiteError):
        build(lab_export, tmp_path / "site", config)
    assert gc.get_freeze_count() == before


def own_settings(folder: Path) -> Path:
    from catalog_builder.commands.init import init

    init(folder)
    return folder / "site_config" / "catalog.yml"


# Builds that die.

BUILD = """
import resource, sys
from pathlib import Path
from catalog_builder.errors import CatalogError
from tests.catalogues import build

if sys.argv[3] != "-":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1))
try:
    build(Path(sys.argv[1]), Path(sys.argv[2]))
except CatalogError as error:
    sys.exit(str(error))
except KeyboardInterrupt:
    sys.exit("stopped")
"""


def start(export: Path, site: Path, limit: str = "-") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(export), str(site), limit],
        env=environment(), cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def many(number: int, folder: Path) -> Path:
    """An export in which every page differs from that of every other number."""
    images = [Image(id=i, name=f"image {number} {i}", datasets=(number,)) for i in range(1, 300)]
    images += [Image(id=1000 * number + i, name="only here") for i in range(20)]
    write(catalogue(images, datasets=[Dataset(id=number, name=f"dataset {number}")]), folder)
    return folder


def assert_old_pages_open(site: Path, before: dict[str, str], allowed: list[Path]) -> None:
    """Every file of the old list is there, as it was or as one of the newer builds would have it."""
    newer: dict[str, set[str]] = {}
    for other in allowed:
        for path, digest in tree(other).items():
            newer.setdefault(path, set()).add(digest)
    after = tree(site)
    for path, digest in before.items():
        if path in (LIST, UNFINISHED):
            continue
        assert path in after, f"{path} is gone"
        assert after[path] == digest or after[path] in newer.get(path, ()), f"{path} is neither old nor new"
    # That the build did not end is the one thing `check` may call wrong.
    assert not [finding for finding in check(site) if finding.error and finding.where != UNFINISHED]


def test_a_build_that_is_stopped_or_killed_at_any_moment_leaves_every_old_page(tmp_path: Path) -> None:
    old, new = many(1, tmp_path / "old"), many(2, tmp_path / "new")
    site = tmp_path / "site"
    build(old, site)
    build(new, tmp_path / "whole")
    before = tree(site)
    stopped = 0
    for how, share in (
        (signal.SIGINT, 0.1),
        (signal.SIGKILL, 0.3),
        (signal.SIGINT, 0.6),
        (signal.SIGKILL, 0.8),
    ):
        process = start(new, site)
        written = site / "images"
        while process.poll() is None and not (site / UNFINISHED).exists():
            time.sleep(0.002)
        while process.poll() is None and len(os.listdir(written)) < 301 + 20 * share:
            time.sleep(0.001)
        process.send_signal(how)
        _, said = process.communicate()
        assert "Traceback" not in said
        stopped += process.returncode != 0
        if process.returncode:
            assert_old_pages_open(site, before, [tmp_path / "whole"])
    assert stopped >= 2, "the builds were over before they were stopped: make them longer"
    build(new, site)
    whole = tree(tmp_path / "whole")
    assert tree(site) == whole, "something of the dead builds is left, or missing"


@pytest.mark.parametrize("limit", ["0", "6000", "60000"])
def test_a_disk_that_is_full_is_a_sentence_and_leaves_every_old_page(tmp_path: Path, limit: str) -> None:
    """The smaller limits meet the folder for temporary files first; the largest, one page of many."""
    site = tmp_path / "site"
    exported(tmp_path / "old", [Image(id=i, name=f"old {i}") for i in (101, 102, 999)])
    new = [Image(id=i, name=f"new {i}", description="x" * (100_000 * (i == 102))) for i in (101, 102, 103)]
    exported(tmp_path / "new", new)
    build(tmp_path / "old", site)
    build(tmp_path / "new", tmp_path / "whole")
    before = tree(site)
    process = start(tmp_path / "new", site, limit)
    _, said = process.communicate()
    assert process.returncode == 1 and "Traceback" not in said, said
    assert_old_pages_open(site, before, [tmp_path / "whole"])
    if limit == "60000":
        assert "images/102.html" in said and "new 101" in (site / "images" / "101.html").read_text("utf-8")
    build(tmp_path / "new", site)
    assert tree(site) == tree(tmp_path / "whole")


# The same bytes everywhere.


def test_the_same_export_gives_the_same_site_whatever_the_machine_is_set_to(
    lab_export: Path, tmp_path: Path
) -> None:
    settings = (
        {"TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"},
        {"TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "4711"},
        {"TZ": "America/Los_Angeles", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "99", "PYTHONUTF8": "0"},
    )
    running = []
    for number, variables in enumerate(settings):
        command = [sys.executable, "-c", BUILD, str(lab_export), str(tmp_path / str(number)), "-"]
        running.append(subprocess.Popen(command, env=environment(**variables), cwd=ROOT))
    assert [process.wait() for process in running] == [0, 0, 0]
    first, second, third = (tree(tmp_path / str(number)) for number in range(3))
    assert first == second == third


def test_a_folder_with_anything_but_hidden_files_and_a_domain_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "CNAME").write_text("catalogue.example.org")
    put(tmp_path, {"index.html": "ours"})
    (other := tmp_path / "other").mkdir()
    (other / "thesis.tex").write_text("mine")
    with pytest.raises(SiteError, match=r"thesis\.tex"):
        put(other, {"index.html": "ours"})
    assert [path.name for path in other.iterdir()] == ["thesis.tex"]
