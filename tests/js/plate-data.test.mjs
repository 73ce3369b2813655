/** What a plate's page switches between: the nearest view, the colour of a well, what it holds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./namespace.mjs";

const { PlateData } = load("plate-data");

const view = (run, field) => ({ run, field, href: `plates/1-${run}-${field}.html`, images: [1, -2, 0] });
const legend = (...colours) => colours.map((colour) => ({ colour, label: colour, href: "", wells: 1 }));

const data = () =>
  new PlateData({
    version: 1,
    wells: [50, 51, 52],
    counts: [2, 1, 0],
    views: [view(5, 1), view(5, 2), view(6, 1)],
    colourings: [
      { name: "key:Dose", facet: "key:Dose", label: "Dose", isTag: false, values: ["0", "1", "2"], shadeOf: [0, 1, 1],
        held: [[0], [1, 2], [0, 2]], bare: [2], legend: legend("s0", "s11", "several") },
      { name: "tag:odd", facet: "tag", label: "odd", isTag: true, values: ["odd"], shadeOf: [0], held: [[], [0], []], bare: [],
        legend: legend("c0") },
    ],
  });

test("a view that is not there is the run's first, or the plate's", () => {
  const plate = data();
  assert.equal(plate.view(5, 2).field, 2);
  assert.deepEqual([plate.view(6, 2).run, plate.view(6, 2).field], [6, 1]);
  assert.deepEqual([plate.view(9, 3).run, plate.view(9, 3).field], [5, 1]);
  assert.equal(new PlateData({ version: 1, wells: [], counts: [], views: [], colourings: [] }).view(null, 1), undefined);
});

test("a well has the colour of its values where they share one", () => {
  const plate = data();
  const dose = plate.colouring("key:Dose");
  assert.deepEqual([0, 1, 2].map((place) => plate.colour(dose, place)), ["s0", "s11", "several"]);
  assert.deepEqual([0, 1, 2].map((place) => plate.colour(plate.colouring("tag:odd"), place)), ["", "c0", ""]);
  assert.equal(plate.colouring("key:none"), undefined);
});

test("what was measured of every image colours each view by itself, and its legend counts there", () => {
  const plate = data();
  const dose = { ...plate.colouring("key:Dose"), heldIn: [[[0], [1], []], [[0], [0, 2], [2]], [[], [], []]] };
  const [first, second, third] = plate.views;
  assert.deepEqual([0, 1, 2].map((place) => plate.colour(dose, place, first)), ["s0", "s11", ""]);
  assert.deepEqual([0, 1, 2].map((place) => plate.colour(dose, place, second)), ["s0", "several", "s11"]);
  const counts = (view) => plate.legend(dose, view).map(({ colour, wells }) => [colour, wells]);
  assert.deepEqual(counts(first), [["s0", 1], ["s11", 1]]);
  assert.deepEqual(counts(second), [["s0", 1], ["s11", 1], ["several", 1]]);
  assert.deepEqual(counts(third), [["s0", 0], ["s11", 0]]);
  assert.equal(plate.colour(plate.colouring("key:Dose"), 1, second), "s11", "the same in every view");
});

test("a well's keys and tags say which the explorer finds", () => {
  const { keys, tags } = data().held(1);
  assert.deepEqual(keys, [{ label: "Dose", isTag: false, values: [
    { facet: "key:Dose", value: "1", isFound: true },
    { facet: "key:Dose", value: "2", isFound: false },
  ] }]);
  assert.deepEqual(tags, [{ facet: "tag", value: "odd", isFound: true }]);
  assert.deepEqual(data().held(0).tags, []);
});

test("data of a later version is refused in words", () => {
  assert.throws(() => new PlateData({ version: 2 }), /version 2, and this page reads version 1/);
});
