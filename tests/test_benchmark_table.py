"""The benchmarks' table is what its description says, whatever its size."""

from __future__ import annotations

from pathlib import Path

from benchmarks.tables import COMPOUNDS, make_table_export
from catalog_builder.exchange.read import Export
from tests.catalogues import tree
from tests.explorer_data import ExplorerData

IMAGES = 15_000


def test_twelve_facets_and_datasets_as_they_are_described(tmp_path: Path) -> None:
    make_table_export(tmp_path / "export", IMAGES)
    data = ExplorerData.of_export(Export(tmp_path / "export"))
    assert data.about["rows"] == IMAGES
    assert set(data.facets) == {
        "tag", "project", "dataset", "owner", "acquired", "key:Cells", "key:Compound", "key:Protocol", "key:siRNA",
        "key:Cell line", "key:Tissue", "key:Microscope", "key:Marker",
    }  # fmt: skip
    kinds = {name: facet["kind"] for name, facet in data.facets.items() if facet["kind"] != "choice"}
    assert kinds == {"acquired": "date", "key:Cells": "number"}
    for facet in data.facets:
        values = 3 if facet in ("tag", "key:Marker") else 1
        assert {len(codes) for codes in data.codes(facet)} == {values}, facet
    assert len(data.facets["key:Compound"]["values"]) == COMPOUNDS + 2 == 5_000
    assert [group["label"] for group in data.facets["tag"]["groups"]] == ["Modality", "Phenotype", "Time"]


def test_the_same_size_is_the_same_table_and_a_tag_changes_one_dataset(tmp_path: Path) -> None:
    for name, tagged in (("one", 0), ("two", 0), ("tagged", 2)):
        make_table_export(tmp_path / name, 2_500, tagged)
    one, two, changed = ({*tree(tmp_path / name).items()} for name in ("one", "two", "tagged"))
    assert {path for path, _ in one ^ two} <= {"manifest.json"}, "nothing but the clock"
    assert {path.split("/")[0] for path, _ in one ^ changed} == {"datasets", "manifest.json"}
