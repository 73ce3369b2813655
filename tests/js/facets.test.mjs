/** The facet engine against a count by hand: random tables, random choices, every count of every facet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random, tableOf } from "./namespace.mjs";

const catalog = load("fold", "sieve", "text-search", "facets");

const FACETS = [
  { facet: "tag" },
  { facet: "place", labels: { 1: "Zürich", 2: "Genève", 3: "Bern" } },
  { facet: "owner", single: true },
  { facet: "key:cell type" },
  { facet: "key:Antikörper" },
];
const POOL = {
  tag: ["mitosis", "3 h", "CD4+", "a&b=c", "<b>", "", "überall"],
  place: ["1", "2", "3"],
  owner: ["Ada", "Ramón y Cajal"],
  "key:cell type": ["HeLa", "U2OS"],
  "key:Antikörper": Array.from({ length: 20 }, (_, i) => `anti-${i}`),
};
const WORDS = ["anti-1", "mitosis", "zurich", "img", "img-1", "ueber", "überall", "h", "+", "nothing at all", "é", "a&b", ""];
const NAMES = ["img-", "Über_", "bild ", "نسيج ", "é\n"];

function randomRows(next, size) {
  return Array.from({ length: size }, (_, i) => ({
    id: 1000 + i,
    name: NAMES[next(NAMES.length)] + next(30),
    values: Object.fromEntries(
      FACETS.map(({ facet, single }) => [facet, pick(next, POOL[facet], single ? next(2) : next(4))]),
    ),
  }));
}

function pick(next, pool, howMany) {
  const values = new Set();
  for (let i = 0; i < howMany; i++) values.add(pool[next(pool.length)]);
  return [...values];
}

/** The rules in their plainest words. */
function matches(row, choices, text, leftOut) {
  for (const [facet, values] of choices) {
    if (facet !== leftOut && !values.some((value) => row.values[facet]?.includes(value))) return false;
  }
  const texts = FACETS.flatMap(({ facet, labels }) => row.values[facet].map((value) => labels?.[value] ?? value));
  return text
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => [row.name, ...texts].some((each) => holds(catalog.fold(each), catalog.fold(word))));
}

/** One or two characters must begin a word; a sign counts anywhere. */
function holds(text, word) {
  if (word.length > 2 || !/^[\p{L}\p{N}]/u.test(word)) return text.includes(word);
  return [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].some(([each]) => each.startsWith(word));
}

for (let seed = 1; seed <= 60; seed++) {
  test(`counts equal a count by hand, seed ${seed}`, () => {
    const next = random(seed);
    const rows = randomRows(next, [0, 1, 2, 40, 150][next(5)]);
    const engine = new catalog.Facets(tableOf(rows, FACETS));
    let choices = new Map();
    let text = "";
    for (let step = 0; step < 12; step++) {
      choices = new Map(choices);
      const { facet } = FACETS[next(FACETS.length)];
      const values = pick(next, [...POOL[facet], "no such value"], next(3));
      if (values.length) choices.set(facet, values);
      else choices.delete(facet);
      if (next(4) === 0) text = pick(next, WORDS, next(3)).join(" ");
      if (next(10) === 0) choices.set("key:unknown", ["x"]);
      if (next(5) === 0) choices = new Map();
      engine.apply(choices, text);
      compare(engine, rows, choices, text);
    }
  });
}

function compare(engine, rows, choices, text) {
  const left = rows.filter((row) => matches(row, choices, text));
  assert.equal(engine.total, left.length);
  assert.deepEqual(engine.rows(0, 1e9).map((row) => rows[row].id), left.map((row) => row.id));
  assert.deepEqual(engine.rows(2, 5).map((row) => rows[row].id), left.slice(2, 5).map((row) => row.id));
  for (const column of engine.table.columns) {
    const { facet, values } = column;
    const open = rows.filter((row) => matches(row, choices, text, facet));
    const counts = engine.counts(facet);
    values.forEach((value, code) => {
      assert.equal(counts[code], open.filter((row) => row.values[facet].includes(value)).length, `${facet}: ${value}`);
    });
    assert.equal(engine.without(facet), open.length);
    const only = new Map(choices.has(facet) ? [[facet, choices.get(facet)]] : []);
    assert.equal(engine.alone(facet), rows.filter((row) => matches(row, only, "")).length);
  }
  assert.equal(engine.aloneText(), rows.filter((row) => matches(row, new Map(), text)).length);
  assert.equal(engine.withoutText(), rows.filter((row) => matches(row, choices, "")).length);
}

test("a choice that matches nothing leaves nothing, and can be taken back", () => {
  const engine = new catalog.Facets(tableOf([{ id: 1, name: "a", values: { tag: ["x"] } }], [{ facet: "tag" }]));
  engine.apply(new Map([["nonsense", ["y"]]]), "");
  assert.equal(engine.total, 0);
  assert.equal(engine.without("nonsense"), 1);
  engine.apply(new Map(), "");
  assert.equal(engine.total, 1);
});

test("hundreds of conditions at once still add up", () => {
  const facets = Array.from({ length: 500 }, (_, i) => ({ facet: `key:${i}` }));
  const values = Object.fromEntries(facets.map(({ facet }) => [facet, ["x"]]));
  const rows = [
    { id: 1, name: "all", values },
    { id: 2, name: "all but one", values: { ...values, "key:7": ["y"] } },
    { id: 3, name: "none", values: {} },
  ];
  const engine = new catalog.Facets(tableOf(rows, facets));
  engine.apply(new Map(facets.map(({ facet }) => [facet, ["x"]])), "");
  assert.deepEqual(engine.rows(0, 9), [0]);
  assert.equal(engine.without("key:7"), 2);
  assert.deepEqual([...engine.counts("key:7")], [1, 1, 0]);
});
