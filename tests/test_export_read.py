"""The export on its way in: refuses by name what it cannot trust, and reads what a schema promises."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_builder.commands.check import check
from catalog_builder.commands.schema import schema
from catalog_builder.errors import CatalogError, ExportError
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import FORMAT_VERSION, MANIFEST, PICTURE_FOLDERS, STREAMS
from tests.catalogues import ROOT, build, lab, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(lab(), tmp_path / "export")
    return tmp_path / "export"


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")


def rewrite(folder: Path, stream: str, lines: list[bytes], records: int | None = None) -> None:
    """Another content for the only shard of a stream, with the digest that belongs to it."""
    content = b"".join(line + b"\n" for line in lines)

    def change(manifest: dict[str, Any]) -> None:
        (shard,) = manifest["streams"][stream]
        (folder / shard["path"]).write_bytes(content)
        shard["sha256"] = hashlib.sha256(content).hexdigest()
        shard["records"] = manifest["counts"][stream] = len(lines) if records is None else records

    edit(folder, change)


def read_all(folder: Path) -> None:
    export = Export(folder)
    for name, record_type in STREAMS.items():
        for record in export.stream(name, record_type):
            for picture in getattr(record, "pictures", {}).values():
                export.picture(picture)


def refused(folder: Path) -> str:
    with pytest.raises(ExportError) as caught:
        read_all(folder)
    message = str(caught.value)
    assert str(folder) in message and "\n" not in message
    return message


def test_a_whole_export_reads(folder: Path) -> None:
    read_all(folder)
    assert check(folder) == []


def test_a_folder_that_is_not_there_or_is_none(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "nowhere")
    assert "holds no export" in refused(tmp_path)
    (tmp_path / "file").write_text("x")
    assert "file" in refused(tmp_path / "file")


def test_a_newer_format_is_refused_whatever_else_it_holds(folder: Path) -> None:
    (folder / MANIFEST).write_text(json.dumps({"format": FORMAT_VERSION + 1, "something": ["new"]}))
    message = refused(folder)
    assert f"format {FORMAT_VERSION + 1}" in message and "pip install --upgrade" in message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"format": "1"}',
        b'{"format": 1}',
        b'{"format": -1}',
        b'{"format": 1.5}',
        b"\xff\xfe{}",
        b'{"format": 1, "label": "\xff"}',
        b'{"format": 1, "more": ' + b"[" * 100_000,
    ],
)
def test_a_damaged_manifest_is_named(folder: Path, content: bytes) -> None:
    (folder / MANIFEST).write_bytes(content)
    message = refused(folder)
    assert MANIFEST in message and "is damaged" in message and "export` again" in message


def test_a_label_that_is_not_utf8_is_named(folder: Path) -> None:
    content = (folder / MANIFEST).read_bytes()
    (folder / MANIFEST).write_bytes(content.replace(b'"label": "test"', b'"label": "t\xffst"'))
    assert "is damaged" in refused(folder)


@pytest.mark.parametrize("stream", STREAMS)
def test_a_manifest_that_leaves_out_a_stream_or_shards_of_it_is_damaged(folder: Path, stream: str) -> None:
    """It would empty the site without a word."""
    whole = (folder / MANIFEST).read_bytes()
    changes: list[Callable[[dict[str, Any]], object]] = [
        lambda manifest: manifest["streams"].pop(stream),
        lambda manifest: manifest["streams"].update({stream: []}),
        lambda manifest: manifest["counts"].pop(stream),
        lambda manifest: manifest["counts"].update({stream: 77}),
        lambda manifest: (manifest["counts"].pop(stream), manifest["streams"].pop(stream)),
    ]
    for change in changes:
        (folder / MANIFEST).write_bytes(whole)
        edit(folder, change)
        message = refused(folder)
        assert MANIFEST in message and "is damaged" in message and stream in message
        with pytest.raises(ExportError, match=stream):
            build(folder, folder.parent / "site")


@pytest.mark.parametrize("stream", STREAMS)
def test_a_damaged_shard_is_named(folder: Path, stream: str) -> None:
    (shard,) = (folder / stream).glob("*.jsonl")
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    assert str(shard) in refused(folder)
    if stream in ("people", "images"):
        with pytest.raises(ExportError, match=re.escape(str(shard))):
            build(folder, folder.parent / "site")
    assert any(str(shard) in str(finding) and finding.error for finding in check(folder))


@pytest.mark.parametrize("stream", STREAMS)
def test_a_missing_shard_is_named(folder: Path, stream: str) -> None:
    (shard,) = (folder / stream).glob("*.jsonl")
    shard.unlink()
    assert f"{shard}: is missing" in refused(folder)
    assert any(str(shard) in str(finding) and finding.error for finding in check(folder))


@pytest.mark.parametrize("pictures", PICTURE_FOLDERS.values())
def test_a_missing_and_a_damaged_picture_are_named(folder: Path, pictures: str) -> None:
    missing = next(folder.glob(f"{pictures}/0/101-*"))
    damaged = next(folder.glob(f"{pictures}/0/102-*"))
    damaged.write_bytes(damaged.read_bytes()[:-5])
    missing.unlink()
    found = check(folder)
    assert [finding.where for finding in found] == ["image:101", "image:102"]
    assert "is missing" in found[0].what and damaged.name in found[1].what
    with pytest.raises(ExportError, match=re.escape(str(missing))):
        build(folder, folder.parent / "site")


@pytest.mark.parametrize("pictures", PICTURE_FOLDERS.values())
def test_pictures_are_counted(folder: Path, pictures: str) -> None:
    edit(folder, lambda manifest: manifest["counts"].update({pictures: 2}))
    (found,) = check(folder)
    assert found.where == MANIFEST and f"promises 2 {pictures}, and " in found.what
    edit(folder, lambda manifest: manifest["counts"].pop(pictures))
    assert check(folder) == [], "another program's export need not count them"


@pytest.mark.parametrize("pictures", PICTURE_FOLDERS.values())
def test_a_damaged_picture_is_not_published(folder: Path, pictures: str) -> None:
    damaged = next(folder.glob(f"{pictures}/0/102-*"))
    damaged.write_bytes(damaged.read_bytes()[:-5])
    assert f"{damaged}: is damaged" in refused(folder)
    with pytest.raises(ExportError, match=re.escape(str(damaged))):
        build(folder, folder.parent / "site")


@pytest.mark.parametrize(
    "pattern",
    ["thumbnails/0/102-*", "previews/0/102-*", "images/*.jsonl", "tags/*.jsonl", "images", "thumbnails/0"],
)
def test_a_symbolic_link_is_refused_whatever_it_leads_to(folder: Path, pattern: str) -> None:
    """Not even to the right bytes: those behind it may change between the check and the reading."""
    (linked,) = folder.glob(pattern)
    linked.rename(folder.parent / "elsewhere")
    linked.symlink_to(folder.parent / "elsewhere")
    assert "is a symbolic link" in refused(folder)
    assert any("is a symbolic link" in finding.what and finding.error for finding in check(folder))


def test_the_export_itself_may_be_behind_a_symbolic_link(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    read_all(folder.parent / "link")
    assert check(folder.parent / "link") == []


@pytest.mark.parametrize(
    "path",
    [
        "../outside.jsonl",
        "images/../../outside.jsonl",
        "/etc/passwd",
        "",
        ".",
        "..",
        "C:\\outside",
        "images\\..\\..\\outside",
        "images/\0.jsonl",
    ],
)
def test_a_path_that_leaves_the_folder_is_refused(folder: Path, path: str) -> None:
    (folder.parent / "outside.jsonl").write_bytes(b"")

    def shard(manifest: dict[str, Any]) -> None:
        manifest["streams"]["images"][0] |= {
            "path": path,
            "records": 0,
            "sha256": hashlib.sha256(b"").hexdigest(),
        }

    edit(folder, shard)
    refused(folder)


def test_a_picture_outside_the_folder_is_refused(folder: Path) -> None:
    picture = {"path": "../secret.jpg", "sha256": "0" * 64, "width": 1, "height": 1}
    (folder.parent / "secret.jpg").write_bytes(b"secret")
    rewrite(folder, "images", [json.dumps({"id": 1, "thumbnail": picture}).encode()])
    assert "outside the export" in refused(folder)
    with pytest.raises(ExportError):
        build(folder, folder.parent / "site")


def test_a_shard_of_more_or_fewer_lines_than_the_manifest_says_is_refused(folder: Path) -> None:
    rewrite(folder, "tags", [b'{"id":1,"text":"fine"}'], records=2)
    assert "holds 1 records where the manifest says 2" in refused(folder)


def newer(folder: Path) -> None:
    """What a program of the same format and more fields might have written."""
    dimensions = b'{"x":9,"y":9,"planes":[{"x":1}]}'
    rewrite(folder, "images", [b'{"id":1,"name":"grown","well":7,"dimensions":' + dimensions + b"}"])
    rewrite(
        folder, "tags", [b'{"id":30,"text":"t"}', b'{"id":31,"colour":"red"}', b'{"id":32,"colour":"blue"}']
    )

    def grow(manifest: dict[str, Any]) -> None:
        manifest["licence"] = {"spdx": "CC0-1.0"}
        manifest["streams"]["atlases"] = [{"path": "atlases/1.jsonl", "records": 1, "sha256": "0" * 64}]
        manifest["streams"]["images"][0]["bytes"] = 7

    edit(folder, grow)


def test_fields_and_streams_that_a_newer_program_added_are_passed_over(folder: Path) -> None:
    newer(folder)
    read_all(folder)
    assert [(image.id, image.name) for image in Export(folder).images()] == [(1, "grown")]
    assert build(folder, folder.parent / "site").pages


def test_check_calls_them_errors(folder: Path) -> None:
    newer(folder)
    found = {
        (one.where, one.what.split("'")[1]) for one in check(folder) if one.error and " know" in one.what
    }
    assert found == {
        (MANIFEST, "licence"),
        (MANIFEST, "streams.atlases"),
        (MANIFEST, "streams.images.bytes"),
        ("image:1", "well"),
        ("image:1", "dimensions.planes"),
        ("tag:31", "colour"),
    }


@pytest.mark.parametrize(
    ("stream", "line"),
    [
        ("images", b'{"id":-1}'),
        ("images", b'{"id":"1"}'),
        ("images", b'{"name":"no id"}'),
        ("images", b'{"id":1,"dimensions":{"x":0,"y":1}}'),
        ("images", b'{"id":1,"acquired":"2024-02-30T00:00:00Z"}'),
        ("images", b'{"id":1,"acquired":"2024-02-20T00:00:00"}'),
        ("images", b'{"id":1,"channels":[{"colour":"red"}]}'),
        ("images", b'{"id":1,"pixel_size":{"x":{"value":null,"unit":"nm"}}}'),
        ("key_values", b'{"id":1,"pairs":[["only one"]]}'),
        ("key_values", b'{"id":1,"pairs":{"a":"dict"}}'),
        ("tags", b'{"id":1,"text":"\xff"}'),
        ("tags", b'{"id":1,"text":"\\ud800"}'),
        ("tags", b"[" * 100_000),
        ("tags", b""),
        ("tags", b'{"id":1}{"id":2}'),
    ],
)
def test_a_line_that_is_no_record_is_named(folder: Path, stream: str, line: bytes) -> None:
    rewrite(folder, stream, [line])
    (shard,) = (folder / stream).glob("*.jsonl")
    assert shard.name in refused(folder)


def test_links_that_lead_nowhere_are_found_by_check_and_passed_over_by_build(folder: Path) -> None:
    rewrite(
        folder, "images", [b'{"id":1,"name":"lost","owner":77,"group":78,"annotations":[79],"datasets":[80]}']
    )
    rewrite(folder, "datasets", [b'{"id":11,"projects":[81],"annotations":[82]}'])
    rewrite(folder, "tags", [b'{"id":30,"sets":[83]}'])
    findings = [str(finding) for finding in check(folder)]
    for missing in (77, 78, 79, 80, 81, 82, 83):
        assert any(f" {missing}, which is not there" in finding for finding in findings), missing
    assert build(folder, folder.parent / "site").pages
    assert [str(finding) for finding in check(folder.parent / "site")] == []


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_manifest_damaged_anywhere_is_a_sentence_or_still_good(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    if not folder.exists():
        write(lab(), folder)
        (folder / "good").write_bytes((folder / MANIFEST).read_bytes())
    content = bytearray((folder / "good").read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    (folder / MANIFEST).write_bytes(content)
    try:
        read_all(folder)
        check(folder)
    except CatalogError as error:
        assert str(folder) in str(error)


# The schema.


@functools.cache
def validators() -> dict[str, jsonschema.Draft202012Validator]:
    whole = json.loads(schema())
    made = {}
    for name, reference in {**whole["streams"], "manifest": {"$ref": whole["$ref"]}}.items():
        of_stream = {**reference, "$defs": whole["$defs"]}
        jsonschema.Draft202012Validator.check_schema(of_stream)
        made[name] = jsonschema.Draft202012Validator(of_stream, format_checker=jsonschema.FormatChecker())
    return made


def test_the_schema_validates_every_line_of_a_real_export(folder: Path) -> None:
    by_stream = validators()
    lines = 0
    for name in STREAMS:
        for shard in (folder / name).glob("*.jsonl"):
            for line in shard.read_bytes().splitlines():
                by_stream[name].validate(json.loads(line))
                lines += 1
    assert lines == 34
    manifest = json.loads((folder / MANIFEST).read_bytes())
    by_stream["manifest"].validate(manifest)
    jsonschema.Draft202012Validator(json.loads(schema())).validate(manifest)


@pytest.mark.parametrize(
    ("stream", "wrong"),
    [
        ("images", {}),
        ("images", {"id": -1}),
        ("images", {"id": 1, "email": "ada@example.org"}),
        ("images", {"id": 1, "dimensions": {"x": 0, "y": 3}}),
        ("images", {"id": 1, "channels": [{"colour": "red"}]}),
        ("key_values", {"id": 1, "pairs": [["a", "b", "c"]]}),
        ("key_values", {"id": 1, "pairs": {"a": "b"}}),
        ("people", {"id": 1}),
        ("groups", {"id": 1, "name": "x"}),
        ("manifest", {"format": 1}),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(stream: str, wrong: dict[str, Any]) -> None:
    assert not validators()[stream].is_valid(wrong)
    if stream != "manifest" and "email" not in wrong:  # an unknown field is for `check` to refuse
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, STREAMS[stream])


def test_the_schema_is_the_same_every_time_and_names_every_stream() -> None:
    assert schema() == schema()
    assert list(json.loads(schema())["streams"]) == list(STREAMS)


# The documentation of the format.


def documented_sections() -> dict[str, str]:
    """Heading -> text up to the next heading, of docs/export-format.md; headings without their backticks."""
    sections: dict[str, str] = {}
    heading = ""
    for line in (ROOT / "docs" / "export-format.md").read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("#").strip().strip("`")
        sections[heading] = sections.get(heading, "") + line + "\n"
    return sections


@pytest.mark.parametrize("stream", STREAMS)
def test_every_field_of_every_record_is_documented_under_its_stream(stream: str) -> None:
    sections = documented_sections()
    here = [text for heading, text in sections.items() if stream in heading]
    assert here, f"docs/export-format.md has no heading for `{stream}`"
    # What every OMERO object has may be told once, before the streams.
    text = "".join(sections.values()) if stream in ("projects", "datasets") else "".join(here)
    missing = [
        field.name for field in msgspec.structs.fields(STREAMS[stream]) if f"`{field.name}`" not in text
    ]
    assert not missing, f"docs/export-format.md: {stream}: {missing}"


def test_the_manifest_and_the_parts_of_records_are_documented() -> None:
    from catalog_builder.exchange.schema import Manifest, Shard
    from catalog_builder.model import acquisition, base, plates, records

    text = "".join(documented_sections().values())
    parts = (
        Manifest,
        Shard,
        acquisition.Length,
        acquisition.Duration,
        acquisition.Dimensions,
        acquisition.PixelSize,
        acquisition.Channel,
        acquisition.Objective,
        base.Linked,
        plates.Field,
        records.Picture,
    )
    for part in parts:
        for field in msgspec.structs.fields(part):
            assert f"`{field.name}`" in text, f"docs/export-format.md: {part.__name__}.{field.name}"
