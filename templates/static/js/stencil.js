/**
 * Fills a `<template>` of the page with values, as text and attributes alone.
 *
 * In the template, `{name}` in a text is a value; so it is in `data-set-x="..."`, which becomes the attribute `x`, or none where the
 * whole of it is a value that is nothing. `data-if="name"` and `data-unless="name"` say when an element is there, `data-each="names"` has
 * one for each of a list, whose own values come before those around it. A `<template>` within it stands for what it holds. `data-mark="name"` tells the caller of the element that was made.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  const SLOT = /\{(\w+)\}/g;
  const WHOLE = /^\{(\w+)\}$/;
  const SET = "data-set-";

  /** @typedef {Record<string, any>} Scope Values by name. */
  /** @typedef {(mark: string, element: Element, scope: Scope) => void} Marked */

  /**
   * @param {HTMLTemplateElement} template
   * @param {Scope} scope
   * @param {Marked} [marked]
   * @returns {DocumentFragment}
   */
  catalog.stencil = (template, scope, marked = () => {}) => {
    // Still the template's own document: pictures are loaded once they stand in the page, by their finished addresses.
    const made = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    fillAll(made, scope, marked);
    return made;
  };

  /**
   * @param {Node} parent
   * @param {Scope} scope
   * @param {Marked} marked
   */
  function fillAll(parent, scope, marked) {
    for (const node of [...parent.childNodes]) {
      if (node instanceof Text) node.data = written(node.data, scope);
      else if (node.nodeType === Node.ELEMENT_NODE) place(/** @type {Element} */ (node), scope, marked);
    }
  }

  /**
   * @param {Element} element
   * @param {Scope} scope
   * @param {Marked} marked
   */
  function place(element, scope, marked) {
    const each = taken(element, "data-each");
    if (each !== null) {
      for (const item of value(each, scope)) {
        const one = /** @type {Element} */ (element.cloneNode(true));
        element.before(one);
        place(one, Object.assign(Object.create(scope), item), marked);
      }
      element.remove();
      return;
    }
    const wanted = taken(element, "data-if");
    const unwanted = taken(element, "data-unless");
    if ((wanted !== null && !isThere(value(wanted, scope))) || (unwanted !== null && isThere(value(unwanted, scope)))) {
      element.remove();
      return;
    }
    if (element instanceof HTMLTemplateElement) {
      fillAll(element.content, scope, marked);
      element.replaceWith(element.content);
      return;
    }
    for (const { name, value: text } of [...element.attributes]) {
      if (name.startsWith(SET)) set(element, name, text, scope);
    }
    const mark = taken(element, "data-mark");
    fillAll(element, scope, marked);
    if (mark !== null) marked(mark, element, scope);
  }

  /**
   * @param {Element} element
   * @param {string} name
   * @param {string} text
   * @param {Scope} scope
   */
  function set(element, name, text, scope) {
    element.removeAttribute(name);
    const whole = WHOLE.exec(text);
    if (whole && !isThere(value(whole[1], scope))) return;
    element.setAttribute(name.slice(SET.length), written(text, scope));
  }

  /**
   * @param {string} text
   * @param {Scope} scope
   * @returns {string}
   */
  function written(text, scope) {
    return text.replace(SLOT, (_, name) => String(value(name, scope)));
  }

  /**
   * @param {Element} element
   * @param {string} name
   * @returns {string | null} What an attribute held that is taken away.
   */
  function taken(element, name) {
    const held = element.getAttribute(name);
    element.removeAttribute(name);
    return held;
  }

  /**
   * @param {string} name
   * @param {Scope} scope
   * @returns {any}
   */
  function value(name, scope) {
    if (!(name in scope)) throw new Error(`The template asks for “${name}”, which nobody gave.`);
    return scope[name];
  }

  /**
   * @param {any} given
   * @returns {boolean} Whether it is something: an empty text or list is nothing, the number 0 is a number.
   */
  function isThere(given) {
    return Array.isArray(given) ? given.length > 0 : given !== undefined && given !== null && given !== "" && given !== false;
  }
})();
