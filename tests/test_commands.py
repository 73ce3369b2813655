"""The commands as a user types them: what they do, what they print, how they end."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog_builder import __version__
from catalog_builder.cli import main
from catalog_builder.exchange.read import Export
from tests.catalogues import ROOT, build, environment, lab, run, tree, write


def invoke(*arguments: str) -> Result:
    """The command line within this process: quick, and an escaped exception is seen."""
    result = CliRunner().invoke(main, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    write(lab(), folder / "export")
    build(folder / "export", folder / "site")
    return folder


@pytest.mark.parametrize("command", ["", *sorted(main.commands)])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(command: str, option: str) -> None:
    result = invoke(*filter(None, (command, option)))
    assert result.exit_code == 0 and result.output.startswith("Usage:")
    for parameter in main.commands[command].params if command else ():
        assert max(parameter.opts, key=len).lower() in result.output.lower()


def test_the_version() -> None:
    assert invoke("--version").output == f"catalog-builder, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["bild"], ["build", "--frm", "x"], ["build", "a", "b"], ["check"], ["check", ".", "--server"],
        ["export", "--project", "x"],        ["serve", "--port", "http"], ["serve", "--port", "70000"],
        ["serve", "--port", "-1"], ["export", "--dataset"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_ends_with_2_and_a_word_of_help(arguments: list[str]) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.output.strip().splitlines()[-1].startswith("Error: ")


# init.


def test_init_writes_the_starter_and_never_over_anything(tmp_path: Path) -> None:
    result = invoke("init", str(tmp_path))
    assert result.exit_code == 0
    files = tree(tmp_path)
    assert set(files) == {
        f"site_config/{name}"
        for name in ("catalog.yml", "publish.yml", "mkdocs.yml", "wiki/index.md", "wiki/about.md")
    }
    assert all(path.split("/")[-1] in result.output for path in files)
    (tmp_path / "site_config" / "wiki" / "index.md").write_text("# Mine")
    (tmp_path / "site_config" / "catalog.yml").unlink()
    again = invoke("init", str(tmp_path))
    assert again.exit_code == 1 and "is there already" in again.output
    assert (tmp_path / "site_config" / "wiki" / "index.md").read_text() == "# Mine"
    assert not (tmp_path / "site_config" / "catalog.yml").exists()


def test_what_init_wrote_builds(lab_folder: Path, tmp_path: Path) -> None:
    assert run("init", cwd=tmp_path).returncode == 0
    built = run("build", str(lab_folder / "export"), cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    assert built.stdout.startswith("site/index.html: ") and "Note:" not in built.stderr
    assert tree(tmp_path / "site") == tree(lab_folder / "site"), "the starter is the program's own default"


# build and check.


def test_build_says_what_it_did_and_the_second_time_that_there_was_nothing_to_do(
    lab_folder: Path, tmp_path: Path
) -> None:
    arguments = (
        "build",
        str(lab_folder / "export"),
        "--config",
        str(ROOT / "site_config" / "catalog.yml"),
        "--to",
        str(tmp_path),
    )
    assert "0 removed" in invoke(*arguments).output
    assert ", 0 files new or changed, 0 removed" in invoke(*arguments).output


def test_the_title_and_all_that_belongs_to_whose_site_it_is_come_from_the_settings(
    lab_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "site_config" / "wiki", tmp_path / "wiki")
    shutil.copy(ROOT / "site_config" / "mkdocs.yml", tmp_path)
    (tmp_path / "wiki" / "logo.png").write_bytes(b"a picture")
    (tmp_path / "catalog.yml").write_text(
        "mkdocs: mkdocs.yml\n"
        "title: The <Best> & Only\ndescription: All of it\naccent: '#aa0033'\nlicence: {name: CC BY 4.0, url: 'https://l.example/'}\n"
        "cite: 'Us (2026)'\ncontact: us@example.org\nimprint: https://i.example/\nprivacy: https://p.example/\n"
        "footer: The \"Institute\"\nomero_web: https://omero.example/\nlogo: logo.png\npage_size: 12\n", "utf-8"
    )  # fmt: skip
    assert (
        invoke(
            "build",
            str(lab_folder / "export"),
            "--config",
            str(tmp_path / "catalog.yml"),
            "--to",
            str(tmp_path / "site"),
        ).exit_code
        == 0
    )
    page = (tmp_path / "site" / "images" / "101.html").read_text("utf-8")
    for text in (
        "The &lt;Best&gt; &amp; Only", "CC BY 4.0", 'href="https://l.example/"', "Us (2026)",
        'href="mailto:us@example.org"',        'href="https://i.example/"', 'href="https://p.example/"', "Institute", "https://omero.example/webclient/?show=image-101",
        "../logo.png",
    ):  # fmt: skip
        assert text in page, text
    assert "<Best>" not in page
    plain = (lab_folder / "site" / "images" / "101.html").read_text("utf-8")
    assert "webclient" not in plain and "Imprint" not in plain and "mailto:" not in plain


def test_check_finds_nothing_in_what_is_whole_and_ends_with_1_where_it_is_not(
    lab_folder: Path, tmp_path: Path
) -> None:
    for name in ("export", "site"):
        result = invoke("check", str(lab_folder / name))
        assert result.exit_code == 0 and result.output.endswith("all is well\n"), result.output
    build(lab_folder / "export", tmp_path)
    (tmp_path / "images" / "101.html").unlink()
    (tmp_path / "tags" / "30.html").write_text('<a href="../nowhere.html">x</a>')
    result = invoke("check", str(tmp_path))
    assert result.exit_code == 1
    assert "images/101.html: is missing" in result.output
    assert (
        "tags/30.html: is not as it was built" in result.output and "leads to nowhere.html" in result.output
    )


def test_a_warning_fails_only_where_it_is_asked_for(tmp_path: Path) -> None:
    write(lab(pictures=lambda _: ()), tmp_path)
    plain, strict = invoke("check", str(tmp_path)), invoke("check", str(tmp_path), "--strict")
    assert "Warning: images: 6 of 6 have no picture" in plain.output
    assert (plain.exit_code, strict.exit_code) == (0, 1)


def test_check_of_neither_is_a_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        result = invoke("check", str(folder))
        assert result.exit_code == 1 and "is neither an export" in result.output


def test_a_build_of_a_whole_site_has_no_broken_link_and_no_missing_picture_without_pictures(
    tmp_path: Path,
) -> None:
    write(lab(pictures=lambda _: ()), tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site")
    assert invoke("check", str(tmp_path / "site"), "--strict").exit_code == 0


def test_schema_prints_the_schema() -> None:
    assert json.loads(invoke("schema").output)["$schema"]


# demo and serve.


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo") / "a demo & more"
    result = run("demo", "--to", str(folder), cwd=folder.parent)
    assert result.returncode == 0, result.stderr
    address = result.stdout.splitlines()[-1].strip()
    assert address == (folder / "site" / "index.html").absolute().as_uri() and "%20" in address
    yield folder


def test_the_demo_is_whole_and_what_was_promised(demo_folder: Path) -> None:
    for name in ("export", "site"):
        assert invoke("check", str(demo_folder / name)).exit_code == 0
    counts = Export(demo_folder / "export").manifest.counts
    assert (counts["projects"], counts["datasets"], counts["plates"]) == (3, 12, 2)
    assert 450 <= counts["images"] <= 550
    assert "synthetic" in (demo_folder / "site" / "index.html").read_text("utf-8").lower()


def serve(site: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "catalog_builder", "serve", str(site), *options],
        env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    return process, process.stdout.readline().split(" ")[0].strip()


def get(address: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def test_serve_shows_the_site_says_where_and_ends_with_ctrl_c(lab_folder: Path) -> None:
    process, address = serve(lab_folder / "site")
    try:
        assert address.startswith("http://127.0.0.1:")
        site = lab_folder / "site"
        assert get(address)[2] == (site / "index.html").read_bytes()
        assert (
            get(address + "images/101.html")[:2] == (200, "text/html; charset=utf-8")
            or get(address + "images/101.html")[1] == "text/html"
        )
        assert get(address + "static/js/catalog.js")[1].startswith("text/javascript")
        assert get(address + "data/images.arrow")[2] == (site / "data" / "images.arrow").read_bytes()
        assert get(address + "images/101.html?id=5")[0] == 200
        missing = get(address + "images/4711.html")
        assert missing[0] == 404 and missing[2] == (site / "404.html").read_bytes()
        for outside in (
            "../export/manifest.json",
            "%2e%2e/export/manifest.json",
            "..%2fexport%2fmanifest.json",
        ):
            assert get(address + outside)[0] == 404
        busy = run("serve", str(site), "--port", address.rstrip("/").rpartition(":")[2])
        assert (
            busy.returncode == 1
            and "name another with --port" in busy.stderr
            and "Traceback" not in busy.stderr
        )
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert "Traceback" not in said and process.returncode in (0, 1)


# Where the output goes.


def test_progress_is_plain_lines_on_the_error_stream_without_a_terminal(
    lab_folder: Path, tmp_path: Path
) -> None:
    built = run("build", str(lab_folder / "export"), "--to", str(tmp_path / "site"), cwd=tmp_path)
    assert built.returncode == 0
    assert built.stdout.count("\n") == 1 and "\x1b" not in built.stdout + built.stderr
    assert "Writing pages" in built.stderr


def test_a_reader_of_the_output_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m catalog_builder schema | head -c 10; exit ${{PIPESTATUS[0]}}"
    gone = subprocess.run(
        ["bash", "-c", command], env=environment(), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in gone.stderr and "Exception" not in gone.stderr


def test_a_terminal_that_knows_ascii_only_gets_its_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "catalog.yml").write_text("titel: ü\n\U0001f9ec: x\n", "utf-8")
    result = run(
        "build", "--config", "catalog.yml", cwd=tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0"
    )
    assert result.returncode == 1 and "titel" in result.stderr and "Traceback" not in result.stderr


def test_ctrl_c_early_or_late_is_a_sentence(lab_folder: Path, tmp_path: Path) -> None:
    for seconds in (0.5, 0.8):
        process = subprocess.Popen(
            [sys.executable, "-m", "catalog_builder", "demo", "--to", str(tmp_path / "demo")],
            env=environment(), cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr
        process.stderr.readline()  # it is at work
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode in (0, 1) and "Traceback" not in said
        if process.returncode:
            assert said.strip().endswith("as it was or as it will be; run the same command again.")
