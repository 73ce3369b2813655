/** Reading the explorer's table, and the vendored scripts being what their README says. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ENGINE, bytesOf, load, run } from "./namespace.mjs";

run("vendor/flechette.min.js");
const catalog = load(...ENGINE);
const { fl } = globalThis;

const FACETS = [
  {
    facet: "tag", label: "Tags", kind: "choice", values: ["a", "b", "c"], parts: [{ column: "0", sets: [[], [0], [0, 1]] }, { column: "1" }],
    groups: [{ label: "Letters", value: "12", codes: [0, 2] }],
  },
  { facet: "place", label: "Places", kind: "choice", values: ["34", "35"], labels: { 34: "Plate one" }, parts: [{ column: "2" }] },
  { facet: "key:dose", label: "dose", kind: "number", values: ["0.5 µM", "10 µM", "some"], numbers: [0.5, 10, null], unit: "µM", parts: [{ column: "3" }] },
  { facet: "acquired", label: "Acquired", kind: "date", values: ["2026-11-20"], parts: [{ column: "4" }], hidden: true },
  { facet: "owner", label: "Owner", kind: "choice", values: [], parts: [] },
];

function arrow({ version = 2, facets = FACETS, rows = 3, described = true, drop = "", codes = (list) => list } = {}) {
  const columns = {
    0: fl.columnFromArray(codes([1, 0, 2]), fl.uint8()),
    1: fl.columnFromArray(codes([3, 2, 3]), fl.uint8()),
    2: fl.columnFromArray(codes([0, 1, 2]), fl.uint16()),
    3: fl.columnFromArray(codes([1, 0, 3]), fl.uint32()),
    4: fl.columnFromArray(codes([0, 0, 1]), fl.uint8()),
  };
  delete columns[drop];
  const table = fl.tableFromColumns(columns);
  const description = { version, rows, chunk: 500, facets, search: [{ facet: "key:Barcode", label: "Barcode" }] };
  table.schema.metadata = described ? new Map([["catalog", JSON.stringify(description)]]) : null;
  return fl.tableToIPC(table, { format: "file" });
}

test("columns are codes, values, labels and numbers", () => {
  const table = catalog.readTable(arrow(), fl);
  assert.deepEqual([table.rows, table.chunk, table.search], [3, 500, [{ facet: "key:Barcode", label: "Barcode" }]]);
  const [tag, place, dose, acquired, owner] = table.columns;
  assert.deepEqual([tag.facet, tag.label, tag.kind, tag.unit, tag.numbers], ["tag", "Tags", "choice", "", null]);
  assert.deepEqual(tag.groups, [{ label: "Letters", value: "12", codes: [0, 2] }]);
  assert.deepEqual([...tag.parts[0].sets], [0, 0, 1]);
  assert.deepEqual([...tag.parts[0].starts], [0, 0, 1, 3]);
  assert.deepEqual([tag.parts[1].sets, tag.parts[1].starts], [null, null]);
  assert.deepEqual(place.labels, ["Plate one", "35"]);
  assert.ok(dose.numbers instanceof Float64Array);
  assert.deepEqual([...dose.numbers], [0.5, 10, NaN]);
  assert.deepEqual([dose.unit, dose.kind, acquired.kind], ["µM", "number", "date"]);
  assert.deepEqual([dose.isHidden, acquired.isHidden], [false, true]);
  assert.deepEqual([owner.values, owner.parts, owner.groups], [[], [], []]);
});

test("codes are the file's own bytes", () => {
  const bytes = arrow();
  const kinds = catalog.readTable(bytes, fl).columns.flatMap(({ parts }) => parts).map(({ codes }) => {
    assert.equal(codes.buffer, bytes.buffer);
    return codes.constructor.name;
  });
  assert.deepEqual(kinds, ["Uint8Array", "Uint8Array", "Uint16Array", "Uint32Array", "Uint8Array"]);
});

test("a table read from a file filters and counts", () => {
  const engine = new catalog.Facets(catalog.readTable(arrow(), fl));
  const rows = (address) => {
    engine.apply(catalog.query.parse(address));
    return engine.rows(0, 9);
  };
  assert.deepEqual(rows("tag=c"), [1]);
  assert.deepEqual([...engine.counts("tag")], [2, 1, 1, 0]);
  assert.deepEqual(rows("all:tag=a&all:tag=b"), [2]);
  assert.deepEqual(rows("min:key:dose=1"), [0], "what is no number is within no limits");
  assert.deepEqual(rows("lacks=acquired"), [2]);
  assert.deepEqual([...engine.counts("owner")], [1]);
  assert.deepEqual(rows("q=PLATE"), [0]);
});

test("a table without rows is one", () => {
  const table = catalog.readTable(arrow({ rows: 0, codes: () => [] }), fl);
  const engine = new catalog.Facets(table);
  engine.apply(catalog.query.parse("tag=a&lacks=owner&sort=tag"));
  assert.deepEqual([engine.total, engine.rows(0, 9), [...engine.counts("tag")]], [0, [], [0, 0, 0, 0]]);
});

test("a table that does not fit says so in a sentence", () => {
  assert.throws(() => catalog.readTable(arrow({ described: false }), fl), /does not say what its columns are/);
  assert.throws(() => catalog.readTable(arrow({ version: 3 }), fl), /version 3, and this page reads version 2/);
  assert.throws(() => catalog.readTable(arrow({ version: 1 }), fl), /older than this page/);
  assert.throws(() => catalog.readTable(arrow({ drop: "2" }), fl), /no column “2”/);
  assert.throws(() => catalog.readTable(arrow({ rows: 4 }), fl), /column “0” .* is not whole/);
});

test("vendored scripts are the ones the README names", () => {
  const readme = bytesOf("vendor/README.md").toString("utf8");
  for (const file of ["flechette.min.js", "lunr.min.js"]) {
    const sum = createHash("sha256").update(bytesOf(`vendor/${file}`)).digest("hex");
    assert.match(readme, new RegExp(`\`${file}\`.*${sum}`), file);
  }
});
