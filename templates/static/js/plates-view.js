/**
 * The result as maps of plates: every plate that images of it lie on, with the wells lit that hold them.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** The facet of plates. */
  const PLATE = "plate";
  /** Images that are looked at before the clock is. */
  const STEP = 4096;
  /** Characters of a plate's name. */
  const NAME = 60;

  /** @typedef {import("./query.js").State} State */
  /** @typedef {import("./plate-maps.js").PlateMap} PlateMap */

  class PlatesView {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {(template: string) => any} make
     * @param {(state: State) => string} address
     * @param {() => number} covered What covers the top of the view, in pixels.
     */
    constructor(root, engine, make, address, covered) {
      this.element = /** @type {HTMLElement} */ (root.querySelector("[data-plates]"));
      this.none = /** @type {HTMLElement} */ (root.querySelector("[data-no-plates]"));
      this.off = /** @type {HTMLElement} */ (root.querySelector("[data-off-plates]"));
      this.engine = engine;
      this.address = address;
      /** @type {PlateMap[]} */
      this.plates = [];
      /** @type {State} */
      this.state = catalog.query.empty();
      /** Counts the results shown: work on an earlier one ends. */
      this.turn = 0;
      /** Made when the wells have come. @type {any} */
      this.maps = null;
      this.grid = new catalog.VirtualGrid(this.element, {
        make: () => make("plate"),
        prepare: () => {},
        fill: (/** @type {HTMLElement} */ card, /** @type {number} */ place) => this.fill(card, this.plates[place]),
        drawn: () => {},
        covered,
      });
    }

    /**
     * @param {State} state In force.
     * @returns {Promise<boolean>} Whether the plates stand there; not where something else is shown by now.
     */
    async show(state) {
      const turn = ++this.turn;
      const isCurrent = () => turn === this.turn;
      const inPieces = (/** @type {number} */ total, /** @type {(from: number, to: number) => void} */ work) => catalog.inPieces(total, STEP, work, isCurrent);
      this.state = state;
      this.element.setAttribute("aria-busy", "true");
      if (!this.maps) {
        const wells = globalThis.fl.tableFromIPC(await catalog.load("wells", "arrow.gz"));
        const numbers = (/** @type {string} */ name) => wells.getChild(name)?.data[0]?.values ?? [];
        this.maps ??= new catalog.PlateMaps(this.engine.columns.get(PLATE), { row: numbers("row"), column: numbers("column") });
      }
      if (!isCurrent() || !(await this.maps.read(this.engine.table.rows, inPieces))) return false;
      const { engine } = this;
      const plates = await this.maps.lit(engine.total, (/** @type {number} */ from, /** @type {number} */ to) => engine.rows(from, to), inPieces);
      if (!plates || !isCurrent()) return false;
      this.plates = plates;
      this.none.hidden = plates.length > 0 || engine.total === 0;
      this.writeOff(state);
      this.grid.show(plates.length);
      this.element.setAttribute("aria-busy", "false");
      return true;
    }

    /**
     * Says how many images of the result lie on no plate, where others do, and leads to them.
     * @param {State} state
     */
    writeOff(state) {
      const { query } = catalog;
      const choice = query.choice(state, PLATE);
      const count = choice.any.length || choice.has ? 0 : this.engine.counts(PLATE)[this.engine.columns.get(PLATE).values.length];
      const link = /** @type {HTMLAnchorElement} */ (this.off.firstElementChild);
      link.textContent = catalog.images(count);
      link.href = this.address(query.withView(query.withChoice(state, PLATE, { ...choice, lacks: true }), "grid"));
      this.off.hidden = !count || !this.plates.length;
    }

    hide() {
      this.turn++;
      this.element.setAttribute("aria-busy", "false");
      this.none.hidden = true;
      this.off.hidden = true;
      this.grid.hide();
    }

    /** @param {number} place A plate's, to the top of the view. */
    goTo(place) {
      this.grid.goTo(place);
    }

    /**
     * @param {HTMLElement} card
     * @param {PlateMap} map
     */
    fill(card, map) {
      const { values, labels } = this.engine.columns.get(PLATE);
      const find = (/** @type {string} */ selector) => /** @type {any} */ (card.querySelector(selector));
      const value = values[map.code];
      const name = labels[map.code];
      const wells = catalog.litWells(map);
      card.dataset.plateId = value;
      card.dataset.count = String(map.images);
      find(".view-plates__open").href = catalog.address(`${PLATE}s/${value}.html`);
      catalog.writeName(find(".view-plates__name"), name, NAME);
      const picture = find("svg");
      picture.setAttribute("viewBox", `-.75 -.75 ${map.columns + 0.5} ${map.rows + 0.5}`);
      for (const [part, light] of Object.entries(catalog.plateLight)) {
        picture.querySelector(`[data-light="${part.toLowerCase()}"]`).setAttribute("d", catalog.plateDots(map, light));
      }
      const images = find(".view-plates__images");
      const { query } = catalog;
      const any = { ...query.choice(this.state, PLATE), any: [value] };
      images.href = this.address(query.withView(query.withChoice(this.state, PLATE, any), "grid"));
      images.textContent = map.images === map.all ? catalog.images(map.all) : `${catalog.number(map.images)} of ${catalog.images(map.all)}`;
      images.setAttribute("aria-label", `${images.textContent} on ${catalog.visible(name)}`);
      this.writeScreen(find(".view-plates__screen a"), map.code);
      find(".view-plates__wells").textContent = wells ? `in ${catalog.number(wells)} ${wells === 1 ? "well" : "wells"}` : "";
    }

    /**
     * @param {HTMLAnchorElement} link
     * @param {number} code Of a plate.
     */
    writeScreen(link, code) {
      const screen = this.engine.columns.get(PLATE).groups.find((/** @type {{codes: number[]}} */ { codes }) => codes.includes(code));
      link.hidden = !screen;
      if (!screen) return;
      link.href = catalog.address(`screens/${screen.value}.html`);
      catalog.writeName(/** @type {HTMLElement} */ (link.firstElementChild), screen.label, NAME);
    }
  }

  catalog.PlatesView = PlatesView;
})();
