/**
 * The explorer: loads the table, holds the state, and has everything drawn from it.
 *
 * A state goes one way: a click makes a new one, it goes into the address, the engine and onto the page. Going back reads it
 * from the address again. For other people's scripts the explorer's element carries `data-ready` once all is there, and
 * sends `catalog:ready` and `catalog:change` with `detail: {total, query}`.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** The mark in the browser's timeline at the moment when the counts in sight stood in the page last. */
  const COUNTS = "catalog:counts";

  /** A pause in typing after which the words are searched, in milliseconds. */
  const PAUSE = 150;

  /** @typedef {import("./query.js").State} State */

  class Explorer {
    /**
     * @param {HTMLElement} root
     * @param {import("./table.js").Table} table
     */
    constructor(root, table) {
      this.root = root;
      this.engine = new catalog.Facets(table);
      this.store = new catalog.CardStore(table.chunk, catalog.load, catalog.forget);
      this.extras = new catalog.Extras(this.engine);
      this.address = new catalog.AddressBar(() => this.apply(this.address.read(), true));
      /** @type {State} */
      this.state = this.address.read();
      const make = templates(root);
      const change = (/** @type {State} */ state) => this.change(state);
      const read = () => this.state;
      const address = (/** @type {State} */ state) => this.address.link(state);
      this.panel = new catalog.FacetPanel(root.querySelector("[data-facets]"), this.engine, make, change, read);
      this.chips = new catalog.Chips(root, this.engine, make, change);
      this.drawer = new catalog.Drawer(root);
      this.toolbar = new catalog.Toolbar(root, this.engine, make, change, read);
      this.results = new catalog.Results(root, this.engine, this.store, make, address, (/** @type {string} */ sort) => change(query.withSort(this.state, sort)));
      this.results.failed = (/** @type {Error | null} */ problem) => {
        if (problem) this.fail(`Some images cannot be shown. ${problem.message}`);
        else if (this.hasFailed) say(root, "");
      };
      this.takeAway = new catalog.TakeAway(root, this.engine, this.store, this.extras);
      this.hasFailed = false;
      this.text = /** @type {HTMLInputElement} */ (root.querySelector("[data-text]"));
      this.listenToText();
      root.addEventListener("click", (event) => this.within(event));
    }

    /**
     * Puts a state in force and into the address.
     * @param {State} state
     * @param {boolean} [isStep] Whether the back button undoes it by itself.
     */
    change(state, isStep = true) {
      this.apply(state, false, () => this.address.write(state, isStep));
    }

    /**
     * Draws a state, when what it needs has come.
     * @param {State} state
     * @param {boolean} isBack Whether it is to be seen where it was left.
     * @param {() => void} [write] Puts it into the address. That takes a browser as long as the counts do, so these come first.
     */
    apply(state, isBack, write = () => {}) {
      this.state = state;
      this.writeText();
      const missing = this.extras.missing(state);
      if (missing.length) {
        write();
        this.load(missing, state, isBack);
      } else this.draw(state, isBack, write);
    }

    /**
     * @param {string[]} missing
     * @param {State} state
     * @param {boolean} isBack
     */
    async load(missing, state, isBack) {
      const isCurrent = () => this.state === state;
      try {
        await this.extras.load(missing, (/** @type {string} */ what) => isCurrent() && this.results.wait(what));
        if (isCurrent()) this.draw(state, isBack);
      } catch (error) {
        if (!isCurrent()) return;
        this.fail(`This cannot be shown. ${error instanceof Error ? error.message : error}`);
        this.results.wait("");
      }
    }

    /**
     * @param {State} state All that it needs is there.
     * @param {boolean} isBack
     * @param {() => void} [write]
     */
    draw(state, isBack, write = () => {}) {
      this.engine.apply(state);
      this.panel.update(state);
      this.results.writeTotal();
      this.root.dataset.counted = "";
      performance.clearMarks(COUNTS);
      performance.mark(COUNTS);
      write();
      this.chips.update(state);
      this.drawer.update(this.engine.total, chosenIn(state));
      this.toolbar.update(state);
      this.results.wait("");
      if (this.hasFailed) say(this.root, "");
      this.hasFailed = false;
      const shows = this.results.show(state, !isBack && state.page === 1);
      const settle = () => this.settle(state, isBack);
      if (shows) shows.then((isShown) => isShown && settle(), (/** @type {Error} */ problem) => this.fail(problem.message));
      else settle();
      this.tell("catalog:change");
    }

    /** @param {string} sentence Taken back when something can be drawn again. */
    fail(sentence) {
      this.hasFailed = true;
      say(this.root, sentence);
    }

    /**
     * Shows the part of the result that is asked for.
     * @param {State} state
     * @param {boolean} isBack
     */
    settle(state, isBack) {
      if (isBack && catalog.place.restore()) return;
      if (state.page > 1) this.results.goToPage(state.page);
    }

    /** The first drawing. */
    start() {
      catalog.place.keep();
      if (this.state.version > query.VERSION) {
        say(this.root, "This link was made by a newer version of the catalogue: some of what it asks for may be missing here.");
      }
      this.root.addEventListener("catalog:change", () => {
        setTimeout(() => this.complete()); // when the first counts have been painted
      }, { once: true });
      this.apply(this.state, true);
    }

    /** What is not in sight. */
    complete() {
      this.panel.complete();
      this.root.dataset.ready = "";
      this.tell("catalog:ready");
      const later = globalThis.requestIdleCallback ?? setTimeout;
      later(() => this.store.loadIds(globalThis.fl).catch(() => {})); // asked for again when they are needed
      // One after the other, so that no click waits for all of them.
      for (const index of this.engine.indexes.values()) later(() => index.parts);
    }

    /** @param {string} type */
    tell(type) {
      const detail = { total: this.engine.total, query: query.format(this.state) };
      this.root.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
    }

    /** @param {MouseEvent} event A click; on a link to another state of this page, it is put in force. */
    within(event) {
      const link = /** @type {Element} */ (event.target).closest("a[data-within]");
      if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.change(query.parse(link.search || link.hash));
      this.results.total.focus({ preventScroll: true });
    }

    writeText() {
      if (this.text.value.trim() !== this.state.text.trim()) this.text.value = this.state.text;
    }

    /** Words are searched while they are typed; one stretch of typing is one step back. */
    listenToText() {
      let timer = 0;
      let isTyping = false;
      const search = () => {
        clearTimeout(timer);
        if (this.text.value.trim() === this.state.text.trim()) return;
        this.change(query.withText(this.state, this.text.value), !isTyping);
        isTyping = true;
      };
      this.text.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(search, PAUSE);
      });
      this.text.addEventListener("change", () => {
        search();
        isTyping = false;
      });
    }
  }

  /**
   * @param {State} state
   * @returns {number} How many things are chosen in it.
   */
  function chosenIn({ choices }) {
    let chosen = 0;
    for (const { any, all, none, has, lacks, min, max } of choices.values()) {
      chosen += any.length + all.length + none.length + Number(has) + Number(lacks) + Number(Boolean(min || max));
    }
    return chosen;
  }

  /**
   * @param {HTMLElement} root
   * @returns {(name: string) => any} Makes a new element from a template of the page.
   */
  function templates(root) {
    /** @type {Map<string, Element>} */
    const known = new Map();
    for (const template of root.querySelectorAll("template")) {
      known.set(template.dataset.template ?? "", /** @type {Element} */ (template.content.firstElementChild));
    }
    return (name) => /** @type {Element} */ (known.get(name)).cloneNode(true);
  }

  /**
   * @param {HTMLElement} root
   * @param {string} sentence Empty to take back what was said.
   */
  function say(root, sentence) {
    const problem = /** @type {HTMLElement} */ (root.querySelector("[data-problem]"));
    problem.textContent = sentence;
    problem.hidden = !sentence;
  }

  /** @param {HTMLElement} root */
  async function begin(root) {
    try {
      const bytes = await catalog.load("facets", "arrow.gz");
      catalog.explorer = new Explorer(root, catalog.readTable(bytes, globalThis.fl));
      catalog.explorer.start();
    } catch (error) {
      // The static list of facets stays in place: its links work.
      root.dataset.failed = "";
      say(root, `The images cannot be filtered here. ${error instanceof Error ? error.message : error}`);
      console.error(error);
    }
  }

  catalog.whenReady(() => {
    const root = document.querySelector("[data-explorer]");
    if (root instanceof HTMLElement) begin(root);
  });
})();
