/**
 * Enlarges the pictures of a page: those of its gallery one after the other, and the picture on an image's own page, which steps to
 * the pages before and after it.
 *
 * A click on a card leads to the image's page as it always does; a small button on the card, and the space bar, enlarge.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Stands in the address of an image's page that shows its picture enlarged. */
  const ENLARGED = "#enlarged";

  /** @param {Element | null} element @returns {string} */
  const words = (element) => (element?.textContent ?? "").trim();

  /** The cards of the page, in their order. @returns {HTMLElement[]} */
  const cards = () => [...document.querySelectorAll(".gallery .card[data-image]")].map((card) => /** @type {HTMLElement} */ (card));

  /** What the page tells of its images, read when it is first asked for. */
  let told = /** @type {{labels: string[], values: [number, string][], images: Record<string, number[]>} | null} */ (null);

  /**
   * @param {string} id
   * @returns {{label: string, values: string[]}[]}
   */
  function factsOf(id) {
    const template = /** @type {HTMLTemplateElement | null} */ (document.querySelector("template[data-told]"));
    told ??= JSON.parse(template?.content.textContent ?? '{"labels":[],"values":[],"images":{}}');
    const { labels, values, images } = /** @type {NonNullable<typeof told>} */ (told);
    /** @type {Map<number, string[]>} */
    const found = new Map();
    for (const number of images[id] ?? []) {
      const [label, text] = values[number];
      found.set(label, [...(found.get(label) ?? []), text]);
    }
    return [...found].map(([label, of]) => ({ label: labels[label], values: of }));
  }

  /** @param {HTMLElement} card */
  function itemOf(card) {
    const id = card.dataset.image ?? "";
    const name = /** @type {HTMLElement} */ (card.querySelector("[title]"));
    const picture = card.querySelector(".stage-empty") ? "" : (card.querySelector("img")?.src ?? "");
    const preview = "preview" in card.dataset ? catalog.preview(Number(id)) : "";
    return { id: Number(id), name: name.title, href: linkOf(card).href, picture, preview, facts: factsOf(id) };
  }

  /** @param {HTMLElement} card @returns {HTMLAnchorElement} */
  const linkOf = (card) => /** @type {HTMLAnchorElement} */ (card.querySelector(".card-link"));

  /** @param {HTMLElement} card */
  async function enlarge(card) {
    const all = cards();
    const source = { total: all.length, at: async (/** @type {number} */ place) => itemOf(all[place]) };
    const opened = all.indexOf(card);
    const left = await catalog.lightbox.open(source, opened);
    if (left !== opened) linkOf(all[left]).focus(); // where one has stepped to
  }

  function offerCards() {
    for (const card of cards()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "card-enlarge";
      button.tabIndex = -1; // by keyboard it is the space bar on the card itself
      button.title = "Enlarge (space bar)";
      button.setAttribute("aria-label", `Enlarge ${/** @type {HTMLElement} */ (card.querySelector("[title]")).title}`);
      button.append(catalog.lightbox.icon());
      card.append(button);
      linkOf(card).setAttribute("aria-keyshortcuts", "Space");
    }
    for (const gallery of document.querySelectorAll(".gallery")) {
      gallery.addEventListener("click", (event) => {
        const button = /** @type {Element} */ (event.target).closest(".card-enlarge");
        const card = button?.closest(".card");
        if (card && card.closest(".gallery") === gallery) void enlarge(/** @type {HTMLElement} */ (card));
      });
      gallery.addEventListener("keydown", (event) => {
        const { key, target, ctrlKey, metaKey, altKey, shiftKey } = /** @type {KeyboardEvent} */ (event);
        const card = /** @type {Element} */ (target).closest(".card-link")?.closest(".card");
        if (key !== " " || ctrlKey || metaKey || altKey || shiftKey || card?.closest(".gallery") !== gallery) return;
        event.preventDefault(); // it would scroll
        void enlarge(/** @type {HTMLElement} */ (card));
      });
    }
  }

  /** What an image's own page says of it: where it is, its tags, its pairs, how it was made. */
  function factsOfPage() {
    /** @type {Map<string, string[]>} */
    const found = new Map();
    const add = (/** @type {string} */ label, /** @type {string[]} */ values) => {
      if (label && values.length) found.set(label, [...new Set([...(found.get(label) ?? []), ...values])]);
    };
    const all = (/** @type {string} */ selector, /** @type {ParentNode} */ within = document) => [...within.querySelectorAll(selector)];
    add("In", all(".about .where li").map(words));
    add("Tags", all(".about .chips .chip").map(words));
    for (const pair of all(".about .pairs tbody tr:not(.from)")) add(words(pair.querySelector("th")), [words(pair.querySelector("td bdi"))]);
    add("Channels", all(".about .channels li > bdi").map(words));
    for (const fact of all(".about .facts > div")) add(words(fact.querySelector("dt")), all(".fact", fact).map(words));
    return [...found].map(([label, values]) => ({ label, values }));
  }

  /**
   * The picture on an image's page, over that page. Arrows lead to the pages before and after it, enlarged there, too.
   * @param {HTMLElement} article
   */
  async function enlargePage(article) {
    const picture = pictureOf(article);
    const step = (/** @type {string} */ way) => /** @type {HTMLAnchorElement | null} */ (article.querySelector(`.steps a[rel="${way}"]`));
    const here = step("prev") ? 1 : 0;
    const id = Number(article.dataset.id);
    const { title: name } = /** @type {HTMLElement} */ (article.querySelector("h1"));
    const address = picture?.src ?? "";
    const isLarge = address === catalog.preview(id);
    const item = { id, name, href: "", picture: isLarge ? "" : address, preview: isLarge ? address : "", facts: factsOfPage() };
    const source = {
      total: here + (step("next") ? 2 : 1),
      at: async () => item,
      where: words(article.querySelector(".steps-where")),
      leave: (/** @type {number} */ place) => {
        const link = step(place < here ? "prev" : "next");
        if (!link) return;
        link.hash = ENLARGED;
        link.click(); // as its page.js would have it
      },
    };
    remember(ENLARGED);
    await catalog.lightbox.open(source, here);
    remember("");
  }

  /** @param {HTMLElement} article @returns {HTMLImageElement | null} */
  const pictureOf = (article) => article.querySelector("img[data-enlarges]");

  /**
   * Has the address say whether the picture is enlarged.
   * @param {string} hash
   */
  function remember(hash) {
    if (location.hash === hash) return;
    try {
      history.replaceState(history.state, "", hash || location.pathname + location.search);
    } catch {
      // From disk some browsers change no address: then it says nothing.
    }
  }

  function offerPage() {
    const article = /** @type {HTMLElement | null} */ (document.querySelector("[data-kind='image'][data-id]"));
    if (!article) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "preview-enlarge";
    button.title = "Enlarge";
    button.setAttribute("aria-label", "Enlarge the picture");
    button.append(catalog.lightbox.icon());
    button.addEventListener("click", () => void enlargePage(article));
    pictureOf(article)?.after(button);
    if (location.hash !== ENLARGED) return;
    button.focus(); // it gets the focus back
    void enlargePage(article);
  }

  catalog.whenReady(() => {
    offerCards();
    offerPage();
  });
  document.addEventListener("catalog:image", offerPage); // a page that is drawn by script
})();
