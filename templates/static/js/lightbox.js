/**
 * Pictures, large, over the page that one is on: with what is known of each beside it, one after the other.
 *
 * `catalog.lightbox.open(source, place)` shows the picture at a place of a source. The dialog keeps the focus inside, closes on
 * Escape and gives the focus back by the browser's own means.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /**
   * @typedef {object} Item
   * @property {number} id
   * @property {string} name
   * @property {string} href The page of the image; empty where that is the page one is on.
   * @property {string} picture The address of the picture; empty, or that of the placeholder, where there is none.
   * @property {string} preview The same of a larger one.
   * @property {{label: string, values: string[]}[]} facts
   */

  /**
   * Pictures in an order.
   * @typedef {object} Source
   * @property {number} total
   * @property {(place: number) => Promise<Item>} at Places count from 0.
   * @property {string} [where] What is said in place of `3 of 48`.
   * @property {(place: number) => void} [leave] Goes to the page of another place, which shows it there.
   */

  /** By how much a key or a button brings the picture nearer. */
  const STEP = 1.5;
  /** By how much an arrow key moves it, in pixels. */
  const SHIFT = 80;
  /** What comes within so many milliseconds is not waited for in words. */
  const PATIENCE = 200;

  const ICONS = {
    close: "M4 4l12 12M16 4L4 16",
    previous: "M12.5 3.5L6 10l6.5 6.5",
    next: "M7.5 3.5L14 10l-6.5 6.5",
    nearer: "M10 4v12M4 10h12",
    farther: "M4 10h12",
    whole: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
    details: "M10 9v6M10 5.5v.5",
    enlarge: "M12 3h5v5M17 3l-6 6M8 17H3v-5M3 17l6-6",
  };

  class Lightbox {
    constructor() {
      this.place = make("p", "lightbox__place");
      this.place.setAttribute("role", "status");
      this.farther = button("farther", "Zoom out", "−", () => this.closeUp.nearer(1 / STEP));
      this.whole = button("whole", "Whole picture", "0", () => this.closeUp.whole());
      this.nearer = button("nearer", "Zoom in", "+", () => this.closeUp.nearer(STEP));
      this.details = button("details", "Details", "i", () => this.tell(this.side.hidden));
      this.details.setAttribute("aria-controls", "lightbox-side");
      this.previous = button("previous", "Previous image", "←", () => this.step(-1));
      this.next = button("next", "Next image", "→", () => this.step(1));
      this.stage = make("div", "lightbox__stage");
      this.said = make("p", "lightbox__said");
      this.said.setAttribute("role", "status");
      this.name = make("bdi");
      this.page = make("a", "lightbox__page", "Open the image’s page");
      this.facts = make("dl", "facts");
      const heading = make("h2", "lightbox__name", this.name);
      heading.id = "lightbox-name";
      this.panel = make("div", "lightbox__panel", this.facts);
      this.panel.tabIndex = 0;
      this.panel.setAttribute("role", "region");
      this.panel.setAttribute("aria-label", "Details");
      const close = button("close", "Close", "Esc", () => this.dialog.close());
      const tools = make("div", "lightbox__tools", this.farther, this.whole, this.nearer, this.details, close);
      this.side = make("div", "lightbox__side", make("div", "lightbox__about", heading, this.page), this.panel);
      this.side.id = "lightbox-side";
      const picture = make("div", "lightbox__main", this.stage, this.said, this.previous, this.next);
      this.dialog = make("dialog", "lightbox", make("div", "lightbox__bar", this.place, tools), picture, this.side);
      this.dialog.setAttribute("aria-labelledby", heading.id);
      this.dialog.tabIndex = -1;
      this.closeUp = new catalog.CloseUp(this.stage, { changed: () => this.offer(), swiped: (/** @type {1 | -1} */ way) => this.step(way) });
      this.turn = 0;
      /** @type {Source | null} */
      this.source = null;
      this.dialog.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
      this.dialog.addEventListener("close", () => {
        if (!this.dialog.open) this.closed(); // the event comes late: by then it may show another source
      });
      document.body.append(this.dialog);
    }

    /**
     * @param {Source} source
     * @param {number} place
     * @returns {Promise<number>} The place that is shown when it is closed, then.
     */
    open(source, place) {
      this.closed();
      this.source = source;
      if (!this.dialog.open) this.dialog.showModal();
      this.dialog.focus();
      this.tell(true);
      void this.go(place);
      return new Promise((resolve) => {
        this.answer = resolve;
      });
    }

    closed() {
      if (!this.source) return;
      this.turn++;
      this.source = null;
      this.closeUp.clear();
      this.answer?.(this.at);
    }

    /** @param {1 | -1} way */
    step(way) {
      const { source } = this;
      const to = this.at + way;
      if (!source || to < 0 || to >= source.total) return;
      if (source.leave) source.leave(to);
      else void this.go(to);
    }

    /** @param {number} place */
    async go(place) {
      const source = /** @type {Source} */ (this.source);
      const turn = ++this.turn;
      this.at = place;
      disable(this.previous, place === 0);
      disable(this.next, place === source.total - 1);
      const waiting = setTimeout(() => {
        this.closeUp.clear();
        this.say("The image is being loaded.");
      }, PATIENCE);
      try {
        const item = await source.at(place);
        if (turn !== this.turn) return;
        clearTimeout(waiting);
        await this.show(item, source, turn);
      } catch (error) {
        clearTimeout(waiting);
        if (turn !== this.turn) return;
        const isTold = error instanceof catalog.LoadError;
        this.closeUp.clear();
        this.say(isTold ? error.message : "This image could not be loaded.");
        if (!isTold) throw error;
      }
    }

    /**
     * @param {Item} item
     * @param {Source} source
     * @param {number} turn
     */
    async show(item, source, turn) {
      const picture = item.picture === catalog.placeholder() ? "" : item.picture;
      const name = catalog.visible(item.name);
      this.name.textContent = catalog.shorten(name, 200);
      this.name.title = name;
      this.page.hidden = !item.href;
      this.page.href = item.href;
      this.facts.replaceChildren(...item.facts.map(factOf));
      this.panel.scrollTop = 0;
      this.dialog.dataset.image = String(item.id);
      const where = source.where ?? `${catalog.number(this.at + 1)} of ${catalog.number(source.total)}`;
      this.place.replaceChildren(where, make("bdi", "lightbox__title", catalog.shorten(name, 200)));
      this.say(picture || item.preview ? "" : "There is no picture of this image.");
      this.dialog.dataset.state = "loading";
      const isThere = await this.closeUp.show(picture, item.preview, name);
      if (turn !== this.turn) return;
      this.dialog.dataset.state = "shown";
      if (!isThere) this.say(`The ${item.preview ? "larger " : ""}picture did not arrive.`);
      this.fetchNext(source);
    }

    /**
     * So that a step is one without waiting.
     * @param {Source} source
     */
    fetchNext(source) {
      if (source.leave || /** @type {any} */ (navigator).connection?.saveData) return;
      for (const place of [this.at + 1, this.at - 1]) {
        if (place < 0 || place >= source.total) continue;
        source.at(place).then(
          (item) => {
            const address = item.preview || item.picture;
            if (address) new Image().src = address;
          },
          () => {}, // told when it is asked for
        );
      }
    }

    /** @param {string} sentence */
    say(sentence) {
      this.said.textContent = sentence;
      this.said.hidden = !sentence;
    }

    /** @param {boolean} isShown Whether what is known stands beside the picture. */
    tell(isShown) {
      if (!isShown && this.side.contains(document.activeElement)) this.dialog.focus(); // what is hidden hears no keys
      this.side.hidden = !isShown; // the name then stands in the bar
      this.details.setAttribute("aria-expanded", String(isShown));
    }

    /** Has the buttons say what they can do. */
    offer() {
      const { closeUp } = this;
      if (!closeUp) return; // while it is being made
      disable(this.farther, closeUp.isWhole);
      disable(this.whole, closeUp.isWhole);
      disable(this.nearer, closeUp.isNearest);
      this.dialog.dataset.zoom = closeUp.view.scale.toFixed(2);
    }

    /** @param {KeyboardEvent} event */
    key(event) {
      event.stopPropagation(); // the page below has keys of its own
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { closeUp } = this;
      const isPanel = event.target === this.panel;
      const isFree = event.target === this.dialog || event.target === this.panel;
      const moves = event.shiftKey || event.key === "ArrowUp" || event.key === "ArrowDown";
      const way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (way && moves && !(isPanel && !event.shiftKey)) closeUp.shift({ x: way[0] * SHIFT, y: way[1] * SHIFT });
      else if (way && !moves) this.step(way[0] > 0 ? -1 : 1);
      else if (event.key === "+" || event.key === "=") closeUp.nearer(STEP);
      else if (event.key === "-" || event.key === "_") closeUp.nearer(1 / STEP);
      else if (event.key === "0") closeUp.whole();
      else if (event.key === "i") this.tell(this.side.hidden);
      else if (event.key === " " && isFree) this.dialog.close();
      else return;
      event.preventDefault();
    }
  }

  /** @param {{label: string, values: string[]}} fact */
  function factOf({ label, values }) {
    const said = make("dd", "", ...values.map((value) => make("span", "fact", make("bdi", "", catalog.visible(value)))));
    return make("div", "", make("dt", "", make("bdi", "", label)), said);
  }

  /**
   * @param {string} name Of the element.
   * @param {string} [className]
   * @param {...(Node | string)} children
   * @returns {any}
   */
  function make(name, className, ...children) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  /**
   * @param {keyof ICONS} icon
   * @param {string} name
   * @param {string} key
   * @param {() => void} act
   * @returns {HTMLButtonElement}
   */
  function button(icon, name, key, act) {
    const element = make("button", `lightbox__button lightbox__${icon}`, drawn(ICONS[icon]));
    element.type = "button";
    element.setAttribute("aria-label", name);
    element.title = `${name} (${key})`;
    element.addEventListener("click", () => {
      if (element.getAttribute("aria-disabled") !== "true") act();
    });
    return element;
  }

  /**
   * It keeps the focus, where it has it.
   * @param {HTMLElement} element
   * @param {boolean} isOff
   */
  function disable(element, isOff) {
    element.setAttribute("aria-disabled", String(isOff));
  }

  const SVG = "http://www.w3.org/2000/svg";

  /**
   * A drawing of lines, 20 by 20.
   * @param {string} path
   * @returns {SVGElement}
   */
  function drawn(path) {
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 20 20");
    drawing.setAttribute("aria-hidden", "true");
    drawing.classList.add("lightbox-icon");
    const lines = drawing.appendChild(document.createElementNS(SVG, "path"));
    lines.setAttribute("d", path);
    return drawing;
  }

  /** @type {Lightbox | undefined} */
  let made;
  catalog.lightbox = {
    /** @param {Source} source @param {number} place */
    open: (source, place) => (made ??= new Lightbox()).open(source, place),
    /** The sign of enlarging. @returns {SVGElement} */
    icon: () => drawn(ICONS.enlarge),
  };
})();
