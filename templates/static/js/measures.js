/**
 * How numbers, days and ranges of them are written for people, and how what people type is read. Pure.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  const THIN_SPACE = "\u2009";
  const NO_BREAK = "\u00a0";
  const MINUS = "\u2212";
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  /** Digits that a number is shown with; more are the noise of binary fractions: 0.30000000000000004. */
  const DIGITS = 12;

  /** Dates before this year are years that somebody has not typed to the end: 0202. */
  const FIRST_YEAR = 1000;

  /**
   * A number for people: `12 345`, `−0.5`, `3.2 × 10⁻⁸`.
   * @param {number} number
   * @returns {string}
   */
  catalog.figure = (number) => {
    const [plain, power] = String(Number(Math.abs(number).toPrecision(DIGITS))).split("e");
    const [whole, fraction] = plain.split(".");
    // Four digits stay together: they may be a year.
    const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE) : whole;
    const sign = number < 0 ? MINUS : "";
    const times = power ? `${NO_BREAK}×${NO_BREAK}10${raised(power)}` : "";
    return sign + grouped + (fraction ? `.${fraction}` : "") + times;
  };

  /** @param {string} power `-8` or `+21`. */
  const raised = (power) => power.replace("+", "").replace("-", "⁻").replace(/\d/g, (digit) => RAISED[Number(digit)]);

  /**
   * @param {string} text
   * @param {string} unit May be empty.
   */
  const withUnit = (text, unit) => (unit ? text + NO_BREAK + unit : text);

  /**
   * Reads a number as people type and paste it: with a comma, spaces between the thousands, a printed minus, the unit behind it.
   * @param {string} text
   * @param {string} unit Of the facet; may be empty.
   * @returns {number | null} Null where it is none.
   */
  catalog.readNumber = (text, unit) => {
    let plain = text.trim();
    if (unit && plain.endsWith(unit)) plain = plain.slice(0, -unit.length);
    plain = plain.replace(/\s/g, "").replace(MINUS, "-");
    if (/^[^.]*,[^.,]*$/.test(plain)) plain = plain.replace(",", ".");
    const number = Number(plain);
    return plain && Number.isFinite(number) ? number : null;
  };

  /**
   * Whether a text is a day that was typed to the end: `2026-11-20`.
   * @param {string} text
   * @returns {boolean}
   */
  catalog.isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && Number(text.slice(0, 4)) >= FIRST_YEAR;

  /**
   * @param {number} year
   * @param {number} month From 1.
   * @returns {string} The last day of a month: `2024-02-29`.
   */
  catalog.lastDay = (year, month) => new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);

  /**
   * The first or the last day that a limit lets through, which may name a month or a year.
   * @param {string} limit `2026-11-20`, `2026-11` or `2026`.
   * @param {boolean} isLast
   * @returns {string} A day; empty where the limit names none.
   */
  catalog.dayOf = (limit, isLast) => {
    const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(limit) ?? [];
    if (!year || day) return day ? limit : "";
    return isLast ? catalog.lastDay(Number(year), Number(month ?? 12)) : `${year}-${month ?? "01"}-01`;
  };

  /**
   * A range in words: `0.1–1 µM`, `from 0.1 µM`, `up to 1 µM`, `2019-03`, `2019–2021`.
   * @param {{kind: string, unit: string}} column
   * @param {string} min As in the address; empty for no limit, and so is the other.
   * @param {string} max
   * @returns {string}
   */
  catalog.rangeText = ({ kind, unit }, min, max) => (kind === "date" ? daysText(min, max) : numbersText(min, max, unit));

  /** @type {(min: string, max: string, unit: string) => string} */
  function numbersText(min, max, unit) {
    const [least, greatest] = [min, max].map((text) => (text.trim() && Number.isFinite(Number(text)) ? catalog.figure(Number(text)) : text));
    if (!max) return `from ${withUnit(least, unit)}`;
    if (!min) return `up to ${withUnit(greatest, unit)}`;
    if (least === greatest) return withUnit(least, unit);
    const isPlain = /^[\d.\s]+$/.test(least + greatest);
    return withUnit(least + (isPlain ? "–" : " to ") + greatest, unit);
  }

  /** @type {(min: string, max: string) => string} */
  function daysText(min, max) {
    if (!max) return `from ${min}`;
    if (!min) return `until ${max}`;
    const [from, to] = wholes(min, max);
    if (from === to) return from;
    return /^\d{4}$/.test(from) ? `${from}–${to}` : `${from} – ${to}`;
  }

  /**
   * Whole years and whole months by their short names.
   * @type {(min: string, max: string) => [string, string]}
   */
  function wholes(min, max) {
    if (!catalog.isDay(min) || !catalog.isDay(max) || !min.endsWith("-01")) return [min, max];
    if (min.endsWith("-01-01") && max.endsWith("-12-31")) return [min.slice(0, 4), max.slice(0, 4)];
    const isWhole = max === catalog.lastDay(Number(max.slice(0, 4)), Number(max.slice(5, 7)));
    return isWhole ? [min.slice(0, 7), max.slice(0, 7)] : [min, max];
  }
})();
