/** Words of the explorer: what is one, and where it counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENGINE, load, random, run, tableOf, textsOf } from "./namespace.mjs";

run("vendor/flechette.min.js");
const catalog = load(...ENGINE);
const { fl } = globalThis;
const { query } = catalog;

const NAMES = [
  "Compound A", "compound b", "anti-actin", "CD4+", "4 h", "14 h", "a_1.tif", "Ärzte", "細胞分裂", "étude à deux", "𐐀b c", "a", "name\na tail", "", "aab",
];
const SEARCH = [{ facet: "key:Barcode", label: "Barcode" }];

/** Each text three times: as a name, as a value of a facet, and as one of two values of a key that is no facet. */
const ROWS = [
  ...NAMES.map((name, id) => ({ id, name, values: { tag: [] } })),
  ...NAMES.map((name, id) => ({ id: 100 + id, name: "", values: { tag: [name] } })),
  ...NAMES.map((name, id) => ({ id: 200 + id, name: "", values: { tag: [], "key:Barcode": ["zzz", name] } })),
];
const engine = new catalog.Facets(tableOf(ROWS, [{ facet: "tag" }], SEARCH));
engine.giveText(textsOf(ROWS, SEARCH), fl);

/** Names found; the same texts are found as values, or the test fails. */
function found(words) {
  engine.apply(query.withText(query.empty(), words));
  const ids = engine.rows(0, 1e9).map((row) => ROWS[row].id);
  const within = (first) => ids.filter((id) => id >= first && id < first + 100).map((id) => id - first);
  assert.deepEqual(within(100), within(0), `names and values differ on ${words}`);
  assert.deepEqual(within(200), within(0), `names and texts of keys differ on ${words}`);
  return within(0).map((id) => NAMES[id]);
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
  assert.deepEqual(found("a"), ["Compound A", "anti-actin", "a_1.tif", "Ärzte", "étude à deux", "a", "name\na tail", "aab"]);
  assert.deepEqual(found("4"), ["4 h"]);
  assert.deepEqual(found("1"), ["14 h", "a_1.tif"]);
  assert.deepEqual(found("ac"), ["anti-actin"]);
  assert.deepEqual(found("ct"), []);
  assert.deepEqual(found("ab"), []);
  assert.deepEqual(found("b"), ["compound b"], "a letter of two code units is a letter");
});

test("three characters are found anywhere, and so are signs and scripts without spaces", () => {
  assert.deepEqual(found("ctin"), ["anti-actin"]);
  assert.deepEqual(found("aab"), ["aab"]);
  assert.deepEqual(found("+"), ["CD4+"]);
  assert.deepEqual(found("_1"), ["a_1.tif"]);
  assert.deepEqual(found("胞分"), ["細胞分裂"]);
});

test("a phrase is one word", () => {
  assert.deepEqual(found('"a deux"'), ["étude à deux"]);
  assert.deepEqual(found('"compound a"'), ["Compound A"]);
  assert.deepEqual(found('"d a"'), ["Compound A"]);
  assert.deepEqual(found('"a compound"'), []);
  engine.apply(query.parse("q=compound+deux"));
  assert.equal(engine.total, 0);
  assert.deepEqual(found('"compound b"'), ["compound b"], "not taken for the words one by one");
});

test("a word never runs from one text into the next", () => {
  const names = ["ab", "cd", "", "é", "ab", "cd"];
  const rows = names.map((name, id) => ({ id, name, values: {} }));
  const engine = new catalog.Facets(tableOf(rows, []));
  engine.giveText(textsOf(rows), fl);
  for (const [words, places] of [["bcd", []], ["abc", []], ["eab", []], ["cd", [1, 5]], ["ab", [0, 4]], ["e", [3]]]) {
    engine.apply(query.withText(query.empty(), words));
    assert.deepEqual(engine.rows(0, 9), places, words);
  }
});

test("days are found by words where they are somebody's words", () => {
  const rows = [{ id: 1, name: "x", values: { acquired: ["2026-11-20"] } }, { id: 2, name: "y", values: { "key:fixed": ["2026-11-20"] } }];
  const engine = new catalog.Facets(tableOf(rows, [{ facet: "acquired", kind: "date" }, { facet: "key:fixed", kind: "date" }]));
  engine.apply(query.parse("q=20"));
  assert.deepEqual(engine.rows(0, 9), [1]);
});

test("texts are folded as fold does it, whatever they hold", () => {
  const next = random(9);
  const points = () => [next(0x80), 0x80 + next(0x780), 0x370 + next(0x90), 0x1100 + next(0x100), 0xfb00 + next(0x500), 0x1f600 + next(50), 0x1d400 + next(99), 0x3a3][next(8)];
  const text = () => String.fromCodePoint(...Array.from({ length: 1 + next(12) }, points));
  const rows = Array.from({ length: 2000 }, (_, id) => ({ id, name: text() + (next(3) ? "" : "\ufdfa".repeat(40)), values: {} }));
  const engine = new catalog.Facets(tableOf(rows, []));
  engine.giveText(textsOf(rows), fl);
  engine.apply(query.parse("q=zzzzzz"));
  const { joined, starts, numbers } = engine.text.names.folded;
  assert.ok(numbers.length > 1000);
  numbers.forEach((row, place) => assert.ok(joined.slice(starts[place], starts[place + 1]) === `${catalog.fold(rows[row].name)}\n`, escape(rows[row].name)));
});

test("any word is found as a search of each text finds it", () => {
  const next = random(4);
  const alphabet = ["a", "b", "A", "B", "ab", "-", " ", "1", "é"];
  const text = (size) => Array.from({ length: size }, () => alphabet[next(alphabet.length)]).join("");
  for (let round = 0; round < 40; round++) {
    const rows = Array.from({ length: 70 }, (_, id) => ({ id, name: text(next(9)), values: {} }));
    const engine = new catalog.Facets(tableOf(rows, []));
    engine.giveText(textsOf(rows), fl);
    for (let i = 0; i < 20; i++) {
      const [word] = catalog.terms(text(1 + next(4)).replace(/ /g, "") || "+");
      engine.apply(query.withText(query.empty(), word));
      const expected = rows.filter(({ name }) => catalog.holds(catalog.fold(name), word)).map(({ id }) => id);
      assert.deepEqual(engine.rows(0, 99), expected, word);
    }
  }
});

test("a short word over a long table takes no longer than a moment", () => {
  const size = 200_000;
  const values = new TextEncoder().encode("aaa banana a-".repeat(size));
  const offsets = Int32Array.from({ length: size + 1 }, (_, row) => row * 13);
  const texts = new catalog.Texts({ values, offsets, validity: new Uint8Array(0), nullCount: 0 }, size);
  const search = new catalog.TextSearch({ rows: size, columns: [], search: [] }, new Map());
  search.names = texts;
  const before = performance.now();
  assert.equal(search.holding(["a"]).size, size);
  assert.equal(search.holding(["an"]).size, 0);
  assert.ok(performance.now() - before < 2000);
});
