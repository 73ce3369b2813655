/**
 * A picture in a frame, looked at from nearer: how large it is, how far it is moved, and what keeps it in sight. Pure.
 *
 * Lengths are pixels of the page; points and moves are measured from the middle of the frame.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** @typedef {{width: number, height: number}} Size */
  /** @typedef {{x: number, y: number}} Point */

  /**
   * How a picture is looked at: 1 is as large as fits; `x` and `y` are where its middle is. Never changed in place.
   * @typedef {{scale: number, x: number, y: number}} View
   */

  /** However small a picture is, it comes nearer by at least this much. */
  const NEAREST = 4;
  /** So many pixels of the page may one of the picture become. */
  const COARSEST = 6;

  /** The whole picture. @type {View} */
  const WHOLE = Object.freeze({ scale: 1, x: 0, y: 0 });

  class Zoom {
    /**
     * @param {Size} picture Its own pixels.
     * @param {Size} frame
     * @param {number} [stretch] How many pixels of the page one of the picture may become where all of it is shown.
     */
    constructor(picture, frame, stretch = Infinity) {
      this.frame = frame;
      const fitting = Math.min(frame.width / picture.width, frame.height / picture.height, stretch);
      /** The picture as large as fits. @type {Size} */
      this.size = { width: picture.width * fitting, height: picture.height * fitting };
      /** The largest scale. */
      this.most = Math.max(NEAREST, COARSEST / fitting);
    }

    /**
     * A view that nobody can get lost in: an edge of the picture comes no further in than the frame's own, and a picture that is
     * smaller than the frame stays in the middle.
     * @param {View} view
     * @returns {View}
     */
    kept({ scale, x, y }) {
      const held = Math.min(this.most, Math.max(1, scale));
      return { scale: held, x: within(x, this.size.width * held, this.frame.width), y: within(y, this.size.height * held, this.frame.height) };
    }

    /**
     * Nearer or farther, so that what is at a point stays there.
     * @param {View} view
     * @param {number} factor
     * @param {Point} [at] The middle of the frame, where it is not given.
     * @returns {View}
     */
    nearer(view, factor, at = WHOLE) {
      const scale = Math.min(this.most, Math.max(1, view.scale * factor));
      const grown = scale / view.scale;
      return this.kept({ scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown });
    }

    /**
     * @param {View} view
     * @param {Point} by
     * @returns {View} The picture moved.
     */
    moved(view, by) {
      return this.kept({ scale: view.scale, x: view.x + by.x, y: view.y + by.y });
    }

    /**
     * What two fingers do: the points of the picture that they hold follow them.
     * @param {View} view
     * @param {[Point, Point]} from
     * @param {[Point, Point]} to
     * @returns {View}
     */
    pinched(view, from, to) {
      const before = middle(...from);
      const after = middle(...to);
      const grown = distance(...to) / Math.max(1, distance(...from));
      return this.nearer(this.moved(view, { x: after.x - before.x, y: after.y - before.y }), grown, after);
    }
  }

  /**
   * @param {number} shift
   * @param {number} length Of the picture.
   * @param {number} room Of the frame.
   */
  function within(shift, length, room) {
    const spare = Math.max(0, (length - room) / 2);
    return Math.min(spare, Math.max(-spare, shift)) + 0; // no -0
  }

  /** @param {Point} one @param {Point} other @returns {Point} */
  const middle = (one, other) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });

  /** @param {Point} one @param {Point} other */
  const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

  catalog.Zoom = Zoom;
  catalog.wholePicture = WHOLE;
})();
