/** Where one is in a list that is longer than a browser can scroll. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random } from "./namespace.mjs";

const { ScrollMap, Follower } = load("scroll-map");

const VIEW = 900;
const LONG = 130_000_000;

test("a list that fits stands as it is", () => {
  const map = new ScrollMap(14_999_999, VIEW);
  assert.equal(map.height, 14_999_999);
  for (const scroll of [-200, 0, 1, 7_654_321, 14_999_099, 14_999_999]) {
    assert.equal(map.place(scroll), scroll);
    assert.equal(map.scroll(scroll), scroll);
  }
});

test("a longer one is squeezed in its middle, whole at its ends", () => {
  const map = new ScrollMap(LONG, VIEW);
  assert.equal(map.height, 15_000_000);
  const most = map.height - VIEW;
  assert.deepEqual([-100, 0, 99_999].map((scroll) => map.place(scroll)), [-100, 0, 99_999]);
  assert.deepEqual([most, most - 5000, most + 300].map((scroll) => map.place(scroll)), [LONG - VIEW, LONG - VIEW - 5000, LONG - VIEW + 300]);
  assert.ok(Math.abs(map.place(most / 2) / (LONG - VIEW) - 0.5) < 0.01, "half way is half way");
  let before = -Infinity;
  for (let scroll = 0; scroll <= most; scroll += 997) {
    const place = map.place(scroll);
    assert.ok(place > before, "further down is further down");
    assert.ok(Math.abs(map.scroll(place) - scroll) < 0.001, "the way back");
    before = place;
  }
});

test("by wheel and finger the list moves as far as one scrolls, wherever one is", () => {
  const next = random(7);
  for (const start of [0, 50_000, 99_000, 7_000_000, 14_880_000, 14_990_000]) {
    const follower = new Follower(new ScrollMap(LONG, VIEW));
    let scroll = start;
    let place = follower.follow(scroll);
    for (let i = 0; i < 50; i++) {
      const way = next(600) - 250;
      scroll = Math.min(Math.max(scroll + way, 1), 14_999_000);
      const moved = scroll - follower.scroll;
      const now = follower.follow(scroll);
      assert.ok(Math.abs(now - place - moved) < 1e-6, `from ${start}`);
      place = now;
    }
  }
});

test("by the scroll bar it leaps to what the bar shows; at rest the bar shows what is seen", () => {
  const map = new ScrollMap(LONG, VIEW);
  const follower = new Follower(map);
  follower.follow(10);
  assert.equal(follower.follow(9_000_000), map.place(9_000_000));
  for (let i = 1; i <= 20; i++) follower.follow(9_000_000 + 300 * i);
  const { place } = follower;
  assert.ok(Math.abs(place - map.place(9_000_000) - 6000) < 1e-6);
  const settled = follower.settled();
  assert.ok(settled < 9_006_000 && settled > 9_000_000, "the list was scrolled less than the squeezed bar says");
  follower.scroll = settled;
  assert.equal(follower.follow(settled), place, "setting the bar right moves nothing");
});

test("the ends are the ends, however one comes there", () => {
  const follower = new Follower(new ScrollMap(LONG, VIEW));
  follower.follow(7_000_000);
  follower.follow(7_000_500);
  assert.equal(follower.follow(0), 0);
  assert.equal(follower.follow(15_000_000 - VIEW), LONG - VIEW);
  follower.place = 400;
  follower.scroll = 120;
  assert.equal(follower.follow(-20), -20);
});

test("going to a place is being there", () => {
  const follower = new Follower(new ScrollMap(LONG, VIEW));
  for (const place of [0, 77, 5_000_000, 64_000_000, LONG - VIEW]) {
    const scroll = follower.goTo(place);
    assert.ok(Math.abs(follower.follow(scroll) - place) < 1e-6);
  }
});
