import assert from "node:assert/strict";
import { test } from "node:test";
import { load, random } from "./namespace.mjs";

const catalog = load("zoom");
const WHOLE = catalog.wholePicture;
const FRAME = { width: 800, height: 600 };

test("a picture is as large as fits, and no larger than it may be stretched", () => {
  assert.deepEqual(new catalog.Zoom({ width: 1024, height: 512 }, FRAME).size, { width: 800, height: 400 });
  assert.deepEqual(new catalog.Zoom({ width: 512, height: 1024 }, FRAME).size, { width: 300, height: 600 });
  assert.deepEqual(new catalog.Zoom({ width: 100, height: 50 }, FRAME, 2).size, { width: 200, height: 100 });
  assert.deepEqual(new catalog.Zoom({ width: 4000, height: 3000 }, FRAME, 2).size, FRAME);
});

test("a large picture comes as near as its own pixels bear, a small one some", () => {
  assert.equal(new catalog.Zoom({ width: 8000, height: 6000 }, FRAME).most, 60);
  assert.equal(new catalog.Zoom({ width: 80, height: 60 }, FRAME).most, 4);
});

test("what is at a point stays there, as long as the picture's edges are out of sight", () => {
  const zoom = new catalog.Zoom(FRAME, FRAME);
  const at = { x: 120, y: -80 };
  const view = zoom.nearer(WHOLE, 2, at);
  assert.equal(view.scale, 2);
  // The point of the picture under the pointer, in pixels of the whole picture.
  assert.deepEqual({ x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale }, at);
  assert.deepEqual(zoom.nearer(view, 0.5, at), WHOLE);
});

test("farther than the whole and nearer than the nearest there is nothing", () => {
  const zoom = new catalog.Zoom(FRAME, FRAME);
  assert.deepEqual(zoom.nearer(WHOLE, 0.1, { x: 300, y: 200 }), WHOLE);
  assert.equal(zoom.nearer(WHOLE, 1000).scale, zoom.most);
  const near = zoom.nearer(WHOLE, 1000, { x: 400, y: 300 });
  assert.deepEqual(zoom.nearer(near, 0.0001), WHOLE, "and the way back leads to the whole, in the middle");
});

test("an edge comes no further in than the frame's", () => {
  const zoom = new catalog.Zoom(FRAME, FRAME);
  const near = zoom.nearer(WHOLE, 2);
  assert.deepEqual(zoom.moved(near, { x: 9999, y: -9999 }), { scale: 2, x: 400, y: -300 });
  assert.deepEqual(zoom.moved(WHOLE, { x: 50, y: 50 }), WHOLE, "a whole picture stays");
});

test("a picture narrower than its frame stays in the middle of it", () => {
  const zoom = new catalog.Zoom({ width: 100, height: 600 }, FRAME);
  const near = zoom.moved(zoom.nearer(WHOLE, 2), { x: 30, y: 30 });
  assert.deepEqual(near, { scale: 2, x: 0, y: 30 });
});

test("two fingers hold the points of the picture that they touched", () => {
  const zoom = new catalog.Zoom(FRAME, FRAME);
  const start = zoom.nearer(WHOLE, 1.5);
  const from = [{ x: -50, y: 0 }, { x: 50, y: 0 }];
  const to = [{ x: -80, y: 20 }, { x: 70, y: 20 }];
  const view = zoom.pinched(start, from, to);
  assert.equal(view.scale, 2.25);
  const on = (seen, point) => ({ x: (point.x - seen.x) / seen.scale, y: (point.y - seen.y) / seen.scale });
  for (const finger of [0, 1]) {
    const [before, after] = [on(start, from[finger]), on(view, to[finger])];
    assert.ok(Math.hypot(before.x - after.x, before.y - after.y) < 1e-9, `${JSON.stringify(before)} ${JSON.stringify(after)}`);
  }
  assert.deepEqual(zoom.pinched(start, [{ x: 0, y: 0 }, { x: 0, y: 0 }], from).scale, zoom.most, "two fingers at one point divide by nothing");
});

test("whatever is done to a picture, it covers its frame or stands in the middle of it", () => {
  const below = random(7);
  for (let round = 0; round < 300; round++) {
    const zoom = new catalog.Zoom({ width: 1 + below(3000), height: 1 + below(3000) }, { width: 50 + below(1500), height: 50 + below(900) }, 1 + below(4));
    let view = WHOLE;
    for (let step = 0; step < 20; step++) {
      const point = { x: below(2000) - 1000, y: below(2000) - 1000 };
      const other = { x: below(2000) - 1000, y: below(2000) - 1000 };
      const deeds = [
        () => zoom.nearer(view, 0.3 + below(40) / 10, point),
        () => zoom.moved(view, point),
        () => zoom.pinched(view, [point, other], [other, { x: below(500), y: below(500) }]),
      ];
      view = deeds[below(3)]();
      assert.ok(view.scale >= 1 && view.scale <= zoom.most, JSON.stringify(view));
      for (const [shift, length, room] of [[view.x, zoom.size.width, zoom.frame.width], [view.y, zoom.size.height, zoom.frame.height]]) {
        const spare = Math.max(0, (length * view.scale - room) / 2);
        assert.ok(Math.abs(shift) <= spare + 1e-6, JSON.stringify({ view, shift, spare }));
      }
    }
  }
});
