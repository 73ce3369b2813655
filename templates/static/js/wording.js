/**
 * How numbers and names are written for people. Pure.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  const THIN_SPACE = "\u2009";

  /**
   * A number with thin spaces between the thousands: 1 234 567.
   * @param {number} number A whole number of 0 or more.
   * @returns {string}
   */
  catalog.number = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);

  /**
   * A number of images in words: `1 image`, `1 234 images`.
   * @param {number} number
   * @returns {string}
   */
  catalog.images = (number) => `${catalog.number(number)} ${number === 1 ? "image" : "images"}`;

  /**
   * A text broken at the middle where it is too long: the end of a name tells as much as its beginning.
   * @param {string} text
   * @param {number} longest In characters, 3 or more.
   * @returns {string}
   */
  catalog.shorten = (text, longest) => {
    if (text.length <= longest) return text;
    const characters = [...text]; // whole ones: an emoji or a letter outside the first plane is not cut in two
    if (characters.length <= longest) return text;
    const tail = Math.floor((longest - 1) / 2);
    const head = longest - 1 - tail;
    return `${characters.slice(0, head).join("").trimEnd()}…${characters.slice(-tail).join("").trimStart()}`;
  };

  /**
   * What to show for a value that has no text.
   * @param {string} label
   * @returns {string}
   */
  catalog.visible = (label) => (label.trim() ? label : label ? `“${label}”` : "(empty)");

  /**
   * Writes a name into an element: shortened, with the whole name in its title where it was too long.
   * @param {HTMLElement} element Usually a `<bdi>`.
   * @param {string} text
   * @param {number} longest In characters.
   */
  catalog.writeName = (element, text, longest) => {
    const short = catalog.shorten(catalog.visible(text), longest);
    element.textContent = short;
    if (short !== text) element.title = text;
    else element.removeAttribute("title");
  };
})();
