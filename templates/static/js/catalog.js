/**
 * The one namespace of the catalogue's scripts, and where the site begins.
 *
 * Loaded first. The root of the site is found from this script's own address, so every page finds it: at any depth, over http,
 * opened from disk, and inside somebody else's MkDocs theme.
 */
(function () {
  "use strict";

  /** @type {any} */
  const catalog = (globalThis.catalog = globalThis.catalog || {});

  const script = typeof document === "undefined" ? null : document.currentScript;

  /**
   * The address of the site's top folder, ending in a slash; empty outside a browser.
   * @type {string}
   */
  catalog.root = script instanceof HTMLScriptElement ? new URL("../../", script.src).href : "";

  /**
   * Whether the page was opened from disk, where `fetch` is blocked and data comes as scripts.
   * @type {boolean}
   */
  catalog.fromDisk = catalog.root.startsWith("file:");

  /**
   * The full address of something in the site.
   * @param {string} path Relative to the site's top folder: `explore.html`, `data/images.arrow`.
   * @returns {string}
   */
  catalog.address = (path) => catalog.root + path;

  /** Whether one page draws all images, which a page that leads to images says: in large catalogues they have no files of their own. */
  const areDrawn = () => typeof document !== "undefined" && document.querySelector("[data-images='drawn']") !== null;

  /** Where things stand, from the site's top folder. The only place that knows. */
  catalog.paths = {
    /** @param {number} id OMERO's id of an image. */
    image: (id) => (areDrawn() ? `images/index.html?id=${id}` : `images/${id}.html`),
    /** @param {number} id */
    thumbnail: (id) => `thumbnails/${Math.floor(id / 1000)}/${id}.jpg`,
    /** @param {number} id */
    preview: (id) => `previews/${Math.floor(id / 1000)}/${id}.jpg`,
    placeholder: "static/placeholder.svg",
  };

  /**
   * The page of an image.
   * @param {number} id OMERO's id.
   * @returns {string}
   */
  catalog.imagePage = (id) => catalog.address(catalog.paths.image(id));

  /**
   * The picture of an image; it exists where the table's `picture` column says so.
   * @param {number} id OMERO's id.
   * @returns {string}
   */
  catalog.thumbnail = (id) => catalog.address(catalog.paths.thumbnail(id));

  /**
   * The larger picture of an image; it exists where the cards' data or the page says so.
   * @param {number} id OMERO's id.
   * @returns {string}
   */
  catalog.preview = (id) => catalog.address(catalog.paths.preview(id));

  /**
   * The drawing that stands where an image has no picture.
   * @returns {string}
   */
  catalog.placeholder = () => catalog.address(catalog.paths.placeholder);

  /**
   * Runs something once the page's own HTML is there.
   * @param {() => void} start
   */
  catalog.whenReady = (start) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
  };

  // The style sheets draw the page for readers with and without scripts; theme.js says so earlier where the theme loads it.
  if (script) document.documentElement.dataset.scripts = "on";
})();
