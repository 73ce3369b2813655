"""Plates as grids, and what their wells can be coloured by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog_builder.derive.colourings import CATEGORIES, OTHERS, SEVERAL, Colouring, colourings
from catalog_builder.derive.plates import LARGEST, PlateGrid, Plates, View
from catalog_builder.derive.table import Table
from catalog_builder.model.annotations import KeyValues, Tag
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Image
from tests.catalogues import exported


class Laboratory:
    """A plate in the making: `well("B3", Dose="1 µM")`, `image(well, run=2, number=1)`."""

    def __init__(self, folder: Path, **plate: Any) -> None:
        self.folder = folder
        self.plate = Plate(id=1, name="P", **plate)
        self.records: dict[str, list[Any]] = {kind: [] for kind in ("wells", "runs", "tags", "key_values")}
        self.images: list[Image] = []

    def note(self, **pairs: str) -> tuple[int, ...]:
        number = 100 + len(self.records["key_values"])
        made = KeyValues(id=number, namespace="", pairs=tuple(pairs.items()))
        self.records["key_values"].append(made)
        return (number,)

    def tag(self, text: str) -> tuple[int, ...]:
        number = 900 + len(self.records["tags"])
        self.records["tags"].append(Tag(id=number, text=text))
        return (number,)

    def well(self, row: int, column: int, *notes: tuple[int, ...], **pairs: str) -> int:
        number = 10 + len(self.records["wells"])
        held = sum(notes, self.note(**pairs) if pairs else ())
        made = Well(id=number, plate=1, row=row, column=column, annotations=tuple(sorted(held)))
        self.records["wells"].append(made)
        return number

    def image(self, well: int, run: int | None = None, number: int = 0, notes: tuple[int, ...] = ()) -> Image:
        made = Image(
            id=1000 + len(self.images), fields=(Field(well=well, run=run, number=number),), annotations=notes
        )
        self.images.append(made)
        return made

    def table(self) -> tuple[Table, Plates]:
        export = exported(self.folder, self.images, plates=[self.plate], screens=[], **self.records)
        table = Table(export)
        return table, Plates(export, table)

    def grid(self) -> PlateGrid:
        _, plates = self.table()
        return plates.grid(self.plate)

    def colourings(self) -> dict[str, Colouring]:
        table, plates = self.table()
        return {one.name: one for one in colourings(table, plates.grid(self.plate).wells)}


def test_a_sparse_plate_is_as_large_as_it_says_and_its_wells_lie_in_their_places(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path, rows=8, columns=12)
    last, first = plate.well(7, 11), plate.well(1, 2)
    grid = plate.grid()
    assert (len(grid.rows), len(grid.columns)) == (8, 12)
    assert {place: one.well.id for place, one in grid.at.items()} == {(7, 11): last, (1, 2): first}
    assert [one.name for one in grid.wells] == ["B3", "H12"], "by row, then column"
    assert grid.views == [] and grid.images == 0


@pytest.mark.parametrize(("rows", "columns"), [(None, None), (2, 3), (0, 0)])
def test_wells_beyond_what_the_plate_says_make_it_larger(
    tmp_path: Path, rows: int | None, columns: int | None
) -> None:
    plate = Laboratory(tmp_path, rows=rows, columns=columns)
    plate.well(31, 47)
    grid = plate.grid()
    assert (len(grid.rows), len(grid.columns)) == (32, 48)
    assert grid.row_name(31) == "AF" and grid.column_name(47) == "48" and grid.wells[0].name == "AF48"


def test_rows_and_columns_are_named_as_the_plate_says(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path, row_names="number", column_names="letter")
    plate.well(1, 2)
    grid = plate.grid()
    assert (grid.row_name(1), grid.column_name(2), grid.wells[0].name) == ("2", "C", "2C")


def test_a_number_beyond_reason_does_not_fill_the_memory(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path, rows=2_000_000_000, columns=12)
    plate.well(1_999_999_999, 3)
    plate.well(0, 5)
    grid = plate.grid()
    assert grid.rows == [0, 1_999_999_999] and len(grid.rows) * len(grid.columns) <= LARGEST


def test_fields_are_counted_from_one_within_each_run(tmp_path: Path) -> None:
    """OMERO counts a well's fields through all runs."""
    plate = Laboratory(tmp_path)
    plate.records["runs"] = [Run(id=5, plate=1), Run(id=6, plate=1), Run(id=7, plate=1)]
    one, other = plate.well(0, 0), plate.well(0, 1)
    late = plate.image(one, run=6, number=2)
    early = [plate.image(one, run=5, number=number) for number in (1, 0)]
    only = plate.image(other, run=6, number=9)
    grid = plate.grid()
    shown = {view: row.id for view, row in grid.at[0, 0].pictures.items()}
    assert shown == {View(5, 1): early[1].id, View(5, 2): early[0].id, View(6, 1): late.id}
    assert {view: row.id for view, row in grid.at[0, 1].pictures.items()} == {View(6, 1): only.id}
    assert grid.views == [View(5, 1), View(5, 2), View(6, 1)]
    assert grid.at[0, 0].runs == [5, 6] and [run.id for run in grid.runs] == [5, 6, 7]
    assert grid.images == 4


