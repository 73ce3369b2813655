/**
 * What the result is grouped by: a list of keys, tag sets and places to add to, to take from, and to put in another order.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** Characters of a name in the list, and of all of them on the button. */
  const NAME = 32;
  const ALL = 36;
  /** What one can group by in kinds: a key may be called as a tag set is. The first has no heading. */
  const KINDS = [
    { heading: "", said: "", is: (/** @type {string} */ name) => !/^(tag set|key):/.test(name) },
    { heading: "Tag sets", said: "tags", is: (/** @type {string} */ name) => name.startsWith("tag set:") },
    { heading: "Keys", said: "", is: (/** @type {string} */ name) => name.startsWith("key:") },
  ];

  /** @typedef {import("./query.js").State} State */

  class GroupMenu {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {(template: string) => any} make
     * @param {(state: State) => void} change
     * @param {() => State} read
     */
    constructor(root, engine, make, change, read) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.make = make;
      this.change = change;
      this.read = read;
      this.said = find("[data-grouped]");
      this.list = find("[data-groups]");
      this.adds = /** @type {HTMLSelectElement} */ (root.querySelector("[data-add-group]"));
      /** Names and labels of what one can group by. @type {Map<string, string>} */
      this.labels = new Map(engine.groupables().map((/** @type {{name: string, label: string}} */ { name, label }) => [name, label]));
      this.menu = new catalog.Menu(find("[data-group-menu]"));
      this.adds.addEventListener("change", () => this.add());
      this.list.addEventListener("click", (event) => this.clicked(event));
    }

    /** @param {State} state In force. */
    update({ groups }) {
      const labels = groups.map((group) => catalog.visible(this.label(group)));
      this.said.textContent = groups.length ? catalog.shorten(labels.join(" › "), ALL) : "";
      this.said.title = labels.join(" › ");
      this.menu.button.toggleAttribute("data-on", groups.length > 0);
      this.list.hidden = !groups.length;
      this.list.replaceChildren(...groups.map((group, place) => this.item(group, place, groups.length)));
      const free = [...this.labels].filter(([name]) => !groups.includes(name));
      const kinds = KINDS.flatMap(({ heading, is }) => catalog.optionsOf(heading, free.filter(([name]) => is(name))));
      this.adds.replaceChildren(/** @type {Node} */ (this.adds.firstElementChild), ...kinds);
      this.adds.value = "";
    }

    /** @param {string} group */
    label(group) {
      return this.labels.get(group) ?? group.replace(/^(key|tag set):(?=.)/, "");
    }

    /**
     * @param {string} group
     * @param {number} place
     * @param {number} total
     */
    item(group, place, total) {
      const item = this.make("group-level");
      const label = catalog.visible(this.label(group));
      item.dataset.group = group;
      catalog.writeName(item.querySelector("bdi"), label, NAME);
      item.querySelector("span").textContent = KINDS.find(({ is }) => is(group))?.said ?? "";
      const says = { up: `Move ${label} up`, down: `Move ${label} down`, out: `Do not group by ${label}` };
      for (const [way, words] of Object.entries(says)) item.querySelector(`[data-move="${way}"]`).setAttribute("aria-label", words);
      item.querySelector('[data-move="up"]').disabled = place === 0;
      item.querySelector('[data-move="down"]').disabled = place === total - 1;
      return item;
    }

    add() {
      const { value } = this.adds;
      if (!value) return;
      const state = this.read();
      this.change(query.withGroups(state, [...state.groups, value]));
    }

    /** @param {MouseEvent} event On a button of the list. */
    clicked({ target }) {
      const button = target instanceof Element ? target.closest("[data-move]") : null;
      const item = button?.closest("[data-group]");
      if (!(button instanceof HTMLElement) || !(item instanceof HTMLElement)) return;
      const state = this.read();
      const groups = [...state.groups];
      const place = groups.indexOf(item.dataset.group ?? "");
      const [group] = groups.splice(place, 1);
      const way = button.dataset.move ?? "";
      if (way !== "out") groups.splice(way === "up" ? place - 1 : place + 1, 0, group);
      this.change(query.withGroups(state, groups));
      this.focus(group, way, place);
    }

    /**
     * The list was made anew: the same button has the focus, or the one beside it.
     * @param {string} group
     * @param {string} way
     * @param {number} place
     */
    focus(group, way, place) {
      const items = /** @type {HTMLElement[]} */ ([...this.list.children]);
      const item = items.find((each) => each.dataset.group === group) ?? items[Math.min(place, items.length - 1)];
      const buttons = /** @type {HTMLButtonElement[]} */ ([...(item?.querySelectorAll("[data-move]") ?? [])]);
      const button = buttons.find((each) => each.dataset.move === way && !each.disabled) ?? buttons.find((each) => !each.disabled);
      (button ?? this.adds).focus();
    }
  }

  /**
   * @param {string} value
   * @param {string} label
   */
  function optionOf(value, label) {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = catalog.shorten(catalog.visible(label), 60);
    return option;
  }

  /**
   * Choices of a list, under a heading where it has one.
   * @param {string} heading
   * @param {[value: string, label: string][]} choices
   * @returns {HTMLElement[]}
   */
  catalog.optionsOf = (heading, choices) => {
    const options = choices.map(([value, label]) => optionOf(value, label));
    if (!heading || !options.length) return options;
    const group = document.createElement("optgroup");
    group.label = heading;
    group.append(...options);
    return [group];
  };

  catalog.GroupMenu = GroupMenu;
})();
