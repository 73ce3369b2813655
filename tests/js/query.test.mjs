/** The explorer's addresses: read, written, and the changes between. The grammar is `docs/addresses.md`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random } from "./namespace.mjs";

const { query } = load("query");

const NEVER = { any: [], all: [], none: [], has: false, lacks: false, min: "", max: "" };

/** Version 1's part of a state: values of which one must be there, words, page. */
const plain = ({ choices, text, page }) => ({ choices: [...choices].map(([facet, { any }]) => [facet, any]), text, page });

/** All of a state but the version it was read from. */
const whole = ({ version, ...state }) => ({ ...state, choices: [...state.choices] });

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
  assert.equal(query.parse("v=3&tag=a").version, 3);
  assert.equal(query.parse("tag=a").version, 1);
  assert.equal(query.VERSION, 2);
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
    assert.deepEqual(whole(query.parse("?" + address)), whole(state));
    assert.deepEqual(whole(query.parse("#" + address)), whole(state));
  }
});

test("any state goes into an address and comes back", () => {
  const next = random(11);
  const one = (list) => list[next(list.length)];
  const texts = (most) => [...new Set(Array.from({ length: next(most) }, () => one(["a", "", "b c", "all:x", "-1", "µ&=", "not:", "\n"])))];
  const FACETS = ["tag", "key:a", "key:all:tag", "key:-b", "key:min:x", "acquired", "key:"];
  for (let i = 0; i < 1000; i++) {
    let state = query.empty();
    for (let choice = next(4); choice > 0; choice--) {
      const limit = () => one(["", "", "1.5", "-3", "2026-11-20"]);
      const chosen = { any: texts(3), all: texts(3), none: texts(3), has: next(3) === 0, lacks: next(3) === 0, min: limit(), max: limit() };
      state = query.withChoice(state, one(FACETS), chosen);
    }
    state = query.withSort(state, one(["", "name", "-name", "acquired", "key:a", "-key:-b"]));
    state = query.withGroups(state, [one(FACETS), one(FACETS), "tag set:µ"].slice(0, next(4)));
    state = query.withView(state, one(["grid", "table", "plates", "nonsense"]));
    state = query.withColumns(state, [one(FACETS), one(FACETS)].slice(0, next(3)));
    state = query.withPage(query.withText(state, one(["", "", "w x"])), 1 + next(3));
    const address = query.format(state);
    const again = query.parse(address);
    assert.deepEqual(whole(again), whole(state), address);
    assert.equal(query.format(again), address);
    assert.equal(again.version, /(^|&)v=2$/.test(address) ? 2 : 1);
  }
});

test("the examples of version 2 of the documentation", () => {
  const address = "all:tag=Compound+A&all:tag=3+h&not:key:cell+type=HeLa&has=key:dose&min:key:dose=1.5&max:key:dose=3&lacks=plate&sort=-acquired&group=tag+set:Treatment&group=dataset&view=table&col=key:dose&col=owner&v=2";
  const state = query.parse(address);
  assert.deepEqual(whole(state), {
    choices: [
      ["tag", { ...NEVER, all: ["Compound A", "3 h"] }],
      ["key:cell type", { ...NEVER, none: ["HeLa"] }],
      ["key:dose", { ...NEVER, has: true, min: "1.5", max: "3" }],
      ["plate", { ...NEVER, lacks: true }],
    ],
    text: "",
    page: 1,
    sort: "-acquired",
    groups: ["tag set:Treatment", "dataset"],
    view: "table",
    columns: ["key:dose", "owner"],
  });
  assert.equal(query.format(state), address);
});

test("the version is written where a reader of version 1 would not understand, and there alone", () => {
  for (const address of ["", "tag=a&tag=b&q=x&page=2", "acquired=2026-11-20"]) assert.equal(query.format(query.parse(address)), address);
  for (const address of ["not:tag=a", "all:tag=a", "has=tag", "lacks=tag", "min:key:x=1", "max:key:x=1", "sort=name", "group=tag", "view=table", "col=tag"]) {
    assert.equal(query.format(query.parse(address)), `${address}&v=2`);
  }
});

test("nonsense of version 2 is read as nothing", () => {
  for (const address of ["has=", "lacks=", "min:key:x=", "max:key:x=+", "all:=x", "not:=", "min:=1", "sort=", "group=", "view=", "view=cube", "col=", "view=grid"]) {
    assert.deepEqual(whole(query.parse(address)), whole(query.empty()), address);
  }
});

test("a facet's choice is asked for and given", () => {
  const state = query.parse("tag=a&not:tag=b");
  assert.deepEqual(query.choice(state, "tag"), { ...NEVER, any: ["a"], none: ["b"] });
  assert.deepEqual(query.choice(state, "owner"), NEVER);
  const after = query.withChoice(query.withPage(state, 4), "tag", { ...query.choice(state, "tag"), any: [] });
  assert.equal(query.format(after), "not:tag=b&v=2");
  assert.equal(query.format(query.withChoice(after, "tag", NEVER)), "");
  assert.deepEqual(query.choice(state, "tag"), { ...NEVER, any: ["a"], none: ["b"] }, "the old one is as it was");
});

test("a value is asked for in one way at a time", () => {
  let state = query.empty();
  const steps = [
    ["a", "any", "tag=a"],
    ["a", "none", "not:tag=a&v=2"],
    ["b", "none", "not:tag=a&not:tag=b&v=2"],
    ["a", "all", "all:tag=a&not:tag=b&v=2"],
    ["b", undefined, "tag=b&all:tag=a&v=2"],
    ["a", "all", "tag=b"],
    ["b", "any", ""],
  ];
  for (const [value, mode, address] of steps) {
    state = query.toggle(query.withPage(state, 3), "tag", value, mode);
    assert.equal(query.format(state), address);
  }
});

test("how it is shown keeps the page, what is chosen does not", () => {
  const state = query.parse("tag=a&page=3");
  for (const after of [query.withSort(state, "name"), query.withGroups(state, ["tag"]), query.withView(state, "table"), query.withColumns(state, ["tag"])]) assert.equal(after.page, 3);
  for (const after of [query.without(state, "tag"), query.withText(state, "x"), query.toggle(state, "tag", "b", "none")]) assert.equal(after.page, 1);
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
