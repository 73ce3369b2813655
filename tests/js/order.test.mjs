/** Sorting: rows under every order, against a sort by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENGINE, LAYOUTS, load, orderOf, random, run, tableOf, textsOf } from "./namespace.mjs";

run("vendor/flechette.min.js");
const catalog = load(...ENGINE);
const { fl } = globalThis;
const { query } = catalog;

const POOLS = {
  choice: ["A10", "a2", "B1", "é 3", "e 20", "", "10 h", "3 h"],
  number: ["-3", "0.5", "1.50", "1.5", "2e1", "100"],
  date: ["1999-01-01", "2026-01-15", "2026-11-20"],
};
const FACETS = LAYOUTS.flatMap((layout) => Object.keys(POOLS).map((kind) => ({ facet: `key:${kind} ${layout}`, kind, layout })));
const SEARCH = [{ facet: "key:Barcode", label: "Barcode" }];

function randomRows(next, size) {
  const some = (pool, most) => [...new Set(Array.from({ length: next(most) }, () => pool[next(pool.length)]))];
  return Array.from({ length: size }, (_, id) => ({
    id,
    name: `${["Img ", "img ", "É", "b"][next(4)]}${next(120)}`,
    values: Object.fromEntries([
      ...FACETS.map(({ facet, kind, layout }) => [facet, some(POOLS[kind], layout === "single" ? 2 : 4)]),
      ["key:Barcode", some(["B2", "b10", "B-1", "B02x", "", "ä", "ä10", "b1b2", `b${"1".repeat(200)}`, `b${"2".repeat(130)}`], 4)],
    ]),
  }));
}

const natural = (one, other) => catalog.compareNatural(catalog.naturalKey(one), catalog.naturalKey(other));
const COMPARE = { choice: natural, number: (one, other) => Number(one) - Number(other), date: (one, other) => (one < other ? -1 : one > other ? 1 : 0) };

/** The rows in the order of a sort, in its plainest words. */
function sortedByHand(rows, sort) {
  const sign = sort.startsWith("-") ? -1 : 1;
  const by = sort.replace(/^-/, "");
  if (by === "name") return [...rows].sort((a, b) => sign * (natural(a.name, b.name) || a.id - b.id));
  const compare = COMPARE[FACETS.find(({ facet }) => facet === by)?.kind ?? "choice"];
  const first = (row) => [...row.values[by]].sort((one, other) => sign * compare(one, other))[0];
  const none = (row) => Number(!row.values[by].length);
  return [...rows].sort((a, b) => none(a) - none(b) || (none(a) ? 0 : sign * compare(first(a), first(b))) || a.id - b.id);
}

for (let seed = 1; seed <= 12; seed++) {
  test(`rows are in the order asked for, seed ${seed}`, () => {
    const next = random(seed);
    const rows = randomRows(next, [0, 1, 33, 150][next(4)]);
    const engine = new catalog.Facets(tableOf(rows, FACETS, SEARCH));
    engine.giveText(textsOf(rows, SEARCH), fl);
    engine.giveOrder(orderOf(rows), fl);
    for (const by of ["name", "key:Barcode", ...FACETS.map(({ facet }) => facet)]) {
      for (const sort of [by, `-${by}`]) {
        const state = query.withSort(query.parse(next(2) ? "has=key:choice sets" : "q=img"), sort);
        engine.apply(state);
        const left = rows.filter(({ values, name }) => (state.text ? /img/i.test(name) : values["key:choice sets"].length));
        const expected = sortedByHand(left, sort).map(({ id }) => id);
        assert.deepEqual(engine.rows(0, 1e9), expected, sort);
        assert.deepEqual(engine.rows(3, 20), expected.slice(3, 20), sort);
      }
    }
  });
}

test("an order that there is not, or not yet, is the table's", () => {
  const rows = randomRows(random(1), 9);
  const engine = new catalog.Facets(tableOf(rows, FACETS, SEARCH));
  for (const sort of ["name", "-name", "key:Barcode", "key:unknown", "nonsense", "-"]) {
    engine.apply(query.withSort(query.empty(), sort));
    assert.deepEqual(engine.rows(0, 9), [0, 1, 2, 3, 4, 5, 6, 7, 8], sort);
  }
  engine.apply(query.parse("sort=name"));
  engine.giveOrder(orderOf(rows), fl);
  assert.deepEqual(engine.rows(0, 9), sortedByHand(rows, "name").map(({ id }) => id), "given after it was asked for");
});

test("texts made for sorting sort as natural order does", () => {
  const next = random(2);
  const alphabet = ["a", "b", "B", "1", "2", "0", "10", " ", "-", "é", "😀"];
  const text = () => Array.from({ length: next(6) }, () => alphabet[next(alphabet.length)]).join("");
  for (let i = 0; i < 3000; i++) {
    const [one, other] = [text(), text()];
    const [a, b] = [catalog.naturalText(one), catalog.naturalText(other)];
    assert.equal(a < b ? -1 : a > b ? 1 : 0, Math.sign(natural(one, other)), `${JSON.stringify(one)} and ${JSON.stringify(other)}`);
  }
});
