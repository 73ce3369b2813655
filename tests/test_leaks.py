"""What a plan finds suspicious, and what it lets pass."""

from __future__ import annotations

import pytest

from catalog_builder.publish.leaks import KINDS, Leaks

LEAKS = Leaks(["jmoore", "root", "ab"])

FOUND = [
    ("write to ada@host.example.org now", "e-mail address", "ada@host.example.org"),
    ("/home/ada/data/x.tif", "home path", "/home/ada/data/x.tif"),
    (r"C:\Users\ada\x", "home path", r"C:\Users\ada\x"),
    (r"\\nas01\share\x", "share of the network", r"\\nas01\share\x"),
    ("see /mnt/data/run1", "absolute path", "/mnt/data/run1"),
    (r"D:\data\run1\x.lif", "absolute path", r"D:\data\run1\x.lif"),
    ("at 192.168.1.20:8080", "private IP address", "192.168.1.20"),
    ("172.31.0.1", "private IP address", "172.31.0.1"),
    ("fe80::1", "private IP address", "fe80::1"),
    ("on scope01.bio.uni-x.de", "host name", "scope01.bio.uni-x.de"),
    ("nas.local", "host name", "nas.local"),
    ("+49 (0)551 39-1234", "phone number", "+49 (0)551 39-1234"),
    ("(415) 555-0132", "phone number", "(415) 555-0132"),
    ("Tel. 0551 391234", "phone number", "Tel. 0551 391234"),
    ("patient 123456", "patient or insurance number", "patient 123456"),
    ("Patient_ID: AB12345", "patient or insurance number", "Patient_ID: AB12345"),
    ("943 476 5919", "NHS number", "943 476 5919"),
    ("123-45-6789", "US social security number", "123-45-6789"),
    ("A123456780", "German insurance number", "A123456780"),
    ("756.9217.0769.85", "Swiss insurance number", "756.9217.0769.85"),
    ("1 84 12 76 451 089 46", "French insurance number", "1 84 12 76 451 089 46"),
    ("born 12.03.1961", "date of birth", "born 12.03.1961"),
    ("DOB: 1961-03-12", "date of birth", "DOB: 1961-03-12"),
    ("password: hunter2", "password or key", "password: hunter2"),
    ("session=9f0e1d2c", "password or key", "session=9f0e1d2c"),
    ("ghp_" + "a" * 36, "token", "ghp_" + "a" * 36),
    ("https://u:pw@host/x", "login in an address", "https://u:pw@"),
    ("-----BEGIN RSA PRIVATE KEY-----", "private key", "-----BEGIN RSA PRIVATE KEY-----"),
    ("made by jmoore.", "login name", "jmoore"),
]

HARMLESS = [
    "fork stalling at 10.1 µM", "2026-11-20", "1/2/3", "CD4+ T cell, 3 h", "img-1000007", "doi.org/10.1000/182",
    "https://www.ensembl.org/id/ENSG00000139618", "http://purl.obolibrary.org/obo/GO_0005813", "GO:0005813",
    "idr0018-neff-histopathology/experimentA", "openmicroscopy.org/omero/client/mapAnnotation", "file.name.tif",
    "a/b/c", "10.5 kb", "8.8.8.8", "943 476 5918", "000-12-3456", "A123456789", "756.9217.0769.84", "rooted", "lab ab",
    "sample 20261120", "48 x 32 px", "Alexa 488", "secretion", "3-4-5", "A:12", "p53 -/-", "DMSO/PBS", "jmoores",
    "siRNA 10 nM; 24 h", "12.03.1961", "+/-", "1 000 000", "x = 4, y = 5", "tokens", "ENSG00000139618.2",
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "piece"), FOUND)
def test_what_looks_private_is_found_with_its_kind(text: str, kind: str, piece: str) -> None:
    assert list(LEAKS.in_text(text)) == [(kind, piece)]
    assert (kind, piece) in list(LEAKS.in_text(f"x {text}; y")), "within other text"


def test_every_kind_is_tried() -> None:
    assert {kind for _, kind, _ in FOUND} == {kind.name for kind in KINDS} | {"login name"}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_common_in_microscopy_passes(text: str) -> None:
    assert list(LEAKS.in_text(text)) == []


@pytest.mark.parametrize(
    "key",
    ["Patient ID", "DOB", "Date of birth", "E-mail", "email", "Password", "user name", "Login", "File path"],
)
def test_keys_named_like_something_private(key: str) -> None:
    assert next(LEAKS.in_key(key)).kind == "key named like something private"


@pytest.mark.parametrize(
    "key", ["Dose", "Cell line", "Image name", "Compound", "Time point", "", "Homogenate"]
)
def test_other_keys_pass(key: str) -> None:
    assert list(LEAKS.in_key(key)) == []


@pytest.mark.parametrize(
    "piece", ["a", "a.", "/a", "1 ", "+1", "a-", "password ", "patient ", "\\", "eyJ", "fc:", "tel "]
)
def test_a_long_text_is_looked_through_to_its_end(piece: str) -> None:
    """A pattern that tried every length from every place would not come to the end in a day."""
    text = (piece * 200_000)[:200_000]
    assert list(LEAKS.in_text(f"{text} ada@host.example.org"))[-1:] != []
