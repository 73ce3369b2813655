/**
 * A well beside its plate: the picture in the view that is shown, and what tells the well from others.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Characters of a value. */
  const VALUE = 60;

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
   * @param {string} className
   * @param {string} plate
   * @param {{facet: string, value: string, isFound: boolean}} held
   * @returns {HTMLElement} A link into the explorer, where images hold the value.
   */
  function door(className, plate, { facet, value, isFound }) {
    const text = make("bdi");
    catalog.writeName(text, value, VALUE);
    const element = make(isFound ? "a" : "span", className, text);
    const query = `plate=${encodeURIComponent(plate)}&${encodeURIComponent(facet)}=${encodeURIComponent(value)}`;
    if (isFound) element.href = catalog.address(`explore.html?${query}`);
    return element;
  }

  /**
   * @param {number} image As in the plate's data: 0 for none, negative without a picture.
   * @returns {HTMLElement}
   */
  function stage(image) {
    if (!image) return make("span", "stage", make("span", "", "No image"));
    const picture = make("img");
    picture.alt = "";
    picture.src = image > 0 ? catalog.thumbnail(image) : catalog.placeholder();
    const link = make("a", image > 0 ? "stage" : "stage stage-empty", picture);
    link.href = catalog.imagePage(Math.abs(image));
    link.setAttribute("aria-label", "The image");
    return link;
  }

  /**
   * Draws a well into the panel.
   * @param {HTMLElement} panel
   * @param {any} data A PlateData.
   * @param {number} place Of the well.
   * @param {any} view
   * @param {{name: string, href: string, plate: string}} well Its name, its page, the id of its plate.
   */
  catalog.showWell = (panel, data, place, view, well) => {
    const name = make("a", "", well.name);
    name.href = well.href;
    const about = make("div", "plate-panel-about", make("h2", "", name));
    const count = data.counts[place];
    about.append(make("p", "lead", count ? catalog.images(count) : "No image was taken of this well."));
    const { keys, tags } = data.held(place, view);
    if (keys.length) {
      const facts = make("dl", "facts");
      for (const { label, values } of keys) {
        const said = make("dd");
        for (const value of values) said.append(said.childNodes.length ? ", " : "", door("", well.plate, value));
        facts.append(make("div", "", make("dt", "", label), said));
      }
      about.append(facts);
    }
    if (tags.length) {
      const chips = tags.map((/** @type {any} */ tag) => make("li", "", door("chip", well.plate, tag)));
      about.append(make("ul", "chips", ...chips));
    }
    panel.replaceChildren(stage(view ? view.images[place] : 0), about);
    panel.hidden = false;
  };
})();
