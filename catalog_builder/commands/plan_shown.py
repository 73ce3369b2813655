"""A plan for people: as text for a terminal, as one HTML page for whoever must approve."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_builder.publish.plan import Line, Plan
from catalog_builder.site.render import environment

#: So many lines of a section stand in the text; the page has all.
LONGEST = 30

SECTION_TITLES = {
    "groups": "Groups",
    "projects": "Projects",
    "datasets": "Datasets",
    "screens": "Screens",
    "plates": "Plates",
    "namespaces": "Namespaces",
    "keys": "Keys",
    "tag_sets": "Tag sets",
    "tags": "Tags",
    "people": "People",
}


def as_html(plan: Plan) -> bytes:
    """One page that needs nothing beside it."""
    template = environment().get_template("plan/plan.html")
    return template.render(plan=plan, titles=SECTION_TITLES).encode()


def as_text(plan: Plan) -> str:
    """The plan in lines: what is counted, what is suspicious, what stays in and why, and every name."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield plan.notice
    yield ""
    yield f"{'':<14}{'published':>12}{'withheld':>12}"
    for kind, counted in plan.counts.items():
        if counted.published or counted.withheld:
            yield f"{kind.replace('_', ' '):<14}{counted.published:>12,}{counted.withheld:>12,}"
    yield from _suspicious(plan)
    if plan.reasons:
        yield from ("", "Withheld")
    for reason in plan.reasons:
        yield f"  {reason.kind.replace('_', ' ')}: {reason.count:,}, because {reason.why}"
    for section, title in SECTION_TITLES.items():
        if found := plan.sections[section]:
            yield from _section(title, found, plan)
    if plan.warnings:
        yield from ("", "About the rules", *(f"  {one}" for one in plan.warnings))


def _suspicious(plan: Plan) -> Iterator[str]:
    yield ""
    if not plan.suspicious:
        yield "Suspicious: nothing was found."
        return
    yield "Suspicious, and would be published"
    for one in plan.suspicious:
        yield f"  {one.kind}: {one.count:,} in {one.where}, such as: {_one_line(one.example)}"


def _section(title: str, found: tuple[Line, ...], plan: Plan) -> Iterator[str]:
    out = sum(bool(line.published) for line in found)
    new = sum(line.new for line in found) if plan.since else 0
    told = f"{out:,} published" + (f", {new:,} of them new" if new else "")
    yield from ("", f"{title}: {told}, {sum(not line.published for line in found):,} withheld")
    for line in found[:LONGEST]:
        mark = "+" if line.new and plan.since else " " if line.published else "-"
        times = f"{line.published:,}" if line.published else f"withheld {line.withheld:,}"
        partly = f" ({line.withheld:,} withheld)" if line.published and line.withheld else ""
        example = f"   {_one_line(line.example)}" if line.example else ""
        name = _one_line(line.name) or ("(none)" if title == "Namespaces" else "(empty)")
        yield f"  {mark} {name}  {times}{partly}{example}"
    if len(found) > LONGEST:
        yield f"    and {len(found) - LONGEST:,} more; --html has all of them"


def _one_line(text: str) -> str:
    """Text without what would move a terminal's cursor or colour it."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())[:100]
