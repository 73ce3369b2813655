/**
 * What the search box finds: ids, titles, words. Pure.
 *
 * What people type is taken literally. lunr finds words by their beginnings; its own query language is not used, because there
 * `img-7` means "img or 7", and `+`, `:` and `*` are commands.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Words of this length on are found with one letter wrong, where nothing else is found. */
  const LENIENT = 4;

  /**
   * @typedef {object} Found
   * @property {string} kind
   * @property {string} title
   * @property {string} url Relative to the site's top folder.
   * @property {number | null} count Images.
   * @property {string} detail
   */

  /** @typedef {[kind: string, title: string, url: string, count: number | null, detail: string | null]} Entry */

  class Finder {
    /**
     * @param {{version: number, documents: Entry[], index?: object | null, images?: [number, number][], imagePage?: string}} data
     *   `data/search.json`; in `imagePage`, `{id}` is an image's number.
     * @param {any} [lunr] Without it, ids, titles and parts of titles are found.
     */
    constructor(data, lunr) {
      if (data.version > 1) throw new Error("The search index is newer than this page. Reload it without the browser's cache (Ctrl+Shift+R).");
      this.documents = data.documents;
      this.images = data.images ?? [];
      this.imagePage = data.imagePage ?? "images/{id}.html";
      this.lunr = lunr;
      this.index = lunr && data.index ? lunr.Index.load(data.index) : null;
      this.titles = data.documents.map(([, title]) => catalog.fold(title));
      this.texts = data.documents.map(([, , , , detail], i) => (detail ? `${this.titles[i]}\n${catalog.fold(detail)}` : this.titles[i]));
    }

    /**
     * @param {string} typed
     * @param {number} limit
     * @returns {Found[]} Ids first, then the very title, its beginning, its words, its parts, its context.
     */
    find(typed, limit) {
      const words = catalog.words(typed);
      if (!words.length) return [];
      const places = new Set();
      const found = this.byId(typed, places);
      for (const step of [this.exact, this.beginning, this.byWords, this.parts, this.withDetail, this.lenient]) {
        if (found.length >= limit) break;
        if (step === this.lenient && found.length) break;
        for (const place of step.call(this, words)) {
          if (places.has(place)) continue;
          places.add(place);
          found.push(this.entry(place));
        }
      }
      return found.slice(0, limit);
    }

    /**
     * Objects with the id: `123`, or as OMERO's clients write it, `image:123` and `dataset-34`.
     * @param {string} typed
     * @param {Set<number>} places Takes the documents found.
     * @returns {Found[]}
     */
    byId(typed, places) {
      const [, prefix, digits] = /^\s*(?:([a-z]+)[:\-|])?#?(\d{1,15})\s*$/i.exec(typed) ?? [];
      if (!digits) return [];
      const id = Number(digits);
      const kind = prefix?.toLowerCase();
      const page = new RegExp(`(^|/)${id}\\.html$`);
      const found = [];
      this.documents.forEach(([ofKind, , url], place) => {
        if ((kind && kind !== ofKind) || !page.test(url)) return;
        places.add(place);
        found.push(this.entry(place));
      });
      if ((!kind || kind === "image") && this.hasImage(id)) {
        found.push({ kind: "image", title: `Image ${id}`, url: this.imagePage.replace("{id}", String(id)), count: null, detail: "" });
      }
      return found;
    }

    /**
     * @param {number} id
     * @returns {boolean} Whether an image of the catalogue has it; ids lie in runs, sorted.
     */
    hasImage(id) {
      let from = 0;
      let to = this.images.length;
      while (from < to) {
        const middle = (from + to) >> 1;
        if (this.images[middle][0] <= id) from = middle + 1;
        else to = middle;
      }
      const run = this.images[from - 1];
      return Boolean(run) && id < run[0] + run[1];
    }

    /** @param {string[]} words */
    exact(words) {
      const title = words.join(" ");
      return this.where((each) => each.split(/\s+/).filter(Boolean).join(" ") === title && title !== "");
    }

    /** @param {string[]} words */
    beginning(words) {
      const title = words.join(" ");
      return this.where((each) => each.startsWith(title));
    }

    /** @param {string[]} words */
    parts(words) {
      return this.where((title) => words.every((word) => title.includes(word)));
    }

    /** @param {string[]} words */
    withDetail(words) {
      return this.where((_, place) => words.every((word) => this.texts[place].includes(word)));
    }

    /**
     * Documents by a test of their folded titles: short titles first, then those with the most images.
     * @param {(title: string, place: number) => boolean} test
     * @returns {number[]}
     */
    where(test) {
      const places = [];
      for (let place = 0; place < this.titles.length; place++) if (test(this.titles[place], place)) places.push(place);
      const count = (/** @type {number} */ place) => this.documents[place][3] ?? 0;
      return places.sort((a, b) => this.titles[a].length - this.titles[b].length || count(b) - count(a) || a - b);
    }

    /**
     * Documents that hold every word by its beginning, best first.
     * @param {string[]} words
     * @param {(clauses: any, term: string) => void} [ask]
     * @returns {number[]}
     */
    byWords(words, ask = this.askBeginning) {
      const tokens = words.flatMap((word) => word.split(/[-*]+/)).filter(Boolean);
      if (!this.index || !tokens.length) return [];
      /** @type {Map<string, number> | null} */
      let scores = null;
      for (const token of tokens) {
        const hits = new Map(this.index.query((/** @type {any} */ clauses) => {
          for (const term of spellings(token)) ask.call(this, clauses, term);
        }).map((/** @type {{ref: string, score: number}} */ { ref, score }) => [ref, score]));
        /** @type {Map<string, number> | null} */
        const before = scores;
        scores = before === null ? hits : new Map([...before].filter(([ref]) => hits.has(ref)).map(([ref, score]) => [ref, score + hits.get(ref)]));
      }
      const places = [...(scores ?? [])].map(([ref, score]) => ({ place: Number(ref), score }));
      return places.sort((a, b) => b.score - a.score || a.place - b.place).map(({ place }) => place);
    }

    /** @type {(clauses: any, term: string) => void} */
    askBeginning(clauses, term) {
      clauses.term(term, { boost: 10, usePipeline: false });
      clauses.term(term, { wildcard: this.lunr.Query.wildcard.TRAILING, usePipeline: false });
    }

    /**
     * One letter wrong in each word. Words with digits are names and ids: the next one is another thing.
     * @param {string[]} words
     */
    lenient(words) {
      return this.byWords(words, (clauses, term) => {
        const editDistance = term.length >= LENIENT && !/\d/.test(term) ? 1 : 0;
        clauses.term(term, { editDistance, usePipeline: false });
      });
    }

    /**
     * @param {number} place
     * @returns {Found}
     */
    entry(place) {
      const [kind, title, url, count, detail] = this.documents[place];
      return { kind, title, url, count, detail: detail ?? "" };
    }
  }

  /**
   * The forms under which lunr may hold a word: with and without the signs at its ends (`cd4+`).
   * @param {string} token Folded.
   * @returns {string[]}
   */
  function spellings(token) {
    const trimmed = token.replace(/^\W+|\W+$/g, "");
    return trimmed && trimmed !== token ? [token, trimmed] : [token];
  }

  catalog.Finder = Finder;
})();
