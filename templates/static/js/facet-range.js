/**
 * Numbers and days of a facet: how many images there are along the scale, as bars, and the range that is asked for.
 *
 * A click on a bar asks for its range, a pull over several for theirs, a click on what is asked for takes it back. The bars are one
 * stop for the keyboard: arrows go along, Enter asks, Shift with arrows takes in more. The two boxes below take any limit.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** The drawing's own units, as in the template. */
  const WIDTH = 240;
  const HEIGHT = 48;
  /** Where there is any image, there is something to see. */
  const LEAST = 1.5;

  /** @typedef {import("./table.js").Column} Column */
  /** @typedef {import("./query.js").State} State */

  /**
   * Whether a facet's values lie along a scale that is worth drawing.
   * @param {Column} column
   * @returns {boolean}
   */
  catalog.hasRange = ({ kind, values }) => kind !== "choice" && values.length > 1;

  class FacetRange {
    /**
     * @param {any} view A FacetView.
     * @param {(template: string) => any} make
     */
    constructor(view, make) {
      const column = /** @type {Column} */ (view.column);
      this.view = view;
      this.column = column;
      this.bins = /** @type {import("./bins.js").Bins} */ (catalog.binsOf(column));
      /** Images under each bar. */
      this.sums = new Float64Array(this.bins.bars.length);
      /** Those of them within what is asked for. */
      this.within = new Float64Array(this.bins.bars.length);
      /** The bars that are pointed at, from and to; null for none. @type {[number, number] | null} */
      this.pointed = null;
      /** The bar where a pull began, or null. @type {number | null} */
      this.pulledFrom = null;
      const root = (this.root = /** @type {HTMLElement} */ (make("range")));
      const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
      this.plot = /** @type {HTMLElement} */ (find(".facet__plot"));
      this.all = find("[data-all]");
      this.asked = find("[data-asked]");
      this.pointer = find("[data-pointed]");
      this.axis = find(".facet__axis");
      this.reading = find(".facet__reading");
      this.wrong = find(".facet__wrong");
      this.clear = find(".facet__clear");
      this.inputs = /** @type {[HTMLInputElement, HTMLInputElement]} */ ([...root.querySelectorAll("input")]);
      this.label();
      this.listenToBars();
      this.listenToKeys();
      /** The box that is being written in, or null. @type {HTMLInputElement | null} */
      this.written = null;
      this.listenToBoxes();
      view.find.before(root);
    }

    label() {
      const { label, unit, kind } = this.column;
      const { bars } = this.bins;
      const what = unit ? `${label} in ${unit}` : label;
      this.root.setAttribute("aria-label", `${label}: range`);
      this.plot.setAttribute("aria-label", `${label}, images along the scale. Enter asks for a bar, Shift with arrows for more`);
      this.plot.setAttribute("aria-valuemax", String(bars.length - 1));
      this.point(null);
      const { values } = this.column;
      this.inputs.forEach((input, place) => {
        input.setAttribute("aria-label", `${what}, ${(kind === "date" ? ["from", "until"] : ["at least", "at most"])[place]}`);
        if (kind === "date") {
          input.type = "date";
          [input.min, input.max] = [values[0], values[values.length - 1]];
        } else {
          input.inputMode = "decimal";
          input.placeholder = this.edge(place);
        }
        this.axis.children[place].textContent = this.edge(place);
      });
      /** @type {HTMLElement} */ (this.root.querySelector(".facet__unit")).textContent = unit;
      this.clear.setAttribute("aria-label", `Clear the range of ${label}`);
    }

    /**
     * What stands at an end of the scale.
     * @param {number} place 0 for the beginning, 1 for the end.
     * @returns {string} A number; of days the part of the calendar that a bar is.
     */
    edge(place) {
      const { bars } = this.bins;
      const { min, max } = bars[place * (bars.length - 1)];
      if (this.column.kind === "date") return catalog.rangeText(this.column, min, max).split("–").at(-place);
      return catalog.figure(Number(place ? max : min));
    }

    listenToBars() {
      const { plot } = this;
      const bar = (/** @type {MouseEvent} */ event) => {
        const box = plot.getBoundingClientRect();
        const place = Math.floor(((event.clientX - box.left) / box.width) * this.bins.bars.length);
        return Math.max(0, Math.min(this.bins.bars.length - 1, place));
      };
      const stop = () => {
        this.pulledFrom = null;
        this.point(null);
      };
      plot.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        plot.setPointerCapture(event.pointerId);
        this.pulledFrom = bar(event);
        this.point([this.pulledFrom, this.pulledFrom]);
      });
      plot.addEventListener("pointermove", (event) => {
        const here = bar(event);
        this.point([this.pulledFrom ?? here, here]);
      });
      plot.addEventListener("pointerup", () => {
        if (this.pulledFrom !== null && this.pointed) this.take(this.pointed);
        this.pulledFrom = null;
      });
      plot.addEventListener("pointercancel", stop);
      plot.addEventListener("pointerleave", stop);
    }

    listenToBoxes() {
      this.inputs.forEach((input, place) => {
        input.addEventListener("input", () => (this.written = input));
        input.addEventListener("blur", () => (this.written = null));
        input.addEventListener("change", () => {
          this.written = null;
          this.type(input, place === 0 ? "min" : "max");
        });
      });
    }

    listenToKeys() {
      const { plot } = this;
      const last = this.bins.bars.length - 1;
      /** Where the arrows began and where they are. @type {[number, number]} */
      let held = [0, 0];
      plot.addEventListener("focus", () => {
        if (plot.matches(":focus-visible")) this.point(held);
      });
      plot.addEventListener("blur", () => this.point(null));
      plot.addEventListener("keydown", (event) => {
        const [from, here] = held;
        const steps = { ArrowRight: here + 1, ArrowUp: here + 1, ArrowLeft: here - 1, ArrowDown: here - 1, Home: 0, End: last };
        const to = steps[/** @type {keyof typeof steps} */ (event.key)];
        if (event.key === "Enter" || event.key === " ") this.take(held);
        else if (to === undefined) return;
        else {
          const place = Math.max(0, Math.min(last, to));
          held = [event.shiftKey ? from : place, place];
        }
        event.preventDefault();
        this.point(held);
      });
    }

    /** @param {[number, number] | null} bars From and to, in whichever order; null for none. */
    point(bars) {
      this.pointed = bars;
      const [from, to] = bars ? [Math.min(...bars), Math.max(...bars)] : [0, 0];
      const step = WIDTH / this.bins.bars.length;
      this.pointer.setAttribute("d", bars ? `M${from * step} 0h${(to - from + 1) * step}v${HEIGHT}H${from * step}z` : "");
      const text = this.read(from, to);
      this.axis.hidden = bars !== null;
      this.reading.hidden = bars === null;
      this.reading.textContent = bars ? text : "";
      this.plot.setAttribute("aria-valuenow", String(bars ? bars[1] : 0));
      this.plot.setAttribute("aria-valuetext", text);
    }

    /**
     * @param {number} from
     * @param {number} to
     * @returns {string} The range of some bars and how many images are in it.
     */
    read(from, to) {
      const limits = this.limits(from, to);
      if (!limits) return "no value here";
      const total = this.sums.subarray(from, to + 1).reduce((sum, one) => sum + one, 0);
      const text = catalog.rangeText(this.column, ...limits);
      // An image with two of the values would count twice.
      return this.view.isMultiple && limits[0] !== limits[1] ? text : `${text}: ${catalog.images(total)}`;
    }

    /**
     * @param {number} from
     * @param {number} to
     * @returns {[string, string] | null} The range of some bars; null where no value stands under them.
     */
    limits(from, to) {
      const bars = this.bins.bars.slice(from, to + 1).filter(({ min }) => min);
      return bars.length ? [bars[0].min, bars[bars.length - 1].max] : null;
    }

    /** @param {[number, number]} bars Asked for, or no longer where they are what is asked for. */
    take(bars) {
      const limits = this.limits(Math.min(...bars), Math.max(...bars));
      const { min, max } = this.view.choice;
      if (!limits) return;
      if (limits[0] === min && limits[1] === max) this.ask("", "");
      else this.ask(...limits);
    }

    /**
     * @param {string} min
     * @param {string} max
     */
    ask(min, max) {
      this.view.ask((/** @type {State} */ state) => {
        return query.withChoice(state, this.column.facet, { ...query.choice(state, this.column.facet), min, max });
      });
    }

    /**
     * @param {HTMLInputElement} input
     * @param {"min" | "max"} limit
     */
    type(input, limit) {
      const { kind, unit } = this.column;
      const text = input.value.trim();
      if (kind === "date" && text && !catalog.isDay(text)) return; // the year is still being typed
      const number = kind === "date" || !text ? null : catalog.readNumber(text, unit);
      const isWrong = kind === "number" && text !== "" && number === null;
      this.complain(input, isWrong ? `“${catalog.shorten(text, 20)}” is no number.` : "");
      if (isWrong) return;
      const given = number === null ? text : String(number);
      const { min, max } = this.view.choice;
      const [from, to] = limit === "min" ? [given, max] : [min, given];
      const isBeyond = kind === "date" ? catalog.dayOf(from, false) > catalog.dayOf(to, true) : Number(from) > Number(to);
      // The other limit makes no sense beside this one.
      if (from && to && isBeyond) this.ask(limit === "min" ? from : "", limit === "max" ? to : "");
      else this.ask(from, to);
    }

    /**
     * @param {HTMLInputElement} input
     * @param {string} sentence What is wrong with it; empty where nothing is.
     */
    complain(input, sentence) {
      if (sentence) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      this.wrong.hidden = !sentence;
      this.wrong.textContent = sentence;
    }

    /** @param {Int32Array} counts By code. */
    update(counts) {
      const { of } = this.bins;
      const isWithin = this.tester();
      this.sums.fill(0);
      this.within.fill(0);
      for (let code = 0; code < of.length; code++) {
        this.sums[of[code]] += counts[code];
        if (isWithin && isWithin(code)) this.within[of[code]] += counts[code];
      }
      const most = this.sums.reduce((so, sum) => Math.max(so, sum), 1);
      draw(this.all, this.sums, most);
      draw(this.asked, isWithin ? this.within : new Float64Array(0), most);
      this.plot.classList.toggle("facet__plot--asked", isWithin !== null);
      const { min, max } = this.view.choice;
      [min, max].forEach((limit, place) => {
        const input = this.inputs[place];
        const text = this.column.kind === "date" ? catalog.dayOf(limit, place === 1) : limit;
        if (input.value === text || input === this.written) return;
        input.value = text;
        this.complain(input, "");
      });
      this.clear.hidden = !(min || max);
    }

    /** @returns {((code: number) => boolean) | null} Whether a value is asked for; null where nothing is. */
    tester() {
      const { marks, choice } = this.view;
      const { numbers, values, kind } = this.column;
      const { min, max } = choice;
      if (min || max) {
        if (kind === "date") {
          const [first, last] = [min && catalog.dayOf(min, false), max && catalog.dayOf(max, true)];
          return (code) => (!min || (first !== "" && values[code] >= first)) && (!max || values[code] <= last);
        }
        const [least, greatest] = [min ? Number(min) : -Infinity, max ? Number(max) : Infinity];
        return (code) => numbers !== null && numbers[code] >= least && numbers[code] <= greatest;
      }
      return choice.any.length ? (code) => marks.get(code) === "any" : null;
    }

    /** Takes the limits back. */
    press() {
      this.ask("", "");
      this.plot.focus({ preventScroll: true }); // the button is gone
    }
  }

  /**
   * @param {SVGPathElement} path
   * @param {Float64Array} sums
   * @param {number} most What reaches the top.
   */
  function draw(path, sums, most) {
    const step = WIDTH / sums.length;
    const gap = Math.min(1.5, step / 4);
    let shape = "";
    sums.forEach((sum, place) => {
      if (!sum) return;
      const height = Math.max(LEAST, (sum / most) * HEIGHT);
      shape += `M${(place * step + gap / 2).toFixed(2)} ${HEIGHT}v${(-height).toFixed(2)}h${(step - gap).toFixed(2)}V${HEIGHT}z`;
    });
    if (path.getAttribute("d") !== shape) path.setAttribute("d", shape);
  }

  catalog.FacetRange = FacetRange;
})();
