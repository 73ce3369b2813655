/**
 * Small things of single pages: `images/index.html?id=123` leads on, arrow keys step through images,
 * the phone menu closes by itself.
 */
(function () {
  "use strict";

  /** Lead on from the permanent form of an image's address to its page. */
  function forward() {
    const page = document.querySelector("[data-forward='images']");
    if (!page) return;
    const id = new URLSearchParams(location.search).get("id") || "";
    if (/^\d{1,18}$/.test(id)) location.replace(id + ".html");
    else if (id) page.querySelector("[data-forward-said]").textContent = "“" + id + "” is not the number of an image.";
  }

  /** Left and right step to the previous and next image, unless something else wants the keys. */
  function step(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [role='listbox'], [tabindex='0']")) return;
    const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = way && document.querySelector(".steps a[rel='" + way + "']");
    if (link) link.click();
  }

  const menu = document.querySelector("[data-menu]");
  const narrow = matchMedia("(max-width: 899px)");

  /** On wide screens the menu is a row of links, always open; on narrow ones a disclosure. */
  function fitMenu() {
    if (!menu) return;
    menu.open = !narrow.matches;
    menu.dataset.ready = "";
  }

  /** A click elsewhere or Escape closes the disclosure. */
  function closeMenu(event) {
    if (!menu || !menu.open || !narrow.matches) return;
    if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) {
      menu.open = false;
      if (event.type === "keydown") menu.querySelector("summary").focus();
    }
  }

  forward();
  fitMenu();
  narrow.addEventListener("change", fitMenu);
  document.addEventListener("keydown", step);
  document.addEventListener("keydown", closeMenu);
  document.addEventListener("click", closeMenu);
})();
