/** The facet engine against a count by hand: random tables, random choices, every count of every facet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENGINE, LAYOUTS, load, orderOf, random, run, tableOf, textsOf } from "./namespace.mjs";

run("vendor/flechette.min.js");
const catalog = load(...ENGINE);
const { fl } = globalThis;
const { query } = catalog;

const FACETS = [
  { facet: "tag", layout: "slots" },
  { facet: "place", labels: { 1: "Zürich", 2: "Genève", 3: "Bern" }, layout: "sets" },
  { facet: "owner", layout: "single" },
  { facet: "acquired", kind: "date", layout: "single" },
  { facet: "key:cell type", layout: "parts" },
  { facet: "key:Antikörper", layout: "sets" },
  { facet: "key:dose", kind: "number", layout: "parts" },
  { facet: "key:day", kind: "date", layout: "sets" },
  { facet: "key:nothing", layout: "slots" },
];
const SEARCH = [{ facet: "key:Barcode", label: "Barcode" }, { facet: "key:Überschrift", label: "Überschrift" }];
const POOL = {
  tag: ["mitosis", "3 h", "CD4+", "a&b=c", "<b>", "", "überall"],
  place: ["1", "2", "3"],
  owner: ["Ada", "Ramón y Cajal"],
  acquired: ["2025-12-31", "2026-01-01", "2026-01-15", "2026-11-20"],
  "key:cell type": ["HeLa", "U2OS", "a\nb"],
  "key:Antikörper": Array.from({ length: 20 }, (_, i) => `anti-${i}`),
  "key:dose": ["-3", "0", "0.5", "1.50", "1.5", "2e1", "100"],
  "key:day": ["1999-01-01", "2026-01-15", "2026-01-16"],
  "key:nothing": [],
  "key:Barcode": ["B-001", "b-001", "B-0011", "", "é001", "001"],
  "key:Überschrift": ["Anti-1 über alles", "plain", "Plain text"],
};
const LIMITS = ["", "", "0", "1.5", "-1", "1e2", "nonsense", "2026-01-15", "2026-01", "2026", "2026-1"];
const WORDS = ["anti-1", "mitosis", "zurich", "img", "img-1", "ueber", "überall", "h", "+", "nothing at all", "é", "a&b", "", "001", "b-0", "1", "IMG-2", "2026"];
const NAMES = ["img-", "Über_", "bild ", "نسيج ", "é\n", "IMG-", ""];
const NEVER = { any: [], all: [], none: [], has: false, lacks: false, min: "", max: "" };

/** @param {(below: number) => number} next */
function randomRows(next, size) {
  const isPlain = next(3) === 0;
  const names = isPlain ? ["img-", "IMG-", "b"] : NAMES;
  return Array.from({ length: size }, (_, i) => ({
    id: 1000 + i,
    name: names[next(names.length)] + next(30),
    values: Object.fromEntries([
      ...FACETS.map(({ facet, layout }) => [facet, pick(next, POOL[facet], layout === "single" ? next(2) : next(4))]),
      ...SEARCH.map(({ facet }) => [facet, pick(next, POOL[facet], next(3))]),
    ]),
  }));
}

function pick(next, pool, howMany) {
  const values = new Set();
  if (pool.length) for (let i = 0; i < howMany; i++) values.add(pool[next(pool.length)]);
  return [...values];
}

/** A run of like rows, as datasets make them. */
const stretch = (next, rows) => rows.flatMap((row) => Array.from({ length: 1 + next(40) }, () => row)).map((row, i) => ({ ...row, id: 1000 + i }));

// The rules in their plainest words.

function isWithin(facet, value, min, max) {
  const { kind = "choice" } = FACETS.find((each) => each.facet === facet) ?? {};
  if (kind === "number") {
    if ([min, max].some((limit) => limit && !Number.isFinite(Number(limit)))) return false;
    return !(min && Number(value) < Number(min)) && !(max && Number(value) > Number(max));
  }
  if (kind !== "date" || [min, max].some((limit) => limit && !/^\d{4}(-\d\d){0,2}$/.test(limit))) return false;
  return value >= min && (!max || value <= max || value.startsWith(max));
}

