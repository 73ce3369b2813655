/**
 * The values of a facet under the headings they belong to: tags by tag set, datasets by project. Headings fold.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Groups of a facet with more values begin folded. */
  const OPEN = 60;
  /** Values of a group on the page; the others are found by the facet's own search box. */
  const IN_GROUP = 200;

  /** What heads the values that are in no group. */
  const NO_GROUP = "In none of these";

  /** @typedef {{item: HTMLElement, button: HTMLElement, count: HTMLElement, list: HTMLElement, rest: HTMLElement}} GroupElements */

  /**
   * The groups of a facet, and at the end what is in none of them.
   * @param {import("./table.js").Column} column
   * @returns {{label: string, codes: number[]}[]}
   */
  function groupsOf({ groups, values }) {
    const grouped = new Set(groups.flatMap(({ codes }) => codes));
    const others = Array.from(values.keys()).filter((code) => !grouped.has(code));
    return others.length ? [...groups, { label: NO_GROUP, codes: others }] : groups;
  }

  class FacetTree {
    /**
     * @param {any} view A FacetView.
     * @param {(template: string) => any} make
     * @param {{label: string, codes: number[]}[]} groups
     */
    constructor(view, make, groups) {
      this.view = view;
      this.make = make;
      this.groups = groups;
      /** Whether what is in a group can be added up: an image is in one place, but may have two tags. */
      this.isCounted = !view.isMultiple;
      /** @type {Set<number>} */
      this.folded = new Set(view.column.values.length > OPEN ? this.groups.keys() : []);
      /** Made when first shown. @type {GroupElements[]} */
      this.elements = [];
    }

    /**
     * Puts headings and values into the facet's list: what is asked for at the top, then the groups.
     * @param {number[]} codes That the search boxes let through.
     * @returns {any[]} The rows to show.
     */
    arrange(codes) {
      const { rows, list, marks, order, words } = this.view;
      const isSought = codes !== order.all;
      const allowed = new Set(codes);
      const isFree = (/** @type {number} */ code) => allowed.has(code) && !marks.has(code);
      const shown = [...marks.keys()].filter((code) => allowed.has(code)).map((code) => rows.row(code));
      const items = shown.map(({ item }) => item);
      const placed = new Set();
      this.groups.forEach((group, place) => {
        const elements = this.elementsOf(place);
        const free = group.codes.filter(isFree);
        elements.item.hidden = isSought && !free.length;
        items.push(elements.item);
        const isOpen = isSought || words.length > 0 || !this.folded.has(place);
        const open = isOpen ? free.slice(0, IN_GROUP) : [];
        const here = open.map((code) => (placed.has(code) ? rows.copy(place, code) : rows.row(code)));
        for (const code of open) placed.add(code);
        this.fill(elements, here);
        this.write(elements, group.codes, isOpen, free.length - open.length);
        shown.push(...here);
      });
      catalog.arrange(list, items);
      return shown;
    }

    /**
     * @param {GroupElements} elements
     * @param {any[]} rows
     */
    fill({ list }, rows) {
      const wanted = new Set(rows.map(({ item }) => item));
      for (const item of [...list.children]) if (!wanted.has(item)) this.put(item);
      catalog.arrange(list, [...wanted]);
    }

    /**
     * @param {GroupElements} elements
     * @param {number[]} codes
     * @param {boolean} isOpen
     * @param {number} more Values that are left out.
     */
    write({ button, count, list, rest }, codes, isOpen, more) {
      const { counts } = this.view.rows;
      button.setAttribute("aria-expanded", String(isOpen));
      list.hidden = !isOpen;
      rest.hidden = !isOpen || more === 0;
      rest.textContent = more ? `and ${catalog.number(more)} more` : "";
      if (this.isCounted) count.textContent = catalog.number(codes.reduce((sum, code) => sum + counts[code], 0));
    }

    /**
     * @param {number} place
     * @returns {GroupElements}
     */
    elementsOf(place) {
      if (this.elements[place]) return this.elements[place];
      const item = this.make("group");
      const button = item.querySelector(".facet__heading");
      const list = item.querySelector(".facet__grouped");
      const { label } = this.groups[place];
      catalog.writeName(button.querySelector("bdi"), label, 80);
      list.setAttribute("aria-label", catalog.visible(label));
      this.elements[place] = { item, button, count: button.querySelector(".facet__count"), list, rest: item.querySelector(".facet__rest") };
      return this.elements[place];
    }

    /** Takes the headings away; the values go back into the facet's list. */
    clear() {
      for (const { item, list } of this.elements) {
        if (!item.isConnected) continue;
        for (const child of [...list.children]) this.put(child);
        item.remove();
      }
    }

    /** @param {Element} item A value's, of a group; back into the facet's list, or away where that has it already. */
    put(item) {
      if (item.querySelector("[data-value]")) catalog.move(this.view.list, item, null);
      else item.remove();
    }

    /**
     * @param {HTMLElement} button
     * @returns {boolean} Whether it is one of the headings.
     */
    press(button) {
      const place = this.elements.findIndex((elements) => elements.button === button);
      if (place < 0) return false;
      if (!this.folded.delete(place)) this.folded.add(place);
      this.view.draw();
      return true;
    }
  }

  /**
   * The tree of a facet.
   * @param {any} view A FacetView.
   * @param {(template: string) => any} make
   * @returns {FacetTree | null} Null where headings would tell nothing apart.
   */
  catalog.treeOf = (view, make) => {
    const groups = view.column.groups.length ? groupsOf(view.column) : [];
    return groups.length > 1 ? new FacetTree(view, make, groups) : null;
  };
})();