def test_an_image_without_a_run_is_its_own_view_before_the_runs(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    plate.records["runs"] = [Run(id=5, plate=1)]
    well = plate.well(0, 0)
    plate.image(well, run=5, number=0)
    plate.image(well, run=None, number=1)
    assert plate.grid().views == [View(None, 1), View(5, 1)]


def test_an_image_in_two_fields_counts_once(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    well = plate.well(0, 0)
    twice = Image(id=1000, fields=(Field(well=well, number=0), Field(well=well, number=1)))
    plate.images.append(twice)
    grid = plate.grid()
    assert grid.images == 1 and list(grid.at[0, 0].pictures) == [View(None, 1), View(None, 2)]


def test_neighbours_are_the_nearest_wells_over_empty_places(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    for row, column in ((0, 2), (2, 0), (2, 2), (2, 5), (2, 6), (4, 2)):
        plate.well(row, column)
    grid = plate.grid()
    around = {way: one.name for way, one in grid.neighbours(grid.at[2, 2]).items()}
    assert around == {"up": "A3", "left": "C1", "right": "C6", "down": "E3"}
    assert set(grid.neighbours(grid.at[0, 2])) == {"down"}


def test_plates_stand_under_each_of_their_screens_and_orphans_under_none(tmp_path: Path) -> None:
    plates = [
        Plate(id=1, name="P10", screens=(8, 9)),
        Plate(id=2, name="P9", screens=(8,)),
        Plate(id=3, name="alone"),
    ]
    export = exported(tmp_path, screens=[Screen(id=8, name="S"), Screen(id=9, name="T")], plates=plates)
    found = Plates(export, Table(export)).of_screen
    assert {screen: [p.id for p in held] for screen, held in found.items()} == {8: [2, 1], 9: [1], None: [3]}


def test_what_holds_all_over_the_plate_colours_nothing(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    object.__setattr__(plate, "plate", Plate(id=1, annotations=plate.note(Line="HeLa")))
    for column, dose in enumerate(("0 µM", "1 µM", "2 µM")):
        plate.image(plate.well(0, column, Dose=dose, Solvent="DMSO"))
    assert list(plate.colourings()) == ["key:Dose"]


def test_numbers_of_one_unit_are_a_scale_from_low_to_high(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    for column, dose in enumerate(("10 µM", "0", "0.3 µM", "2 µM")):
        plate.image(plate.well(0, column, Dose=dose))
    dose = plate.colourings()["key:Dose"]
    assert dose.values == ("0", "0.3 µM", "2 µM", "10 µM")
    assert [shade.colour for shade in dose.shades] == ["s0", "s4", "s7", "s11"]
    assert [dose.colour(well) for well in (11, 12, 13, 10)] == ["s0", "s4", "s7", "s11"]


def test_metric_prefixes_are_compared_in_one_unit(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    for column, dose in enumerate(("1 µM", "300 nM", "0.01 mM", "2 pM")):
        plate.well(0, column, Dose=dose)
    assert plate.colourings()["key:Dose"].values == ("2 pM", "300 nM", "1 µM", "0.01 mM")


@pytest.mark.parametrize(
    "values",
    [("1 h", "2 µM", "3 h"), ("pool 1", "pool 2", "pool 3"), ("1", "2", "two"), ("1:100", "1:200", "1:300"),
     ("2026-01-01", "2026-01-02", "2026-01-03"), ("1 µM", "2 µM", "2 µM")],
)  # fmt: skip
def test_what_is_no_scale_is_categories(tmp_path: Path, values: tuple[str, ...]) -> None:
    plate = Laboratory(tmp_path)
    for column, value in enumerate(values):
        plate.well(0, column, Key=value)
    assert {shade.colour[0] for shade in plate.colourings()["key:Key"].shades} == {"c"}


def test_many_numbers_are_gathered_in_steps_of_about_as_many_wells(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    for number in range(70):
        plate.well(number // 10, number % 10, Cells=str(number * number))
    cells = plate.colourings()["key:Cells"]
    assert [shade.wells for shade in cells.shades] == [10] * 7
    assert cells.shades[0].label == "0 – 81" and cells.shades[-1].colour == "s11"
    assert sum(len(shade.values) for shade in cells.shades) == 70


def test_categories_are_the_most_frequent_first_and_the_rest_are_others(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    names = [f"gene {chr(97 + number)}" for number in range(20)]
    for column, name in enumerate([*names, "gene t", "gene t"]):
        plate.well(0, column, Gene=name)
    gene = plate.colourings()["key:Gene"]
    assert gene.shades[0].label == "gene t" and gene.shades[0].wells == 3
    assert len(gene.shades) == CATEGORIES and gene.shades[-1].colour == OTHERS
    assert gene.shades[-1].label == "9 others" and gene.shades[-1].wells == 9
    assert gene.values == tuple(names), "in natural order"


def test_a_well_of_several_values_is_neither(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    well = plate.well(0, 0, Gene="a")
    for gene in ("b", "c"):
        plate.image(well, number=len(plate.images), notes=plate.note(Gene=gene))
    other = plate.well(0, 1, Gene="b")
    plate.well(0, 2, Gene="d")
    gene = plate.colourings()["key:Gene"]
    assert gene.colour(well) == SEVERAL and gene.colour(other) == "c0"
    assert gene.shades[-1].colour == SEVERAL and gene.shades[-1].wells == 1


def test_what_was_measured_of_every_image_colours_each_run_and_field_by_itself(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    plate.records["runs"] = [Run(id=run, plate=1) for run in (5, 6)]
    wells = [plate.well(0, column, Gene=f"gene {column}") for column in range(3)]
    for column, well in enumerate(wells):
        for run in (5, 6):
            plate.image(well, run, len(plate.images), plate.note(Cells=str(10 * run + column)))
    found = plate.colourings()
    cells, first, second = found["key:Cells"], View(5, 1), View(6, 1)
    assert {cells.colour(well) for well in wells} == {SEVERAL}
    assert [cells.values[cells.held(first)[well][0]] for well in wells] == ["50", "51", "52"]
    assert [cells.values[cells.held(second)[well][0]] for well in wells] == ["60", "61", "62"]
    assert len({cells.colour(well, view) for well in wells for view in (first, second)}) == 6
    assert {shade.label: shade.wells for shade in cells.counted(first)} == {
        "50": 1, "51": 1, "52": 1, "60": 0, "61": 0, "62": 0,
    }  # fmt: skip
    assert [shade.wells for shade in cells.counted()] == [0] * 6 + [3]
    assert found["key:Gene"].views == {}, "what the wells are annotated with is the same in every run"


def test_values_of_runs_and_images_count_for_their_wells(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    plate.records["runs"] = [Run(id=5, plate=1, annotations=plate.note(Time="0 h"))]
    well, bare = plate.well(0, 0), plate.well(0, 1, Gene="never seen")
    plate.image(well, run=5, notes=plate.note(Gene="seen") + plate.tag("bright"))
    found = plate.colourings()
    assert set(found) == {"key:Time", "key:Gene", "tag:bright"}
    assert found["key:Time"].colour(well) == "c0" and found["key:Time"].colour(bare) == ""
    assert found["tag:bright"].wells == {well: (0,)}
    assert found["key:Gene"].imaged == {"seen"}, "the explorer cannot find the other"


def test_the_most_telling_key_comes_first_and_tags_last(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    rare = plate.tag("a rare tag")
    for number in range(24):
        pairs = {"A barcode": f"code {number}", "Row": str(number // 12), "Treatment": f"t{number % 4}"}
        if number == 0:
            pairs["Remark"] = "odd"
        plate.image(plate.well(number // 12, number % 12, *([rare] if number == 3 else []), **pairs))
    assert list(plate.colourings()) == [
        "key:Treatment",
        "key:A barcode",
        "key:Remark",
        "key:Row",
        "tag:a rare tag",
    ]


def test_one_well_alone_has_nothing_to_be_told_from(tmp_path: Path) -> None:
    plate = Laboratory(tmp_path)
    plate.image(plate.well(0, 0, Gene="a"))
    assert plate.colourings() == {}
