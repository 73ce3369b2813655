/**
 * What the page of an image shows, put together from a chunk of `data/images/`, which says everything once. Pure.
 *
 * The same as `site/image_pages.py` and `site/annotation_parts.py` make for a page of an image's own; a test compares the two.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { middle, isLonger, visible, quoted, wordIn, separated } = catalog.words;

  /**
   * A chunk as `site/image_chunks.py` writes it; numbers are places in its lists.
   * @typedef {Record<string, any>} Chunk
   */

  /** Stands for the image itself among the origins of an annotation. */
  const ITSELF = -1;

  /** The annotations that hold for an image, each with where it comes from. */
  class Holding {
    /**
     * @param {Chunk} chunk
     * @param {any} image
     */
    constructor(chunk, image) {
      this.chunk = chunk;
      /** By number, in the order they are met. @type {Map<number, number[]>} */
      this.origins = new Map();
      this.add(image.annotations ?? [], ITSELF);
      for (const chain of image.chains) {
        for (const container of chunk.chains[chain]) this.add(chunk.containers[container][3], container);
      }
    }

    /**
     * @param {number[]} annotations
     * @param {number} origin
     */
    add(annotations, origin) {
      for (const annotation of annotations) unite(this.origins, annotation, [origin]);
    }

    /** Tags of one text are one, with all origins. */
    chips() {
      /** @type {Map<string, number[]>} */
      const origins = new Map();
      const ids = new Map();
      for (const [annotation, from] of this.origins) {
        const [kind, text, id] = this.chunk.annotations[annotation];
        if (kind !== "tag") continue;
        unite(origins, text, from);
        ids.set(text, id);
      }
      return [...origins].map(([text, from]) => {
        const shown = visible(text, "(empty)");
        const counted = { facet: "tag", value: text, parts: this.chunk.tagParts };
        return { text: shown, short: middle(shown, 60), href: `tags/${ids.get(text)}.html`, counted, origins: this.badges(from) };
      });
    }

    /** The pairs by namespace; within each the image's own first, then what it inherits, by where it comes from. */
    namespaces() {
      /** @type {Map<number, Map<string, {from: number[], lists: number[][]}>>} */
      const found = new Map();
      for (const [annotation, from] of this.origins) {
        const [kind, namespace, pairs] = this.chunk.annotations[annotation];
        if (kind !== "pairs" || !pairs.length) continue;
        const handed = found.get(namespace) ?? new Map();
        found.set(namespace, handed);
        const badges = String(from);
        const group = handed.get(badges) ?? { from, lists: [] };
        handed.set(badges, group);
        group.lists.push(pairs);
      }
      const sorted = [...found].sort(([one], [other]) => this.chunk.namespaces[one][0] - this.chunk.namespaces[other][0]);
      return sorted.map(([namespace, handed]) => {
        const groups = [...handed.values()].map(({ from, lists }) => ({ origins: this.badges(from), lists }));
        return { label: this.chunk.namespaces[namespace][1], bodies: ownFirst(groups).flatMap((group) => this.bodies(group)) };
      });
    }

    /**
     * @param {{origins: any[], lists: number[][]}} group
     */
    bodies({ origins, lists }) {
      return lists.map((list, place) => ({
        origins: place === 0 ? origins : [],
        pairs: list.map((number) => this.pair(this.chunk.pairs[number])),
      }));
    }

    /**
     * @param {any[]} pair
     */
    pair([key, value, web = ""]) {
      const [name, keyHref, parts = 1] = this.chunk.keys[key];
      const text = visible(name, "(no name)");
      const isLong = isLonger(value, 400);
      return {
        key: middle(text, 120),
        keyTitle: isLonger(text, 120) ? text : "",
        keyHref,
        value: visible(value, "(empty)"),
        valueHref: `explore.html?${quoted(`key:${name}`)}=${quoted(value)}`,
        longClass: isLong ? "long" : "",
        longTab: isLong ? "0" : "",
        longRole: isLong ? "region" : "",
        longLabel: isLong ? "Long value" : "",
        web,
        counted: { facet: keyHref.replace(/^keys\/|\.html$/g, ""), value, parts },
      };
    }

    /** All other annotations, by kind. */
    notes() {
      return this.chunk.notes
        .map((/** @type {string[]} */ [stream, heading]) => {
          const of = [...this.origins].filter(([annotation]) => this.chunk.annotations[annotation][0] === stream);
          const notes = of.map(([annotation, from]) => this.note(this.chunk.annotations[annotation], from));
          return { kind: stream, heading, notes: ownFirst(notes) };
        })
        .filter((/** @type {{notes: any[]}} */ group) => group.notes.length);
    }

    /**
     * @param {any[]} annotation
     * @param {number[]} from
     */
    note([, text, label, description, by], from) {
      const isLong = isLonger(text, 600);
      const origins = this.badges(from);
      return {
        text,
        noteClass: `note-text${isLong ? " long" : ""}`,
        longTab: isLong ? "0" : "",
        longRole: isLong ? "region" : "",
        longLabel: isLong ? "Long text" : "",
        description: middle(description, 300),
        by: separated(by.map(wordIn(this.chunk))),
        label: middle(label, 60),
        origins,
        hasMore: Boolean(by.length || label || origins.length),
      };
    }

    /**
     * Where an annotation comes from, unless it is the image's own alone.
     * @param {number[]} from
     */
    badges(from) {
      if (from.length === 1 && from[0] === ITSELF) return [];
      return from.map((origin) => {
        if (origin === ITSELF) return { kind: "image", text: "this image", short: "this image", href: "" };
        const [kind, text, href] = this.chunk.containers[origin];
        return { kind, text, short: middle(text, 40), href };
      });
    }
  }

  /**
   * @template Key
   * @param {Map<Key, number[]>} found
   * @param {Key} key
   * @param {number[]} origins
   */
  function unite(found, key, origins) {
    const known = found.get(key);
    if (known) known.push(...origins.filter((origin) => !known.includes(origin)));
    else found.set(key, [...origins]);
  }

  /**
   * @template {{origins: any[]}} One
   * @param {One[]} list
   * @returns {One[]} Those without origins first, else as they are.
   */
  function ownFirst(list) {
    return [...list.filter((one) => !one.origins.length), ...list.filter((one) => one.origins.length)];
  }

  /**
   * The ways to an image: for each dataset by its first project, for each well by its plate and that one's first screen.
   * @param {Chunk} chunk
   * @param {any} image
   */
  function waysOf(chunk, image) {
    const ways = new Map();
    for (const chain of image.chains) {
      const containers = chunk.chains[chain].map((/** @type {number} */ number) => chunk.containers[number]);
      const first = (/** @type {string} */ kind) => containers.filter((/** @type {any[]} */ one) => one[0] === kind).slice(0, 1);
      if (containers[0][0] === "dataset") ways.set(containers[0][2], [...first("project"), containers[0]]);
      else if (first("plate").length) ways.set(containers[0][2], [...first("screen"), ...first("plate"), containers[0]]);
    }
    return [...ways.values()].map((way) => way.map((/** @type {any[]} */ [kind, text, href]) => ({ kind, text, href })));
  }

  /**
   * @param {[number, string] | undefined} step
   */
  function stepOf(step) {
    return step ? [{ href: catalog.paths.image(step[0]), title: step[1] }] : [];
  }

  /**
   * @param {Chunk} chunk
   * @param {any} image
   */
  function scenesOf(chunk, image) {
    const scenes = image.scenes === undefined ? [] : chunk.scenes[image.scenes];
    return scenes.map((/** @type {[number, string, number]} */ [id, name, picture], /** @type {number} */ place) => ({
      id,
      name,
      short: middle(name, 30),
      href: catalog.paths.image(id),
      src: picture ? catalog.paths.thumbnail(id) : catalog.paths.placeholder,
      stageClass: picture ? "stage" : "stage stage-empty",
      number: place + 1,
      count: scenes.length,
      current: id === image.id ? "page" : "",
    }));
  }

  /**
   * @param {Chunk} chunk
   * @param {any} image
   * @param {any[]} scenes
   */
  function factsOf(chunk, image, scenes) {
    const facts = image.facts.map((/** @type {number} */ number) => chunk.facts[number]);
    const scene = scenes.find((one) => one.current);
    if (scene) facts.unshift(["Scene of its file", [`${scene.number} of ${scene.count}`]]);
    return facts.map((/** @type {[string, any[]]} */ [label, words]) => ({ factLabel: label, words: separated(words.map(wordIn(chunk))) }));
  }

  /** @param {any} image Its larger picture counts, where there is one. */
  function pictureOf({ id, picture, preview }) {
    const [width, height] = preview ?? picture ?? [0, 0];
    const src = catalog.paths[preview ? "preview" : "thumbnail"](id);
    const stageClass = Math.max(width, height) >= 1000 ? "preview stage preview-large" : "preview stage";
    return width ? [{ src, width, height, stageClass }] : [];
  }

  /**
   * What the page of an image shows, ready for its template.
   * @param {Chunk} chunk
   * @param {number} id OMERO's id.
   * @returns {Record<string, any> | null} Null where the chunk does not hold it.
   */
  catalog.imageRecord = (chunk, id) => {
    const image = chunk.images.find((/** @type {any} */ one) => one.id === id);
    if (!image) return null;
    const holding = new Holding(chunk, image);
    const ways = waysOf(chunk, image);
    const scenes = scenesOf(chunk, image);
    const home = image.chains.length ? chunk.containers[chunk.chains[image.chains[0]][0]][0] : "";
    const crumbs = (ways[0] ?? []).map((/** @type {any} */ link) => ({ ...link, short: middle(link.text, 40) }));
    const told = image.told ?? [];
    const word = wordIn(chunk);
    const description = image.description ?? "";
    const isLong = isLonger(description, 1500);
    return {
      id,
      name: image.name,
      title: middle(image.name, 120),
      heading: middle(image.name, 160),
      alt: middle(image.name, 80),
      here: middle(image.name, 40),
      crumbs,
      steps: home ? `Images of the ${home === "well" ? "plate" : home}` : "Images",
      before: stepOf(image.before),
      after: stepOf(image.after),
      picture: pictureOf(image),
      placeholder: catalog.paths.placeholder,
      ways: ways.map((way) => ({ links: separated(way.map((/** @type {any} */ link) => ({ ...link, short: middle(link.text, 50) }))) })),
      description,
      descriptionClass: `description${isLong ? " long" : ""}`,
      descriptionTab: isLong ? "0" : "",
      descriptionRole: isLong ? "region" : "",
      descriptionLabel: isLong ? "Description" : "",
      chips: holding.chips(),
      namespaces: holding.namespaces(),
      noteGroups: holding.notes(),
      told: told.map((/** @type {any[]} */ [what, by, on]) => ({ what: [word(what)], who: by === null ? [] : [word(by)], on })),
      channels: (image.channels === undefined ? [] : chunk.channels[image.channels]).map(
        (/** @type {string[]} */ [colour, channel, waves]) => ({ colour, channel, waves }),
      ),
      facts: factsOf(chunk, image, scenes),
      scenes,
    };
  };
})();
