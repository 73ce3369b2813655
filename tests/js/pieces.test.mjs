/** Long work in pieces, between which other work is done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./namespace.mjs";

const { inPieces } = load("pieces");

const spend = (milliseconds) => {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
};

test("everything is done once, in order, and other work gets its turn", async () => {
  const done = [];
  const told = [];
  let turns = 0;
  const turn = () => {
    turns++;
    timer = setTimeout(turn);
  };
  let timer = setTimeout(turn);
  const isDone = await inPieces(20, 3, (from, to) => {
    for (let i = from; i < to; i++) done.push(i);
    spend(8);
  }, (so_far) => void told.push(so_far));
  clearTimeout(timer);
  assert.equal(isDone, true);
  assert.deepEqual(done, Array.from({ length: 20 }, (_, i) => i));
  assert.ok(turns >= 2, `${turns} turns of other work`);
  assert.equal(told.at(-1), 20);
  assert.ok(told.length > 2);
});

test("it ends where it is told to", async () => {
  let done = 0;
  assert.equal(await inPieces(1000, 1, () => { done++; spend(13); }, (so_far) => so_far < 3), false);
  assert.equal(done, 3);
});

test("nothing is done at once", async () => {
  assert.equal(await inPieces(0, 5, () => assert.fail()), true);
});
