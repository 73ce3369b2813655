/**
 * The result to take along: a link to the view, a table of all its images with their key-values, their ids for scripts.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** What the downloaded file is called. */
  const FILE = "images.csv";
  /** Columns that stand first, after id and name, where the catalogue has them. */
  const FIRST = ["project", "dataset", "screen", "plate", "tag"];
  /** Stands between the values of one key. */
  const BETWEEN = "; ";
  /** Rows that are written before the clock is looked at. */
  const STEP = 64;
  /** From so many characters on, a piece of the table is handed to the browser, which may keep it on disk. */
  const PIECE = 1_000_000;
  /** How long a button says what it did, in milliseconds. */
  const SAID = 4000;

  class TakeAway {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {any} store A CardStore.
     * @param {any} extras An Extras.
     */
    constructor(root, engine, store, extras) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.engine = engine;
      this.store = store;
      this.extras = extras;
      this.status = find("[data-taken]");
      this.isStopped = false;
      /** The button whose work is under way. @type {HTMLElement | null} */
      this.busy = null;
      this.timer = 0;
      find("[data-copy-link]").addEventListener("click", (event) => this.run(event, () => this.copyLink()));
      find("[data-copy-ids]").addEventListener("click", (event) => this.run(event, () => this.copyIds()));
      find("[data-download]").addEventListener("click", (event) => this.run(event, () => this.download()));
    }

    /**
     * Does what a button is for; a click on it while that lasts stops it.
     * @param {Event} event
     * @param {() => Promise<string>} work Says in the end what was done.
     */
    async run({ currentTarget }, work) {
      const button = /** @type {HTMLElement} */ (currentTarget);
      if (this.busy) {
        this.isStopped = this.busy === button;
        return;
      }
      this.busy = button;
      this.isStopped = false;
      button.setAttribute("aria-busy", "true");
      try {
        this.say(await work());
      } catch (error) {
        this.say(error instanceof Error ? error.message : String(error));
      }
      this.busy = null;
      button.removeAttribute("aria-busy");
      this.timer = setTimeout(() => this.say(""), SAID);
    }

    /** @param {string} words */
    say(words) {
      clearTimeout(this.timer);
      this.status.textContent = words;
    }

    /** @param {string} what */
    progress(what) {
      return (/** @type {number} */ done, /** @type {number} */ total) => this.say(`${what} … ${catalog.percent(done, total)}`);
    }

    async copyLink() {
      await copy(location.href);
      return "Link copied";
    }

    async copyIds() {
      await this.store.loadIds(globalThis.fl, this.progress("Loading ids"));
      const { total } = this.engine;
      const rows = this.engine.rows(0, total);
      /** @type {string[]} */
      const pieces = [];
      const isDone = await this.inPieces(total, "Copying ids", (from, to) => {
        pieces.push(rows.slice(from, to).map((/** @type {number} */ row) => this.store.id(row)).join(","));
      });
      if (!isDone) return "Stopped";
      await copy(pieces.join(","));
      return total === 1 ? "1 id copied" : `${catalog.number(total)} ids copied`;
    }

    /** The result as it is now, for what is chosen may change while it is written. */
    async download() {
      const { engine, store } = this;
      const { total } = engine;
      const rows = engine.rows(0, total);
      const facets = columnsOf(engine);
      await store.loadIds(globalThis.fl, this.progress("Loading ids"));
      await this.extras.load(engine.text.isGiven ? [] : ["text"], (/** @type {string} */ what) => this.say(what));
      /** @type {Blob[]} */
      const pieces = [];
      let text = catalog.csv([["id", "name", ...facets.map(({ label }) => label)]]);
      const isDone = await this.inPieces(total, "Writing the table", (from, to) => {
        text += catalog.csv(rows.slice(from, to).map((/** @type {number} */ row) => [
          String(store.id(row)),
          engine.textOf(row),
          ...facets.map(({ facet }) => catalog.valuesOf(engine, facet, row).join(BETWEEN)),
        ]));
        if (text.length < PIECE && to < total) return;
        pieces.push(new Blob([text]));
        text = "";
      });
      if (!isDone) return "Stopped";
      if (text) pieces.push(new Blob([text]));
      save(new Blob(pieces, { type: "text/csv" }));
      return `${catalog.images(total)} in ${FILE}`;
    }

    /**
     * @param {number} total
     * @param {string} what
     * @param {(from: number, to: number) => void} work
     * @returns {Promise<boolean>} Whether it was not stopped.
     */
    inPieces(total, what, work) {
      return catalog.inPieces(total, STEP, work, (/** @type {number} */ done) => {
        if (done < total) this.say(`${what} … ${catalog.percent(done, total)}`);
        return !this.isStopped;
      });
    }
  }

  /**
   * @param {any} engine
   * @returns {{facet: string, label: string}[]} Where an image lies and its tags, then all else, then keys that are only searched.
   */
  function columnsOf(engine) {
    const facets = [...engine.columns.values()];
    const first = FIRST.flatMap((name) => engine.columns.get(name) ?? []);
    return [...first, ...facets.filter((column) => !first.includes(column)), ...engine.table.search];
  }

  /** @param {string} text */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Over plain http there is no clipboard, and some browsers refuse it: the old way, which asks nobody.
      if (!copyBySelection(text)) throw new Error("The browser did not let the page copy.");
    }
  }

  /**
   * @param {string} text
   * @returns {boolean} Whether the browser did it.
   */
  function copyBySelection(text) {
    const area = document.createElement("textarea");
    const focused = document.activeElement;
    area.value = text;
    area.className = "explorer__unseen";
    area.setAttribute("aria-hidden", "true");
    document.body.append(area);
    area.select();
    const isDone = document.execCommand("copy");
    area.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    return isDone;
  }

  /** @param {Blob} blob */
  function save(blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = FILE;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser reads it when it pleases
  }

  catalog.TakeAway = TakeAway;
})();