const fulfilsOpen = (values, facet, { any, min, max }) =>
  (!any.length || any.some((value) => values.includes(value))) && (!(min || max) || values.some((value) => isWithin(facet, value, min, max)));

const fulfilsKept = (values, { all, none, has, lacks }) =>
  all.every((value) => values.includes(value)) && !none.some((value) => values.includes(value)) && (!has || values.length > 0) && (!lacks || !values.length);

const fulfils = (row, facet, choice) => {
  const values = row.values[facet] ?? [];
  return fulfilsOpen(values, facet, choice) && fulfilsKept(values, choice);
};

/** One or two characters must begin a word; a sign counts anywhere. */
function holds(text, word) {
  if (word.length > 2 || !/^[\p{L}\p{N}]/u.test(word)) return text.includes(word);
  return [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].some(([each]) => each.startsWith(word));
}

function holdsText(row, text) {
  const said = FACETS.filter(({ facet }) => facet !== "acquired").flatMap(({ facet, labels }) => row.values[facet].map((value) => labels?.[value] ?? value));
  const texts = [row.name, ...said, ...SEARCH.flatMap(({ facet }) => row.values[facet])].map(catalog.fold);
  return text.split(/\s+/).filter(Boolean).every((word) => texts.some((each) => holds(each, catalog.fold(word))));
}

const matches = (row, state, leftOut) =>
  holdsText(row, state.text) && [...state.choices].every(([facet, choice]) => facet === leftOut || fulfils(row, facet, choice));

/** What a click on a value, or on any or none, gives. */
function given(rows, state, facet, test, change) {
  const choice = { ...query.choice(state, facet), any: [], min: "", max: "", ...change };
  return rows.filter((row) => matches(row, state, facet) && fulfils(row, facet, choice) && test(row.values[facet])).length;
}

function compare(engine, rows, state) {
  const left = rows.filter((row) => matches(row, state));
  assert.equal(engine.total, left.length);
  assert.deepEqual(engine.rows(0, 1e9).map((row) => rows[row].id), left.map((row) => row.id));
  assert.deepEqual(engine.rows(2, 5).map((row) => rows[row].id), left.slice(2, 5).map((row) => row.id));
  assert.deepEqual(engine.rows(40, 300).map((row) => rows[row].id), left.slice(40, 300).map((row) => row.id));
  for (const { facet, values } of engine.table.columns) {
    const { none } = query.choice(state, facet);
    const counts = engine.counts(facet);
    values.forEach((value, code) => {
      const change = { none: none.filter((each) => each !== value) };
      assert.equal(counts[code], given(rows, state, facet, (held) => held.includes(value), change), `${facet}: ${value}`);
    });
    assert.equal(counts[values.length], given(rows, state, facet, (held) => !held.length, { has: false }), `${facet}: none`);
    assert.equal(engine.countAny(facet), given(rows, state, facet, (held) => held.length, { lacks: false }), `${facet}: any`);
  }
  for (const facet of [...engine.columns.keys(), ...state.choices.keys()]) {
    assert.equal(engine.without(facet), rows.filter((row) => matches(row, state, facet)).length);
    assert.equal(engine.alone(facet), rows.filter((row) => fulfils(row, facet, query.choice(state, facet))).length);
  }
  assert.equal(engine.aloneText(), rows.filter((row) => holdsText(row, state.text)).length);
  assert.equal(engine.withoutText(), rows.filter((row) => matches(row, { ...state, text: "" })).length);
}

/** Something else is asked of one facet. */
function randomStep(next, state) {
  const facets = [...FACETS, ...SEARCH];
  const { facet } = facets[next(facets.length)];
  const values = (most) => pick(next, [...POOL[facet], ...POOL[facet], "no such value"], next(most));
  const sparse = (value) => (next(3) === 0 ? value : query.choice(state, facet));
  const choice = {
    ...NEVER,
    any: next(2) ? values(4) : [],
    all: sparse({ all: values(3) }).all,
    none: sparse({ none: values(4) }).none,
    has: next(8) === 0,
    lacks: next(12) === 0,
    min: next(4) === 0 ? LIMITS[next(LIMITS.length)] : "",
    max: next(4) === 0 ? LIMITS[next(LIMITS.length)] : "",
  };
  let after = query.withChoice(state, facet, choice);
  if (next(4) === 0) after = query.withText(after, pick(next, WORDS, next(3)).join(" "));
  if (next(10) === 0) after = query.withChoice(after, "key:unknown", [{ ...NEVER, any: ["x"] }, { ...NEVER, none: ["x"] }, { ...NEVER, lacks: true }, NEVER][next(4)]);
  if (next(4) === 0) after = query.empty();
  return after;
}

