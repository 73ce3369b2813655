/**
 * Light, dark, or as the system says.
 *
 * Loaded in the head as a blocking script, before the first paint, so that nobody who chose dark sees a white flash. It stands
 * alone: it uses nothing of the namespace. Where nothing is chosen `<html>` carries no `data-theme` and the style sheet follows
 * `prefers-color-scheme`.
 */
(function () {
  "use strict";

  const KEY = "catalog-theme";
  /** What a click goes through, in this order. @type {readonly string[]} */
  const CHOICES = ["auto", "light", "dark"];
  const NAMES = { auto: "as the system", light: "light", dark: "dark" };

  /** @returns {string} One of CHOICES. */
  function remembered() {
    try {
      const choice = localStorage.getItem(KEY) || "auto";
      return CHOICES.includes(choice) ? choice : "auto";
    } catch {
      return "auto"; // storage is refused, as in a private window or a sandboxed frame
    }
  }

  /** @param {string} choice One of CHOICES. */
  function remember(choice) {
    try {
      if (choice === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // Without storage the choice holds for this page only.
    }
  }

  /** @param {string} choice One of CHOICES. */
  function apply(choice) {
    const root = document.documentElement;
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
  }

  /**
   * Says on a button what is chosen; its looks are the style sheet's, by `data-theme-state`.
   * @param {HTMLElement} button
   * @param {string} choice One of CHOICES.
   */
  function label(button, choice) {
    const words = `Colours: ${NAMES[/** @type {keyof typeof NAMES} */ (choice)]}`;
    button.dataset.themeState = choice;
    button.title = words;
    button.setAttribute("aria-label", words);
    button.hidden = false;
  }

  let chosen = remembered();
  apply(chosen);
  document.documentElement.dataset.scripts = "on";

  document.addEventListener("DOMContentLoaded", () => {
    /** @type {NodeListOf<HTMLElement>} */
    const buttons = document.querySelectorAll("[data-theme-toggle]");
    for (const button of buttons) {
      label(button, chosen);
      button.addEventListener("click", () => {
        chosen = CHOICES[(CHOICES.indexOf(chosen) + 1) % CHOICES.length];
        remember(chosen);
        apply(chosen);
        for (const each of buttons) label(each, chosen);
      });
    }
  });
})();
