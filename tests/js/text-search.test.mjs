/** Words of the explorer: what is one, and where it counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, tableOf } from "./namespace.mjs";

const catalog = load("fold", "sieve", "text-search", "facets");

const NAMES = [
  "Compound A", "compound b", "anti-actin", "CD4+", "4 h", "14 h", "a_1.tif", "Ärzte", "細胞分裂", "étude à deux", "𐐀b c", "a", "name\na tail",
];
const ROWS = NAMES.map((name, id) => ({ id, name, values: { tag: [] } })).concat(
  NAMES.map((name, id) => ({ id: 100 + id, name: "", values: { tag: [name] } })),
);
const engine = new catalog.Facets(tableOf(ROWS, [{ facet: "tag" }]));

/** Names found; the same texts are found as values, or the test fails. */
function found(words) {
  engine.apply(new Map(), words);
  const ids = engine.rows(0, 1e9).map((row) => ROWS[row].id);
  const names = ids.filter((id) => id < 100);
  assert.deepEqual(ids.filter((id) => id >= 100).map((id) => id - 100), names, `names and values differ on ${words}`);
  return names.map((id) => NAMES[id]);
}

test("words and quoted phrases", () => {
  assert.deepEqual(catalog.terms('  Compound  "A  b" x'), ["compound", "a b", "x"]);
  assert.deepEqual(catalog.terms("“compound a” „3 h“"), ["compound a", "3 h"]);
  assert.deepEqual(catalog.terms('"compound a'), ["compound a"], "not closed yet");
  assert.deepEqual(catalog.terms('5" nail'), ['5"', "nail"], "a sign inside a word is no quote");
  assert.deepEqual(catalog.terms('"" " " a a'), ["a"]);
});

test("one or two characters must begin a word", () => {
  assert.deepEqual(found("compound a"), ["Compound A"]);
  assert.deepEqual(found("a"), ["Compound A", "anti-actin", "a_1.tif", "Ärzte", "étude à deux", "a", "name\na tail"]);
  assert.deepEqual(found("4"), ["4 h"]);
  assert.deepEqual(found("1"), ["14 h", "a_1.tif"]);
  assert.deepEqual(found("ac"), ["anti-actin"]);
  assert.deepEqual(found("ct"), []);
  assert.deepEqual(found("b"), ["compound b"], "a letter of two code units is a letter");
});

test("three characters are found anywhere, and so are signs and scripts without spaces", () => {
  assert.deepEqual(found("ctin"), ["anti-actin"]);
  assert.deepEqual(found("+"), ["CD4+"]);
  assert.deepEqual(found("_1"), ["a_1.tif"]);
  assert.deepEqual(found("胞分"), ["細胞分裂"]);
});

test("a phrase is one word", () => {
  assert.deepEqual(found('"a deux"'), ["étude à deux"]);
  assert.deepEqual(found('"compound a"'), ["Compound A"]);
  assert.deepEqual(found('"d a"'), ["Compound A"]);
  assert.deepEqual(found('"a compound"'), []);
  engine.apply(new Map(), "compound deux");
  assert.equal(engine.total, 0);
  assert.deepEqual(found('"compound b"'), ["compound b"], "not taken for the words one by one");
});

test("a short word over a long table takes no longer than a moment", () => {
  const rows = 200_000;
  const bytes = new TextEncoder().encode("aaa banana a-".repeat(rows));
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row * 13);
  const search = new catalog.TextSearch({ rows, columns: [], names: { bytes, offsets } });
  search.failing(["zzz"]); // folds
  const before = performance.now();
  assert.equal(search.failing(["a"]).indexOf(1), -1);
  assert.ok(search.failing(["an"]).every((fails) => fails === 1));
  assert.ok(performance.now() - before < 2000);
});
