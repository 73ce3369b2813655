/**
 * The state that shows the images of one branch of a regrouped result. Pure.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Before the label of a tag set that is grouped by, and the facet whose values it holds. */
  const TAG_SET = "tag set:";
  const TAGS = "tag";
  /** An address that excludes more tags than this one by one is too long to mail. */
  const MOST_EXCLUDED = 40;

  /** @typedef {import("./query.js").State} State */

  /**
   * One step down the tree.
   * @typedef {object} Step
   * @property {string} value As in addresses.
   * @property {boolean} isNone Whether it is the branch of the images without a value.
   */

  /**
   * @param {any} engine A Facets.
   * @param {State} state That is regrouped.
   * @param {Step[]} path From the root to the branch.
   * @returns {State | null} What is chosen, and the branch; the groups below it are kept. Null where no address can say it.
   */
  catalog.branchState = (engine, state, path) => {
    const { query } = catalog;
    let found = { ...state, groups: state.groups.slice(path.length), page: 1 };
    for (const [depth, { value, isNone }] of path.entries()) {
      const group = state.groups[depth];
      const facet = group.startsWith(TAG_SET) ? TAGS : group;
      const before = query.choice(found, facet);
      if (!isNone) found = query.withChoice(found, facet, { ...before, ...holding(before, value) });
      else if (facet === group) found = query.withChoice(found, facet, { ...before, lacks: true });
      else {
        const outside = tagsOf(engine, group);
        if (!outside || outside.length > MOST_EXCLUDED) return null;
        found = query.withChoice(found, facet, { ...before, none: [...new Set([...before.none, ...outside])] });
      }
    }
    return found;
  };

  /**
   * @param {{any: string[], all: string[]}} choice
   * @param {string} value That images must hold besides.
   */
  function holding({ any, all }, value) {
    if (!any.length || any.includes(value)) return { any: [value] };
    return { all: all.includes(value) ? all : [...all, value] };
  }

  /**
   * @param {any} engine
   * @param {string} group `tag set:LABEL`
   * @returns {string[] | undefined} Its tags; undefined where there is no such tag set.
   */
  function tagsOf(engine, group) {
    const tags = engine.columns.get(TAGS);
    const set = tags?.groups.find((/** @type {{label: string}} */ { label }) => label === group.slice(TAG_SET.length));
    return set?.codes.map((/** @type {number} */ code) => tags.values[code]);
  }
})();
