/**
 * The explorer's table: columns of codes, straight from the Arrow file. Pure.
 *
 * Nothing is unpacked: a part of a column is the file's own typed array of codes, one a row. What a code stands for is told by the
 * description in the file's schema.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The table's own version, which the schema metadata of the file states. */
  const VERSION = 2;

  /**
   * A row holds, of each part, the values of the set `codes[row]`: `sets[starts[s]]` up to `sets[starts[s + 1]]`. Where there are no
   * sets, the code is the value's own, and `values.length` stands for none.
   * @typedef {object} Part
   * @property {Uint8Array | Uint16Array | Uint32Array} codes
   * @property {Int32Array | null} sets
   * @property {Int32Array | null} starts
   */

  /**
   * One facet's column. No value is in two parts of one row.
   * @typedef {object} Column
   * @property {string} facet Its name in addresses and hooks.
   * @property {string} label For people.
   * @property {"choice" | "number" | "date"} kind
   * @property {string[]} values The raw text of each code; an id for objects, a day as `2026-11-20` for dates.
   * @property {string[]} labels The text for people of each code.
   * @property {Int32Array | null} counts How many of all rows have each value, and at the end none; null where the file does not tell.
   * @property {Float64Array | null} numbers Of kind number: what each value amounts to, ascending; NaN, at the end, for no number.
   * @property {string} unit Of all numbers; empty where there is none.
   * @property {{label: string, value: string, codes: number[]}[]} groups Of values, in the order to show.
   * @property {boolean} isHidden Whether the settings take it out of the filters; links to its values lead somewhere still.
   * @property {Part[]} parts
   */

  /**
   * @typedef {object} Table
   * @property {number} rows
   * @property {number} chunk Rows in one file of cards.
   * @property {Column[]} columns In the order to show them.
   * @property {{facet: string, label: string}[]} search Keys that are found by words alone.
   */

  /**
   * Reads `data/facets.arrow.gz`.
   * @param {Uint8Array} bytes An Arrow IPC file of one record batch, unzipped.
   * @param {{tableFromIPC: (bytes: Uint8Array) => any}} flechette
   * @returns {Table} Fails with an Error whose message is a sentence.
   */
  catalog.readTable = (bytes, flechette) => {
    const arrow = flechette.tableFromIPC(bytes);
    const described = describe(arrow);
    return {
      rows: described.rows,
      chunk: described.chunk,
      columns: described.facets.map((/** @type {any} */ facet) => readColumn(arrow, facet, described.rows)),
      search: described.search ?? [],
    };
  };

  /** @param {any} arrow */
  function describe(arrow) {
    const text = arrow.schema.metadata?.get("catalog");
    if (!text) throw new Error("The table of images does not say what its columns are: build the site again.");
    const described = JSON.parse(text);
    if (described.version > VERSION) {
      throw new Error(
        `The table of images has version ${described.version}, and this page reads version ${VERSION}. ` +
          "Reload the page without the browser's cache (Ctrl+Shift+R).",
      );
    }
    if (described.version < VERSION) throw new Error("The table of images is older than this page: build the site again.");
    return described;
  }

  /**
   * @param {any} arrow
   * @param {any} described Of the facet.
   * @param {number} rows
   * @returns {Column}
   */
  function readColumn(arrow, { facet, label, kind, values, labels, counts, numbers, unit, parts, groups, hidden }, rows) {
    return {
      facet,
      label,
      kind,
      values,
      labels: labels ? values.map((/** @type {string} */ value) => (Object.hasOwn(labels, value) ? labels[value] : value)) : values,
      counts: counts?.length === values.length + 1 ? Int32Array.from(counts) : null,
      numbers: numbers ? Float64Array.from(numbers, (number) => number ?? NaN) : null,
      unit: unit ?? "",
      groups: groups ?? [],
      isHidden: hidden ?? false,
      parts: parts.map((/** @type {{column: string, sets?: number[][]}} */ part) => ({
        codes: codesOf(arrow, part.column, rows),
        ...flatten(part.sets),
      })),
    };
  }

  /**
   * @param {any} arrow
   * @param {string} column
   * @param {number} rows
   * @returns {Uint8Array | Uint16Array | Uint32Array} The file's own bytes.
   */
  function codesOf(arrow, column, rows) {
    const found = arrow.getChild(column);
    if (!found) throw new Error(`The table of images has no column “${column}”: build the site again.`);
    if (found.data.length > 1) throw new Error("The table of images is in several batches, not one: build the site again.");
    if (found.length !== rows) throw new Error(`The column “${column}” of the table of images is not whole: build the site again.`);
    return rows ? found.data[0].values.subarray(0, rows) : new Uint8Array(0); // buffers may be padded
  }

  /**
   * @param {number[][] | undefined} lists
   * @returns {{sets: Int32Array | null, starts: Int32Array | null}}
   */
  function flatten(lists) {
    if (!lists) return { sets: null, starts: null };
    const starts = new Int32Array(lists.length + 1);
    lists.forEach((list, place) => (starts[place + 1] = starts[place] + list.length));
    const sets = new Int32Array(starts[lists.length]);
    lists.forEach((list, place) => sets.set(list, starts[place]));
    return { sets, starts };
  }
})();
