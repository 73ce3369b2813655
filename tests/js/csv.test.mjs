/** CSV: read back by a reader of RFC 4180, and harmless in a spreadsheet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random } from "./namespace.mjs";

const catalog = load("csv");

/** A reader by the letter of RFC 4180. */
function read(text) {
  const rows = [];
  let row = [];
  for (let at = 0; at < text.length; ) {
    const [all, quoted, plain, end] = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y.exec(text.slice(at)) ?? assert.fail(`no field at ${at} of ${JSON.stringify(text)}`);
    row.push(quoted === undefined ? plain : quoted.replace(/""/g, '"'));
    at += all.length;
    if (end === "\r\n") {
      rows.push(row);
      row = [];
    }
  }
  assert.deepEqual(row, [], "the last line is ended");
  return rows;
}

test("any text comes back, but for a sign before formulas", () => {
  const next = random(6);
  const alphabet = ["a", " ", ",", '"', "\n", "\r", "\t", "=", "+", "-", "@", "'", "1", ".", ";", "é", "😀", "نسيج"];
  for (let i = 0; i < 500; i++) {
    const width = 1 + next(4);
    const rows = Array.from({ length: next(4) }, () => Array.from({ length: width }, () => Array.from({ length: next(6) }, () => alphabet[next(alphabet.length)]).join("")));
    const again = read(catalog.csv(rows));
    assert.equal(again.length, rows.length);
    rows.flat().forEach((text, place) => {
      const back = again.flat()[place];
      assert.ok(back === text || back === `'${text}`, JSON.stringify([text, back]));
      assert.ok(!/^[=+\-@\t\r]/.test(back) || Number.isFinite(Number(back)), back);
    });
  }
});

test("formulas are defused, numbers stay", () => {
  const pairs = [
    ["=1+1", "'=1+1"],
    ["+SUM(A1)", "'+SUM(A1)"],
    ["-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"],
    ["@x", "'@x"],
    ["\tx", "'\tx"],
    ["-", "'-"],
    ["-1.5", "-1.5"],
    ["+3", "+3"],
    ["-1e-9", "-1e-9"],
    ["-.5", "-.5"],
    ["-1-1", "'-1-1"],
    ["1=1", "1=1"],
    ["a", "a"],
    ["", ""],
  ];
  for (const [text, field] of pairs) assert.equal(catalog.csv([[text]]), `${field}\r\n`);
  assert.equal(catalog.csv([["\rx"]]), '"\'\rx"\r\n');
});

test("what would end a field is quoted, and nothing stands before the first", () => {
  assert.equal(catalog.csv([["id", "a,b"], ['say "hi"', "two\nlines"]]), 'id,"a,b"\r\n"say ""hi""","two\nlines"\r\n');
  assert.equal(catalog.csv([]), "");
});
