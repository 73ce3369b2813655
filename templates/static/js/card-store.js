/**
 * What a card shows of an image (id, name, whether there is a picture and a larger one), in chunks of rows that are loaded when they are needed.
 *
 * Only what is wanted last is loaded: chunks that were scrolled past are not asked for. Old ones are let go.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Chunks that are kept; sorted by name, each card of a view may lie in another. */
  const KEPT = 400;
  /** Chunks that are loaded at a time; browsers ask a host for six things at once. */
  const AT_ONCE = 6;
  /** Chunks in a folder of `data/cards/`. */
  const FOLDER = 1000;

  /** @typedef {{id: number, name: string, hasPicture: boolean, hasPreview: boolean}} Card */
  /** @typedef {{id: number[], name: string[], picture: number[], preview: number[]}} Chunk */

  class CardStore {
    /**
     * @param {number} size Rows of a chunk.
     * @param {(name: string, format: string, progress?: (loaded: number, total: number) => void) => Promise<any>} load
     * @param {(name: string, format: string) => void} forget The loader's: that what it loaded is not needed any more.
     */
    constructor(size, load, forget) {
      this.size = size;
      this.load = load;
      this.forget = forget;
      /** In the order of their last use. @type {Map<number, Chunk>} */
      this.chunks = new Map();
      /** Under way. @type {Map<number, Promise<Chunk>>} */
      this.loading = new Map();
      /** Wanted and not asked for yet. @type {number[]} */
      this.waiting = [];
      /** Of all rows, once they are loaded. @type {ArrayLike<number | bigint> | null} */
      this.ids = null;
      /** Called after a chunk has come, or has not. @type {(problem: Error | null) => void} */
      this.arrived = () => {};
    }

    /**
     * @param {number} row
     * @returns {Card | null} Null where its chunk is not there.
     */
    get(row) {
      const number = Math.floor(row / this.size);
      const chunk = this.chunks.get(number);
      if (!chunk) return null;
      this.chunks.delete(number);
      this.chunks.set(number, chunk);
      const place = row - number * this.size;
      return {
        id: chunk.id[place],
        name: chunk.name[place],
        hasPicture: Boolean(chunk.picture[place]),
        hasPreview: Boolean(chunk.preview[place]),
      };
    }

    /**
     * Says which rows are needed now, in place of those that were wanted before.
     * @param {Iterable<number>} rows
     */
    want(rows) {
      const wanted = new Set();
      for (const row of rows) {
        const number = Math.floor(row / this.size);
        if (!this.chunks.has(number) && !this.loading.has(number)) wanted.add(number);
      }
      this.waiting = [...wanted];
      this.askForMore();
    }

    askForMore() {
      while (this.waiting.length && this.loading.size < AT_ONCE) {
        const number = /** @type {number} */ (this.waiting.shift());
        this.fetch(number);
      }
    }

    /**
     * @param {number} row
     * @returns {Promise<Card>} Out of turn.
     */
    async card(row) {
      const number = Math.floor(row / this.size);
      if (!this.chunks.has(number)) await this.fetch(number);
      return /** @type {Card} */ (this.get(row));
    }

    /**
     * @param {number} number Of a chunk.
     * @returns {Promise<Chunk>}
     */
    fetch(number) {
      let load = this.loading.get(number);
      if (!load) {
        const name = `cards/${Math.floor(number / FOLDER)}/${number}`;
        load = this.load(name, "json.gz");
        this.loading.set(number, load);
        load.then(
          (chunk) => {
            this.keep(number, chunk);
            this.forget(name, "json.gz");
            this.arrived(null);
          },
          (error) => this.arrived(error), // asked for again when it is wanted again
        ).then(() => {
          this.loading.delete(number);
          this.askForMore();
        });
      }
      return load;
    }

    /**
     * @param {number} number
     * @param {Chunk} chunk
     */
    keep(number, chunk) {
      this.chunks.set(number, chunk);
      for (const oldest of this.chunks.keys()) {
        if (this.chunks.size <= KEPT) break;
        this.chunks.delete(oldest);
      }
    }

    /**
     * @param {number} row
     * @returns {number | undefined} OMERO's id, where it is known by now.
     */
    id(row) {
      return this.ids ? Number(this.ids[row]) : this.get(row)?.id;
    }

    /**
     * Loads the ids of all images, once.
     * @param {{tableFromIPC: (bytes: Uint8Array) => any}} flechette
     * @param {(loaded: number, total: number) => void} [progress]
     */
    async loadIds(flechette, progress) {
      if (this.ids) return;
      const table = flechette.tableFromIPC(await this.load("ids", "arrow.gz", progress));
      const column = table.getChild("id");
      this.ids = column.data.length ? column.data[0].values : [];
    }
  }

  catalog.CardStore = CardStore;
})();
