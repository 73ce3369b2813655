"""What the settings say of facets: order, names, kinds, and a sentence for what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_builder.derive.facet_settings import Arranged, arranged
from catalog_builder.derive.facets import Facet, FacetValue
from catalog_builder.settings.options import FacetSetting
from tests.catalogues import build, exported, lab, write
from tests.explorer_data import ExplorerData


def facet(name: str, *values: str, kind: str = "choice") -> Facet:
    label = name.removeprefix("key:").capitalize()
    held = tuple(FacetValue(value, value, number, 1) for number, value in enumerate(values or ("x",)))
    return Facet(name, label, held, len(held), kind)  # type: ignore[arg-type]


FACETS = [
    facet("tag"),
    facet("project", "12"),
    facet("acquired", "2026-01-01", kind="date"),
    facet("key:Compound", "A", "B"),
    facet("key:Dose", "1 µM", "3 µM", "control"),
    facet("key:Cells", "7", "8", "9", kind="number"),
    facet("key:Scan", "2026-01-01", "2025-02-03"),
    facet("key:Barcode", "1", "2", kind="search"),
]


def arrange(**kinds: str) -> Arranged:
    """The settings `name: kind`, with `key_` for `key:`."""
    return arranged(
        FACETS,
        [FacetSetting(facet=name.replace("_", ":"), kind=kind) for name, kind in kinds.items()],  # type: ignore[arg-type]
    )


def test_what_is_named_comes_first_in_that_order_and_the_others_stay() -> None:
    found = arrange(key_Dose="auto", tag="auto", key_Compound="auto")
    names = [one.facet for one in found.facets]
    assert names[:3] == ["key:Dose", "tag", "key:Compound"] and found.remarks == []
    assert names[3:] == ["project", "acquired", "key:Cells", "key:Scan", "key:Barcode"]
    assert arranged(FACETS, []).facets == FACETS


def test_a_label_is_what_it_is_called() -> None:
    (first, *_), _ = arranged(FACETS, [FacetSetting(facet="key:Compound", label="Treatment")])
    assert (first.label, first.facet, first.kind) == ("Treatment", "key:Compound", "choice")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("key:Dose", "number"), ("key:Barcode", "number"), ("key:Barcode", "choice"), ("key:Scan", "date"),
        ("key:Cells", "choice"), ("key:Cells", "number"), ("key:Compound", "search"), ("acquired", "choice"),
        ("project", "choice"), ("acquired", "date"),
    ],
)  # fmt: skip
def test_a_kind_that_fits_is_the_kind(name: str, kind: str) -> None:
    found = arranged(FACETS, [FacetSetting(facet=name, kind=kind)])  # type: ignore[arg-type]
    assert (found.facets[0].facet, found.facets[0].kind, found.remarks) == (name, kind, [])


def test_numbers_that_were_asked_for_keep_their_unit_and_what_is_none_of_them() -> None:
    dose = arrange(key_Dose="number").facets[0]
    assert dose.unit == "µM"
    values, numbers = dose.in_order()
    assert [value.value for value in values] == ["1 µM", "3 µM", "control"] and numbers == [1, 3, None]
    assert arrange(key_Cells="choice").facets[0].unit == ""


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("key:Compound", "number", "none of its values is a number ('A')"),
        ("key:Dose", "date", "not all of its values are dates as ISO 8601 writes them ('1 µM')"),
        ("tag", "number", "only keys can; to have no filter for it, write `kind: off`"),
        ("project", "number", "only keys can"),
        ("acquired", "search", "only keys can"),
    ],
)
def test_a_kind_that_cannot_be_is_a_sentence_and_the_facet_stays_as_it_is(
    name: str, kind: str, said: str
) -> None:
    found = arranged(FACETS, [FacetSetting(facet=name, kind=kind)])  # type: ignore[arg-type]
    (remark,) = found.remarks
    assert repr(name) in remark and repr(kind) in remark and said in remark and remark.endswith(".")
    assert found.facets[0] == next(one for one in FACETS if one.facet == name)


def test_what_is_switched_off_keeps_its_values() -> None:
    off = arrange(tag="off").facets[0]
    assert off.hidden and off.values == FACETS[0].values and off.kind == "choice"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("key:Compund", "did you mean 'key:Compound'?"),
        ("Compound", "did you mean 'key:Compound'?"),
        ("key:tag", "did you mean 'tag'?"),
        ("qqqqqq", "remove the line."),
    ],
)
def test_a_facet_that_nobody_has_is_named_with_the_nearest_that_there_is(name: str, said: str) -> None:
    (remark,) = arranged(FACETS, [FacetSetting(facet=name)]).remarks
    assert repr(name) in remark and remark.endswith(said)


def test_a_facet_that_every_catalogue_may_have_is_no_mistake_and_one_named_twice_is() -> None:
    assert arrange(screen="auto").remarks == []
    found = arranged(
        FACETS, [FacetSetting(facet="tag", label="First"), FacetSetting(facet="tag", label="Second")]
    )
    assert [one.label for one in found.facets if one.facet == "tag"] == ["First"]
    (remark,) = found.remarks
    assert "'tag' twice" in remark


def test_the_settings_reach_the_site_and_its_report(tmp_path: Path) -> None:
    write(lab(), tmp_path / "export")
    config = tmp_path / "catalog.yml"
    config.write_text(
        "facets: [{facet: key:Gene, label: Target}, {facet: owner, kind: off}, {facet: key:Gen}]"
    )
    notes: list[str] = []
    build(tmp_path / "export", tmp_path / "site", config, notes)
    assert [note for note in notes if "facets" in note] == [
        "Settings: facets: no image has 'key:Gen'; did you mean 'key:Gene'?"
    ]
    data = ExplorerData.of_site(tmp_path / "site")
    assert list(data.facets)[:2] == ["key:Gene", "owner"] and data.facets["key:Gene"]["label"] == "Target"
    page = (tmp_path / "site" / "explore.html").read_text("utf-8")
    assert page.index('data-facet="key:Gene"') < page.index('data-facet="tag"')
    assert 'data-facet="owner"' not in page and ">Target</bdi>" in page


def test_nothing_is_said_of_an_export_without_images(tmp_path: Path) -> None:
    config = tmp_path / "catalog.yml"
    config.write_text("facets: [{facet: owner}]")
    exported(tmp_path / "export")
    notes: list[str] = []
    build(tmp_path / "export", tmp_path / "site", config, notes)
    assert notes == []
