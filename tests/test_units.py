"""Every unit of OMERO is shown as given and compared in one."""

from __future__ import annotations

import pytest

from catalog_builder.model.acquisition import METRES, Length


@pytest.mark.parametrize(
    ("value", "unit", "micrometres"),
    [
        (0.13, "µm", 0.13),
        (108.3, "nm", 0.1083),
        (1300, "Å", 0.13),
        (2, "mm", 2_000),
        (1, "in", 25_400),
        (3, "dam", 3e7),
        (1, "thou", 25.4),
        (1, "Mm", 1e12),
        (72, "pt", 25_400),
    ],
)
def test_lengths_of_any_unit_compare(value: float, unit: str, micrometres: float) -> None:
    assert Length(value=value, unit=unit).micrometres == pytest.approx(micrometres)


@pytest.mark.parametrize("unit", ["pixel", "reference frame", "", "parsnip"])
def test_what_is_no_length_does_not(unit: str) -> None:
    assert Length(value=1, unit=unit).micrometres is None


def test_every_unit_that_omero_knows_is_known() -> None:
    model = pytest.importorskip("omero.model", reason="omero-py and Ice are not installed")
    symbols = set(model.LengthI.SYMBOLS.values())
    assert symbols - set(METRES) == {"pixel", "reference frame"}


def test_the_table_has_the_size_in_one_unit(tmp_path: object) -> None:
    import pyarrow as pa

    from catalog_builder.derive.arrow import arrow_table
    from catalog_builder.derive.facets import facets_of
    from catalog_builder.derive.table import Table
    from catalog_builder.model.acquisition import PixelSize
    from catalog_builder.model.records import Image
    from tests.catalogues import exported

    images = [
        Image(id=1, name="a", pixel_size=PixelSize(x=Length(value=250, unit="nm"))),
        Image(id=2, name="b", pixel_size=PixelSize(x=Length(value=0.25, unit="µm"))),
        Image(id=3, name="c"),
    ]
    export = exported(tmp_path, images)  # type: ignore[arg-type]
    table = Table(export)
    read = pa.ipc.open_file(arrow_table(table, facets_of(export, table))).read_all()
    assert read["pixel_size_um"].to_pylist() == [0.25, 0.25, None]
