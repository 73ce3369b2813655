/**
 * A button that unfolds a panel over the page. It closes by Escape, which gives the focus back, by the button, and when something else
 * is clicked or gets the focus.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  class Menu {
    /**
     * @param {HTMLElement} root Holds a button with `aria-expanded` and the panel that it names in `aria-controls`.
     * @param {() => void} [opened] Called before the panel is seen.
     */
    constructor(root, opened = () => {}) {
      this.root = root;
      this.opened = opened;
      this.button = /** @type {HTMLElement} */ (root.querySelector("button[aria-controls]"));
      this.panel = /** @type {HTMLElement} */ (document.getElementById(this.button.getAttribute("aria-controls") ?? ""));
      this.button.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
      root.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !this.isOpen) return;
        event.stopPropagation();
        this.close();
        this.button.focus();
      });
      document.addEventListener("pointerdown", (event) => this.left(event.target));
      document.addEventListener("focusin", (event) => this.left(event.target));
    }

    get isOpen() {
      return this.button.getAttribute("aria-expanded") === "true";
    }

    open() {
      this.opened();
      this.button.setAttribute("aria-expanded", "true");
      this.panel.dataset.open = "";
    }

    close() {
      this.button.setAttribute("aria-expanded", "false");
      delete this.panel.dataset.open;
    }

    /** @param {EventTarget | null} target Something that was clicked or got the focus. */
    left(target) {
      if (this.isOpen && target instanceof Node && target.isConnected && !this.root.contains(target) && !this.panel.contains(target)) this.close();
    }
  }

  catalog.Menu = Menu;
})();
