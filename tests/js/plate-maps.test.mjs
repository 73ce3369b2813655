/** Plates in miniature: wells that are there, wells that are lit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./namespace.mjs";

const { PlateMaps, plateDots, litWells, plateLight } = load("fold", "plate-maps");

/** All at once, with small steps. */
const inPieces = async (total, work) => {
  for (let from = 0; from < total; from += 3) work(from, Math.min(from + 3, total));
  return true;
};

/** @param {[plate: string, row: number, column: number][]} images */
function mapsOf(images, labels = {}) {
  const values = [...new Set(images.map(([plate]) => plate).filter(Boolean))];
  const column = {
    values,
    labels: values.map((value) => labels[value] ?? value),
    parts: [{ codes: Uint8Array.from(images, ([plate]) => (plate ? values.indexOf(plate) : values.length)), sets: null, starts: null }],
  };
  const wells = { row: Int16Array.from(images, ([, row]) => row), column: Int16Array.from(images, ([, , column]) => column) };
  return new PlateMaps(column, wells);
}

const litOf = async (maps, rows, all) => {
  await maps.read(all, inPieces);
  return maps.lit(rows.length, (from, to) => rows.slice(from, to), inPieces);
};

test("wells of the result are lit, the others are dark, places without are bare", async () => {
  const images = [["7", 0, 0], ["7", 0, 1], ["7", 1, 2], ["7", 1, 2], ["", -1, -1], ["9", 3, 5]];
  const [plate, ...others] = await litOf(mapsOf(images), [1, 2, 3, 4], images.length);
  assert.deepEqual(others, []);
  assert.deepEqual([plate.rows, plate.columns, plate.images, plate.all], [2, 3, 3, 4]);
  assert.deepEqual([...plate.places], [1, 2, 0, 0, 0, 2]);
  assert.equal(litWells(plate), 2);
  assert.equal(plateDots(plate, plateLight.LIT), "M1 0h0M2 1h0");
  assert.equal(plateDots(plate, plateLight.DARK), "M0 0h0");
  assert.equal(plateDots(plate, plateLight.BARE), "M2 0h0M0 1h0M1 1h0");
});

test("a plate is drawn as the smallest made that holds its wells", async () => {
  const sizes = [];
  for (const [row, column] of [[0, 0], [1, 3], [7, 11], [8, 0], [15, 23], [31, 47], [32, 3]]) {
    const [{ rows, columns }] = await litOf(mapsOf([["1", row, column]]), [0], 1);
    sizes.push([rows, columns]);
  }
  assert.deepEqual(sizes, [[2, 3], [4, 6], [8, 12], [16, 24], [16, 24], [32, 48], [33, 4]]);
});

test("what no well is known of is counted and not drawn, nor is what is no plate", async () => {
  const [plate] = await litOf(mapsOf([["1", -1, -1], ["1", 0, 0]]), [0, 1], 2);
  assert.deepEqual([plate.images, litWells(plate)], [2, 1]);
  const [huge] = await litOf(mapsOf([["1", 32_000, 32_000]]), [0], 1);
  assert.deepEqual([huge.images, huge.places.length, plateDots(huge, plateLight.LIT)], [1, 0, ""]);
});

test("plates are in the natural order of their names", async () => {
  const images = [["1", 0, 0], ["2", 0, 0], ["3", 0, 0]];
  const plates = await litOf(mapsOf(images, { 1: "P10", 2: "P2", 3: "p1" }), [0, 1, 2], 3);
  assert.deepEqual(plates.map(({ code }) => code), [2, 1, 0]);
});

test("one result leaves no light for the next", async () => {
  const maps = mapsOf([["1", 0, 0], ["1", 0, 1]]);
  await litOf(maps, [0, 1], 2);
  const [plate] = await litOf(maps, [1], 2);
  assert.deepEqual([plate.images, ...plate.places.slice(0, 2)], [1, 1, 2]);
});

test("of an image on several plates the first counts", () => {
  const column = { values: ["5", "6"], labels: ["5", "6"], parts: [
    { codes: Uint8Array.from([0, 1, 2]), sets: Int32Array.from([1, 0, 0]), starts: Int32Array.from([0, 2, 2, 3]) },
    { codes: Uint8Array.from([2, 1, 2]), sets: null, starts: null },
  ] };
  const maps = new PlateMaps(column, { row: [], column: [] });
  assert.deepEqual([0, 1, 2].map((row) => maps.plateOf(row)), [1, 1, 0]);
});

test("work that ends early says so", async () => {
  const maps = mapsOf([["1", 0, 0]]);
  assert.equal(await maps.read(1, async () => false), false);
  await maps.read(1, inPieces);
  assert.equal(await maps.lit(1, () => [0], async () => false), null);
});
