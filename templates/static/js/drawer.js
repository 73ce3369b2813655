/**
 * The facets on a narrow screen: the same panel, moved into a dialog while it is open. The dialog keeps the focus inside, closes on
 * Escape and gives the focus back, all by the browser's own means.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Where facets have no column of their own; the same width as in explorer.css. */
  const NARROW = "(max-width: 899.98px)";

  class Drawer {
    /** @param {HTMLElement} root The explorer. */
    constructor(root) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.dialog = /** @type {HTMLDialogElement} */ (root.querySelector("[data-drawer]"));
      this.body = find("[data-drawer-body]");
      this.side = find("[data-side]");
      this.panel = find("[data-panel]");
      this.badge = find("[data-badge]");
      this.show = find("[data-drawer-total]");

      find("[data-open-drawer]").addEventListener("click", () => this.open());
      for (const button of this.dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => this.dialog.close());
      this.dialog.addEventListener("click", (event) => {
        if (event.target === this.dialog) this.dialog.close(); // the part around it
      });
      this.dialog.addEventListener("close", () => this.side.append(this.panel));
      matchMedia(NARROW).addEventListener("change", (event) => {
        if (!event.matches && this.dialog.open) this.dialog.close();
      });
    }

    open() {
      this.body.append(this.panel);
      this.body.scrollTop = 0;
      this.dialog.showModal();
    }

    /**
     * @param {number} total Images that are left.
     * @param {number} chosen Values that are chosen.
     */
    update(total, chosen) {
      this.show.textContent = total ? `Show ${catalog.images(total)}` : "No image fits: show why";
      this.badge.hidden = !chosen;
      this.badge.textContent = chosen ? String(chosen) : "";
    }
  }

  catalog.Drawer = Drawer;
})();
