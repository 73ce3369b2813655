/**
 * The images that are left: cards, pages of them, the count, and what to do when there are none.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Images a page. */
  const PAGE = 48;
  /** Characters of a name on a card: two lines of the narrowest. */
  const NAME = 40;
  /** Images before and after an opened one that its page can step to. */
  const REACH = 2000;
  /** Characters of a place on a card: one line. */
  const PLACE = 26;

  class Results {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {(template: string) => any} make
     * @param {(page: number) => string} pageAddress The address of a page under the choice in force.
     */
    constructor(root, engine, make, pageAddress) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.engine = engine;
      this.table = engine.table;
      this.make = make;
      this.pageAddress = pageAddress;
      this.total = find("[data-total]");
      this.grid = find("[data-grid]");
      this.pager = find("[data-pager]");
      this.previous = find("[data-previous]");
      this.next = find("[data-next]");
      this.where = find("[data-where]");
      this.first = 0;
      this.grid.addEventListener("error", standIn, true);
      this.grid.addEventListener("click", (event) => this.leave(event));
    }

    /**
     * @param {number} wanted A page, from 1.
     * @returns {number} The page that is shown: the last, where there are fewer.
     */
    show(wanted) {
      const total = this.engine.total;
      const pages = Math.max(1, Math.ceil(total / PAGE));
      const page = Math.min(wanted, pages);
      this.writeTotal(total);
      this.first = (page - 1) * PAGE;
      const rows = this.engine.rows(this.first, this.first + PAGE);
      this.grid.replaceChildren(...rows.map((/** @type {number} */ row) => this.card(row)));
      this.grid.hidden = total === 0;
      this.writePager(page, pages);
      return page;
    }

    /**
     * An image that is opened in this tab takes the result along, to step through.
     * @param {MouseEvent} event
     */
    leave(event) {
      const card = /** @type {Element} */ (event.target).closest(".explorer__open")?.closest("[data-image]");
      if (!(card instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const place = this.first + Array.from(this.grid.children).indexOf(card);
      const from = Math.max(0, place - REACH);
      const ids = this.engine.rows(from, place + REACH + 1).map((/** @type {number} */ row) => this.table.id(row));
      const total = this.engine.total;
      catalog.openWithin?.({ address: location.href, total, isAll: total === this.table.rows, from, ids }, Number(card.dataset.image));
    }

    /** @param {number} total */
    writeTotal(total) {
      this.total.dataset.total = String(total);
      /** @type {HTMLElement} */ (this.total.querySelector(".explorer__number")).textContent = catalog.images(total);
      const all = this.table.rows;
      /** @type {HTMLElement} */ (this.total.querySelector(".explorer__of")).textContent = total === all ? "" : `of ${catalog.number(all)}`;
    }

    /**
     * @param {number} page
     * @param {number} pages
     */
    writePager(page, pages) {
      this.pager.hidden = pages === 1;
      this.where.textContent = `Page ${catalog.number(page)} of ${catalog.number(pages)}`;
      this.writeStep(this.previous, page > 1 ? page - 1 : 0);
      this.writeStep(this.next, page < pages ? page + 1 : 0);
    }

    /**
     * @param {HTMLElement} link
     * @param {number} page 0 where there is none that way.
     */
    writeStep(link, page) {
      link.dataset.page = String(page);
      if (page) {
        link.setAttribute("href", this.pageAddress(page));
        link.removeAttribute("aria-disabled");
      } else {
        link.removeAttribute("href");
        link.setAttribute("aria-disabled", "true");
      }
    }

    /** @param {number} row */
    card(row) {
      const card = this.make("card");
      const id = this.table.id(row);
      card.dataset.image = String(id);
      card.querySelector(".explorer__open").href = catalog.imagePage(id);
      const picture = card.querySelector("img");
      picture.src = this.table.hasPicture(row) ? catalog.thumbnail(id) : catalog.placeholder();
      const name = this.table.name(row).trim() || `Image ${id}`;
      catalog.writeName(card.querySelector(".explorer__name"), name, NAME);
      this.writePlace(card.querySelector("[data-place]"), row);
      return card;
    }

    /**
     * Where an image lies. The template says which facets tell that, the first that does counts, and where their pages are.
     * @param {HTMLElement} element
     * @param {number} row
     */
    writePlace(element, row) {
      const facets = (element.dataset.place ?? "").split(" ");
      const facet = facets.find((each) => this.engine.columns.has(each) && codesOf(this.engine.columns.get(each), row).length);
      if (!facet) return;
      const column = this.engine.columns.get(facet);
      const [first, ...others] = codesOf(column, row);
      const link = document.createElement("a");
      const name = document.createElement("bdi");
      link.className = `kind-${facet}`;
      link.href = catalog.address((element.dataset.page ?? "").replace("{facet}", facet).replace("{id}", column.values[first]));
      catalog.writeName(name, column.labels[first], PLACE);
      link.append(name);
      element.replaceChildren(link);
      if (others.length) {
        const more = document.createElement("span");
        more.textContent = ` +${others.length}`;
        more.title = others.map((code) => column.labels[code]).join(", ");
        element.append(more);
      }
    }
  }

  /**
   * @param {import("./table.js").Column} column
   * @param {number} row
   * @returns {number[]} The codes of a row.
   */
  function codesOf({ codes, offsets, values }, row) {
    const found = offsets ? codes.subarray(offsets[row], offsets[row + 1]) : codes.subarray(row, row + 1);
    return Array.from(found).filter((code) => code < values.length);
  }

  /**
   * A picture that does not come is replaced by the placeholder, once.
   * @param {Event} event
   */
  function standIn({ target }) {
    if (target instanceof HTMLImageElement && target.src !== catalog.placeholder()) target.src = catalog.placeholder();
  }

  catalog.Results = Results;
})();
