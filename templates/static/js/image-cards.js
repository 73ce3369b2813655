/**
 * The cards of images: what stands on one at once, and what when its chunk has come. And what leaves a card: to its page, to step
 * through the result there, and to the picture enlarged, where the page has a lightbox.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Characters of a name on a card: two lines of the narrowest. */
  const NAME = 40;
  /** Characters of a place on a card: one line. */
  const PLACE = 26;
  /** Images before and after an opened one that its page can step to. */
  const REACH = 2000;

  class ImageCards {
    /**
     * @param {any} engine A Facets.
     * @param {any} store A CardStore.
     * @param {(template: string) => any} make
     */
    constructor(engine, store, make) {
      this.engine = engine;
      this.store = store;
      this.template = make;
    }

    make() {
      const card = this.template("card");
      const picture = card.querySelector("img");
      picture.addEventListener("error", () => {
        if (picture.src && picture.src !== catalog.placeholder()) picture.src = catalog.placeholder();
      });
      if (catalog.lightbox) card.querySelector("[data-enlarge]").hidden = false;
      return card;
    }

    /**
     * Gives a card to a row: all of it that needs no chunk. What it showed of another is gone at once.
     * @param {HTMLElement} card
     * @param {number} row
     */
    assign(card, row) {
      if (card.dataset.row === String(row)) return;
      card.dataset.row = String(row);
      card.classList.add("view-waiting");
      delete card.dataset.image;
      /** @type {HTMLElement} */ (card.querySelector(".explorer__open")).removeAttribute("href");
      const picture = /** @type {HTMLImageElement} */ (card.querySelector("img"));
      picture.removeAttribute("src");
      picture.hidden = true;
      const name = /** @type {HTMLElement} */ (card.querySelector(".explorer__name"));
      name.textContent = "";
      name.removeAttribute("title");
      const place = /** @type {HTMLElement | null} */ (card.querySelector("[data-place]"));
      if (place) this.writePlace(place, row);
    }

    /**
     * Shows the picture and the name.
     * @param {HTMLElement} card
     * @returns {boolean} Whether its chunk is there.
     */
    finish(card) {
      if (card.dataset.image) return true;
      const found = this.store.get(Number(card.dataset.row));
      if (!found) return false;
      const { id, hasPicture } = found;
      const name = catalog.imageName(found);
      card.dataset.image = String(id);
      card.classList.remove("view-waiting");
      /** @type {HTMLAnchorElement} */ (card.querySelector(".explorer__open")).href = catalog.imagePage(id);
      const picture = /** @type {HTMLImageElement} */ (card.querySelector("img"));
      picture.src = hasPicture ? catalog.thumbnail(id) : catalog.placeholder();
      picture.hidden = false;
      catalog.writeName(card.querySelector(".explorer__name"), name, NAME);
      if (catalog.lightbox) card.querySelector("[data-enlarge]")?.setAttribute("aria-label", `Enlarge ${name}`);
      return true;
    }

    /**
     * Where an image lies. The template says which facets tell that, the first that does counts, and where their pages are.
     * @param {HTMLElement} element
     * @param {number} row
     */
    writePlace(element, row) {
      const facets = (element.dataset.place ?? "").split(" ");
      for (const facet of facets) {
        const codes = this.engine.columns.has(facet) ? this.engine.codesOf(facet, row) : [];
        if (!codes.length) continue;
        const column = this.engine.columns.get(facet);
        const link = this.placeLink(element, facet);
        link.href = catalog.address((element.dataset.page ?? "").replace("{facet}", facet).replace("{id}", column.values[codes[0]]));
        catalog.writeName(link.firstElementChild, column.labels[codes[0]], PLACE);
        const others = codes.slice(1).map((/** @type {number} */ code) => column.labels[code]);
        const more = /** @type {HTMLElement} */ (element.querySelector(".explorer__elsewhere"));
        more.textContent = others.length ? ` +${others.length}` : "";
        more.title = others.join(", ");
        return;
      }
      this.placeLink(element, "");
    }

    /**
     * @param {HTMLElement} element
     * @param {string} facet Empty where the image lies nowhere.
     * @returns {HTMLAnchorElement}
     */
    placeLink(element, facet) {
      const link = /** @type {HTMLAnchorElement} */ (element.querySelector("a"));
      link.hidden = !facet;
      link.className = facet && `kind-${facet}`;
      /** @type {HTMLElement} */ (element.querySelector(".explorer__nowhere")).hidden = Boolean(facet);
      if (!facet) /** @type {HTMLElement} */ (element.querySelector(".explorer__elsewhere")).textContent = "";
      return link;
    }

    /**
     * An image is about to be opened in this tab: its page is to step through the result.
     * @param {MouseEvent} event A click on a link to it.
     * @param {Sequence} sequence
     * @param {number} place Of the image in it.
     */
    leave(event, sequence, place) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const from = Math.max(0, place - REACH);
      const ids = sequence.rows(from, place + REACH + 1).map((row) => this.store.id(row));
      // Before the ids of all have come, those around it that are on cards are known.
      const here = place - from;
      const first = ids.lastIndexOf(undefined, here) + 1;
      const end = ids.indexOf(undefined, here);
      const known = ids.slice(first, end < 0 ? ids.length : end);
      const { total, address } = sequence;
      catalog.openWithin?.({ address, total, isAll: total === this.engine.table.rows, from: from + first, ids: known }, ids[here]);
    }

    /**
     * Opens the picture large, where the page can.
     * @param {Sequence} sequence
     * @param {number} place
     * @param {(place: number) => void} left Called when it is closed, where one has stepped on: the place that was shown last.
     * @returns {boolean} Whether it can.
     */
    enlarge(sequence, place, left) {
      if (!catalog.lightbox || place < 0) return false;
      const at = async (/** @type {number} */ each) => {
        const [row] = sequence.rows(each, each + 1);
        const card = await this.store.card(row);
        return { ...card, name: catalog.imageName(card), ...addresses(card), facts: this.facts(row) };
      };
      catalog.lightbox.open({ total: sequence.total, at }, place).then((/** @type {number} */ last) => last !== place && left(last));
      return true;
    }

    /**
     * @param {number} row
     * @returns {{label: string, values: string[]}[]} What the table of facets holds of an image.
     */
    facts(row) {
      const facts = [];
      for (const column of this.engine.columns.values()) {
        const values = this.engine.codesOf(column.facet, row).map((/** @type {number} */ code) => column.labels[code]);
        if (values.length) facts.push({ label: column.label, values });
      }
      return facts;
    }
  }

  /**
   * Images in an order: the result, or a part of it.
   * @typedef {object} Sequence
   * @property {number} total
   * @property {string} address Of the view that shows them.
   * @property {(from: number, to: number) => number[]} rows
   */

  /** @param {{id: number, hasPicture: boolean, hasPreview: boolean}} card */
  const addresses = ({ id, hasPicture, hasPreview }) => ({
    href: catalog.imagePage(id),
    picture: hasPicture ? catalog.thumbnail(id) : catalog.placeholder(),
    preview: hasPreview ? catalog.preview(id) : "",
  });

  /**
   * @param {any} engine A Facets.
   * @returns {Sequence} All that is left, in the order in force.
   */
  catalog.wholeResult = (engine) => ({
    total: engine.total,
    address: location.href,
    rows: (/** @type {number} */ from, /** @type {number} */ to) => engine.rows(from, to),
  });

  /**
   * @param {{id: number, name: string}} image
   * @returns {string} What to call it.
   */
  catalog.imageName = ({ id, name }) => name.trim() || `Image ${id}`;

  catalog.ImageCards = ImageCards;
})();
