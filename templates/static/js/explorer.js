/**
 * The explorer: loads the table, holds the state, and has everything drawn from it.
 *
 * A state goes one way: a click makes a new one, it goes into the address, the engine and onto the page. Going back reads it
 * from the address again. For other people's scripts the explorer's element carries `data-ready` once the first counts stand, and
 * sends `catalog:ready` and `catalog:change` with `detail: {total, query}`.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

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
      this.address = new catalog.AddressBar(() => {
        this.apply(this.address.read());
        catalog.place.restore();
      });
      /** @type {State} */
      this.state = this.address.read();
      const make = templates(root);
      const change = (/** @type {State} */ state) => this.change(state);
      this.panel = new catalog.FacetPanel(root.querySelector("[data-facets]"), this.engine, make, (/** @type {string} */ facet, /** @type {string} */ value) => {
        this.change(query.toggle(this.state, facet, value));
      });
      this.results = new catalog.Results(root, this.engine, make, (/** @type {number} */ page) => this.address.link(query.withPage(this.state, page)));
      this.chips = new catalog.Chips(root, this.engine, make, change);
      this.drawer = new catalog.Drawer(root);
      this.text = /** @type {HTMLInputElement} */ (root.querySelector("[data-text]"));
      this.listenToText();
      this.listenToPager();
    }

    /**
     * Puts a state in force and into the address.
     * @param {State} state
     * @param {boolean} [isStep] Whether the back button undoes it by itself.
     */
    change(state, isStep = true) {
      this.address.write(state, isStep);
      this.apply(state);
    }

    /** @param {State} state Drawn as it is; the address is left alone. */
    apply(state) {
      this.state = state;
      this.engine.apply(state.choices, state.text);
      this.panel.update(state.choices);
      const page = this.results.show(state.page);
      if (page !== state.page) this.state = query.withPage(state, page);
      this.chips.update(this.state);
      const chosen = [...state.choices.values()].reduce((sum, values) => sum + values.length, 0);
      this.drawer.update(this.engine.total, chosen);
      if (this.text.value.trim() !== state.text.trim()) this.text.value = state.text;
      this.tell("catalog:change");
    }

    /** The first drawing. */
    start() {
      catalog.place.keep();
      this.apply(this.state);
      catalog.place.restore();
      if (this.state.version > query.VERSION) {
        say(this.root, "This link was made by a newer version of the catalogue: some of what it asks for may be missing here.");
      }
      this.root.dataset.ready = "";
      this.tell("catalog:ready");
    }

    /** @param {string} type */
    tell(type) {
      const detail = { total: this.engine.total, query: query.format(this.state) };
      this.root.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
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

    listenToPager() {
      const pager = /** @type {HTMLElement} */ (this.root.querySelector("[data-pager]"));
      const main = /** @type {HTMLElement} */ (this.root.querySelector("[data-main]"));
      pager.addEventListener("click", (event) => {
        const link = /** @type {Element} */ (event.target).closest("a[href]");
        if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.change(query.withPage(this.state, Number(link.dataset.page)));
        main.focus({ preventScroll: true });
        main.scrollIntoView({ block: "start" });
      });
    }
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
   * @param {string} sentence
   */
  function say(root, sentence) {
    const problem = /** @type {HTMLElement} */ (root.querySelector("[data-problem]"));
    problem.textContent = sentence;
    problem.hidden = false;
  }

  /** @param {HTMLElement} root */
  async function begin(root) {
    try {
      const bytes = await catalog.load("images", "arrow");
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
