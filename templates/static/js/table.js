/**
 * The explorer's table: columns of dictionary codes, straight from the Arrow file. Pure.
 *
 * Nothing is unpacked: a facet column is the file's own typed arrays of codes and list offsets, with the dictionary's texts
 * beside them. Reading costs a pass over a column only where it has nulls.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The table's own version, which the schema metadata of the file states. */
  const VERSION = 1;

  /**
   * One facet's column. Row r holds `codes[r]`, or where there are offsets `codes[offsets[r]]` up to `codes[offsets[r + 1]]`.
   * The code `values.length` stands for "nothing".
   * @typedef {object} Column
   * @property {string} facet Its name in addresses and hooks.
   * @property {string} label For people.
   * @property {string[]} values The raw text of each code; an id for objects.
   * @property {string[]} labels The text for people of each code.
   * @property {Int32Array | Uint32Array | Int16Array | Int8Array} codes
   * @property {Int32Array | null} offsets
   */

  /**
   * @typedef {object} Table
   * @property {number} rows
   * @property {Column[]} columns In the order to show them.
   * @property {{bytes: Uint8Array, offsets: Int32Array}} names UTF-8, as in the file.
   * @property {(row: number) => number} id OMERO's id of an image.
   * @property {(row: number) => string} name
   * @property {(row: number) => boolean} hasPicture
   */

  /**
   * Reads `data/images.arrow`.
   * @param {Uint8Array} bytes An Arrow IPC file of one record batch.
   * @param {{tableFromIPC: (bytes: Uint8Array) => any}} flechette
   * @returns {Table} Fails with an Error whose message is a sentence.
   */
  catalog.readTable = (bytes, flechette) => {
    const arrow = flechette.tableFromIPC(bytes);
    const described = describe(arrow);
    const rows = arrow.numRows;
    const id = need(arrow, "id");
    const name = need(arrow, "name");
    const picture = need(arrow, "picture");
    return {
      rows,
      columns: described.facets.map((/** @type {any} */ facet) => readColumn(need(arrow, facet.column), rows, facet)),
      names: rows
        ? { bytes: name.data[0].values, offsets: name.data[0].offsets }
        : { bytes: new Uint8Array(0), offsets: new Int32Array(1) },
      id: (row) => Number(id.at(row)),
      name: (row) => name.at(row) ?? "",
      hasPicture: (row) => Boolean(picture.at(row)),
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
    return described;
  }

  /**
   * @param {any} arrow
   * @param {string} column
   */
  function need(arrow, column) {
    const found = arrow.getChild(column);
    if (!found) throw new Error(`The table of images has no column “${column}”: build the site again.`);
    if (found.data.length > 1) throw new Error("The table of images is in several batches, not one: build the site again.");
    return found;
  }

  /**
   * @param {any} arrowColumn A dictionary column, or a list of such.
   * @param {number} rows
   * @param {{facet: string, label: string, labels?: Record<string, string>}} facet
   * @returns {Column}
   */
  function readColumn(arrowColumn, rows, { facet, label, labels }) {
    const batch = arrowColumn.data[0];
    const isList = Boolean(batch?.children?.length);
    const coded = isList ? batch.children[0] : batch;
    /** @type {string[]} */
    const values = coded ? Array.from(coded.cache, String) : [];
    return {
      facet,
      label,
      values,
      labels: labels ? values.map((value) => (Object.hasOwn(labels, value) ? labels[value] : value)) : values,
      codes: coded ? codesOf(coded, values.length) : new Int32Array(0),
      offsets: isList ? batch.offsets.subarray(0, rows + 1) : rows ? null : new Int32Array(1),
    };
  }

  /**
   * @param {any} batch A dictionary batch.
   * @param {number} nothing The code for null.
   */
  function codesOf(batch, nothing) {
    const stored = batch.values.subarray(0, batch.length); // buffers are padded
    if (!batch.nullCount) return stored;
    const codes = Int32Array.from(stored);
    for (let i = 0; i < codes.length; i++) if (!batch.isValid(i)) codes[i] = nothing;
    return codes;
  }
})();
