/** Numbers, days and ranges in words, and reading what people type. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./namespace.mjs";

const catalog = load("measures");

test("numbers have a printed minus, thin spaces, and no noise", () => {
  const written = [
    [0, "0"], [-0.5, "−0.5"], [2019, "2019"], [12345, "12\u2009345"], [1234567.25, "1\u2009234\u2009567.25"],
    [0.1 + 0.2, "0.3"], [3.2e-8, "3.2\u00a0×\u00a010⁻⁸"], [-1e21, "−1\u00a0×\u00a010²¹"],
  ]; // prettier-ignore
  for (const [number, text] of written) assert.equal(catalog.figure(number), text);
});

test("numbers are read as people type and paste them", () => {
  const read = [
    ["3", 3], [" 0,5 ", 0.5], ["−2", -2], ["1e-3", 0.001], ["12 345.6", 12345.6], ["0.1 µM", 0.1], ["1\u2009000", 1000],
    ["", null], ["µM", null], ["three", null], ["1,2,3", null], ["1.5,2", null], ["Infinity", null],
  ]; // prettier-ignore
  for (const [text, number] of read) assert.equal(catalog.readNumber(text, "µM"), number, text);
});

test("what is written is read again", () => {
  for (const number of [0, -0.5, 2019, 12345.678, 1e6]) assert.equal(catalog.readNumber(catalog.figure(number), ""), number);
});

test("ranges of numbers", () => {
  const dose = { kind: "number", unit: "µM" };
  assert.equal(catalog.rangeText(dose, "0.1", "1"), "0.1–1\u00a0µM");
  assert.equal(catalog.rangeText(dose, "0.1", ""), "from 0.1\u00a0µM");
  assert.equal(catalog.rangeText(dose, "", "1"), "up to 1\u00a0µM");
  assert.equal(catalog.rangeText(dose, "1", "1.0"), "1\u00a0µM");
  const warmth = { kind: "number", unit: "" };
  assert.equal(catalog.rangeText(warmth, "-5", "3"), "−5 to 3");
  assert.equal(catalog.rangeText(warmth, "cold", "3"), "cold to 3", "an address may say anything");
});

test("ranges of days, whole months and years by their short names", () => {
  const said = [
    ["2019-03-04", "2019-03-09", "2019-03-04 – 2019-03-09"], ["2019-03-04", "2019-03-04", "2019-03-04"],
    ["2019-03-01", "2019-03-31", "2019-03"], ["2024-02-01", "2024-02-29", "2024-02"], ["2023-02-01", "2023-02-28", "2023-02"],
    ["2024-02-01", "2024-02-28", "2024-02-01 – 2024-02-28"], ["2019-03-01", "2019-05-31", "2019-03 – 2019-05"],
    ["2019-01-01", "2019-12-31", "2019"], ["2019-01-01", "2021-12-31", "2019–2021"], ["2019-01-01", "", "from 2019-01-01"],
    ["", "2019-01-01", "until 2019-01-01"], ["soon", "later", "soon – later"],
  ]; // prettier-ignore
  for (const [min, max, text] of said) assert.equal(catalog.rangeText({ kind: "date", unit: "" }, min, max), text);
});

test("a year that is typed half is no day", () => {
  for (const text of ["", "0002-01-01", "0202-01-01", "2024-1-1", "2024-01"]) assert.equal(catalog.isDay(text), false);
  assert.equal(catalog.isDay("2024-01-01"), true);
});

test("a limit may name a month or a year", () => {
  assert.deepEqual(["2024", "2024-02", "2024-02-10"].map((limit) => catalog.dayOf(limit, false)), ["2024-01-01", "2024-02-01", "2024-02-10"]);
  assert.deepEqual(["2024", "2024-02", "2024-02-10"].map((limit) => catalog.dayOf(limit, true)), ["2024-12-31", "2024-02-29", "2024-02-10"]);
  for (const limit of ["", "soon", "20", "2024-2"]) assert.equal(catalog.dayOf(limit, true), "");
});
