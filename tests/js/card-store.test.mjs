/** Chunks of cards: loaded when they are needed, a few at a time, what is wanted last. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./namespace.mjs";

const { CardStore } = load("card-store");

const SIZE = 10;

/** A store whose loads end when the test says so. */
function storeOf(size = SIZE) {
  /** @type {{name: string, format: string, end: (fails?: boolean) => void}[]} */
  const asked = [];
  const forgotten = [];
  const store = new CardStore(
    size,
    (name, format) =>
      new Promise((resolve, reject) => {
        const number = Number(name.split("/").at(-1));
        const rows = Array.from({ length: size }, (_, i) => number * size + i);
        const chunk = { id: rows.map((row) => 1000 + row), name: rows.map((row) => `image ${row}`), picture: rows.map((row) => row % 2), preview: rows.map((row) => row % 3 && row % 2) };
        asked.push({ name, format, end: (fails = false) => (fails ? reject(new Error("lost")) : resolve(chunk)) });
      }),
    (name) => forgotten.push(name),
  );
  return { store, asked, forgotten };
}

const soon = () => new Promise((resolve) => setTimeout(resolve));

test("a row's card is there when its chunk is", async () => {
  const { store, asked, forgotten } = storeOf();
  const arrived = [];
  store.arrived = (problem) => arrived.push([problem, store.get(23)?.name]);
  assert.equal(store.get(23), null);
  store.want([20, 23, 29]);
  assert.deepEqual(asked.map(({ name, format }) => [name, format]), [["cards/0/2", "json.gz"]]);
  asked[0].end();
  await soon();
  assert.deepEqual(arrived, [[null, "image 23"]]);
  assert.deepEqual(store.get(23), { id: 1023, name: "image 23", hasPicture: true, hasPreview: true });
  assert.deepEqual(store.get(21), { id: 1021, name: "image 21", hasPicture: true, hasPreview: false });
  assert.deepEqual(forgotten, ["cards/0/2"], "the loader need not keep it, too");
  store.want([25]);
  assert.equal(asked.length, 1, "what is there is not asked for again");
});

test("a thousand chunks are in a folder", () => {
  const { store, asked } = storeOf();
  store.want([9_999, 10_000, 25_004]);
  assert.deepEqual(asked.map(({ name }) => name), ["cards/0/999", "cards/1/1000", "cards/2/2500"]);
});

test("what was scrolled past is not loaded", async () => {
  const { store, asked } = storeOf();
  store.want(Array.from({ length: 40 }, (_, i) => i * SIZE));
  assert.equal(asked.length, 6, "a few at a time");
  store.want([900]);
  for (const { end } of asked.slice()) end();
  await soon();
  assert.deepEqual(asked.slice(6).map(({ name }) => name), ["cards/0/90"]);
});

test("what was lost is asked for when it is wanted again, not before", async () => {
  const { store, asked } = storeOf();
  const problems = [];
  store.arrived = (problem) => {
    problems.push(problem?.message);
    store.want([5]); // as a view does, that draws what has come
  };
  store.want([5]);
  asked[0].end(true);
  await soon();
  assert.deepEqual(problems, ["lost"]);
  assert.equal(asked.length, 1);
  store.want([5]);
  assert.equal(asked.length, 2);
  asked[1].end();
  await soon();
  assert.equal(store.get(5).name, "image 5");
});

test("a single card comes out of turn, once", async () => {
  const { store, asked } = storeOf();
  const both = Promise.all([store.card(7), store.card(8)]);
  assert.equal(asked.length, 1);
  asked[0].end();
  assert.deepEqual((await both).map(({ id }) => id), [1007, 1008]);
});

test("old chunks are let go, those in use are not", async () => {
  const { store, asked } = storeOf(1);
  for (let row = 0; row < 450; row++) {
    store.want([row]);
    asked.at(-1).end();
    await soon();
    assert.ok(store.get(0), "looked at all the time");
  }
  assert.equal(store.chunks.size, 400);
  assert.equal(store.get(1), null);
  assert.ok(store.get(449));
});

test("an id is known from its card or from all ids", async () => {
  const { store, asked } = storeOf();
  assert.equal(store.id(3), undefined);
  store.want([3]);
  asked[0].end();
  await soon();
  assert.equal(store.id(3), 1003);
  const given = { tableFromIPC: () => ({ getChild: () => ({ data: [{ values: BigInt64Array.from([9n, 8n, 7n, 2n ** 52n]) }] }) }) };
  const ids = store.loadIds(given);
  assert.deepEqual([asked[1].name, asked[1].format], ["ids", "arrow.gz"]);
  asked[1].end();
  await ids;
  assert.deepEqual([0, 3].map((row) => store.id(row)), [9, 2 ** 52]);
});
