/** Folding, words, highlights, natural order, and how names and numbers are written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./namespace.mjs";

const catalog = load("fold", "wording");

test("folding is Python's: NFKD, combining marks dropped, lower case", () => {
  // Right-hand sides are what catalog_builder.text.fold gives.
  const pairs = [
    ["Zürich", "zurich"],
    ["ÅNGSTRÖM", "angstrom"],
    ["ﬁbroblast", "fibroblast"],
    ["10 µm", "10 μm"],
    ["H₂O²", "h2o2"],
    ["İstanbul", "istanbul"],
    ["ΣΊΣΥΦΟΣ", "σισυφος"],
    ["हिन्दी", "हिनदी"],
    ["한국어", "한국어".normalize("NFKD")],
    ["ẞ", "ß"],
    ["😀", "😀"],
    ["", ""],
  ];
  for (const [text, folded] of pairs) assert.equal(catalog.fold(text), folded, text);
});

test("whitespace alone parts words", () => {
  assert.deepEqual(catalog.words("  img-1000007  CD4+\tkey:a* img-1000007 "), ["img-1000007", "cd4+", "key:a*"]);
  assert.deepEqual(catalog.words(" \n"), []);
});

test("occurrences are places of the text as it is shown", () => {
  const marked = (text, ...words) => catalog.occurrences(text, words).map(([from, to]) => text.slice(from, to));
  assert.deepEqual(marked("Zürich and ZURICH", "zurich"), ["Zürich", "ZURICH"]);
  assert.deepEqual(marked("Zu\u0308rich", "zur"), ["Zu\u0308r"]);
  assert.deepEqual(marked("ﬁbre 😀 x", "f", "x"), ["ﬁ", "x"]);
  assert.deepEqual(marked("aaaa", "aa", "a"), ["aaaa"]);
  assert.deepEqual(marked("abc", "", "z"), []);
  assert.deepEqual(marked("x😀y", "😀"), ["😀"]);
});

test("natural order", () => {
  const sorted = (texts) =>
    texts
      .map((text) => ({ text, key: catalog.naturalKey(text) }))
      .sort((a, b) => catalog.compareNatural(a.key, b.key))
      .map(({ text }) => text);
  assert.deepEqual(sorted(["A10", "a2", "B1", "A1", "10 h", "3 h", "éa", "Eb", ""]), ["", "3 h", "10 h", "A1", "a2", "A10", "B1", "éa", "Eb"]);
  const long = "9".repeat(10000);
  assert.deepEqual(sorted([long, "10", "0007"]), ["0007", "10", long]);
});

test("numbers have thin spaces between the thousands", () => {
  assert.equal(catalog.number(0), "0");
  assert.equal(catalog.number(999), "999");
  assert.equal(catalog.images(1), "1 image");
  assert.equal(catalog.images(1234567), "1\u2009234\u2009567 images");
});

test("long names break at the middle, between characters", () => {
  assert.equal(catalog.shorten("short.tif", 20), "short.tif");
  assert.equal(catalog.shorten("a_very_long_name_of_an_image_s12.tif", 20), "a_very_lon…e_s12.tif");
  assert.equal([...catalog.shorten("😀".repeat(50), 9)].length, 9);
  assert.equal(catalog.shorten("😀".repeat(9), 9), "😀".repeat(9));
  assert.equal(catalog.visible(""), "(empty)");
  assert.equal(catalog.visible(" "), "“ ”");
});
