/**
 * Tables as CSV (RFC 4180, UTF-8 without a byte order mark), safe to open in a spreadsheet. Pure.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** What spreadsheets take for a formula; numbers such as -1.5 are none. */
  const FORMULA = /^[=+\-@\t\r]/;
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
  const QUOTED = /[",\r\n]/;

  /** @param {string} text */
  function field(text) {
    const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return QUOTED.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  }

  /**
   * @param {Iterable<readonly string[]>} rows
   * @returns {string} A line for each, each ended.
   */
  catalog.csv = (rows) => {
    let text = "";
    for (const row of rows) text += `${row.map(field).join(",")}\r\n`;
    return text;
  };
})();
