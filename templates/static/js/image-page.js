/**
 * The one page that shows every image of a large catalogue: finds the image that the address names, and draws it.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-image-page]"));
  const template = /** @type {HTMLTemplateElement | null} */ (document.querySelector("[data-template='image']"));
  if (!page || !template) return;

  /** The first number of each chunk, ascending. */
  const starts = startsOf(page.dataset.chunks ?? "");

  /**
   * @param {string} steps From each start to the next, in base 36, parted by blanks.
   * @returns {number[]}
   */
  function startsOf(steps) {
    let start = 0;
    return steps.split(" ").filter(Boolean).map((step) => (start += parseInt(step, 36)));
  }

  /** Shows the image whose number stands in the address. */
  async function show() {
    const asked = new URLSearchParams(location.search).get("id") ?? "";
    if (!asked) return lead("The address names no image: its number belongs at the end, as in images/index.html?id=123.");
    if (!/^\d{1,15}$/.test(asked)) return lead(`“${asked}” is not the number of an image.`);
    say("The image is being loaded.");
    const record = await find(Number(asked)).catch(told);
    if (record) await draw(record).catch(told);
    else if (record === null) lead(`There is no image ${Number(asked)} in this catalogue: the number may be mistyped, or the image is no longer part of it.`);
  }

  /**
   * @param {unknown} error One of loading is a sentence for the reader.
   * @returns {undefined}
   */
  function told(error) {
    if (!(error instanceof catalog.LoadError)) throw error;
    say(error.message);
  }

  /**
   * @param {number} id
   * @returns {Promise<Record<string, any> | null>}
   */
  async function find(id) {
    let start = starts.filter((one) => one <= id).at(-1);
    while (start !== undefined) {
      const chunk = await catalog.load(`images/${Math.floor(start / 250_000)}/${start}`, "json.gz");
      const record = catalog.imageRecord(chunk, id);
      // A chunk may have been cut in two since this page was written.
      const next = chunk.next;
      if (record || next === null || next > id) return record;
      start = next;
    }
    return null;
  }

  /** @param {string} sentence */
  function say(sentence) {
    /** @type {HTMLElement} */ (page?.querySelector("[data-image-said]")).textContent = sentence;
  }

  /** @param {string} sentence Said where there is nothing to show: followed by where to go from here. */
  function lead(sentence) {
    say(sentence);
    /** @type {HTMLElement} */ (page?.querySelector("[data-image-ways]")).hidden = false;
  }

  /** @param {Record<string, any>} record */
  async function draw(record) {
    /** @type {[HTMLElement, any][]} */
    const counted = [];
    const drawn = catalog.stencil(template, record, (/** @type {string} */ _, /** @type {HTMLElement} */ link, /** @type {any} */ scope) => {
      if (scope.counted) counted.push([link, scope.counted]);
    });
    document.title = document.title.split("Image by number").join(record.title);
    page?.replaceWith(drawn);
    document.dispatchEvent(new CustomEvent("catalog:image", { detail: { id: record.id } }));
    await Promise.all(counted.map(([link, word]) => tell(link, word)));
    /** @type {HTMLElement} */ (document.querySelector("[data-kind='image']")).dataset.ready = "";
  }

  /**
   * Says on a link how many images hold its word.
   * @param {HTMLElement} link
   * @param {{facet: string, value: string, parts: number}} word
   */
  async function tell(link, { facet, value, parts }) {
    let count = 1; // what is held by a single image is in no file
    if (parts > 0) {
      const name = parts > 1 ? `counts/${facet}-${checksum(value) % parts}` : `counts/${facet}`;
      const { values, counts } = await catalog.load(name, "json.gz");
      const place = values.indexOf(value);
      if (place >= 0) count = counts[place];
    }
    link.title = catalog.images(count);
  }

  /**
   * CRC-32 of a text in UTF-8, by which large facets are dealt out to files.
   * @param {string} text
   * @returns {number}
   */
  function checksum(text) {
    let sum = 0xffffffff;
    for (const byte of new TextEncoder().encode(text)) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum >>> 0;
  }

  void show();
})();
