/** The explorer's addresses: read, written, and the changes between. The grammar is `docs/addresses.md`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random } from "./namespace.mjs";

const { query } = load("query");

const plain = ({ choices, text, page }) => ({ choices: [...choices], text, page });

test("the example of the documentation", () => {
  const state = query.parse("?tag=Compound%20A&tag=3+h&dataset=34&key:cell%20type=HeLa&q=mitosis&page=2");
  assert.deepEqual(plain(state), {
    choices: [["tag", ["Compound A", "3 h"]], ["dataset", ["34"]], ["key:cell type", ["HeLa"]]],
    text: "mitosis",
    page: 2,
  });
  assert.equal(query.format(state), "tag=Compound+A&tag=3+h&dataset=34&key:cell+type=HeLa&q=mitosis&page=2");
});

test("links as other programs encode them read the same", () => {
  for (const address of ["key%3Acell+type=CD4%2B+T", "#key:cell%20type=CD4%2B%20T", "?key:cell+type=CD4%2b+T&v=1"]) {
    assert.deepEqual(plain(query.parse(address)).choices, [["key:cell type", ["CD4+ T"]]]);
  }
});

test("nonsense is read as nothing", () => {
  for (const address of ["", "?", "#", "&&", "=x", "page=0", "page=-1", "page=1e9", "page=x", "q=", "%", "%E0%A4%A"]) {
    const state = query.parse(address);
    assert.equal(state.page, 1, address);
    assert.equal(state.text, "", address);
  }
  assert.deepEqual(plain(query.parse("tag=%FF")).choices, [["tag", ["\ufffd"]]]);
});

test("what networks hang on links is no facet; an unknown facet stays", () => {
  const state = query.parse("utm_source=mail&fbclid=1&gclid=2&key:unknown=x&colour=red");
  assert.deepEqual(plain(state).choices, [["key:unknown", ["x"]], ["colour", ["red"]]]);
});

test("an empty value is a value, a repeated one counts once", () => {
  assert.deepEqual(plain(query.parse("key:x=&key:x=&key:x=a")).choices, [["key:x", ["", "a"]]]);
});

test("a newer grammar is told", () => {
  assert.equal(query.parse("v=2&tag=a").version, 2);
  assert.equal(query.parse("tag=a").version, 1);
});

test("any text goes into an address and comes back", () => {
  const next = random(7);
  const alphabet = ["a", " ", "&", "=", "+", "%", "#", "?", "/", ":", ";", ",", "'", '"', "<", "é", "µ", "😀", "نسيج", "\n", "~", "(", "*", "\\"];
  const text = () => Array.from({ length: next(12) }, () => alphabet[next(alphabet.length)]).join("");
  for (let i = 0; i < 500; i++) {
    let state = query.empty();
    for (let choice = 0; choice < 4; choice++) state = query.toggle(state, `key:${text()}`, text());
    state = query.withPage(query.withText(state, text().trim()), 1 + next(3));
    const address = query.format(state);
    assert.match(address, /^[\w:,/@.%+&=-]*$/);
    assert.deepEqual(plain(query.parse("?" + address)), plain(state));
    assert.deepEqual(plain(query.parse("#" + address)), plain(state));
  }
});

test("half a surrogate does not break an address", () => {
  assert.equal(query.format(query.toggle(query.empty(), "tag", "a\ud800")), "tag=a%EF%BF%BD");
});

test("changes leave the old state alone and go to the first page", () => {
  const before = query.parse("tag=a&page=3");
  const after = query.toggle(before, "tag", "b");
  assert.deepEqual(plain(before), { choices: [["tag", ["a"]]], text: "", page: 3 });
  assert.deepEqual(plain(after), { choices: [["tag", ["a", "b"]]], text: "", page: 1 });
  assert.deepEqual(plain(query.toggle(query.toggle(after, "tag", "a"), "tag", "b")).choices, []);
  assert.deepEqual(plain(query.without(after, "tag")).choices, []);
  assert.equal(query.isEmpty(query.empty()), true);
  assert.equal(query.isEmpty(query.withText(query.empty(), "  ")), true);
  assert.equal(query.isEmpty(after), false);
});
