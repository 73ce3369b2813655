"""Every HQL text of the project, and nothing else.

All of them read columns (`projection`) but one, which is the fallback of another. Rules that hold here:
* The first column is the id that pages go by: `x.id > :last ... order by x.id`, with a limit. Queries without
  `:last` answer few rows and are asked once, or once for each batch of `:ids`.
* `x.parent.id`, `x.child.id`, `x.details.owner.id` and `i.fileset.id` are foreign keys and need no join. Longer
  paths would be inner joins that drop rows without saying so, so each is an explicit left outer join.
* No column that is never published: no login name, e-mail, institution, path, comment, rating or attachment.
* Conditions in braces depend on what is read (`Reach`); aliases are unique over a query and its subqueries,
  and `p`, `d` and `i` always stand for a project, a dataset and an image.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARAMETER = re.compile(r":([a-z_]+)")

_USER_GROUP = 1

_IN_GROUP = "{0}.details.group.id in (:groups)"

# Fields of plates are images too; until screens are read, those that are in no dataset are left out.
_NOT_ONLY_IN_A_WELL = (
    "(not exists (select ws.id from WellSample ws where ws.image.id = i.id)"
    " or exists (select gl.id from DatasetImageLink gl where gl.child.id = i.id))"
)
_IN_DATASET = (
    "exists (select dl.id from DatasetImageLink dl where dl.child.id = i.id and dl.parent.id in (:datasets))"
)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What is read, as ids: whole groups, and projects and datasets of other groups.

    An image is within reach if its group is, or one of its datasets. OMERO keeps an object and what links
    to it in one group, so nothing of a group is missed.
    """

    groups: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()
    datasets: tuple[int, ...] = ()
    elsewhere: tuple[int, ...] = ()
    """The groups that those projects and datasets are in."""

    def conditions(self) -> dict[str, str]:
        """For each of project, dataset and image, what makes one of them within reach.

        OMERO refuses an empty list, so a condition is made of those parts that there are.
        """
        project = [_IN_GROUP.format("p")] * bool(self.groups) + ["p.id in (:projects)"] * bool(self.projects)
        dataset = [_IN_GROUP.format("d")] * bool(self.groups) + ["d.id in (:datasets)"] * bool(self.datasets)
        image = [f"({_IN_GROUP.format('i')} and {_NOT_ONLY_IN_A_WELL})"] * bool(self.groups)
        image += [_IN_DATASET] * bool(self.datasets)
        return {
            "project": _any_of(project, "p.id < 0"),
            "dataset": _any_of(dataset, "d.id < 0"),
            "image": _any_of(image, "i.id < 0"),
        }

    def parameters(self) -> dict[str, list[int]]:
        """The lists that the conditions speak of."""
        lists = {"groups": self.groups, "projects": self.projects, "datasets": self.datasets}
        # Spares the server a look at every annotation of every group. What is in OMERO's group 1, which
        # everybody is a member of, may be linked from any other.
        lists["annotation_groups"] = tuple(sorted({_USER_GROUP, *self.groups, *self.elsewhere}))
        return {name: list(ids) for name, ids in lists.items() if ids}


def _any_of(parts: list[str], otherwise: str) -> str:
    return "(" + " or ".join(parts or [otherwise]) + ")"


@dataclass(frozen=True)
class Query:
    """One HQL text; `what` says in a message what it reads. `objects`: answered as objects, not columns."""

    what: str
    template: str
    objects: bool = False

    def text(self, reach: Reach) -> str:
        """The HQL, with the conditions that `reach` asks for."""
        conditions = reach.conditions()
        linked = _LINKED.format(**conditions)
        return self.template.format(linked=linked, **conditions)

    def parameters(self, reach: Reach) -> set[str]:
        """Names of the parameters in the text: OMERO refuses one too many as it does one too few."""
        return set(_PARAMETER.findall(self.text(reach)))


_PUBLIC_NAMESPACE = "(a.ns is null or a.ns not like 'openmicroscopy.org/omero/import/%')"

_NO_TAG_SET = "(a.ns is null or a.ns <> 'openmicroscopy.org/omero/insight/tagset')"

#: The annotation `a` hangs on something within reach.
_LINKED = (
    "a.details.group.id in (:annotation_groups) and "
    "(exists (select li.id from ImageAnnotationLink li join li.parent i where li.child.id = a.id and {image})"
    " or exists (select ld.id from DatasetAnnotationLink ld join ld.parent d"
    " where ld.child.id = a.id and {dataset})"
    " or exists (select lp.id from ProjectAnnotationLink lp join lp.parent p"
    " where lp.child.id = a.id and {project}))"
)

#: The link `l` leads to a tag or a map annotation, and not to a comment, a rating or a file.
_TAG_OR_MAP = (
    "(exists (select t.id from TagAnnotation t where t.id = l.child.id)"
    " or exists (select m.id from MapAnnotation m where m.id = l.child.id))"
)

GROUPS = Query(
    "the groups",
    "select g.id, g.name, g.details.permissions from ExperimenterGroup g where g.id > :last order by g.id",
)

PEOPLE = Query(
    "the owners' names",
    "select e.id, e.firstName, e.lastName from Experimenter e where e.id in (:ids)",
)

