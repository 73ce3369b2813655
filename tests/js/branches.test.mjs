/** Regrouping: every node of random trees, against a count by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENGINE, load, random, run, tableOf } from "./namespace.mjs";

run("vendor/flechette.min.js");
const catalog = load(...ENGINE);
const { query } = catalog;

const TAGS = ["c1", "c10", "c2", "t1", "t2", "alone"];
const SETS = { Compound: ["c1", "c10", "c2"], Time: ["t2", "t1"], Empty: [] };
const FACETS = [
  { facet: "tag", layout: "parts", groups: Object.entries(SETS).map(([label, values], id) => ({ label, value: String(id), values })) },
  { facet: "dataset", layout: "sets", labels: { 1: "One", 2: "Two" } },
  { facet: "key:dose", layout: "slots", kind: "number" },
  { facet: "acquired", layout: "single", kind: "date" },
];
const POOL = { tag: TAGS, dataset: ["1", "2", "3"], "key:dose": ["5", "0.1", "30"], acquired: ["2026-01-02", "2026-01-01"] };
const NAMES = [...FACETS.map(({ facet }) => facet), "tag set:Compound", "tag set:Time", "tag set:Empty", "tag set:unknown", "key:unknown"];

function randomRows(next, size) {
  const some = (pool, most) => [...new Set(Array.from({ length: next(most) }, () => pool[next(pool.length)]))];
  return Array.from({ length: size }, (_, id) => ({
    id,
    name: String(id),
    values: Object.fromEntries(FACETS.map(({ facet, layout }) => [facet, some(POOL[facet], layout === "single" ? 2 : 5)])),
  }));
}

/** The values of a row that a level is of. */
function held(row, name) {
  if (!name.startsWith("tag set:")) return row.values[name] ?? [];
  return row.values.tag.filter((tag) => SETS[name.slice(8)]?.includes(tag));
}

/** All nodes: the rows of each, and what is below it. */
function compare(engine, rows, groups, path) {
  assert.deepEqual(engine.branchRows(groups, path, 0, 1e9), rows.map(({ id }) => id), `${groups}: ${path}`);
  assert.deepEqual(engine.branchRows(groups, path, 1, 3), rows.slice(1, 3).map(({ id }) => id));
  if (path.length === groups.length) {
    assert.deepEqual(engine.branches(groups, path), []);
    return;
  }
  const name = groups[path.length];
  const column = engine.columns.get(name.startsWith("tag set:") ? "tag" : name);
  const branches = engine.branches(groups, path);
  const values = new Set(rows.flatMap((row) => held(row, name)));
  const without = rows.filter((row) => !held(row, name).length);
  assert.deepEqual(new Set(branches.filter(({ label }) => label !== "no value").map(({ value }) => value)), values);
  assert.equal(branches.find(({ label }) => label === "no value")?.count ?? 0, without.length);
  const bare = branches.findIndex(({ label }) => label === "no value");
  assert.ok(bare === -1 || bare === branches.length - 1);
  const known = bare === -1 ? branches : branches.slice(0, -1);
  known.forEach(({ code, label, value, count }, place) => {
    assert.deepEqual([column.values[code], column.labels[code]], [value, label]);
    assert.equal(count, rows.filter((row) => held(row, name).includes(value)).length);
    const before = known[place - 1];
    if (!before) return;
    const isBefore = column.kind === "choice"
      ? before.count > count || (before.count === count && catalog.compareNatural(catalog.naturalKey(before.label), catalog.naturalKey(label)) < 0)
      : before.code < code;
    assert.ok(isBefore, `${name}: ${before.label} before ${label}`);
  });
  for (const { code, value, label } of branches) {
    const below = label === "no value" ? without : rows.filter((row) => held(row, name).includes(value));
    compare(engine, below, groups, [...path, code]);
  }
}

for (let seed = 1; seed <= 25; seed++) {
  test(`every node of a tree is as counted by hand, seed ${seed}`, () => {
    const next = random(seed);
    const rows = randomRows(next, [0, 1, 40, 120][next(4)]);
    const engine = new catalog.Facets(tableOf(rows, FACETS));
    for (let round = 0; round < 4; round++) {
      const state = query.parse(["", "tag=c1&tag=t1", "not:dataset=2", "has=key:dose", "tag=nothing"][next(5)]);
      engine.apply(state);
      const left = engine.rows(0, 1e9).map((row) => rows[row]);
      const groups = [...new Set(Array.from({ length: 1 + next(3) }, () => NAMES[next(NAMES.length)]))];
      compare(engine, left, groups, []);
    }
  });
}

test("rows of a node stand in the order of the sort", () => {
  const rows = randomRows(random(3), 60);
  const engine = new catalog.Facets(tableOf(rows, FACETS));
  engine.apply(query.parse("sort=-key:dose"));
  const all = engine.rows(0, 99);
  const [branch] = engine.branches(["tag"], []);
  const below = engine.branchRows(["tag"], [branch.code], 0, 99);
  assert.deepEqual(below, all.filter((row) => engine.codesOf("tag", row).includes(branch.code)));
  engine.apply(query.parse("sort=key:dose"));
  assert.notDeepEqual(engine.branchRows(["tag"], [branch.code], 0, 99), below);
});

test("what one can group by: facets, and tag sets after the tags", () => {
  const engine = new catalog.Facets(tableOf(randomRows(random(1), 5), FACETS));
  assert.deepEqual(engine.groupables().map(({ name }) => name), ["tag", "tag set:Compound", "tag set:Time", "tag set:Empty", "dataset", "key:dose", "acquired"]);
  assert.equal(engine.groupables()[1].label, "Compound");
});

test("a path that leads nowhere has no rows", () => {
  const engine = new catalog.Facets(tableOf(randomRows(random(1), 20), FACETS));
  assert.deepEqual(engine.branchRows(["dataset"], [99], 0, 9), []);
  assert.deepEqual(engine.branchRows(["dataset"], [-1], 0, 9), []);
  assert.deepEqual(engine.branches(["dataset", "tag"], [99]), []);
});
