"""The explorer's files, read back as the page reads them, against brute force."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings

from catalog_builder.derive import explorer
from catalog_builder.derive.facets import FIXED
from catalog_builder.derive.table import Table
from catalog_builder.exchange.read import Export
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.plates import Field, Plate, Screen, Well
from catalog_builder.model.records import Dataset, Image, Project
from catalog_builder.settings.options import FacetSetting
from catalog_builder.text import natural_key
from tests.catalogues import exported, lab, write
from tests.explorer_data import ExplorerData, files_of
from tests.random_catalogues import Lab, export_of, holds, labs


@given(labs())
@settings(max_examples=60, deadline=None)
def test_what_is_read_back_is_what_holds_in_the_order_of_the_table(random_lab: Lab) -> None:
    with export_of(random_lab) as export:
        data, rows = ExplorerData.of_export(export), Table(export).rows
    images = {image.id: image for image in random_lab.images}
    assert data.about["version"] == 2 and data.about["rows"] == len(images)
    assert data.holds() == [holds(random_lab, images[row.id]) for row in rows]
    assert data.cards() == [(row.id, row.name, 0) for row in rows]
    assert data.arrow("ids").column("id").to_pylist() == [row.id for row in rows]
    assert data.arrow("text").column("name").to_pylist() == [row.name for row in rows]
    by_name = sorted(range(len(rows)), key=lambda place: (natural_key(rows[place].name), place))
    places = data.arrow("order").column("name").to_pylist()
    assert [places[row] for row in by_name] == list(range(len(rows)))


@given(labs())
@settings(max_examples=60, deadline=None)
def test_a_facet_is_as_its_kind_says(random_lab: Lab) -> None:
    with export_of(random_lab) as export:
        data = ExplorerData.of_export(export)
    for name, facet in data.facets.items():
        values = facet["values"]
        assert facet["label"] and len(values) == len(set(values)) > 0
        held = [sum(code in codes for codes in data.codes(name)) for code in range(len(values))]
        assert all(held), "no value without an image"
        if facet["kind"] == "date":
            assert values == sorted(values) and "numbers" not in facet
        elif facet["kind"] == "number":
            numbers = [number for number in facet["numbers"] if number is not None]
            assert numbers == sorted(numbers) and len(facet["numbers"]) == len(values)
            assert facet["numbers"][: len(numbers)] == numbers, "what is no number comes last"
        else:
            assert held == sorted(held, reverse=True) and "numbers" not in facet
    types = {column.type for column in data.facets_table.columns}
    assert types <= {pa.uint8(), pa.uint16(), pa.uint32()}
    described = [part["column"] for facet in data.facets.values() for part in facet["parts"]]
    assert described == data.facets_table.column_names == [str(n) for n in range(len(described))]
    fixed = [name for name in data.facets if name in FIXED]
    assert fixed == [name for name in FIXED if name in fixed] == list(data.facets)[: len(fixed)]


@given(labs())
@settings(max_examples=60, deadline=None)
def test_tags_stand_in_their_sets_and_datasets_in_their_projects(random_lab: Lab) -> None:
    with export_of(random_lab) as export:
        data = ExplorerData.of_export(export)
        published = list(export.tags.values())  # a tag that nothing carries is not

    def expected(facet: str, members: dict[str, set[str]]) -> dict[str, set[str]]:
        values = set(data.facets[facet]["values"]) if facet in data.facets else set()
        return {group: held & values for group, held in members.items() if held & values}

    def found(facet: str) -> dict[str, set[str]]:
        described = data.facets.get(facet, {"values": []})
        groups = described.get("groups", [])
        assert all(group["label"] and group["codes"] == sorted(set(group["codes"])) for group in groups)
        return {group["value"]: {described["values"][code] for code in group["codes"]} for group in groups}

    sets: dict[str, set[str]] = {}
    for tag in published:
        for one in tag.sets:
            sets.setdefault(str(one), set()).add(tag.text)
    projects: dict[str, set[str]] = {}
    for dataset in random_lab.datasets:
        for one in dataset.projects:
            projects.setdefault(str(one), set()).add(str(dataset.id))
    assert found("tag") == expected("tag", sets)
    assert found("dataset") == expected("dataset", projects)
    assert not any("groups" in facet for name, facet in data.facets.items() if name not in ("tag", "dataset"))


def test_groups_come_in_natural_order_with_names_to_show(tmp_path: Path) -> None:
    sets = [
        TagSet(id=1, name="B10"),
        TagSet(id=2, name="b9"),
        TagSet(id=3, name="unused"),
        TagSet(id=4, name=""),
    ]
    tags = [Tag(id=i, text=f"t{i}", sets=s) for i, s in ((10, (1,)), (9, (1, 2)), (11, ()), (12, (4,)))]
    images = [Image(id=n, annotations=(9, 10, 11, 12), datasets=(7,)) for n in (1, 2)]
    datasets = [Dataset(id=7, name="", projects=(5, 6))]
    projects = [Project(id=5, name="p10"), Project(id=6, name="p9")]
    data = ExplorerData.of_export(
        exported(tmp_path, images, tags=tags, tag_sets=sets, datasets=datasets, projects=projects)
    )
    groups = [(one["label"], one["value"], [data.facets["tag"]["values"][c] for c in one["codes"]])
              for one in data.facets["tag"]["groups"]]  # fmt: skip
    assert groups == [("(no name)", "4", ["t12"]), ("b9", "2", ["t9"]), ("B10", "1", ["t9", "t10"])]
    assert [one["label"] for one in data.facets["dataset"]["groups"]] == ["p9", "p10"]
    assert data.facets["dataset"]["labels"] == {"7": "Dataset 7"} and "labels" not in data.facets["tag"]


# Numbers, days, and what is only searched for.


def keyed(values: list[str], key: str = "Dose") -> tuple[list[Image], list[KeyValues]]:
    """An image for each value."""
    images = [Image(id=n, name=f"i{n}", annotations=(1000 + n,)) for n in range(1, len(values) + 1)]
    return images, [KeyValues(id=1000 + n, pairs=((key, value),)) for n, value in enumerate(values, 1)]


def test_numbers_ascend_with_their_unit_and_values_stay_as_they_were_written(tmp_path: Path) -> None:
    images, annotations = keyed(["10 µM", "9 µM", "n/a", "0.5 µM", "1e1 µM", "9 µM", "-3 µM"])
    dose = ExplorerData.of_export(exported(tmp_path, images, key_values=annotations)).facets["key:Dose"]
    assert dose["kind"] == "number" and dose["unit"] == "µM"
    assert dose["values"] == ["-3 µM", "0.5 µM", "9 µM", "1e1 µM", "10 µM", "n/a"]
    assert dose["numbers"] == [-3, 0.5, 9, 10, 10, None]


def test_days_ascend_and_acquired_is_the_day_in_utc(tmp_path: Path) -> None:
    images, annotations = keyed(["2026-11-20", "2025-01-31", "2026-11-20T09:30"], "Fixed on")
    data = ExplorerData.of_export(exported(tmp_path, images, key_values=annotations))
    assert data.facets["key:Fixed on"]["kind"] == "date"
    assert data.facets["key:Fixed on"]["values"] == ["2025-01-31", "2026-11-20", "2026-11-20T09:30"]
    early = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    images = [Image(id=1, acquired=early, imported=early + timedelta(days=1)), Image(id=2)]
    facets = ExplorerData.of_export(exported(tmp_path / "acquired", images)).about["facets"]
    assert [(one["facet"], one["kind"], one["values"]) for one in facets] == [
        ("acquired", "date", ["2025-12-31"]),
        ("imported", "date", ["2026-01-01"]),
    ]


def test_a_key_of_nearly_as_many_values_as_images_is_searched_for_only(tmp_path: Path) -> None:
    def data_of(name: str, values: list[str], *settings: FacetSetting) -> ExplorerData:
        images, annotations = keyed(values, "Barcode")
        annotations[0] = KeyValues(id=1001, pairs=(("Barcode", values[0]), ("Barcode", values[1])))
        images.append(Image(id=9_999, name="bare"))
        return ExplorerData.of_export(exported(tmp_path / name, images, key_values=annotations), settings)

    barcodes = [f"BC{n}" for n in range(201)]
    data = data_of("search", barcodes)
    assert data.about["search"] == [{"facet": "key:Barcode", "label": "Barcode"}] and data.facets == {}
    names, texts = (data.arrow("text").column(name).to_pylist() for name in ("name", "key:Barcode"))
    found = dict(zip(names, texts, strict=True))
    assert set(found["i1"].split("\x1f")) == {"BC0", "BC1"} and found["bare"] is None and found["i3"] == "BC2"
    for name, values in (("few", barcodes[:200]), ("repeated", 2 * barcodes)):
        assert len(data_of(name, values).facets["key:Barcode"]["values"]) == len(set(values))
    wanted = data_of("wanted", barcodes, FacetSetting(facet="key:Barcode", kind="choice"))
    assert wanted.facets["key:Barcode"]["kind"] == "choice" and wanted.about["search"] == []


def test_a_value_with_the_character_that_parts_values_keeps_its_key_a_facet(tmp_path: Path) -> None:
    images, annotations = keyed([f"a\x1f{n}" for n in range(300)], "Odd")
    data = ExplorerData.of_export(exported(tmp_path, images, key_values=annotations))
    assert data.about["search"] == [] and len(data.facets["key:Odd"]["values"]) == 300


def test_a_facet_that_is_switched_off_is_there_and_says_so(tmp_path: Path) -> None:
    write(lab(), tmp_path)
    data = ExplorerData.of_export(Export(tmp_path), [FacetSetting(facet="owner", kind="off", label="Who")])
    assert next(iter(data.facets)) == "owner", "what is named comes first"
    assert data.facets["owner"]["hidden"] is True and data.facets["owner"]["label"] == "Who"
    assert not any("hidden" in facet for name, facet in data.facets.items() if name != "owner")


# Wells, chunks, bytes.


def test_wells_are_those_of_the_first_plate_and_there_is_no_file_without_plates(tmp_path: Path) -> None:
    plates = [Plate(id=1, name="one", screens=(3,)), Plate(id=2, name="two")]
    wells = [
        Well(id=10, plate=1, row=0, column=1),
        Well(id=11, plate=2, row=7, column=11),
        Well(id=12, plate=1, row=2**15, column=0),
        Well(id=13, plate=1, row=1, column=0),
    ]
    images = [
        Image(id=1, fields=(Field(well=10),)),
        Image(id=2, fields=(Field(well=11), Field(well=13))),
        Image(id=3, fields=(Field(well=12),)),
        Image(id=4),
        Image(id=5, fields=(Field(well=13),)),
    ]
    export = exported(tmp_path, images, plates=plates, wells=wells, screens=[Screen(id=3, name="s")])
    data = ExplorerData.of_export(export)
    table = data.arrow("wells")
    assert {column.type for column in table.columns} == {pa.int16()}
    places = zip(table.column("row").to_pylist(), table.column("column").to_pylist(), strict=True)
    assert dict(zip((card[0] for card in data.cards()), places, strict=True)) == {
        1: (0, 1), 2: (1, 0), 3: (-1, -1), 4: (-1, -1), 5: (1, 0),
    }  # fmt: skip
    assert data.facets["plate"]["values"] == ["1", "2"], (
        "the plate of most images comes first, on image 2, too"
    )
    assert data.facets["plate"]["groups"] == [{"label": "s", "value": "3", "codes": [0]}]
    assert "wells.arrow.gz" not in ExplorerData.of_export(exported(tmp_path / "none", images[3:4])).names


def test_cards_come_in_chunks_in_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "CHUNK", 3)
    monkeypatch.setattr(explorer, "CHUNKS_IN_FOLDER", 2)
    export = exported(tmp_path, [Image(id=n, name=f"n{n}") for n in range(1, 15)])
    names = [one.name for one in files_of(export) if one.name.startswith("cards/")]
    assert names == ["cards/0/0", "cards/0/1", "cards/1/2", "cards/1/3", "cards/2/4"]
    (first,) = [one for one in files_of(export) if one.name == "cards/0/0"]
    assert (
        gzip.decompress(first.content)
        == b'{"id":[1,2,3],"name":["n1","n2","n3"],"picture":[1,1,1],"preview":[0,0,0]}'
    )


def test_the_same_rows_give_the_same_bytes_without_a_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(lab(), tmp_path)
    first = files_of(Export(tmp_path))
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert files_of(Export(tmp_path)) == first
    for one in first:
        assert one.content[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", one.name


def test_no_rows_have_files_that_open(tmp_path: Path) -> None:
    data = ExplorerData.of_export(exported(tmp_path))
    assert data.about | {"chunk": 0} == {"version": 2, "rows": 0, "chunk": 0, "facets": [], "search": []}
    assert data.names == [f"{name}.arrow.gz" for name in ("facets", "ids", "order", "text")]
    assert data.cards() == [] and data.arrow("text").num_rows == 0
