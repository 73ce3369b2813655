/**
 * What a plate's page switches between: pictures by run and field, colours by key and tag. Pure.
 *
 * Wells are known by their place in the lists of the plate's data file, `data/plates/ID.json`.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The version of the data file that this page reads. */
  const VERSION = 1;

  /**
   * @typedef {object} View One look at the plate.
   * @property {number | null} run OMERO's id; null where the plate was imaged without a run.
   * @property {number} field Counted from 1.
   * @property {string} href The page that shows it without scripts.
   * @property {number[]} images By well: the image's id, negative where it has no picture, 0 for none.
   */

  /**
   * @typedef {object} Colouring A key or a tag.
   * @property {string} name As in addresses: `key:NAME`, `tag:TEXT`.
   * @property {string} facet
   * @property {string} label
   * @property {boolean} isTag
   * @property {string[]} values
   * @property {number[]} shadeOf For each value its place in the legend.
   * @property {number[][]} held By well: places of its values.
   * @property {number[][][]} [heldIn] The same by view, where views differ: what was measured of every image.
   * @property {number[]} bare Places of the values that no image holds.
   * @property {{colour: string, label: string, href: string, wells: number}[]} legend
   */

  class PlateData {
    /** @param {any} data The data file. Fails with an Error whose message is a sentence. */
    constructor(data) {
      if (data.version > VERSION) {
        throw new Error(
          `The plate's data has version ${data.version}, and this page reads version ${VERSION}. ` +
            "Reload the page without the browser's cache (Ctrl+Shift+R).",
        );
      }
      /** @type {number[]} */
      this.wells = data.wells;
      /** @type {View[]} */
      this.views = data.views;
      /** @type {number[]} */
      this.counts = data.counts;
      /** @type {Colouring[]} */
      this.colourings = data.colourings;
      /** Well id -> its place. @type {Map<number, number>} */
      this.places = new Map(this.wells.map((well, place) => [well, place]));
    }

    /**
     * The look of this run and field, or the nearest there is: the run's first field, the first look of all.
     * @param {number | null} run
     * @param {number} field
     * @returns {View | undefined} Nothing where the plate has no image.
     */
    view(run, field) {
      const ofRun = this.views.filter((view) => view.run === run);
      return ofRun.find((view) => view.field === field) || ofRun[0] || this.views[0];
    }

    /**
     * @param {string} name Of a key or tag.
     * @returns {Colouring | undefined}
     */
    colouring(name) {
      return this.colourings.find((each) => each.name === name);
    }

    /**
     * @param {Colouring} colouring
     * @param {View} [view]
     * @returns {number[][]} By well: places of its values in the view.
     */
    heldIn(colouring, view) {
      return (colouring.heldIn && view && colouring.heldIn[this.views.indexOf(view)]) || colouring.held;
    }

    /**
     * The colour of a well in a view; empty where it holds no value of the key.
     * @param {Colouring} colouring
     * @param {number} place
     * @param {View} [view]
     */
    colour(colouring, place, view) {
      const shades = new Set(this.heldIn(colouring, view)[place].map((value) => colouring.shadeOf[value]));
      if (shades.size > 1) return "several";
      const [shade] = shades;
      return shade === undefined ? "" : colouring.legend[shade].colour;
    }

    /**
     * The legend of a view: how many wells have each colour there, "several values" only where some have.
     * @param {Colouring} colouring
     * @param {View} [view]
     * @returns {{colour: string, label: string, href: string, wells: number}[]}
     */
    legend(colouring, view) {
      /** @type {Map<string, number>} */
      const counts = new Map();
      for (let place = 0; place < this.wells.length; place++) {
        const colour = this.colour(colouring, place, view);
        counts.set(colour, (counts.get(colour) || 0) + 1);
      }
      const several = { colour: "several", label: "several values", href: "", wells: 0 };
      const shades = [...colouring.legend.filter((each) => each.colour !== "several"), ...(counts.has("several") ? [several] : [])];
      return shades.map((each) => ({ ...each, wells: counts.get(each.colour) || 0 }));
    }

    /**
     * What a well holds in a view, key by key; then its tags.
     * @param {number} place
     * @param {View} [view]
     * @returns {{keys: {label: string, values: Held[]}[], tags: Held[]}}
     * @typedef {{facet: string, value: string, isFound: boolean}} Held `isFound`: some image holds it, too.
     */
    held(place, view) {
      const all = this.colourings
        .map((each) => ({
          label: each.label,
          isTag: each.isTag,
          values: this.heldIn(each, view)[place].map((value) => ({
            facet: each.facet,
            value: each.values[value],
            isFound: !each.bare.includes(value),
          })),
        }))
        .filter((each) => each.values.length);
      return { keys: all.filter((each) => !each.isTag), tags: all.filter((each) => each.isTag).flatMap((each) => each.values) };
    }
  }

  catalog.PlateData = PlateData;
})();
