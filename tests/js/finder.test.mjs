/** What the search box finds, with an index as lunr builds it without stemming and stop words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, run } from "./namespace.mjs";

run("vendor/lunr.min.js");
const catalog = load("fold", "finder");
const { lunr } = globalThis;

const DOCUMENTS = [
  ["page", "How to use this catalogue", "wiki/use.html", null, "Help"],
  ["project", "Mitosis screen", "projects/12.html", 300, ""],
  ["dataset", "img-1000007", "datasets/34.html", 48, "Mitosis screen"],
  ["tag", "CAN", "tags/45.html", 3, "Genes"],
  ["tag", "WAS", "tags/46.html", 4, "Genes"],
  ["tag", "CD4+", "tags/47.html", 9, null],
  ["key", "cell type", "keys/cell-type-12345678.html", 300, ""],
  ["value", "CD4+ T cell", "keys/cell-type-12345678.html", 20, "cell type"],
  ["value", "HeLa", "keys/cell-type-12345678.html", 70, "cell type"],
  ["value", "HeLa Kyoto", "keys/cell-type-12345678.html", 80, "cell type"],
  ["value", "a*b:c", "keys/x-00000034.html", 1, "x"],
  ["tag", "Zürich", "tags/48.html", 2, null],
  ["tag", "in mitosis", "tags/49.html", 2, null],
  ["value", "34", "keys/passage-0a0b0c0d.html", 5, "passage"],
];

function data() {
  const builder = new lunr.Builder();
  builder.ref("id");
  builder.field("title");
  DOCUMENTS.forEach(([, title], id) => builder.add({ id: String(id), title }));
  return { version: 1, documents: DOCUMENTS, index: JSON.parse(JSON.stringify(builder.build())), images: [[100, 5], [123, 1], [900, 100]] };
}

const finder = new catalog.Finder(data(), lunr);
const titles = (typed, limit = 12) => finder.find(typed, limit).map(({ title }) => title);

test("the very title comes first, then its beginning, then its words, then its parts", () => {
  assert.deepEqual(titles("hela"), ["HeLa", "HeLa Kyoto"]);
  assert.deepEqual(titles("mitosis"), ["Mitosis screen", "in mitosis", "img-1000007"]);
  assert.deepEqual(titles("itosi"), ["in mitosis", "Mitosis screen", "img-1000007"]);
});

test("names of genes that are English words", () => {
  assert.deepEqual(titles("can"), ["CAN"]);
  assert.deepEqual(titles("WAS"), ["WAS"]);
});

test("accents and case do not matter", () => {
  for (const typed of ["zurich", "ZÜRICH", "Zu\u0308r"]) assert.deepEqual(titles(typed), ["Zürich"]);
});

test("what is typed is literal", () => {
  assert.deepEqual(titles("img-1000007"), ["img-1000007"]);
  assert.deepEqual(titles("img-1000008"), []);
  assert.deepEqual(titles("CD4+"), ["CD4+", "CD4+ T cell"]);
  assert.deepEqual(titles("a*b:c"), ["a*b:c"]);
  for (const typed of ["*", "+", "title:hela", "-hela", "hela~1", "^", "***", "+ - *", "(", "\\"]) assert.ok(Array.isArray(titles(typed)), typed);
  assert.deepEqual(titles("title:hela"), []);
  assert.deepEqual(titles("  "), []);
});

test("words of title and context together", () => {
  assert.deepEqual(titles("cell type hela"), ["HeLa", "HeLa Kyoto"]);
});

test("a number finds what has that id, and text that is that number", () => {
  assert.deepEqual(finder.find("34", 12).map(({ url }) => url), ["datasets/34.html", "keys/passage-0a0b0c0d.html"]);
  assert.deepEqual(finder.find("#123", 12).map(({ kind, url }) => [kind, url]), [["image", "images/123.html"]]);
  assert.deepEqual(titles("dataset:34"), ["img-1000007"]);
  assert.deepEqual(titles("image-100"), ["Image 100"]);
  assert.deepEqual(titles("project|12"), ["Mitosis screen"]);
  assert.deepEqual(titles("image:12"), []);
});

test("runs of image ids", () => {
  const has = (id) => finder.hasImage(id);
  assert.deepEqual([99, 100, 104, 105, 122, 123, 124, 900, 999, 1000].map(has), [false, true, true, false, false, true, false, true, true, false]);
  assert.equal(new catalog.Finder({ version: 1, documents: [] }).hasImage(1), false);
});

test("one wrong letter is forgiven where nothing else is found", () => {
  assert.deepEqual(titles("mitozis"), ["Mitosis screen", "in mitosis"]);
});

test("without lunr titles and ids are found still", () => {
  const plain = new catalog.Finder({ ...data(), index: null });
  assert.deepEqual(plain.find("hela", 12).map(({ title }) => title), ["HeLa", "HeLa Kyoto"]);
  assert.deepEqual(plain.find("12", 12).map(({ title }) => title)[0], "Mitosis screen");
});

test("the limit holds, and a newer index is refused", () => {
  assert.equal(titles("e", 2).length, 2);
  assert.throws(() => new catalog.Finder({ version: 2, documents: [] }), /newer/);
});
