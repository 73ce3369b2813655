/**
 * The search box of every page: suggestions while typing, from an index that is loaded when the box first gets the focus.
 *
 * Without this script the box is a form that leads to the explorer; the last line of the suggestions always does the same.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Suggestions, the last line aside. */
  const LIMIT = 12;
  /** Characters of a title. */
  const TITLE = 80;

  /** @typedef {import("./finder.js").Found} Found */

  /** Shared by the boxes of a page. @type {Promise<any> | null} */
  let loading = null;

  /** @returns {Promise<any>} A Finder; fails with a sentence. */
  function finder() {
    loading = loading ?? begin();
    loading.catch(() => (loading = null));
    return loading;
  }

  async function begin() {
    // Titles are found without lunr too: its failing is not the end of searching.
    const lunr = catalog.loadScript("static/vendor/lunr.min.js").then(() => globalThis.lunr, () => null);
    const data = await catalog.load("search", "json");
    return new catalog.Finder(data, await lunr);
  }

  class SearchBox {
    /**
     * @param {HTMLFormElement} form
     * @param {number} number Of the box on its page.
     */
    constructor(form, number) {
      this.form = form;
      this.input = /** @type {HTMLInputElement} */ (form.querySelector("input"));
      this.list = /** @type {HTMLElement} */ (form.querySelector("[role=listbox]"));
      this.status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
      this.template = /** @type {Element} */ (form.querySelector("template")?.content.firstElementChild);
      this.id = `catalog-search-${number}`;
      this.options = /** @type {HTMLElement[]} */ ([]);
      this.active = -1;
      /** @type {any} */
      this.finder = null;
      this.problem = "";

      this.list.id = this.id;
      const roles = { role: "combobox", "aria-controls": this.id, "aria-expanded": "false", "aria-autocomplete": "list", "aria-haspopup": "listbox" };
      for (const [name, value] of Object.entries(roles)) this.input.setAttribute(name, value);
      this.listen();
    }

    listen() {
      this.input.addEventListener("focus", () => this.prepare());
      this.input.addEventListener("input", () => {
        this.prepare();
        this.show();
      });
      this.input.addEventListener("click", () => this.show());
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.form.addEventListener("focusout", ({ relatedTarget }) => {
        if (!(relatedTarget instanceof Node) || !this.form.contains(relatedTarget)) this.close();
      });
      if (document.activeElement === this.input) this.prepare();
    }

    /** Loads the index, once. */
    async prepare() {
      if (this.finder) return;
      try {
        const found = await finder();
        if (this.finder) return; // asked for twice: what is chosen by now stays chosen
        this.finder = found;
        this.problem = "";
      } catch (error) {
        this.problem = error instanceof Error ? error.message : String(error);
      }
      if (document.activeElement === this.input && this.input.value.trim()) this.show();
    }

    show() {
      const typed = this.input.value.trim();
      if (!typed) {
        this.close();
        return;
      }
      const words = catalog.words(typed);
      const found = this.finder ? this.finder.find(typed, LIMIT) : [];
      this.options = found.map((/** @type {Found} */ each) => this.option(each, words));
      this.options.push(this.imageSearch(typed));
      this.options.forEach((option, place) => (option.id = `${this.id}-${place}`));
      this.list.replaceChildren(...this.options);
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.activate(-1);
      this.status.textContent = this.problem || (this.finder ? `${found.length} ${found.length === 1 ? "suggestion" : "suggestions"}` : "");
      if (this.problem) this.list.prepend(sentence(this.problem));
    }

    close() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.activate(-1);
      this.status.textContent = "";
    }

    /** @param {KeyboardEvent} event */
    key(event) {
      if (event.isComposing) return;
      const isOpen = !this.list.hidden;
      const { length } = this.options;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!isOpen) this.show();
        else if (event.key === "ArrowDown") this.activate(this.active + 1 < length ? this.active + 1 : -1);
        else this.activate(this.active < 0 ? length - 1 : this.active - 1);
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        this.close();
      } else if (event.key === "Enter" && isOpen && this.active >= 0) {
        event.preventDefault();
        this.options[this.active].click();
      }
    }

    /** @param {number} place Of an option; -1 for the text itself. */
    activate(place) {
      this.options[this.active]?.setAttribute("aria-selected", "false");
      this.active = this.list.hidden ? -1 : place;
      const option = this.options[this.active];
      if (!option) {
        this.input.removeAttribute("aria-activedescendant");
        return;
      }
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    }

    /**
     * @param {Found} found
     * @param {string[]} words
     */
    option({ kind, title, url, count, detail }, words) {
      const option = this.make(kind, catalog.address(url));
      const name = /** @type {HTMLElement} */ (option.querySelector(".search__title"));
      catalog.writeName(name, title, TITLE);
      highlight(name, words);
      const context = /** @type {HTMLElement} */ (option.querySelector(".search__detail"));
      const said = [title === `Image ${idIn(url)}` ? "" : kind, detail].filter(Boolean).join(" · "); // its name says the kind
      context.hidden = !said;
      if (said) catalog.writeName(context, said, TITLE);
      if (detail) highlight(context, words);
      if (count !== null) /** @type {HTMLElement} */ (option.querySelector(".search__count")).textContent = catalog.images(count);
      return option;
    }

    /** @param {string} typed */
    imageSearch(typed) {
      const option = this.make("more", catalog.address(`explore.html?${new URLSearchParams({ q: typed })}`));
      option.classList.add("search__result--more");
      const title = /** @type {HTMLElement} */ (option.querySelector(".search__title"));
      title.textContent = `Search the images for “${catalog.shorten(typed, TITLE)}”`;
      return option;
    }

    /**
     * @param {string} kind
     * @param {string} address
     */
    make(kind, address) {
      const option = /** @type {HTMLAnchorElement} */ (this.template.cloneNode(true));
      option.href = address;
      /** @type {HTMLElement} */ (option.querySelector(".search__kind")).dataset.kind = kind;
      return option;
    }
  }

  /** @param {string} url Of an object's page. */
  const idIn = (url) => /(\d+)\.html$/.exec(url)?.[1];

  /** @param {string} text */
  function sentence(text) {
    const paragraph = document.createElement("p");
    paragraph.className = "search__problem";
    paragraph.setAttribute("role", "presentation");
    paragraph.textContent = text;
    return paragraph;
  }

  /**
   * Marks the words in a text that stands already.
   * @param {HTMLElement} element
   * @param {string[]} words Folded.
   */
  function highlight(element, words) {
    const text = element.textContent ?? "";
    /** @type {(string | HTMLElement)[]} */
    const pieces = [];
    let done = 0;
    for (const [from, to] of catalog.occurrences(text, words)) {
      const mark = document.createElement("mark");
      mark.textContent = text.slice(from, to);
      pieces.push(text.slice(done, from), mark);
      done = to;
    }
    element.replaceChildren(...pieces, text.slice(done));
  }

  /** `/` goes to the search box, unless somebody is writing. @param {KeyboardEvent} event */
  function shortcut(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.isContentEditable || target.closest?.("input, textarea, select, dialog[open]")) return;
    /** @type {HTMLInputElement[]} */
    const inputs = [...document.querySelectorAll("[data-search] input")];
    const visible = inputs.find((input) => input.offsetParent !== null);
    if (!visible) return;
    event.preventDefault();
    visible.focus();
    visible.select();
  }

  catalog.whenReady(() => {
    document.querySelectorAll("[data-search]").forEach((form, number) => new SearchBox(/** @type {HTMLFormElement} */ (form), number + 1));
    document.addEventListener("keydown", shortcut);
  });
})();
