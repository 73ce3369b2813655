/** Reading the Arrow table, and the vendored scripts being what their README says. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { bytesOf, load, run } from "./namespace.mjs";

run("vendor/flechette.min.js");
const catalog = load("fold", "sieve", "text-search", "facets", "table");
const { fl } = globalThis;

const FACETS = [
  { facet: "tag", column: "tag", label: "Tags" },
  { facet: "place", column: "place", label: "Places", labels: { 34: "Plate one" } },
  { facet: "owner", column: "owner", label: "Owner" },
];

function arrow({ version = 1, facets = FACETS, described = true, drop = "" } = {}) {
  const coded = (type) => fl.dictionary(type, fl.int32());
  const columns = {
    id: fl.columnFromArray([1001n, 9007199254740n], fl.int64()),
    name: fl.columnFromArray(["Über", "b"], fl.utf8()),
    picture: fl.columnFromArray([true, false], fl.bool()),
    tag: fl.columnFromArray([["a", "b"], []], fl.list(coded(fl.utf8()))),
    place: fl.columnFromArray([[34], [35]], fl.list(coded(fl.int64()))),
    owner: fl.columnFromArray([null, "Ada"], coded(fl.utf8())),
  };
  delete columns[drop];
  const table = fl.tableFromColumns(columns);
  table.schema.metadata = described ? new Map([["catalog", JSON.stringify({ version, facets })]]) : null;
  return fl.tableToIPC(table, { format: "file" });
}

test("columns are codes, values and labels", () => {
  const table = catalog.readTable(arrow(), fl);
  assert.equal(table.rows, 2);
  assert.deepEqual([table.id(0), table.id(1)], [1001, 9007199254740]);
  assert.deepEqual([table.name(0), table.hasPicture(0), table.hasPicture(1)], ["Über", true, false]);
  const [tag, place, owner] = table.columns;
  assert.deepEqual(tag.values, ["a", "b"]);
  assert.deepEqual([...tag.offsets], [0, 2, 2]);
  assert.deepEqual(place.values, ["34", "35"]);
  assert.deepEqual(place.labels, ["Plate one", "35"]);
  assert.equal(owner.offsets, null);
  assert.deepEqual([...owner.codes], [1, 0], "no owner is the code after the last");
});

test("a table read from a file filters and finds", () => {
  const engine = new catalog.Facets(catalog.readTable(arrow(), fl));
  engine.apply(new Map([["place", ["34"]]]), "");
  assert.deepEqual([...engine.counts("tag")], [1, 1, 0]);
  engine.apply(new Map(), "uber PLATE");
  assert.deepEqual(engine.rows(0, 9), [0]);
  engine.apply(new Map(), "ada");
  assert.deepEqual(engine.rows(0, 9), [1]);
});

test("a table that does not fit says so in a sentence", () => {
  assert.throws(() => catalog.readTable(arrow({ described: false }), fl), /does not say what its columns are/);
  assert.throws(() => catalog.readTable(arrow({ version: 2 }), fl), /version 2, and this page reads version 1/);
  assert.throws(() => catalog.readTable(arrow({ drop: "place" }), fl), /no column “place”/);
});

test("vendored scripts are the ones the README names", () => {
  const readme = bytesOf("vendor/README.md").toString("utf8");
  for (const file of ["flechette.min.js", "lunr.min.js"]) {
    const sum = createHash("sha256").update(bytesOf(`vendor/${file}`)).digest("hex");
    assert.match(readme, new RegExp(`\`${file}\`.*${sum}`), file);
  }
});
