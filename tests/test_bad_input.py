"""Bad input: one clear sentence, no traceback, exit code 1, and whatever stood before still stands."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog_builder.cli import main
from catalog_builder.exchange.schema import FORMAT_VERSION, MANIFEST
from catalog_builder.files import unwritable
from tests.catalogues import build, lab, run, tree, write


@pytest.fixture
def lab_folder(tmp_path: Path) -> Path:
    write(lab(), tmp_path / "export")
    return tmp_path


def fails(*arguments: str) -> str:
    """The sentence that the command line ends with."""
    result = CliRunner().invoke(main, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception  # would have been a traceback
    assert result.exit_code == 1, result.output
    lines = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1, result.output
    assert "Traceback" not in result.output
    sentence = result.output[result.output.index("Error: ") + 7 :].strip()
    assert sentence.rstrip().endswith((".", ")")), sentence
    return sentence


def built(folder: Path, *options: str) -> tuple[str, ...]:
    return ("build", str(folder / "export"), "--to", str(folder / "site"), *options)


# The export.


def test_an_export_that_is_not_there(tmp_path: Path) -> None:
    sentence = fails(*built(tmp_path))
    assert "does not exist" in sentence and "catalog-builder export" in sentence
    assert not (tmp_path / "site").exists()


def test_an_export_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "export").write_text("x")
    assert "is a file, not a folder" in fails(*built(tmp_path))


def test_an_export_of_a_newer_format(lab_folder: Path) -> None:
    build(lab_folder / "export", lab_folder / "site")
    before = tree(lab_folder / "site")
    (lab_folder / "export" / MANIFEST).write_text(json.dumps({"format": FORMAT_VERSION + 1}))
    assert "install a newer one" in fails(*built(lab_folder))
    assert "install a newer one" in fails("check", str(lab_folder / "export"))
    assert tree(lab_folder / "site") == before


@pytest.mark.parametrize("stream", ["images", "people", "tags"])
def test_a_damaged_export_is_named_and_the_old_site_stays(lab_folder: Path, stream: str) -> None:
    build(lab_folder / "export", lab_folder / "site")
    before = tree(lab_folder / "site")
    (shard,) = (lab_folder / "export" / stream).glob("*.jsonl")
    shard.write_bytes(shard.read_bytes()[:-20])
    assert str(shard) in fails(*built(lab_folder))
    assert tree(lab_folder / "site") == before


def test_a_picture_that_is_missing_is_named_and_every_old_page_stays(lab_folder: Path) -> None:
    build(lab_folder / "export", lab_folder / "site")
    before = tree(lab_folder / "site")
    picture = next((lab_folder / "export").glob("thumbnails/0/105-*"))
    picture.unlink()
    checked = run("check", str(lab_folder / "export"))
    assert checked.returncode == 1 and str(picture) in checked.stdout + checked.stderr
    next((lab_folder / "site").glob("thumbnails/0/105*")).unlink()
    del before[next(path for path in before if path.startswith("thumbnails/0/105"))]
    assert str(picture) in fails(*built(lab_folder))
    assert {path: digest for path, digest in tree(lab_folder / "site").items() if path in before} == before


# The settings.


def test_settings_that_are_wrong_in_many_ways(lab_folder: Path) -> None:
    settings = lab_folder / "catalog.yml"
    settings.write_text("titel: x\naccent: red\nthumbnails: {sice: 3}\npassword: hunter2\n")
    for command in (built(lab_folder, "--config", str(settings)), ("export", "--config", str(settings))):
        sentence = fails(*command)
        assert sentence.count(str(settings)) == 4 and sentence.count("\n") == 3
        assert "`title`" in sentence and "`size`" in sentence and "hunter2" not in sentence
    assert not (lab_folder / "site").exists()


def test_settings_that_are_not_there(lab_folder: Path) -> None:
    assert "there is no such file" in fails(*built(lab_folder, "--config", str(lab_folder / "gone.yml")))
    assert "cannot be read" in fails(*built(lab_folder, "--config", str(lab_folder)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("site_name: [", "mkdocs.yml"),
        ("plugins: [catalog]", "site_name"),
        ("site_name: x\nplugins: []", "- catalog"),
        ("site_name: x\nplugins: [catalog, gone]", "gone"),
        ("site_name: x\nplugins: [catalog]\ntheme: gone", "gone"),
        ("site_name: x\nplugins: [catalog]\ndocs_dir: gone", "gone"),
        ("- a list", "mkdocs.yml"),
        ("", "mkdocs.yml"),
        ("site_name: x\nplugins: [catalog]\nmarkdown_extensions: [gone]", "gone"),
        ("site_name: x\nplugins: [catalog]\ncopyright: 2026-02-30", "day is out of range"),
    ],
)
def test_mkdocs_settings_that_are_wrong(lab_folder: Path, content: str, said: str) -> None:
    (lab_folder / "wiki").mkdir()
    (lab_folder / "docs").mkdir()
    (lab_folder / "mkdocs.yml").write_text(content)
    (lab_folder / "catalog.yml").write_text("mkdocs: mkdocs.yml")
    failed = run(*built(lab_folder, "--config", str(lab_folder / "catalog.yml")))
    assert failed.returncode == 1 and "Traceback" not in failed.stderr
    sentence = failed.stderr[failed.stderr.index("Error: ") :]
    assert said in sentence, failed.stderr
    assert not (lab_folder / "site").exists()


def test_a_wiki_whose_markdown_cannot_be_read(lab_folder: Path) -> None:
    CliRunner().invoke(main, ["init", str(lab_folder)])
    (lab_folder / "site_config" / "wiki" / "latin.md").write_bytes("# Zürich".encode("latin-1"))
    sentence = fails(*built(lab_folder, "--config", str(lab_folder / "site_config" / "catalog.yml")))
    assert "latin.md" in sentence


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("search: true", "`exclude: true`"),
        ("search: [a]", "`exclude: true`"),
        ("template: gone.html", "gone.html"),
        ("template: [a]", "odd.md"),
    ],
)
def test_front_matter_that_is_wrong_names_its_page(lab_folder: Path, front: str, said: str) -> None:
    CliRunner().invoke(main, ["init", str(lab_folder)])
    (lab_folder / "site_config" / "wiki" / "odd.md").write_text(f"---\n{front}\n---\n# Odd\n")
    sentence = fails(*built(lab_folder, "--config", str(lab_folder / "site_config" / "catalog.yml")))
    assert "odd.md" in sentence and said in sentence
    assert not (lab_folder / "site").exists()


def test_front_matter_whose_title_is_a_number_is_a_title(lab_folder: Path) -> None:
    CliRunner().invoke(main, ["init", str(lab_folder)])
    (lab_folder / "site_config" / "wiki" / "odd.md").write_text("---\ntitle: 2026\nauthor: me\n---\nwords\n")
    build(lab_folder / "export", lab_folder / "site", lab_folder / "site_config" / "catalog.yml")
    assert "2026" in (lab_folder / "site" / "odd.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "template", "said"),
    [
        ("main.html", "{% if %}", "main.html line 1"),
        ("main.html", "{{ page.gone.further }}", "gone"),
        ("404.html", "{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_a_template_of_the_wiki_that_fails_is_a_sentence(
    lab_folder: Path, name: str, template: str, said: str
) -> None:
    CliRunner().invoke(main, ["init", str(lab_folder)])
    (lab_folder / "site_config" / "own").mkdir()
    (lab_folder / "site_config" / "own" / name).write_text(template)
    settings = lab_folder / "site_config" / "mkdocs.yml"
    text = settings.read_text("utf-8")
    assert "theme: catalog" in text or "name: catalog" in text
    settings.write_text(
        re.sub(r"(?m)^theme:.*\n(?:[ \t].*\n)*", "theme: {name: catalog, custom_dir: own}\n", text)
    )
    assert said in fails(*built(lab_folder, "--config", str(lab_folder / "site_config" / "catalog.yml")))


def test_a_plugin_that_fails_is_named(lab_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mkdocs.contrib.search import SearchIndex

    def boom(_self: object) -> str:
        raise KeyError("boom")

    monkeypatch.setattr(SearchIndex, "generate_search_index", boom)
    CliRunner().invoke(main, ["init", str(lab_folder)])
    settings = lab_folder / "site_config" / "mkdocs.yml"
    text = settings.read_text("utf-8")
    settings.write_text(re.sub(r"(?m)^( *)- catalog", r"\1- search\n\1- catalog", text))
    sentence = fails(*built(lab_folder, "--config", str(lab_folder / "site_config" / "catalog.yml")))
    assert "KeyError: 'boom'" in sentence and "(plugin search)" in sentence
    assert not (lab_folder / "site").exists()


# Folders.


def test_a_folder_for_the_result_that_is_a_file_or_below_one(lab_folder: Path) -> None:
    (lab_folder / "file").write_text("mine")
    for to in (lab_folder / "file", lab_folder / "file" / "below", lab_folder / "file" / "below" / "deeper"):
        assert str(lab_folder / "file") in fails("build", str(lab_folder / "export"), "--to", str(to))
        assert str(lab_folder / "file") in fails("demo", "--to", str(to))
        assert str(lab_folder / "file") in fails("init", str(to))
    assert (lab_folder / "file").read_text() == "mine"


def test_a_folder_that_cannot_be_written(lab_folder: Path) -> None:
    """/proc takes no files, whoever asks: the same as a folder without the right to write."""
    if not Path("/proc/self").is_dir():
        pytest.skip("there is no /proc here")
    assert "cannot be written" in fails("build", str(lab_folder / "export"), "--to", "/proc/catalogue/site")
    assert "cannot be written" in fails("init", "/proc/catalogue")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write(lab_folder: Path) -> None:
    (lab_folder / "site").mkdir(mode=0o500)
    assert "permission denied" in fails(*built(lab_folder))


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "free some space"),
        (errno.EACCES, "right to write"),
        (errno.EPERM, "right to write"),
        (errno.EROFS, "disk that takes files"),
        (errno.ENOTDIR, "in its way"),
        (errno.EISDIR, "in its way"),
        (errno.EEXIST, "in its way"),
        (errno.EIO, "put that right"),
    ],
)
def test_the_remedy_for_a_file_that_cannot_be_written_follows_the_reason(number: int, remedy: str) -> None:
    sentence = str(unwritable("site/a.html", OSError(number, os.strerror(number))))
    assert "site/a.html" in sentence and remedy in sentence and "--to" not in sentence
    assert ("free some space" in sentence) == (remedy == "free some space")


def test_a_folder_of_somebody_else(lab_folder: Path) -> None:
    (lab_folder / "site").mkdir()
    (lab_folder / "site" / "index.html").write_text("mine")
    assert "did not write" in fails(*built(lab_folder))
    assert tree(lab_folder / "site").keys() == {"index.html"}


def test_an_export_and_a_site_do_not_get_mixed(lab_folder: Path) -> None:
    before = tree(lab_folder / "export")
    assert "did not write" in fails("build", str(lab_folder / "export"), "--to", str(lab_folder / "export"))
    assert tree(lab_folder / "export") == before


def test_a_site_inside_its_wiki(lab_folder: Path) -> None:
    CliRunner().invoke(main, ["init", str(lab_folder)])
    wiki = lab_folder / "site_config" / "wiki"
    settings = str(lab_folder / "site_config" / "catalog.yml")
    before = tree(wiki)
    result = CliRunner().invoke(
        main, ["build", str(lab_folder / "export"), "--config", settings, "--to", str(wiki / "site")]
    )
    assert result.exit_code in (0, 1) and "Traceback" not in result.output
    assert {path: digest for path, digest in tree(wiki).items() if path in before} == before


# Serving.


def test_serving_what_is_no_site(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        assert "run `catalog-builder build` first" in fails("serve", str(folder))
    (tmp_path / "file").write_text("x")
    assert "file" in fails("serve", str(tmp_path / "file"))


# Logging in, as far as no server is needed.


def test_an_export_without_a_server_to_ask(tmp_path: Path) -> None:
    failed = run("export", "--to", str(tmp_path / "export"), cwd=tmp_path)
    assert failed.returncode == 1 and "Traceback" not in failed.stderr
    assert "OMERO_HOST" in failed.stderr or "--host" in failed.stderr
    assert not (tmp_path / "export").exists()
