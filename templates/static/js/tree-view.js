/**
 * The result as a tree, regrouped by a sequence of keys, tag sets, projects, datasets: branches with their numbers of images, unfolded
 * one by one; below the last group, the pictures. What is below a branch is worked out when it is unfolded; pictures come into sight, and
 * go when they are far.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Branches that are listed at a time; more are a click away. */
  const LISTED = 100;
  /** Pictures of a branch. */
  const PICTURES = 16;
  /** How far from the view a strip of pictures is filled, in pixels. */
  const NEAR = "300px";
  /** Characters of a name. */
  const NAME = 80;
  /** What history remembers of the branches that are open. */
  const OPEN = "open";

  /** @typedef {import("./query.js").State} State */
  /** @typedef {{code: number, label: string, value: string, count: number}} Branch */

  class TreeView {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {any} store A CardStore.
     * @param {any} cards An ImageCards.
     * @param {(template: string) => any} make
     * @param {(state: State) => string} address
     */
    constructor(root, engine, store, cards, make, address) {
      this.element = /** @type {HTMLElement} */ (root.querySelector("[data-tree]"));
      this.engine = engine;
      this.store = store;
      this.cards = cards;
      this.make = make;
      this.address = address;
      /** @type {State} */
      this.state = catalog.query.empty();
      /** Paths of codes that are unfolded. @type {Set<string>} */
      this.open = new Set();
      /** The branches that strips of pictures are of, by the strip. @type {Map<Element, Branch[]>} */
      this.strips = new Map();
      /** Strips that hold cards. @type {Set<HTMLElement>} */
      this.filled = new Set();
      this.sight = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: NEAR });
      this.element.addEventListener("click", (event) => this.clicked(event));
      this.element.addEventListener("keydown", (event) => this.pressed(event));
    }

    /** @param {State} state In force. */
    show(state) {
      const isOther = state.groups.join("\n") !== this.state.groups.join("\n");
      if (isOther) this.open = new Set(catalog.place.noted(OPEN) ?? []);
      this.state = state;
      this.sight.disconnect();
      this.strips.clear();
      this.filled.clear();
      this.element.hidden = this.engine.total === 0;
      this.element.replaceChildren(this.listOf([]));
      this.wantMissing();
    }

    hide() {
      this.element.hidden = true;
      this.element.replaceChildren();
      this.sight.disconnect();
      this.strips.clear();
      this.filled.clear();
    }

    /**
     * @param {Branch[]} path
     * @returns {HTMLElement} The branches below it.
     */
    listOf(path) {
      const list = this.make("branches");
      const group = this.state.groups[path.length];
      const { label } = this.engine.groupables().find((/** @type {{name: string}} */ { name }) => name === group) ?? { label: group };
      catalog.writeName(list.querySelector("[data-group-label]"), label, NAME);
      const branches = this.engine.branches(this.state.groups, codes(path));
      this.append(list, path, branches, 0);
      return list;
    }

    /**
     * @param {HTMLElement} list
     * @param {Branch[]} path
     * @param {Branch[]} branches
     * @param {number} from
     */
    append(list, path, branches, from) {
      const items = /** @type {HTMLElement} */ (list.querySelector("ul"));
      const most = branches.reduce((largest, { count }) => Math.max(largest, count), 1);
      items.append(...branches.slice(from, from + LISTED).map((branch) => this.item([...path, branch], most)));
      const more = /** @type {HTMLElement} */ (list.querySelector("[data-more-branches]"));
      const left = branches.length - from - LISTED;
      more.hidden = left <= 0;
      more.textContent = `Show ${catalog.number(Math.min(left, LISTED))} more of ${catalog.number(Math.max(left, 0))}`;
      more.onclick = () => {
        const first = items.children.length;
        this.append(list, path, branches, from + LISTED);
        /** @type {HTMLElement | null} */ (items.children[first]?.querySelector("button, a"))?.focus({ preventScroll: true });
      };
    }

    /**
     * @param {Branch[]} path To a branch.
     * @param {number} most Images of the largest branch beside it.
     * @returns {HTMLElement}
     */
    item(path, most) {
      const branch = path[path.length - 1];
      const item = this.make("branch");
      const link = item.querySelector(".view-branch__link");
      const state = catalog.branchState(this.engine, this.state, path.map((each) => ({ value: each.value, isNone: this.isNone(path, each) })));
      if (state) link.href = this.address(state);
      catalog.writeName(link.querySelector("bdi"), branch.label, NAME);
      item.querySelector(".view-branch__count").textContent = catalog.images(branch.count);
      item.querySelector(".view-branch__bar > span").style.inlineSize = `${(100 * branch.count) / most}%`;
      item.dataset.count = String(branch.count);
      if (this.isNone(path, branch)) item.classList.add("view-branch--none");
      else item.dataset.branch = branch.value;
      const toggle = item.querySelector(".view-branch__toggle");
      toggle.setAttribute("aria-label", `${catalog.visible(branch.label)}, ${catalog.images(branch.count)}`);
      toggle.addEventListener("click", () => this.toggle(item, path));
      if (this.open.has(key(path))) this.unfold(item, path);
      return item;
    }

    /**
     * @param {Branch[]} path
     * @param {Branch} branch On it.
     */
    isNone(path, branch) {
      const group = this.state.groups[path.indexOf(branch)];
      const column = this.engine.columns.get(group.startsWith("tag set:") ? "tag" : group);
      return branch.code === (column?.values.length ?? 0);
    }

    /**
     * @param {HTMLElement} item
     * @param {Branch[]} path
     */
    toggle(item, path) {
      const inside = /** @type {HTMLElement} */ (item.querySelector(".view-branch__inside"));
      if (inside.hidden) {
        this.open.add(key(path));
        this.unfold(item, path);
        this.wantMissing();
      } else {
        this.open.delete(key(path));
        this.fold(item, inside);
      }
      catalog.place.note(OPEN, [...this.open]);
    }

    /**
     * @param {HTMLElement} item
     * @param {Branch[]} path
     */
    unfold(item, path) {
      const inside = /** @type {HTMLElement} */ (item.querySelector(".view-branch__inside"));
      /** @type {HTMLElement} */ (item.querySelector(".view-branch__toggle")).setAttribute("aria-expanded", "true");
      inside.hidden = false;
      inside.replaceChildren(path.length < this.state.groups.length ? this.listOf(path) : this.pictures(item, path));
    }

    /**
     * @param {HTMLElement} item
     * @param {HTMLElement} inside
     */
    fold(item, inside) {
      /** @type {HTMLElement} */ (item.querySelector(".view-branch__toggle")).setAttribute("aria-expanded", "false");
      inside.hidden = true;
      for (const strip of inside.querySelectorAll("[data-strip]")) {
        this.sight.unobserve(strip);
        this.strips.delete(strip);
        this.filled.delete(/** @type {HTMLElement} */ (strip));
      }
      inside.replaceChildren();
    }

    /**
     * The pictures of a branch, or as many of them as a line holds, and the way to all.
     * @param {HTMLElement} item
     * @param {Branch[]} path
     */
    pictures(item, path) {
      const part = this.make("branch-pictures");
      const strip = part.querySelector("[data-strip]");
      const branch = path[path.length - 1];
      strip.setAttribute("aria-label", `Images: ${catalog.visible(branch.label)}`);
      this.strips.set(strip, path);
      this.sight.observe(strip);
      const { href } = /** @type {HTMLAnchorElement} */ (item.querySelector(".view-branch__link"));
      const all = part.querySelector("[data-all]");
      all.hidden = !href;
      if (href) all.href = href;
      all.textContent = branch.count === 1 ? "This image in the explorer" : `All ${catalog.images(branch.count)}`;
      return part;
    }

    /** @param {IntersectionObserverEntry[]} entries Strips that came near, or went. */
    seen(entries) {
      for (const { target, isIntersecting } of entries) {
        const strip = /** @type {HTMLElement} */ (target);
        const path = this.strips.get(strip);
        if (!path || isIntersecting === this.filled.has(strip)) continue;
        if (isIntersecting) {
          const rows = this.engine.branchRows(this.state.groups, codes(path), 0, PICTURES);
          strip.append(...rows.map((/** @type {number} */ row, /** @type {number} */ place) => {
            const card = this.cards.make();
            card.dataset.at = String(place);
            this.cards.assign(card, row);
            return card;
          }));
          this.filled.add(strip);
        } else if (!strip.contains(document.activeElement)) {
          strip.replaceChildren();
          this.filled.delete(strip);
        }
      }
      this.wantMissing();
    }

    /** A chunk has come. */
    arrived() {
      if (!this.element.hidden) this.wantMissing();
    }

    wantMissing() {
      /** @type {number[]} */
      const missing = [];
      for (const strip of this.filled) {
        for (const card of /** @type {Iterable<HTMLElement>} */ (strip.children)) if (!this.cards.finish(card)) missing.push(Number(card.dataset.row));
      }
      this.store.want(missing);
    }

    /**
     * @param {Element} target Within a strip.
     * @returns {{sequence: any, place: number, left: (place: number) => void} | null} The images of its branch, and the one that it
     *   is in; and what gives the focus to another, where that is in the strip.
     */
    found(target) {
      const card = target.closest("[data-image]");
      const path = this.strips.get(/** @type {Element} */ (target.closest("[data-strip]")));
      if (!path || !(card instanceof HTMLElement)) return null;
      const { href } = /** @type {HTMLAnchorElement} */ (/** @type {Element} */ (card.closest(".view-branch")).querySelector(".view-branch__link"));
      const rows = (/** @type {number} */ from, /** @type {number} */ to) => this.engine.branchRows(this.state.groups, codes(path), from, to);
      const sequence = { total: path[path.length - 1].count, address: href || location.href, rows };
      const left = (/** @type {number} */ place) => {
        const last = /** @type {HTMLElement | null | undefined} */ (card.parentElement?.querySelector(`[data-at="${place}"] a`));
        last?.focus();
      };
      return { sequence, place: Number(card.dataset.at), left };
    }

    /** @param {MouseEvent} event */
    clicked(event) {
      const target = /** @type {Element} */ (event.target);
      const found = this.found(target);
      if (!found) return;
      if (target.closest("[data-enlarge]")) this.cards.enlarge(found.sequence, found.place, found.left);
      else if (target.closest(".explorer__open")) this.cards.leave(event, found.sequence, found.place);
    }

    /**
     * Up and down lead from branch to branch, right unfolds, left folds; Space enlarges a picture.
     * @param {KeyboardEvent} event
     */
    pressed(event) {
      const target = /** @type {HTMLElement} */ (event.target);
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const found = event.key === " " && target.matches(".explorer__open") ? this.found(target) : null;
      if (found && this.cards.enlarge(found.sequence, found.place, found.left)) event.preventDefault();
      if (!target.matches(".view-branch__toggle")) return;
      const toggles = /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll(".view-branch__toggle")]);
      const here = toggles.indexOf(target);
      const isOpen = target.getAttribute("aria-expanded") === "true";
      if (event.key === "ArrowDown") toggles[here + 1]?.focus();
      else if (event.key === "ArrowUp") toggles[here - 1]?.focus();
      else if (event.key === "ArrowRight" && !isOpen) target.click();
      else if (event.key === "ArrowLeft" && isOpen) target.click();
      else return;
      event.preventDefault();
    }
  }

  /** @param {Branch[]} path */
  const codes = (path) => path.map(({ code }) => code);

  /** @param {Branch[]} path */
  const key = (path) => codes(path).join("/");

  catalog.TreeView = TreeView;
})();
