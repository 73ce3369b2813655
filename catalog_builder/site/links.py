"""The address of everything: made from ids, so that renaming or adding never moves another page.

`docs/addresses.md` promises these. All are relative to the site's root, with `/`, ready for an `href`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote, urlencode

from catalog_builder.derive.values import DATASET, KEY_PREFIX, OWNER, PLATE, PROJECT, SCREEN, TAG
from catalog_builder.text import short_hash, slug

HOME = "index.html"
BROWSE = "browse.html"
EXPLORE = "explore.html"
TAGS = "tags/index.html"
KEYS = "keys/index.html"
IMAGE_BY_ID = "images/index.html"
NOT_FOUND = "404.html"
PLACEHOLDER = "static/placeholder.svg"


def project(project_id: int) -> str:
    """A project's page."""
    return f"projects/{project_id}.html"


def dataset(dataset_id: int, page: int = 1) -> str:
    """A dataset's page; further gallery pages follow the id."""
    return f"datasets/{_paged(dataset_id, page)}.html"


def dataset_list(dataset_id: int, page: int = 1) -> str:
    """The list of a dataset's images, where they have no pages of their own; further pages follow."""
    return f"datasets/{dataset_id}-{_paged('list', page)}.html"


def screen(screen_id: int) -> str:
    """A screen's page."""
    return f"screens/{screen_id}.html"


def plate(plate_id: int) -> str:
    """A plate's page."""
    return f"plates/{plate_id}.html"


def plate_view(plate_id: int, run: int | None, field: int) -> str:
    """A plate's page as one run and field show it: `plates/34-run-5-field-2.html`."""
    of_run = f"-run-{run}" if run is not None else ""
    return f"plates/{plate_id}{of_run}-field-{field}.html"


def plate_data(plate_id: int) -> str:
    """The name of a plate's data file, as the loader in the browser knows it."""
    return f"plates/{plate_id}"


def well(well_id: int) -> str:
    """A well's page."""
    return f"wells/{well_id}.html"


def image(image_id: int) -> str:
    """An image's page, where each has a file of its own; `Content.image_page` knows."""
    return f"images/{image_id}.html"


def image_by_id(image_id: int) -> str:
    """The permanent form of the same, which in large catalogues draws the page."""
    return f"{IMAGE_BY_ID}?id={image_id}"


def image_pattern(*, drawn: bool) -> str:
    """The address of every image's page, with `{id}` for the id."""
    return f"{IMAGE_BY_ID}?id={{id}}" if drawn else "images/{id}.html"


def image_chunk(first: int) -> str:
    """The name of the data of the images from an id on, as the loader in the browser knows it."""
    return f"images/{first // 250_000}/{first}"


def counts(facet: str, part: int, parts: int) -> str:
    """The name of the data that says how many images hold each value of a facet; large facets are in parts."""
    of_key = facet.startswith(KEY_PREFIX)
    name = key_stem(facet[len(KEY_PREFIX) :]) if of_key else facet
    return f"counts/{name}-{part}" if parts > 1 else f"counts/{name}"


def tag(tag_id: int, page: int = 1) -> str:
    """A tag's page; further gallery pages follow the id."""
    return f"tags/{_paged(tag_id, page)}.html"


#: The facets whose values are ids of things that have a page.
CONTAINERS: dict[str, Callable[[int], str]] = {
    PROJECT: project,
    DATASET: dataset,
    SCREEN: screen,
    PLATE: plate,
}


def key(name: str) -> str:
    """A key's page: a slug to read and a hash of the exact name, so that names that slug alike keep two."""
    return f"keys/{key_stem(name)}.html"


def key_stem(name: str) -> str:
    """What a key is called in addresses."""
    return f"{slug(name)}-{short_hash(name)}"


def thumbnail(image_id: int) -> str:
    """An image's picture, in folders of at most a thousand."""
    return f"thumbnails/{image_id // 1000}/{image_id}.jpg"


def preview(image_id: int) -> str:
    """An image's larger picture, where it has one; in the same folders."""
    return f"previews/{image_id // 1000}/{image_id}.jpg"


def explore(*choices: tuple[str, str], words: str = "") -> str:
    """The explorer with choices made: pairs of facet and value."""
    query = urlencode([*choices, *([("q", words)] if words else [])], quote_via=quote)
    return f"{EXPLORE}?{query}" if query else EXPLORE


def explore_key(name: str, value: str) -> str:
    """The explorer with one value of one key chosen."""
    return explore((KEY_PREFIX + name, value))


def explore_within(facet: str, least: str, most: str) -> str:
    """The explorer with limits set for one facet: numbers in its unit, or days, both included."""
    return explore((f"min:{facet}", least), (f"max:{facet}", most), ("v", "2"))


def explore_without(facet: str) -> str:
    """The explorer with the images that have no value of a facet."""
    return explore(("lacks", facet), ("v", "2"))


def explore_tag(text: str) -> str:
    """The explorer with one tag chosen."""
    return explore((TAG, text))


@lru_cache(maxsize=4096)
def explore_owner(name: str) -> str:
    """The explorer with one owner chosen."""
    return explore((OWNER, name))


def explore_project(project_id: int) -> str:
    """The explorer with one project chosen."""
    return explore((PROJECT, str(project_id)))


def explore_dataset(dataset_id: int) -> str:
    """The explorer with one dataset chosen."""
    return explore((DATASET, str(dataset_id)))


def explore_screen(screen_id: int) -> str:
    """The explorer with one screen chosen."""
    return explore((SCREEN, str(screen_id)))


def explore_plate(plate_id: int) -> str:
    """The explorer with one plate chosen."""
    return explore((PLATE, str(plate_id)))


def omero_web(base: str, kind: str, object_id: int | str) -> str:
    """The object in OMERO.web, where the settings name its address; '' where they do not."""
    return f"{base.rstrip('/')}/webclient/?show={kind}-{object_id}" if base else ""


def _paged(name: int | str, page: int) -> str:
    return str(name) if page == 1 else f"{name}-{page}"
