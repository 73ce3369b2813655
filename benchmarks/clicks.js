(() => {
  const explorer = document.querySelector("[data-explorer]");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

  /** Random numbers that are the same in every run (mulberry32). */
  function random(seed) {
    return (below) => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
    };
  }

  /** Milliseconds of a click on something: until all counts stand in the page, and of all that it sets off before the browser draws. */
  function timed(act) {
    const started = performance.now();
    act();
    const ended = performance.now();
    return [performance.getEntriesByName("catalog:counts")[0].startTime - started, ended - started];
  }

  /** What the engine says of the state in force, as the rivals tell theirs. */
  function told() {
    const { state, engine } = globalThis.catalog.explorer;
    const of = (mode) => Object.fromEntries([...state.choices].filter(([, choice]) => choice[mode].length).map(([facet, choice]) => [facet, choice[mode]]));
    const sums = [...engine.columns.values()].map((column) => {
      const left = new Set((state.choices.get(column.facet)?.none ?? []).map((value) => engine.codeOf(column.facet, value)));
      const counts = engine.counts(column.facet).subarray(0, column.values.length);
      return [column.facet, counts.reduce((sum, count, code) => (left.has(code) ? sum : sum + count), 0)];
    });
    return { state: { any: of("any"), none: of("none") }, sums: Object.fromEntries(sums) };
  }

  /** What a reader could do next: choose a value that stands in sight, take one back, or leave one out, one in five. */
  function act(next, isTaking) {
    const facets = [...explorer.querySelectorAll("[data-facet]")];
    if (isTaking && explorer.querySelector("[data-facet] button[data-value][aria-pressed=true]")) {
      const chosen = explorer.querySelectorAll("[data-facet] button[data-value][aria-pressed=true]");
      const button = chosen[next(chosen.length)];
      return () => button.click();
    }
    for (;;) {
      const facet = facets[next(facets.length)];
      const found = [...facet.querySelectorAll("button[data-value][aria-pressed=false]")].filter((each) => !each.closest("li")?.hidden);
      if (!found.length) continue;
      const button = found[next(found.length)];
      if (next(5)) return () => button.click();
      const { catalog } = globalThis;
      return () => catalog.explorer.change(catalog.query.toggle(catalog.explorer.state, facet.dataset.facet, button.dataset.value, "none"));
    }
  }

  return {
    async clicks(count) {
      for (const facet of explorer.querySelectorAll("[data-facet]")) facet.open = true;
      await frame();
      const next = random(7);
      const [times, states, sums] = [[], [], []];
      for (let i = 0; i < count; i++) {
        // Adding more than taking away, until the result is small; then all is cleared, as a reader would.
        times.push(timed(act(next, next(3) === 0)));
        const said = told();
        states.push(said.state);
        sums.push(said.sums);
        await frame();
        if (globalThis.catalog.explorer.engine.total < 50) {
          explorer.querySelector(".explorer__clear")?.click();
          await frame();
        }
      }
      return { times, states, sums };
    },

    /** From a click to 24 cards of its result with their names, their chunks not loaded before; the middle of nine. */
    async cards() {
      const next = random(11);
      const times = [];
      for (let i = 0; i < 9; i++) {
        const facet = [...explorer.querySelectorAll("[data-facet^='key:']")][i % 5];
        facet.open = true;
        await frame();
        const values = [...facet.querySelectorAll("button[data-value][aria-pressed=false]")].filter((each) => Number(each.dataset.count) > 100 && !each.closest("li").hidden);
        if (!values.length) continue;
        const started = performance.now();
        values[next(values.length)].click();
        const named = () => [...explorer.querySelectorAll("[data-grid] [data-image] bdi")].filter((each) => each.textContent).length;
        while (named() < 24) await frame();
        await frame();
        times.push(performance.now() - started);
        explorer.querySelector(".explorer__clear")?.click();
        await frame();
      }
      times.sort((a, b) => a - b);
      return times[times.length >> 1];
    },

    /** From the end of typing to the result in the page. */
    async search(words) {
      const box = explorer.querySelector("[data-text]");
      const changed = new Promise((done) => explorer.addEventListener("catalog:change", done, { once: true }));
      box.value = words;
      const started = performance.now();
      box.dispatchEvent(new Event("change", { bubbles: true }));
      await changed;
      return performance.now() - started;
    },

    /** From choosing three keys to the tree in the page. */
    async regroup() {
      const { catalog } = globalThis;
      const names = catalog.explorer.engine.groupables().map((each) => each.name).filter((name) => name.startsWith("key:")).slice(0, 3);
      const started = performance.now();
      catalog.explorer.change(catalog.query.withGroups(catalog.explorer.state, names));
      while (!explorer.querySelector("[data-tree] li")) await frame();
      return performance.now() - started;
    },
  };
})()