for (let seed = 1; seed <= 80; seed++) {
  test(`counts equal a count by hand, seed ${seed}`, () => {
    const next = random(seed);
    const few = randomRows(next, [0, 1, 2, 32, 40, 150][next(6)]);
    const rows = next(3) === 0 ? stretch(next, few.slice(0, 12)) : few;
    const engine = new catalog.Facets(tableOf(rows, FACETS, SEARCH));
    let state = query.empty();
    engine.apply(query.parse("key:Barcode=B-001&q=img")); // asked before the texts came
    assert.deepEqual([...engine.needs(query.parse("key:Barcode=B-001"))], ["text"]);
    engine.giveText(textsOf(rows, SEARCH), fl);
    for (let step = 0; step < 10; step++) {
      engine.apply(state);
      compare(engine, rows, state);
      state = randomStep(next, state);
    }
  });
}

test("every column says of a row what it holds", () => {
  const rows = randomRows(random(5), 60);
  const engine = new catalog.Facets(tableOf(rows, FACETS, SEARCH));
  engine.giveText(textsOf(rows, SEARCH), fl);
  rows.forEach((row, place) => {
    for (const { facet, values } of engine.columns.values()) {
      assert.deepEqual(engine.codesOf(facet, place).map((code) => values[code]).sort(), [...row.values[facet]].sort());
    }
    assert.equal(engine.textOf(place), row.name);
    for (const { facet } of SEARCH) assert.deepEqual(engine.textsOf(facet, place), row.values[facet]);
  });
  assert.deepEqual(engine.codesOf("key:unknown", 0), []);
  assert.equal(engine.codeOf("key:dose", "no such value"), -1);
  assert.equal(engine.codeOf("key:unknown", "x"), -1);
});

test("a choice that matches nothing leaves nothing, and can be taken back", () => {
  const engine = new catalog.Facets(tableOf([{ id: 1, name: "a", values: { tag: ["x"] } }], [{ facet: "tag" }]));
  engine.apply(query.parse("nonsense=y"));
  assert.equal(engine.total, 0);
  assert.equal(engine.without("nonsense"), 1);
  engine.apply(query.empty());
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
  engine.apply(query.parse(facets.map(({ facet }) => `${facet}=x`).join("&")));
  assert.deepEqual(engine.rows(0, 9), [0]);
  assert.equal(engine.without("key:7"), 2);
  assert.deepEqual([...engine.counts("key:7")], [1, 1, 0]);
});

test("what must be loaded is asked for once", () => {
  const rows = randomRows(random(8), 5);
  const engine = new catalog.Facets(tableOf(rows, FACETS, SEARCH));
  const needs = (address) => [...engine.needs(query.parse(address))];
  assert.deepEqual(needs("tag=mitosis&sort=tag&group=tag"), []);
  assert.deepEqual(needs("q=+"), []);
  assert.deepEqual(needs("q=a"), ["text"]);
  assert.deepEqual(needs("sort=-name"), ["order"]);
  assert.deepEqual(needs("sort=-key:Barcode"), ["text"]);
  assert.deepEqual(needs("lacks=key:Barcode&sort=name"), ["text", "order"]);
  engine.giveText(textsOf(rows, SEARCH), fl);
  engine.giveOrder(orderOf(rows), fl);
  assert.deepEqual(needs("q=a&lacks=key:Barcode&sort=name"), []);
});

test("the layouts that the tables of these tests have are all there are", () => {
  assert.deepEqual([...new Set(FACETS.map(({ layout }) => layout))].sort(), [...LAYOUTS].sort());
});
