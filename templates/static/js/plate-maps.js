/**
 * The plates of a result in miniature: which wells a plate has, and in which of them images of the result lie. Pure.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** What plates are made with: rows, columns. A plate is drawn as the smallest that holds its wells. */
  const SIZES = [[2, 3], [4, 6], [8, 12], [16, 24], [32, 48]];
  /** A plate of more places is not drawn: OMERO checks no row number. */
  const LARGEST = 20_000;

  /** In a place of a plate: no well with images, one, one with images of the result. */
  const BARE = 0;
  const DARK = 1;
  const LIT = 2;

  /**
   * @typedef {object} PlateMap
   * @property {number} code Of the plate.
   * @property {number} rows
   * @property {number} columns
   * @property {Uint8Array} places By row, then column: BARE, DARK or LIT. Empty where the plate is too large to be drawn.
   * @property {number} images Of the result.
   * @property {number} all Of the catalogue.
   */

  class PlateMaps {
    /**
     * @param {import("./table.js").Column} column Of plates.
     * @param {{row: ArrayLike<number>, column: ArrayLike<number>}} wells Of each image, from 0; -1 for none.
     */
    constructor(column, wells) {
      this.column = column;
      this.wells = wells;
      /** Of all images, by the code of the plate. @type {PlateMap[]} */
      this.whole = [];
    }

    /**
     * Reads the wells of all plates, once.
     * @param {number} rows Images of the catalogue.
     * @param {(total: number, work: (from: number, to: number) => void) => Promise<boolean>} inPieces
     * @returns {Promise<boolean>} Whether it came to its end.
     */
    async read(rows, inPieces) {
      if (this.whole.length) return true;
      const { wells, column } = this;
      const whole = column.values.map((_, code) => ({ code, rows: 0, columns: 0, places: new Uint8Array(0), images: 0, all: 0 }));
      const measured = await inPieces(rows, (from, to) => {
        for (let row = from; row < to; row++) {
          const map = whole[this.plateOf(row)];
          if (!map) continue;
          map.all++;
          map.rows = Math.max(map.rows, wells.row[row] + 1);
          map.columns = Math.max(map.columns, wells.column[row] + 1);
        }
      });
      for (const map of whole) {
        [map.rows, map.columns] = SIZES.find(([high, wide]) => map.rows <= high && map.columns <= wide) ?? [map.rows, map.columns];
        if (map.rows * map.columns <= LARGEST) map.places = new Uint8Array(map.rows * map.columns);
      }
      const marked = await inPieces(rows, (from, to) => {
        for (let row = from; row < to; row++) this.mark(whole[this.plateOf(row)], row, DARK);
      });
      if (measured && marked) this.whole = whole;
      return measured && marked;
    }

    /**
     * @param {number} row
     * @returns {number} The code of the plate that an image lies on, the first where there are several; -1 for none.
     */
    plateOf(row) {
      const { values, parts } = this.column;
      for (const { codes, sets, starts } of parts) {
        const code = codes[row];
        if (!sets || !starts) {
          if (code < values.length) return code;
        } else if (starts[code] < starts[code + 1]) return sets[starts[code]];
      }
      return -1;
    }

    /**
     * @param {PlateMap | undefined} map
     * @param {number} row
     * @param {number} light
     */
    mark(map, row, light) {
      const [high, wide] = [this.wells.row[row], this.wells.column[row]];
      if (map?.places.length && high >= 0 && wide >= 0) map.places[high * map.columns + wide] = light;
    }

    /**
     * The plates that images of a result lie on.
     * @param {number} total
     * @param {(from: number, to: number) => ArrayLike<number>} rows Of the result.
     * @param {(total: number, work: (from: number, to: number) => void) => Promise<boolean>} inPieces
     * @returns {Promise<PlateMap[] | null>} By their labels; null where it came to no end.
     */
    async lit(total, rows, inPieces) {
      /** @type {Map<number, PlateMap>} */
      const found = new Map();
      const isDone = await inPieces(total, (from, to) => {
        const some = rows(from, to);
        for (let i = 0; i < some.length; i++) {
          const code = this.plateOf(some[i]);
          if (code < 0) continue;
          let map = found.get(code);
          if (!map) {
            const whole = this.whole[code];
            map = { ...whole, places: whole.places.slice() };
            found.set(code, map);
          }
          map.images++;
          this.mark(map, some[i], LIT);
        }
      });
      if (!isDone) return null;
      const keys = new Map([...found.keys()].map((code) => [code, catalog.naturalKey(this.column.labels[code])]));
      const compare = (/** @type {number} */ one, /** @type {number} */ other) => catalog.compareNatural(keys.get(one), keys.get(other)) || one - other;
      return [...found.values()].sort((one, other) => compare(one.code, other.code));
    }
  }

  /**
   * The dots of a map, for the path of a drawing: lines of no length with round ends.
   * @param {PlateMap} map
   * @param {number} light
   * @returns {string}
   */
  catalog.plateDots = ({ places, columns }, light) => {
    let path = "";
    for (let place = 0; place < places.length; place++) {
      if (places[place] === light) path += `M${place % columns} ${Math.floor(place / columns)}h0`;
    }
    return path;
  };

  /**
   * @param {PlateMap} map
   * @returns {number} Its wells in which images of the result lie.
   */
  catalog.litWells = ({ places }) => places.reduce((sum, place) => sum + Number(place === LIT), 0);

  catalog.PlateMaps = PlateMaps;
  catalog.plateLight = { BARE, DARK, LIT };
})();
