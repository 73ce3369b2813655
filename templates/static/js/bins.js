/**
 * The bars of a number or date facet: which values stand under which bar, and the range that a bar means. Pure.
 *
 * A bar of numbers reaches from the least to the greatest value under it, so that a range of bars has limits that occur in the data.
 * A bar of days is a day, a month, a year or some years of the calendar.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Bars of numbers. Up to so many values each have a bar of their own, evenly apart. */
  const BARS = 24;
  /** Bars of days at most; the shortest part of the calendar that keeps to it is taken. */
  const MOST_DAYS = 36;
  /** Values are crowded where so large a part of them stands under two bars of equal width. */
  const CROWDED = 0.6;

  /**
   * @typedef {object} Bar
   * @property {string} min The range that it means, as in addresses; empty where no value stands under it.
   * @property {string} max
   */

  /**
   * @typedef {object} Bins
   * @property {Uint16Array} of The bar of each code; codes behind its end have none.
   * @property {Bar[]} bars
   */

  /**
   * @param {{kind: string, values: string[], numbers: Float64Array | null}} column With at least one value.
   * @returns {Bins}
   */
  catalog.binsOf = ({ kind, values, numbers }) => (kind === "date" ? dayBins(values) : numberBins(numbers ?? new Float64Array(0)));

  /**
   * @param {Float64Array} numbers Ascending; what is no number stands at the end, under no bar.
   * @returns {Bins}
   */
  function numberBins(numbers) {
    const found = numbers.filter((number) => !Number.isNaN(number));
    const of = new Uint16Array(found.length); // texts such as 0.5 and 0.50 are one number, under one bar
    for (let code = 1; code < found.length; code++) of[code] = Math.min(of[code - 1] + (found[code] > found[code - 1] ? 1 : 0), BARS);
    if (of[found.length - 1] === BARS) of.set(evenly(found));
    /** @type {Bar[]} */
    const bars = Array.from({ length: found.length ? of[found.length - 1] + 1 : 0 }, () => ({ min: "", max: "" }));
    found.forEach((number, code) => {
      const bar = bars[of[code]];
      bar.min = bar.min || String(number);
      bar.max = String(number);
    });
    return { of, bars };
  }

  /**
   * Bars of equal width; where most values would stand under two of them, on a scale that draws orders of magnitude apart.
   * @param {Float64Array} numbers Ascending, more than one.
   * @returns {Uint16Array}
   */
  function evenly(numbers) {
    const linear = spread(numbers);
    const sizes = new Uint32Array(BARS);
    for (const bar of linear) sizes[bar]++;
    sizes.sort();
    if (sizes[BARS - 1] + sizes[BARS - 2] < CROWDED * numbers.length) return linear;
    // Logarithmic on both sides of zero, and straight between the two numbers that are nearest to it.
    const nearest = numbers.reduce((least, number) => (number ? Math.min(least, Math.abs(number)) : least), Infinity);
    const scale = numbers[0] > 0 ? Math.log : (/** @type {number} */ number) => Math.sign(number) * Math.log1p(Math.abs(number) / nearest);
    return spread(numbers.map(scale));
  }

  /**
   * @param {Float64Array} places Ascending.
   * @returns {Uint16Array}
   */
  function spread(places) {
    const first = places[0];
    const step = (places[places.length - 1] - first) / BARS;
    return Uint16Array.from(places, (place) => Math.min(BARS - 1, Math.floor((place - first) / step)));
  }

  /**
   * @param {string[]} days ISO, ascending.
   * @returns {Bins}
   */
  function dayBins(days) {
    const first = dayNumber(days[0]);
    const last = dayNumber(days[days.length - 1]);
    if (last - first < MOST_DAYS) {
      const bars = Array.from({ length: last - first + 1 }, (_, place) => ({ min: isoDay(first + place), max: isoDay(first + place) }));
      return { bars, of: Uint16Array.from(days, (day) => dayNumber(day) - first) };
    }
    const months = days.map((day) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1);
    const all = months[months.length - 1] - months[0] + 1;
    // A bar is one month, or as many years as it takes.
    const width = all <= MOST_DAYS ? 1 : 12 * Math.ceil(all / 12 / MOST_DAYS);
    const from = width === 1 ? months[0] : Math.floor(months[0] / 12) * 12;
    const of = Uint16Array.from(months, (month) => Math.floor((month - from) / width));
    const bars = Array.from({ length: of[of.length - 1] + 1 }, (_, place) => {
      const begin = from + place * width;
      const end = begin + width - 1;
      const min = `${String(Math.floor(begin / 12)).padStart(4, "0")}-${String((begin % 12) + 1).padStart(2, "0")}-01`;
      return { min, max: catalog.lastDay(Math.floor(end / 12), (end % 12) + 1) };
    });
    return { of, bars };
  }

  const DAY = 86_400_000;
  /** @param {string} day */
  const dayNumber = (day) => Math.round(Date.parse(day.slice(0, 10)) / DAY);
  /** @param {number} number */
  const isoDay = (number) => new Date(number * DAY).toISOString().slice(0, 10);
})();
