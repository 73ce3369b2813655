/** Which values of a facet come first: against sorting all of them by hand, and by the words that somebody typed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random } from "./namespace.mjs";

const catalog = load("fold", "text-search", "facet-order");
const order = (values, more = {}) => new catalog.FacetOrder({ kind: "choice", values, labels: values, groups: [], ...more });
const named = (size) => Array.from({ length: size }, (_, i) => `value ${i}`);

test("those of most images, then as the catalogue has them, after what is asked for", () => {
  const below = random(5);
  for (let round = 0; round < 200; round++) {
    const size = 3 + below(40);
    const counts = Int32Array.from({ length: size + 1 }, () => below(6));
    const marked = new Map(Array.from({ length: below(4) }, () => [below(size), "any"]));
    const codes = below(2) ? undefined : Array.from({ length: size }, (_, i) => i).filter(() => below(3));
    const facet = order(named(size));
    const allowed = codes ?? facet.all;
    const wanted = 1 + below(size);
    const asked = [...marked.keys()].filter((code) => allowed.includes(code));
    const others = allowed.filter((code) => !marked.has(code)).sort((a, b) => counts[b] - counts[a] || a - b);
    const expected = [...asked, ...others].slice(0, Math.max(wanted, asked.length));
    assert.deepEqual(facet.first(allowed, counts, marked, wanted), expected);
  }
});

test("numbers and days stand in their own order, those of most images among them", () => {
  const facet = order(named(9), { kind: "number" });
  const counts = Int32Array.from([1, 9, 2, 8, 3, 7, 4, 6, 5, 0]);
  assert.deepEqual(facet.first(facet.all, counts, new Map([[8, "any"]]), 4), [8, 1, 3, 5]);
});

test("yes before no, whichever has more", () => {
  const counts = Int32Array.from([5, 1, 0]);
  for (const [values, expected] of [[["no", "Yes"], [1, 0]], [["FALSE", "true"], [1, 0]], [["yes", "no"], [0, 1]]]) {
    const facet = order(values);
    assert.deepEqual(facet.first(facet.all, counts, new Map([[0, "any"]]), 2), expected);
    assert.deepEqual(facet.first([0], counts, new Map(), 1), [0]);
  }
  const facet = order(["yes", "false"]);
  assert.deepEqual(facet.first(facet.all, counts, new Map(), 2), [0, 1]);
});

test("how many stand open", () => {
  assert.deepEqual([0, 5, 6, 7].map((size) => order(named(50)).lengthOf(size)), [0, 5, 6, 5]);
  assert.equal(order(named(50), { kind: "number" }).lengthOf(50), 5);
  assert.equal(order(named(201), { kind: "number" }).lengthOf(201), 0);
  assert.equal(order(named(50), { kind: "date" }).lengthOf(50), 0);
  assert.equal(order(named(3), { kind: "date" }).lengthOf(3), 3);
});

test("words are found in values and in what they are grouped under", () => {
  const groups = [{ label: "Behandlung", value: "1", codes: [0, 1] }];
  const facet = order(["Müller A", "Compound", "müller b"], { groups });
  const found = (text) => facet.matching(catalog.words(text));
  assert.deepEqual(found("muller"), [0, 2]);
  assert.deepEqual(found("behandlung"), [0, 1]);
  assert.deepEqual(found("behand muller"), [0]);
  assert.deepEqual(found("nothing"), []);
  assert.equal(found(""), facet.all);
});
