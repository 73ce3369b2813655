/**
 * A picture within a frame, to be looked at closely: it comes nearer by wheel, by double click and by two fingers, and is dragged
 * about. The small picture stands in for the large one until that is there.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** How near a double click leads. */
  const DOUBLE = 2.5;
  /** What is moved by less, in pixels, was a click. */
  const STEADY = 8;
  /** Two clicks within so many milliseconds and pixels are a double click. */
  const SOON = 350;
  const NEAR = 32;
  /** A finger that moves so far sideways over a whole picture asks for the next. */
  const SWIPE = 56;
  /** A picture of which there is no larger one is stretched to twice its size, or to this at least. */
  const SMALLEST = 240;

  /** @typedef {{x: number, y: number}} Point */

  class CloseUp {
    /**
     * @param {HTMLElement} frame
     * @param {object} told
     * @param {() => void} told.changed The picture came nearer, went farther, or is another.
     * @param {(way: 1 | -1) => void} told.swiped
     */
    constructor(frame, { changed, swiped }) {
      this.frame = frame;
      this.changed = changed;
      this.swiped = swiped;
      this.view = catalog.wholePicture;
      this.turn = 0;
      this.stretch = Infinity;
      /** @type {HTMLImageElement | null} */
      this.image = null;
      /** @type {any} A Zoom, once there is a picture. */
      this.zoom = null;
      /** Where fingers and the mouse button are, by pointer. @type {Map<number, Point>} */
      this.held = new Map();
      this.travelled = 0;
      this.aside = 0;
      this.last = { time: 0, x: 0, y: 0 };
      new ResizeObserver(() => this.fit()).observe(frame);
      frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      frame.addEventListener("pointerdown", (event) => this.down(event));
      frame.addEventListener("pointermove", (event) => this.move(event));
      for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, (event) => this.up(/** @type {PointerEvent} */ (event)));
    }

    /**
     * Shows a picture: the small one at once, the large one when it has come.
     * @param {string} picture Its address; empty for none.
     * @param {string} preview The same of the larger one.
     * @param {string} text What stands for it.
     * @returns {Promise<boolean>} Whether the best picture there should be is there.
     */
    async show(picture, preview, text) {
      const turn = this.clear();
      let isWhole = true;
      let isLarge = false;
      this.stretch = preview ? Infinity : 0;
      const put = (/** @type {string} */ address) =>
        loaded(address).then((image) => {
          if (turn !== this.turn || isLarge) return;
          isLarge = address === preview;
          image.alt = text;
          this.put(image);
        });
      const failed = () => {
        isWhole = false;
      };
      const comings = [picture && picture !== preview ? put(picture).catch(preview ? () => {} : failed) : null];
      if (preview) comings.push(put(preview).catch(failed));
      await Promise.all(comings);
      return isWhole;
    }

    /** Takes the picture away. @returns {number} Tells what is shown next from what comes late. */
    clear() {
      this.image?.remove();
      this.image = this.zoom = null;
      this.view = catalog.wholePicture;
      this.held.clear();
      this.changed();
      return ++this.turn;
    }

    /** @param {HTMLImageElement} image */
    put(image) {
      image.className = "lightbox__picture";
      image.draggable = false;
      if (this.image) this.image.replaceWith(image);
      else this.frame.append(image);
      this.image = image;
      this.fit();
    }

    /** Measures picture and frame. */
    fit() {
      if (!this.image || !this.frame.clientWidth || !this.frame.clientHeight) return;
      const { naturalWidth: width, naturalHeight: height } = this.image;
      const stretch = this.stretch || Math.max(2, SMALLEST / Math.max(width, height));
      const frame = { width: this.frame.clientWidth, height: this.frame.clientHeight };
      this.zoom = new catalog.Zoom({ width, height }, frame, stretch);
      this.image.style.width = `${this.zoom.size.width}px`;
      this.image.style.height = `${this.zoom.size.height}px`;
      this.look(this.zoom.kept(this.view));
    }

    /**
     * @param {{scale: number, x: number, y: number}} view
     * @param {boolean} [isEased] Whether it gets there smoothly, where the reader's system has nothing against it.
     */
    look(view, isEased = false) {
      if (!this.image) return;
      this.view = view;
      this.image.classList.toggle("lightbox__picture--eased", isEased);
      this.image.style.transform = `translate(-50%, -50%) translate(${view.x + this.aside}px, ${view.y}px) scale(${view.scale})`;
      this.frame.classList.toggle("lightbox__stage--near", view.scale > 1);
      this.changed();
    }

    /** @param {number} factor @param {Point} [at] */
    nearer(factor, at) {
      if (this.zoom) this.look(this.zoom.nearer(this.view, factor, at), true);
    }

    /** @param {Point} by */
    shift(by) {
      if (this.zoom) this.look(this.zoom.moved(this.view, by), true);
    }

    whole() {
      this.look(catalog.wholePicture, true);
    }

    /** @returns {boolean} */
    get isWhole() {
      return this.view.scale <= 1;
    }

    /** @returns {boolean} Whether it comes no nearer. */
    get isNearest() {
      return !this.zoom || this.view.scale >= this.zoom.most;
    }

    /**
     * @param {MouseEvent} event
     * @returns {Point} Where it happened, from the middle of the frame.
     */
    point(event) {
      const box = this.frame.getBoundingClientRect();
      return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
    }

    /** @param {WheelEvent} event With Ctrl it is two fingers on a touch pad. */
    wheel(event) {
      event.preventDefault();
      if (!this.zoom) return;
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 33;
      const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002));
      this.look(this.zoom.nearer(this.view, factor, this.point(event)));
    }

    /** @param {PointerEvent} event */
    down(event) {
      if (event.button || !this.zoom) return;
      this.frame.setPointerCapture(event.pointerId);
      if (!this.held.size) this.travelled = 0;
      else this.travelled = Infinity; // a second finger: whatever it is, no click
      this.held.set(event.pointerId, this.point(event));
      this.frame.classList.add("lightbox__stage--held");
    }

    /** @param {PointerEvent} event */
    move(event) {
      const before = this.held.get(event.pointerId);
      if (!before || !this.zoom) return;
      const others = [...this.held].filter(([pointer]) => pointer !== event.pointerId).map(([, point]) => point);
      const now = this.point(event);
      const by = { x: now.x - before.x, y: now.y - before.y };
      this.held.set(event.pointerId, now);
      this.travelled += Math.hypot(by.x, by.y);
      if (others.length) {
        this.aside = 0;
        this.look(this.zoom.pinched(this.view, [before, others[0]], [now, others[0]]));
      } else if (!this.isWhole) {
        this.look(this.zoom.moved(this.view, by));
      } else if (event.pointerType !== "mouse" && this.travelled !== Infinity) {
        this.aside += by.x;
        this.look(this.view);
      }
    }

    /** @param {PointerEvent} event */
    up(event) {
      if (!this.held.delete(event.pointerId) || this.held.size) return;
      this.frame.classList.remove("lightbox__stage--held");
      const { aside } = this;
      this.aside = 0;
      if (aside) this.look(this.view, true);
      if (event.type === "pointercancel") return;
      if (Math.abs(aside) >= SWIPE) this.swiped(aside < 0 ? 1 : -1);
      else if (this.travelled < STEADY) this.click(event);
    }

    /** @param {PointerEvent} event */
    click(event) {
      const { x, y } = this.point(event);
      const { last } = this;
      const isDouble = event.timeStamp - last.time < SOON && Math.hypot(x - last.x, y - last.y) < NEAR;
      this.last = { time: isDouble ? 0 : event.timeStamp, x, y };
      if (!isDouble) return;
      if (this.isWhole) this.nearer(DOUBLE, { x, y });
      else this.whole();
    }
  }

  /**
   * @param {string} address
   * @returns {Promise<HTMLImageElement>} A picture that can be shown at once. Fails where there is none.
   */
  async function loaded(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  }

  catalog.CloseUp = CloseUp;
})();