PROJECTS = Query(
    "the projects",
    "select p.id, p.name, p.description, p.details.owner.id, p.details.group.id, e.time"
    " from Project p left outer join p.details.creationEvent e"
    " where p.id > :last and {project} order by p.id",
)

PROJECT_DATASETS = Query(
    "which datasets are in which projects",
    "select l.id, l.parent.id, l.child.id from ProjectDatasetLink l join l.parent p"
    " where l.id > :last and {project} order by l.id",
)

DATASETS = Query(
    "the datasets",
    "select d.id, d.name, d.description, d.details.owner.id, d.details.group.id, e.time"
    " from Dataset d left outer join d.details.creationEvent e"
    " where d.id > :last and {dataset} order by d.id",
)

IMAGE_COUNTS = Query(
    "how many images there are",
    "select i.details.owner.id, i.details.group.id, count(i.id) from Image i where {image}"
    " group by i.details.owner.id, i.details.group.id",
)

TAGS = Query(
    "the tags",
    "select a.id, a.textValue, a.description, a.details.owner.id, a.details.group.id from TagAnnotation a"
    f" where a.id > :last and {_NO_TAG_SET} and {_PUBLIC_NAMESPACE} and {{linked}} order by a.id",
)

TAG_SET_LINKS = Query(
    "which tags are in which tag sets",
    "select l.id, l.parent.id, l.child.id from AnnotationAnnotationLink l join l.parent s"
    " where l.id > :last and s.ns = 'openmicroscopy.org/omero/insight/tagset'"
    " and l.details.group.id in (:annotation_groups) order by l.id",
)

TAG_SETS = Query(
    "the tag sets",
    "select s.id, s.textValue, s.description, s.details.owner.id, s.details.group.id from TagAnnotation s"
    " where s.id in (:ids)",
)

KEY_VALUES = Query(
    "the map annotations",
    "select a.id, a.ns, a.details.owner.id, a.details.group.id from MapAnnotation a"
    f" where a.id > :last and {_PUBLIC_NAMESPACE} and {{linked}} order by a.id",
)

PAIRS = Query(
    "the key-value pairs",
    "select a.id, index(mv), mv.name, mv.value from MapAnnotation a join a.mapValue mv"
    f" where a.id > :last and {_PUBLIC_NAMESPACE} and {{linked}} order by a.id, index(mv)",
)

#: What is asked instead where a server refuses `index(mv)`: whole objects, a third as fast.
PAIRS_AS_OBJECTS = Query(
    "the key-value pairs",
    "select a from MapAnnotation a left outer join fetch a.mapValue where a.id in (:ids)",
    objects=True,
)

PROJECT_ANNOTATIONS = Query(
    "the projects' annotations",
    "select l.id, l.parent.id, l.child.id from ProjectAnnotationLink l join l.parent p"
    f" where l.id > :last and {{project}} and {_TAG_OR_MAP} order by l.id",
)

DATASET_ANNOTATIONS = Query(
    "the datasets' annotations",
    "select l.id, l.parent.id, l.child.id from DatasetAnnotationLink l join l.parent d"
    f" where l.id > :last and {{dataset}} and {_TAG_OR_MAP} order by l.id",
)

#: An image with several Pixels has several rows, the lowest Pixels id first.
IMAGES = Query(
    "the images",
    "select i.id, i.name, i.description, i.details.owner.id, i.details.group.id, i.acquisitionDate, e.time,"
    " i.fileset.id, i.series, px.id, px.sizeX, px.sizeY, px.sizeZ, px.sizeC, px.sizeT, pt.value,"
    " px.physicalSizeX.value, px.physicalSizeX.unit, px.physicalSizeY.value, px.physicalSizeY.unit,"
    " px.physicalSizeZ.value, px.physicalSizeZ.unit"
    " from Image i left outer join i.details.creationEvent e"
    " left outer join i.pixels px left outer join px.pixelsType pt"
    " where i.id > :last and {image} order by i.id, px.id",
)

CHANNELS = Query(
    "the channels",
    "select c.id, px.id, index(c), lc.name, c.red, c.green, c.blue,"
    " lc.excitationWave.value, lc.excitationWave.unit, lc.emissionWave.value, lc.emissionWave.unit"
    " from Image i join i.pixels px join px.channels c left outer join c.logicalChannel lc"
    " where c.id > :last and i.id >= :first and i.id <= :through and {image} order by c.id",
)

IMAGE_DATASETS = Query(
    "which images are in which datasets",
    "select l.id, i.id, l.parent.id from DatasetImageLink l join l.child i"
    " where l.id > :last and i.id >= :first and i.id <= :through and {image} order by l.id",
)

IMAGE_ANNOTATIONS = Query(
    "the images' annotations",
    "select l.id, i.id, l.child.id from ImageAnnotationLink l join l.parent i"
    f" where l.id > :last and i.id >= :first and i.id <= :through and {{image}} and {_TAG_OR_MAP} order by l.id",
)

#: Whose rendering settings a picture can be drawn with, where the account has none of its own.
RENDERING_SETTINGS = Query(
    "the rendering settings",
    "select r.id, px.id, r.details.owner.id, px.details.owner.id from RenderingDef r join r.pixels px"
    " where px.id in (:ids)",
)

#: All of them, found by themselves, so that `check --server` cannot miss one.
QUERIES: dict[str, Query] = {name: value for name, value in list(vars().items()) if isinstance(value, Query)}
