/** Sets of rows against JavaScript's own sets, and counting against counting by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ENGINE, load, random } from "./namespace.mjs";

const catalog = load(...ENGINE);
const { Bits } = catalog;

const SIZES = [0, 1, 31, 32, 33, 64, 100, 1000];

/** A set of rows twice: as bits and as they are. */
function randomSet(next, rows) {
  const bits = new Bits(rows);
  const set = new Set();
  const share = next(101);
  for (let row = 0; row < rows; row++) {
    if (next(100) >= share) continue;
    bits.put(row);
    set.add(row);
  }
  return { bits, set };
}

const all = (rows) => Array.from({ length: rows }, (_, row) => row);

/** Everything that a set of rows tells. */
function same(bits, set, rows) {
  const expected = all(rows).filter((row) => set.has(row));
  assert.equal(bits.size, expected.length);
  for (const [flip, wanted] of [[0, expected], [-1, all(rows).filter((row) => !set.has(row))]]) {
    const list = new Int32Array(wanted.length + 40).fill(-7);
    assert.equal(bits.list(list, flip), wanted.length);
    assert.deepEqual([...list.subarray(0, wanted.length)], wanted);
    assert.ok(list.subarray(wanted.length).every((row) => row === -7), "nothing is written beyond the last");
  }
  for (let row = 0; row <= rows; row++) {
    assert.equal(bits.rank(row), expected.filter((each) => each < row).length);
    if (row < rows) assert.equal(bits.has(row), set.has(row));
  }
  for (const [from, to] of [[0, 3], [0, 1e9], [5, 5], [7, 40], [expected.length - 1, expected.length + 3], [expected.length, 1e9]]) {
    assert.deepEqual(bits.rowsBetween(Math.max(0, from), to), expected.slice(Math.max(0, from), to), `${from} to ${to}`);
  }
}

for (const rows of SIZES) {
  test(`sets among ${rows} rows`, () => {
    const next = random(rows + 1);
    for (let round = 0; round < 6; round++) {
      const [one, other] = [randomSet(next, rows), randomSet(next, rows)];
      same(one.bits, one.set, rows);
      const both = all(rows).filter((row) => one.set.has(row) && other.set.has(row));
      assert.equal(one.bits.common(other.bits), both.length);
      same(one.bits.copy().keep(other.bits), new Set(both), rows);
      same(one.bits.copy().drop(other.bits), new Set([...one.set].filter((row) => !other.set.has(row))), rows);
      same(one.bits.copy().add(other.bits), new Set([...one.set, ...other.set]), rows);
      same(one.bits.not(), new Set(all(rows).filter((row) => !one.set.has(row))), rows);
      same(one.bits, one.set, rows);
      const [from, to] = [next(rows + 1), next(rows + 1)];
      const filled = one.bits.copy();
      filled.fill(from, to);
      same(filled, new Set([...one.set, ...all(rows).filter((row) => row >= from && row < to)]), rows);
    }
    same(Bits.full(rows), new Set(all(rows)), rows);
  });
}

/** @param {(next: (below: number) => number, row: number) => number} make */
function counted(rows, values, make) {
  const next = random(rows + values);
  const codes = Uint16Array.from({ length: rows }, (_, row) => make(next, row));
  const names = Array.from({ length: values }, (_, code) => String(code));
  const column = { facet: "x", label: "x", kind: "choice", values: names, labels: names, numbers: null, unit: "", groups: [], parts: [{ codes, sets: null, starts: null }] };
  const index = new catalog.ColumnIndex(column, rows);
  const counter = new catalog.Counter(rows);
  for (let round = 0; round < 8; round++) {
    const { bits } = randomSet(next, rows);
    const expected = new Int32Array(values + 1);
    for (let row = 0; row < rows; row++) if (bits.has(row)) expected[codes[row]]++;
    assert.deepEqual(counter.count(index, bits, next(2) === 0), expected);
    assert.deepEqual(counter.count(index, bits, next(2) === 0), expected, "from the list made before");
  }
}

test("few values of many rows are counted", () => counted(5003, 3, (next) => next(4)));
test("many values of many rows are counted", () => counted(5003, 3000, (next) => next(3001)));
test("runs of rows are counted", () => counted(5003, 40, (_, row) => Math.floor(row / 131) % 41));

test("runs are found in columns of any width, wherever they lie", () => {
  const next = random(3);
  for (const [Codes, most] of [[Uint8Array, 200], [Uint16Array, 60_000], [Uint32Array, 4_000_000_000]]) {
    for (let turn = 0; turn < 60; turn++) {
      const [length, mean] = [next(400), 1 + next(60)];
      // In a buffer that is another's too, as in the file, at the beginning of a word or within one.
      const codes = new Codes(new ArrayBuffer(2000 + 4 * length), Codes.BYTES_PER_ELEMENT * next(5), length);
      let code = next(most);
      for (let row = 0; row < length; row++) codes[row] = next(mean) ? code : (code = next(most));
      const starts = [...codes.keys()].filter((row) => row === 0 || codes[row] !== codes[row - 1]);
      const { runs } = new catalog.ColumnIndex({ facet: "f", values: [], parts: [{ codes, sets: null, starts: null }] }, length).parts[0];
      if (length && starts.length * 8 <= length) assert.deepEqual([...runs], [...starts, length]);
      else assert.equal(runs, null);
    }
  }
});
