/** The columns of the table view. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./namespace.mjs";

const { tableColumns, usualColumns, columnWidth } = load("table-columns");

const column = (facet, labels = ["a"], kind = "choice") => ({ facet, label: facet.replace("key:", ""), kind, unit: "", labels });

function engineOf(columns, search = []) {
  return { columns: new Map(columns.map((each) => [each.facet, each])), table: { search } };
}

test("every facet and every key that is only searched can be a column", () => {
  const engine = engineOf([column("tag"), column("dataset"), column("key:Dose", ["1"], "number")], [{ facet: "key:Barcode", label: "Barcode" }]);
  const columns = tableColumns(engine);
  assert.deepEqual(columns.map(({ facet, kind, isObject }) => [facet, kind, isObject]), [
    ["tag", "choice", false], ["dataset", "choice", true], ["key:Dose", "number", false], ["key:Barcode", "text", false],
  ]);
});

test("a table begins with the place, the tags, a few keys and the day", () => {
  const keys = Array.from({ length: 9 }, (_, i) => column(`key:K${i}`));
  const engine = engineOf([column("tag"), column("project"), column("plate"), column("acquired", ["2026-11-20"], "date"), ...keys], [{ facet: "key:Code", label: "Code" }]);
  assert.deepEqual(usualColumns(tableColumns(engine)), ["plate", "tag", "key:K0", "key:K1", "key:K2", "key:K3", "key:K4", "acquired"]);
  assert.deepEqual(usualColumns(tableColumns(engineOf([]))), []);
});

test("a column is as wide as what stands in it, within limits", () => {
  const wide = (labels, facet = "key:K") => columnWidth(engineOf([column(facet, labels)]), column(facet, labels));
  assert.equal(wide(["1"]), 8);
  assert.equal(wide(["a".repeat(15)]), 17);
  assert.equal(wide(["a".repeat(300)]), 28);
  assert.ok(wide(["1"], "key:Concentration") >= "Concentration".length, "a heading is not broken within a word");
  const text = { facet: "key:Barcode", label: "Barcode", kind: "text" };
  assert.ok(columnWidth(engineOf([]), text) >= 12);
});
