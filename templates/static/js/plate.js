/**
 * A plate's page: runs and fields switch in place, wells take the colour of a key or tag, arrow keys walk the grid, a well opens
 * beside it. Without this script the grid is a table of links, and every run and field has a page of its own.
 *
 * What is chosen stands behind the `#` of the address: `#run=81&field=2&colour=key:Compound&well=56`.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** The way of each arrow key: rows down, columns to the right. @type {Record<string, [number, number]>} */
  const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  class PlatePage {
    /**
     * @param {HTMLElement} root
     * @param {any} data A PlateData.
     */
    constructor(root, data) {
      const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
      this.data = data;
      this.plate = /** @type {HTMLElement} */ (root.closest("[data-id]")).dataset.id || "";
      this.grid = find("[data-grid]");
      this.panel = find("[data-panel]");
      this.legend = find("[data-legend]");
      this.runs = find("[data-runs]");
      this.fields = find("[data-fields]");
      this.colours = find("[data-colouring]");
      this.pictures = find("[data-pictures]");
      /** By well id. @type {Map<number, HTMLElement>} */
      this.cells = new Map();
      /** By row and column. @type {Map<string, HTMLElement>} */
      this.at = new Map();
      for (const cell of this.grid.querySelectorAll("[data-well]")) {
        this.cells.set(Number(cell.dataset.well), cell);
        this.at.set(`${cell.dataset.row} ${cell.dataset.column}`, cell);
      }
      this.choose(new URLSearchParams(location.hash.slice(1)));
      this.listen();
    }

    listen() {
      this.grid.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.walk(event));
      this.grid.addEventListener("click", (/** @type {MouseEvent} */ event) => this.open(event));
      this.grid.addEventListener("focusin", (/** @type {FocusEvent} */ event) => {
        const link = /** @type {HTMLElement} */ (event.target);
        const cell = link.closest("[data-well]");
        if (cell) this.select(cell, this.isBeside() || link.matches(":focus-visible"));
      });
      for (const nav of [this.runs, this.fields]) {
        if (nav) nav.addEventListener("click", (/** @type {MouseEvent} */ event) => this.change(event, nav));
      }
      if (this.colours) {
        this.colours.addEventListener("change", () => {
          this.paint(this.colours.value);
          this.write();
        });
      }
      if (this.pictures) {
        this.pictures.addEventListener("change", () => this.grid.toggleAttribute("data-plain", !this.pictures.checked));
      }
      addEventListener("hashchange", () => this.choose(new URLSearchParams(location.hash.slice(1))));
    }

    /**
     * Takes up what an address says; what it leaves out is as the page's own HTML has it.
     * @param {URLSearchParams} said
     */
    choose(said) {
      const run = said.has("run") ? Number(said.get("run")) || null : chosen(this.runs, this.data.views[0]?.run ?? null);
      const field = Number(said.get("field")) || chosen(this.fields, 1) || 1;
      this.show(this.data.view(run, field));
      if (this.colours) this.paint(said.has("colour") ? said.get("colour") || "" : this.colours.value);
      const cell = this.cells.get(Number(said.get("well")));
      this.select(cell || this.cell || this.first());
      if (cell) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    /** @returns {HTMLElement | undefined} The first well with an image, or the first of all. */
    first() {
      const place = this.data.counts.findIndex(Boolean);
      return this.cells.get(this.data.wells[Math.max(0, place)]);
    }

    /** @returns {boolean} Whether the panel stands beside the grid rather than below it. */
    isBeside() {
      return getComputedStyle(this.panel).position === "sticky";
    }

    /** @param {any} view The run and field to show, if there is an image at all. */
    show(view) {
      if (!view || view === this.view) return;
      const isFirst = !this.view;
      this.view = view;
      if (!isFirst || location.hash) this.data.wells.forEach((/** @type {number} */ well, /** @type {number} */ place) => {
        const cell = this.cells.get(well);
        if (cell) showPicture(/** @type {HTMLElement} */ (cell.firstElementChild), view.images[place]);
      });
      this.offer();
      if (!isFirst && this.colours) this.paint(this.colours.value);
      if (this.cell) this.select(this.cell);
    }

    /** Has the links say which run and field is shown, and which fields the run has. */
    offer() {
      const { run, field } = this.view;
      for (const link of this.runs ? this.runs.querySelectorAll("a") : []) {
        const other = this.data.view(Number(link.dataset.choice) || null, field);
        mark(link, other, other.run === run);
      }
      if (!this.fields) return;
      const views = this.data.views.filter((/** @type {any} */ view) => view.run === run);
      const links = [...this.fields.querySelectorAll("a")];
      for (const link of links.slice(views.length)) link.remove();
      views.forEach((/** @type {any} */ view, /** @type {number} */ place) => {
        const link = links[place] || document.createElement("a");
        link.dataset.choice = link.textContent = String(view.field);
        mark(link, view, view === this.view);
        if (!links[place]) this.fields.append(" ", link);
      });
      this.fields.hidden = views.length < 2;
    }

    /**
     * A run or a field was clicked.
     * @param {MouseEvent} event
     * @param {HTMLElement} nav
     */
    change(event, nav) {
      const link = /** @type {HTMLElement} */ (event.target).closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const choice = Number(link.dataset.choice) || null;
      this.show(nav === this.runs ? this.data.view(choice, this.view.field) : this.data.view(this.view.run, choice || 1));
      this.write();
    }

    /** @param {string} name Of the key or tag to colour by; another name takes the colours away. */
    paint(name) {
      const colouring = this.data.colouring(name);
      this.colours.value = colouring ? name : "";
      this.data.wells.forEach((/** @type {number} */ well, /** @type {number} */ place) => {
        const cell = this.cells.get(well);
        if (!cell) return;
        const colour = colouring ? this.data.colour(colouring, place, this.view) : "";
        if (colour) cell.dataset.colour = colour;
        else delete cell.dataset.colour;
        const held = colouring ? this.data.heldIn(colouring, this.view)[place].map((/** @type {number} */ value) => catalog.visible(colouring.values[value])) : [];
        const link = /** @type {HTMLElement} */ (cell.firstElementChild);
        if (held.length) link.title = `${link.textContent}: ${held.join(", ")}`;
        else link.removeAttribute("title");
      });
      this.legend.replaceChildren(...(colouring ? legend(colouring, this.data.legend(colouring, this.view)) : []));
    }

    /**
     * Makes a well the one that Tab comes back to, and shows it beside the grid; below it only for those who walk by keyboard.
     * @param {HTMLElement | undefined} cell
     * @param {boolean} isShown
     */
    select(cell, isShown = this.isBeside() || !this.panel.hidden) {
      if (!cell) return;
      for (const link of this.grid.querySelectorAll("td > a")) {
        const isHere = link.parentElement === cell;
        link.tabIndex = isHere ? 0 : -1;
        if (isHere) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
      this.cell = cell;
      if (!isShown) return;
      const link = /** @type {HTMLAnchorElement} */ (cell.firstElementChild);
      const well = { name: link.textContent || "", href: link.href, plate: this.plate };
      catalog.showWell(this.panel, this.data, this.data.places.get(Number(cell.dataset.well)), this.view, well);
    }

    /**
     * Arrow keys go to the next well that way, over empty places; Home and End to the ends of the row, with Ctrl of the plate.
     * @param {KeyboardEvent} event
     */
    walk(event) {
      const cell = /** @type {HTMLElement} */ (event.target).closest("[data-well]");
      if (!cell || event.altKey || event.metaKey || event.shiftKey) return;
      const cells = [...this.cells.values()];
      const row = cells.filter((each) => each.dataset.row === /** @type {HTMLElement} */ (cell).dataset.row);
      const line = event.ctrlKey ? cells : row;
      let to;
      if (event.key === "Home") to = line[0];
      else if (event.key === "End") to = line[line.length - 1];
      else if (WAYS[event.key] && !event.ctrlKey) to = this.next(/** @type {HTMLElement} */ (cell), WAYS[event.key]) || cell;
      else return;
      event.preventDefault();
      event.stopPropagation(); // elsewhere on the page, arrow keys lead to the next plate
      /** @type {HTMLElement} */ (to.firstElementChild).focus();
      to.scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    /**
     * @param {HTMLElement} cell
     * @param {[number, number]} way
     * @returns {HTMLElement | undefined}
     */
    next(cell, [down, right]) {
      let row = Number(cell.dataset.row);
      let column = Number(cell.dataset.column);
      const far = (/** @type {HTMLElement} */ each) => (Number(each.dataset.row) - row) * down + (Number(each.dataset.column) - column) * right;
      const isInLine = (/** @type {HTMLElement} */ each) => (down ? Number(each.dataset.column) === column : Number(each.dataset.row) === row);
      const ahead = [...this.cells.values()].filter((each) => isInLine(each) && far(each) > 0);
      return ahead.sort((one, other) => far(one) - far(other))[0];
    }

    /**
     * The first click on a well shows it beside the grid, the second opens it, as in OMERO's clients. Where there is no room
     * beside the grid, the first opens it; so does Enter.
     * @param {MouseEvent} event
     */
    open(event) {
      const cell = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-well]"));
      if (!cell || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const isPointer = event.detail > 0;
      if (isPointer && this.isBeside() && cell !== this.pointed) event.preventDefault();
      this.select(cell);
      this.pointed = cell;
      if (!event.defaultPrevented) this.write(cell.dataset.well);
    }

    /** @param {string} [well] The well that is being opened: coming back shows it again. */
    write(well) {
      const said = new URLSearchParams();
      if (this.view && this.view.run !== null) said.set("run", String(this.view.run));
      if (this.view) said.set("field", String(this.view.field));
      if (this.colours) said.set("colour", this.colours.value);
      if (well) said.set("well", well);
      history.replaceState(history.state, "", `#${said}`);
    }
  }

  /**
   * @param {HTMLElement | null} nav
   * @param {number | null} otherwise
   * @returns {number | null} What the page's HTML has chosen.
   */
  function chosen(nav, otherwise) {
    const link = /** @type {HTMLElement | null} */ (nav && nav.querySelector("[aria-current]"));
    return link ? Number(link.dataset.choice) || null : otherwise;
  }

  /**
   * @param {HTMLAnchorElement} link
   * @param {any} view Where it leads.
   * @param {boolean} isHere
   */
  function mark(link, view, isHere) {
    link.href = catalog.address(view.href);
    if (isHere) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }

  /**
   * @param {HTMLElement} link A well's.
   * @param {number} image 0 for none, negative without a picture.
   */
  function showPicture(link, image) {
    const old = /** @type {Element} */ (link.firstElementChild);
    if (!image) {
      if (old.localName === "img") old.replaceWith(document.createElement("i"));
      return;
    }
    const picture = old instanceof HTMLImageElement ? old : document.createElement("img");
    picture.loading = "lazy";
    picture.decoding = "async";
    picture.alt = "";
    picture.src = image > 0 ? catalog.thumbnail(image) : catalog.placeholder();
    if (picture !== old) old.replaceWith(picture);
  }

  /**
   * @param {any} colouring
   * @param {any[]} entries
   * @returns {HTMLElement[]} As templates/parts/macros.html has it.
   */
  function legend(colouring, entries) {
    const heading = document.createElement("p");
    const label = heading.appendChild(document.createElement("bdi"));
    catalog.writeName(label, colouring.label, 60);
    const list = document.createElement("ul");
    list.className = "legend";
    for (const { colour, label, href, wells } of entries) {
      const entry = list.appendChild(document.createElement("li"));
      entry.dataset.colour = colour;
      const name = document.createElement("bdi");
      catalog.writeName(name, label, 40);
      const link = entry.appendChild(document.createElement(href ? "a" : "span"));
      if (link instanceof HTMLAnchorElement) link.href = catalog.address(href);
      link.append(name);
      const count = document.createElement("span");
      count.className = "count";
      count.textContent = catalog.number(wells);
      count.setAttribute("aria-label", `${wells} ${wells === 1 ? "well" : "wells"}`);
      entry.append(" ", count);
    }
    return [heading, list];
  }

  catalog.whenReady(() => {
    const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-plate]"));
    if (!root) return;
    catalog.load(root.dataset.plate, "json").then(
      (/** @type {any} */ data) => {
        catalog.plate = new PlatePage(root, new catalog.PlateData(data));
        root.dataset.ready = "";
      },
    ).catch((/** @type {Error} */ error) => {
      const problem = /** @type {HTMLElement} */ (root.querySelector("[data-problem]"));
      problem.textContent = error.message;
      problem.hidden = false;
    });
  });
})();
