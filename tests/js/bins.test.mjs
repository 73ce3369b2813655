/** The bars of numbers and days: every value under one, in order, and each bar a range that holds its values and no others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random } from "./namespace.mjs";

const catalog = load("measures", "bins");
const of = (numbers) => ({ kind: "number", values: numbers.map(String), numbers: Float64Array.from(numbers) });
const on = (days) => ({ kind: "date", values: days, numbers: null });

/** States what holds for any facet, and gives the number of bars. */
function check(column) {
  const { of: bar, bars } = catalog.binsOf(column);
  const isDate = column.kind === "date";
  const place = (text) => (isDate ? Date.parse(text) : Number(text));
  column.values.forEach((value, code) => {
    const known = isDate || !Number.isNaN(column.numbers[code]);
    assert.equal(code < bar.length, known);
    if (!known) return;
    if (code) assert.ok(bar[code] >= bar[code - 1]);
    const here = isDate ? place(value) : column.numbers[code];
    bars.forEach(({ min, max }, each) => {
      const isInside = min !== "" && here >= place(min) && here <= place(max);
      assert.equal(isInside, bar[code] === each, `${value} and the bar ${min} to ${max}`);
    });
  });
  assert.ok(bars.every(({ min, max }) => Boolean(min) === Boolean(max)));
  assert.ok(bars[0].min && bars[bars.length - 1].max, "the ends hold something");
  return bars.length;
}

test("few numbers have a bar each, evenly apart", () => {
  assert.equal(check(of([0, 1, 3, 24])), 4);
  assert.equal(check(of([0.001, 0.01, 0.1, 1, 10])), 5);
});

test("one number in two spellings has one bar", () => {
  assert.equal(check({ kind: "number", values: ["0.5", "0.50", "1"], numbers: Float64Array.from([0.5, 0.5, 1]) }), 2);
});

test("what is no number has no bar", () => {
  assert.equal(check({ kind: "number", values: ["1", "2", "unknown"], numbers: Float64Array.from([1, 2, NaN]) }), 2);
});

test("many numbers stand under bars of equal width", () => {
  const { of: bar } = catalog.binsOf(of(Array.from({ length: 240 }, (_, i) => i)));
  assert.equal(check(of(Array.from({ length: 240 }, (_, i) => i))), 24);
  const sizes = new Uint32Array(24);
  for (const each of bar) sizes[each]++;
  assert.ok(sizes.every((size) => size >= 9 && size <= 11), String(sizes));
});

test("orders of magnitude are drawn apart, with zero and below it, too", () => {
  const doses = Array.from({ length: 120 }, (_, i) => 1e-4 * 1.15 ** i);
  for (const numbers of [doses, [0, ...doses], [...doses.map((dose) => -dose).reverse(), 0, ...doses]]) {
    check(of(numbers));
    const used = new Set(catalog.binsOf(of(numbers)).of);
    assert.ok(used.size >= 16, `${used.size} bars used`);
  }
});

test("random numbers", () => {
  const below = random(11);
  for (let round = 0; round < 60; round++) {
    const numbers = Array.from({ length: 1 + below(200) }, () => (below(2) ? 1 : -1) * (below(1000) / 10) ** (1 + below(3)));
    check(of([...new Set(numbers.map((number) => number + 0))].sort((a, b) => a - b)));
  }
});

test("days, months, years and several years", () => {
  assert.equal(check(on(["2024-02-27", "2024-02-29", "2024-03-01"])), 4);
  assert.equal(check(on(["2024-01-15", "2024-01-31", "2024-12-31"])), 12);
  assert.equal(check(on(["2019-12-31", "2023-06-01", "2026-01-01"])), 8);
  assert.ok(check(on(["1920-05-01", "1999-01-01", "2026-01-01"])) <= 37);
  assert.deepEqual(catalog.binsOf(on(["2024-01-15", "2024-03-31"])).bars[1], { min: "2024-02-01", max: "2024-02-29" });
});
