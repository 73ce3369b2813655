/** The state of one branch of a regrouped result: the images that the branch counts, and no others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random, tableOf } from "./namespace.mjs";

const catalog = load("fold", "bits", "columns", "counting", "conditions", "order", "branches", "texts", "text-search", "query", "facets", "branch-state");
const { query } = catalog;

const SETS = { Treatment: ["A", "B"], Time: ["3 h", "24 h"] };

function engineOf(seed) {
  const next = random(seed);
  const some = (list) => list.filter(() => next(3) === 0);
  const rows = Array.from({ length: 60 }, (_, id) => ({
    id,
    name: `image ${id}`,
    values: { tag: some(["A", "B", "3 h", "24 h", "other"]), "key:line": some(["HeLa", "U2OS"]), project: [String(1 + next(3))] },
  }));
  const table = tableOf(rows, [{ facet: "tag" }, { facet: "key:line" }, { facet: "project", single: true }]);
  const tags = table.columns[0];
  tags.groups = Object.entries(SETS).map(([label, values]) => ({ label, value: label, codes: values.map((value) => tags.values.indexOf(value)) }));
  return new catalog.Facets(table);
}

/** Every path down the tree, with its rows. */
function* paths(engine, groups, path = []) {
  for (const branch of engine.branches(groups, path.map(({ code }) => code))) {
    const further = [...path, branch];
    yield further;
    if (further.length < groups.length) yield* paths(engine, groups, further);
  }
}

const GROUPS = [["project"], ["tag"], ["key:line", "tag set:Time"], ["tag set:Treatment", "tag set:Time", "key:line"], ["tag set:Treatment", "project", "tag"]];
const STATES = ["", "tag=A&tag=3+h", "all:tag=A&not:tag=other", "project=2&key:line=HeLa&has=key:line", "lacks=key:line"];

test("a branch's state holds just its images", () => {
  for (let seed = 1; seed <= 6; seed++) {
    for (const address of STATES) {
      for (const groups of GROUPS) {
        const engine = engineOf(seed);
        const state = query.withGroups(query.parse(address), groups);
        engine.apply(state);
        const found = [...paths(engine, groups)].map((path) => {
          const codes = path.map(({ code }) => code);
          const steps = path.map(({ code, value }, depth) => {
            const name = groups[depth].startsWith("tag set:") ? "tag" : groups[depth];
            return { value, isNone: code === engine.columns.get(name).values.length };
          });
          return { path, rows: [...engine.branchRows(groups, codes, 0, 1000)], state: catalog.branchState(engine, state, steps) };
        });
        for (const { path, rows, state: own } of found) {
          const said = `${address} by ${groups}: ${path.map(({ label }) => label)}`;
          assert.equal(rows.length, path.at(-1).count, said);
          const alone = engineOf(seed);
          alone.apply(query.parse(query.format(own)));
          assert.deepEqual(alone.rows(0, 1000).sort((a, b) => a - b), rows.sort((a, b) => a - b), said);
          assert.deepEqual(own.groups, groups.slice(path.length), said);
        }
      }
    }
  }
});

test("what takes too many words to exclude has no state", () => {
  const values = Array.from({ length: 41 }, (_, i) => `t${i}`);
  const table = tableOf([{ id: 1, name: "a", values: { tag: values } }, { id: 2, name: "b", values: {} }], [{ facet: "tag" }]);
  table.columns[0].groups = [{ label: "Many", value: "1", codes: values.map((_, i) => i) }];
  const state = query.withGroups(query.empty(), ["tag set:Many"]);
  assert.equal(catalog.branchState(new catalog.Facets(table), state, [{ value: "", isNone: true }]), null);
  assert.ok(catalog.branchState(new catalog.Facets(table), state, [{ value: "t3", isNone: false }]));
});
