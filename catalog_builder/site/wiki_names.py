"""From the names that people write in a `catalog` block to what the catalogue has: facets, values, tag sets."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from catalog_builder.derive.facets import DATES, NO_NAME, Facet
from catalog_builder.derive.selection import NAME, Choice, Selection
from catalog_builder.derive.values import (
    ACQUIRED,
    DATASET,
    IMPORTED,
    KEY_PREFIX,
    OWNER,
    PLATE,
    PROJECT,
    SCREEN,
    TAG,
)
from catalog_builder.model.base import Described
from catalog_builder.site.content import Content
from catalog_builder.site.wiki_options import Asked, Limits, Mistake, Wanted, nearest, shown
from catalog_builder.text import visible

TAG_SET = "tag set:"

#: The option for tags -> what it asks of an image's tags.
_TAGS = {"tags": "all", "any tags": "any", "not tags": "none"}

_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class Names:
    """Knows what everything is called."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.facets: dict[str, Facet] = {facet.facet: facet for facet in content.facets}
        self._keys = {facet.key or "": facet for facet in content.keys}
        self.tag_sets: dict[str, set[str]] = {}
        """What a tag set is called -> the texts of its tags; those of one name are one."""
        for group in content.tag_groups:
            if group.tag_set is not None:
                name = visible(group.tag_set.name, NO_NAME)
                self.tag_sets.setdefault(name, set()).update(tag.text for tag in group.tags)

    def selection(self, wanted: Wanted, problems: list[str]) -> Selection:
        """What a block asks for. What the catalogue does not have is a problem each."""
        choices = list(self._choices(wanted, problems))
        groups: list[str] = []
        for name in wanted.texts.get("group by", ()):
            with _Noted(problems):
                groups.append(self._group(name))
        sort = ""
        if wanted.text("sort"):
            with _Noted(problems):
                sort = self._sort(wanted.text("sort"))
        return Selection(_joined(choices), wanted.text("words").strip(), sort, tuple(dict.fromkeys(groups)))

    def _choices(self, wanted: Wanted, problems: list[str]) -> Iterator[Choice]:
        finders: Mapping[str, Callable[[], Choice]] = {
            **{option: partial(self._tags, wanted, option) for option in _TAGS},
            **{option: partial(self._things, wanted, option) for option in (PROJECT, DATASET, SCREEN, PLATE)},
            OWNER: partial(self._owners, wanted),
        }
        for option, find in finders.items():
            if option in wanted.texts:
                with _Noted(problems):
                    yield find()
        for option in ("key", "not key"):
            for name, asked in wanted.pairs.get(option, {}).items():
                with _Noted(problems):
                    yield self._values(name, asked, option)
        for option in ("has key", "lacks key"):
            for name in wanted.texts.get(option, ()):
                with _Noted(problems):
                    held = option == "has key"
                    yield Choice(self._key(name).facet, has=held, lacks=not held)
        for facet, limits in wanted.limits.items():
            with _Noted(problems):
                yield self._within(self.facets.get(facet), f"`{facet}`", limits, "date", facet)

    def _tags(self, wanted: Wanted, option: str) -> Choice:
        texts = wanted.texts[option]
        tags = self._content.tags
        for text in texts:
            if text not in tags:
                raise Mistake(f"`{option}`: there is no tag {shown(text)}{nearest(text, tags)}")
        # One tag alone is a plain choice, as the pages' own links have it.
        alone = option == "tags" and len(texts) == 1 and "any tags" not in wanted.texts
        asks = "any" if alone else _TAGS[option]
        every, some, no = (texts if asks == one else () for one in ("all", "any", "none"))
        return Choice(TAG, any=some, all=every, none=no)

    def _owners(self, wanted: Wanted) -> Choice:
        known = [value.value for value in self.facets[OWNER].values] if OWNER in self.facets else []
        for text in wanted.texts[OWNER]:
            if text not in known:
                raise Mistake(
                    f"`{OWNER}`: nobody who owns images is called {shown(text)}{nearest(text, known)}"
                )
        return Choice(OWNER, any=wanted.texts[OWNER])

    def _things(self, wanted: Wanted, kind: str) -> Choice:
        """Projects and the like, by id or by name; several of one name are all meant."""
        held: Mapping[int, Described] = getattr(self._content.export, f"{kind}s")
        found: list[str] = []
        for text in wanted.texts[kind]:
            if text.isascii() and text.isdigit() and len(text) < 20 and int(text) in held:
                found.append(str(int(text)))
                continue
            named = [str(one.id) for one in held.values() if one.name == text]
            if not named:
                near = nearest(text, (one.name for one in held.values()))
                raise Mistake(f"`{kind}`: there is no {kind} with the id or name {shown(text)}{near}")
            found += named
        return Choice(kind, any=tuple(dict.fromkeys(found)))

    def _key(self, name: str) -> Facet:
        if name not in self._keys:
            raise Mistake(f"no image has the key {shown(name)}{nearest(name, self._keys)}")
        return self._keys[name]

    def _values(self, name: str, asked: Asked, option: str) -> Choice:
        facet = self._key(name)
        if isinstance(asked, Limits):
            return self._within(facet, f"the key {shown(name)}", asked, facet.kind, facet.facet)
        known = {value.value for value in facet.values}
        for text in asked:
            if text not in known:
                near = nearest(text, (value.value for value in facet.values))
                raise Mistake(f"no image has the value {shown(text)} of the key {shown(name)}{near}")
        return Choice(facet.facet, any=asked) if option == "key" else Choice(facet.facet, none=asked)

    def _within(self, facet: Facet | None, what: str, limits: Limits, kind: str, name: str) -> Choice:
        if facet is None or kind not in ("number", "date"):
            of = "days" if name in DATES else "numbers or days"
            raise Mistake(f"{what} holds no {of} that limits could be set to; name its values")
        for limit in filter(None, limits):
            is_day = bool(_DAY.fullmatch(limit))
            is_number = bool(_NUMBER.fullmatch(limit)) and math.isfinite(float(limit))
            if kind == "date" and not is_day:
                raise Mistake(
                    f"{what}: {shown(limit)} is no day, month or year such as 2026-11-20, 2026-11 or 2026"
                )
            if kind == "number" and not is_number:
                unit = f" (they are in {facet.unit})" if facet.unit else ""
                raise Mistake(
                    f"{what}: {shown(limit)} is no plain number; write limits without the unit{unit}"
                )
        return Choice(facet.facet, min=limits.least, max=limits.most)

    def _group(self, name: str) -> str:
        """A facet or a tag set, by the names people have for them: what is in the catalogue's own words comes first."""
        if name in (PROJECT, DATASET, SCREEN, PLATE, OWNER, TAG):
            return name
        if name.startswith(KEY_PREFIX) and name not in self._keys:
            return self._key(name[len(KEY_PREFIX) :].strip()).facet
        if name.startswith(TAG_SET) and name not in self._keys:
            wanted = name[len(TAG_SET) :].strip()
            if wanted not in self.tag_sets:
                raise Mistake(
                    f"`group by`: there is no tag set {shown(wanted)}{nearest(wanted, self.tag_sets)}"
                )
            return TAG_SET + wanted
        if name in self._keys:
            return self._keys[name].facet
        if name in self.tag_sets:
            return TAG_SET + name
        near = nearest(name, _either(self._keys, self.tag_sets))
        raise Mistake(f"`group by`: there is no key or tag set {shown(name)}{near}")

    def _sort(self, text: str) -> str:
        sign, name = ("-", text[1:].strip()) if text.startswith("-") else ("", text)
        if name == NAME or name in self.facets:
            return sign + name
        if name in (ACQUIRED, IMPORTED, PROJECT, DATASET, SCREEN, PLATE, OWNER, TAG):
            return ""  # no image has any
        if name in self._keys:
            return sign + self._keys[name].facet
        near = nearest(name, _either((NAME, ACQUIRED, IMPORTED), self._keys))
        raise Mistake(f"`sort`: there is no key {shown(name)}{near}")


class _Noted:
    """A mistake within it is noted, and what comes after goes on."""

    def __init__(self, problems: list[str]) -> None:
        self._problems = problems

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Mistake):
            self._problems.append(str(error))
            return True
        return False


def _either(*known: Iterable[str]) -> Iterator[str]:
    for one in known:
        yield from one


def _joined(choices: list[Choice]) -> tuple[Choice, ...]:
    """One choice a facet, all of its demands together."""
    found: dict[str, Choice] = {}
    for one in choices:
        before = found.get(one.facet)
        if before is None:
            found[one.facet] = one
            continue
        found[one.facet] = Choice(
            one.facet,
            (*before.any, *one.any),
            (*before.all, *one.all),
            (*before.none, *one.none),
            before.has or one.has,
            before.lacks or one.lacks,
            before.min or one.min,
            before.max or one.max,
        )
    return tuple(found.values())
