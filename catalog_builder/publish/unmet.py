"""Rules that fitted nothing: a pattern that was misspelt lets out, or keeps in, what was not meant."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_builder.publish.patterns import Gate, Patterns
from catalog_builder.publish.redact import Border
from catalog_builder.settings.read import RULES
from catalog_builder.settings.rules import Rules


def unmet_rules(border: Border, rules: Rules, *, taken_over: bool, file: str = RULES) -> Iterator[str]:
    """A sentence for each pattern that fitted nothing, once all images have passed; those of the starter are left out.

    `taken_over`: records came from an earlier export, where keys and values are judged already, so of those
    nothing can be said. `file`: where the rules stand.
    """
    for option, patterns in _judged(border, taken_over=taken_over):
        starter = () if option.startswith("where.") else _listed(Rules(), option)
        for pattern in patterns.unmet():
            if pattern not in starter:
                yield f"{file}: {option}: {pattern!r} fits nothing that was read; correct or remove it."
    if not taken_over:
        starters = {mask.pattern for mask in Rules().mask}
        for pattern in border.fields.masks.unmet():
            if pattern not in starters:
                yield f"{file}: mask: {pattern!r} is found nowhere; correct or remove it."


def _judged(border: Border, *, taken_over: bool) -> Iterator[tuple[str, Patterns]]:
    gates, notes = border.gates, border.notes
    named: dict[str, Gate] = {"groups": gates.groups}
    named |= {f"{kind}s": gate for kind, gate in gates.names.items()}
    named |= {"namespaces": notes.namespaces, "tags": notes.tags, "tag_sets": notes.tag_sets}
    if not taken_over:
        named["keys"] = border.fields.keys
    for option, gate in named.items():
        yield f"{option}.allow", gate.allow
        yield f"{option}.deny", gate.deny
    yield "tagged.only", gates.only
    yield "tagged.never", gates.never
    yield "tagged.until", gates.until
    for place, where in enumerate(gates.where, 1):
        yield f"where.{place}.tags", where.tags
        for key, values in where.keys.items():
            yield f"where.{place}.keys.{key}", values


def _listed(rules: Rules, option: str) -> tuple[str | int, ...]:
    part, _, name = option.partition(".")
    found: tuple[str | int, ...] = getattr(getattr(rules, part), name)
    return found
