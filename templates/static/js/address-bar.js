/**
 * The explorer's state in the address of the page, so that a view can be sent, kept and undone.
 *
 * Over http it is the query, one step of the browser's history a choice. From disk some browsers refuse to change the query of a
 * page; there it is the fragment. Both are read wherever they stand.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  class AddressBar {
    /** @param {() => void} moved Called when the reader went back or forward. */
    constructor(moved) {
      this.usesFragment = false;
      /** The part that holds the state, as the browser has it. */
      this.written = this.text();
      /** The same as `query.format` writes it. */
      this.formatted = query.format(this.read());
      const check = () => {
        if (this.text() === this.written) return;
        this.written = this.text();
        this.formatted = query.format(this.read());
        moved();
      };
      addEventListener("popstate", check);
      addEventListener("hashchange", check);
    }

    /** @returns {import("./query.js").State} What the address says. */
    read() {
      return query.parse(this.text());
    }

    /**
     * Writes a state into the address.
     * @param {import("./query.js").State} state
     * @param {boolean} isStep Whether it is a step that the back button undoes, or replaces the last one.
     */
    write(state, isStep) {
      const text = query.format(state);
      if (text === this.formatted) return;
      if (!this.usesFragment) this.usesFragment = !writeQuery(text, isStep);
      if (this.usesFragment) writeFragment(text, isStep);
      this.formatted = text;
      this.written = this.usesFragment ? location.hash : location.search;
    }

    /**
     * The address of a state, for a link.
     * @param {import("./query.js").State} state
     * @returns {string}
     */
    link(state) {
      const text = query.format(state);
      return bare() + (text ? (this.usesFragment ? "#" : "?") + text : "");
    }

    /** The part of the address that holds the state: the query, or where that says nothing the fragment. */
    text() {
      const { search, hash } = location;
      return query.format(query.parse(search)) || !hash.includes("=") ? search : hash;
    }
  }

  /** The address without query and fragment. */
  const bare = () => location.href.replace(/[?#].*$/, "");

  /**
   * @param {string} text
   * @param {boolean} isStep
   * @returns {boolean} Whether the browser let it.
   */
  function writeQuery(text, isStep) {
    const address = bare() + (text ? `?${text}` : "");
    try {
      if (isStep) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
      return true;
    } catch {
      return false; // a page from disk in a browser that treats each address as a site of its own
    }
  }

  /**
   * @param {string} text
   * @param {boolean} isStep
   */
  function writeFragment(text, isStep) {
    if (isStep) location.hash = text;
    else location.replace(`#${text}`);
  }

  catalog.AddressBar = AddressBar;
})();
