"""Every HQL text of the project, and nothing else.

All of them read columns (`projection`) but one, which is the fallback of another. Rules that hold here:
* The first column is the id that pages go by: `x.id > :last ... order by x.id`, with a limit. Queries without
  `:last` answer few rows and are asked once, or once for each batch of `:ids`.
* `x.parent.id`, `x.child.id`, `x.details.owner.id` and `i.fileset.id` are foreign keys and need no join. Longer
  paths would be inner joins that drop rows without saying so, so each is an explicit left outer join.
* No column that is never published: no e-mail, institution, path, XML; login names only for a plan, which looks
  for them in texts. Comments, ratings and attachments are asked for only where the publishing rules let them out.
* Words in braces depend on what is read (`conditions`); aliases are unique over a query and its subqueries, and
  `p`, `d`, `i`, `sc` and `pl` always stand for a project, a dataset, an image, a screen and a plate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog_builder.sources.omero.reach import Reach

_PARAMETER = re.compile(r":([a-z_]+)")

_IN_GROUP = "{0}.details.group.id in (:groups)"

_IN_DATASET = (
    "exists (select dl.id from DatasetImageLink dl where dl.child.id = i.id and dl.parent.id in (:datasets))"
)
_ON_PLATE = (
    "exists (select xs.id from WellSample xs join xs.well xw"
    " where xs.image.id = i.id and xw.plate.id in (:plates))"
)


def conditions(reach: Reach) -> dict[str, str]:
    """For each kind, what makes one of it within reach.

    OMERO refuses an empty list, so a condition is made of those parts that there are.
    """
    image = [_IN_GROUP.format("i")] * bool(reach.groups)
    image += [_IN_DATASET] * bool(reach.datasets) + [_ON_PLATE] * bool(reach.plates)
    aliases = {"p": "project", "d": "dataset", "sc": "screen", "pl": "plate"}
    return {
        **{kind: _within(reach, alias, f"{kind}s") for alias, kind in aliases.items()},
        "image": _any_of(image, "i.id < 0"),
        "linker": ", l.details.owner.id, le.time" if reach.linkers else "",
        "when": " left outer join l.details.creationEvent le" if reach.linkers else "",
    }


def _within(reach: Reach, alias: str, ids: str) -> str:
    parts = [_IN_GROUP.format(alias)] * bool(reach.groups)
    parts += [f"{alias}.id in (:{ids})"] * bool(getattr(reach, ids))
    return _any_of(parts, f"{alias}.id < 0")


def _any_of(parts: list[str], otherwise: str) -> str:
    return "(" + " or ".join(parts or [otherwise]) + ")"


#: How the links of whatever carries annotations are bound to what is within reach; `{0}` is the link.
_CARRIERS = {
    "Image": ("join {0}.parent i", "{image}"),
    "Dataset": ("join {0}.parent d", "{dataset}"),
    "Project": ("join {0}.parent p", "{project}"),
    "Screen": ("join {0}.parent sc", "{screen}"),
    "Plate": ("join {0}.parent pl", "{plate}"),
    "PlateAcquisition": ("join {0}.parent ru join ru.plate pl", "{plate}"),
    "Well": ("join {0}.parent w join w.plate pl", "{plate}"),
}


def _hangs_on(carrier: str) -> str:
    joins, within = _CARRIERS[carrier]
    return (
        f"exists (select x.id from {carrier}AnnotationLink x {joins.format('x')}"
        f" where x.child.id = a.id and {within})"
    )


#: The annotation `a` hangs on something within reach.
_LINKED = f"a.details.group.id in (:annotation_groups) and ({' or '.join(map(_hangs_on, _CARRIERS))})"


@dataclass(frozen=True)
class Query:
    """One HQL text; `what` says in a message what it reads. `objects`: answered as objects, not columns."""

    what: str
    template: str
    objects: bool = False

    def text(self, reach: Reach) -> str:
        """The HQL, with the conditions that `reach` asks for."""
        found = conditions(reach)
        return self.template.format(linked=_LINKED.format(**found), **found)

    def parameters(self, reach: Reach) -> set[str]:
        """Names of the parameters in the text: OMERO refuses one too many as it does one too few."""
        return set(_PARAMETER.findall(self.text(reach)))


#: Import logs and paths.
_PUBLIC_NAMESPACE = "(a.ns is null or a.ns not like 'openmicroscopy.org/omero/import/%')"

_NO_TAG_SET = "(a.ns is null or a.ns <> 'openmicroscopy.org/omero/insight/tagset')"


def _containers(what: str, entity: str, alias: str, within: str, more: str = "") -> Query:
    return Query(
        what,
        f"select {alias}.id, {alias}.name, {alias}.description, {alias}.details.owner.id,"
        f" {alias}.details.group.id, e.time{more}"
        f" from {entity} {alias} left outer join {alias}.details.creationEvent e"
        f" where {alias}.id > :last and {within} order by {alias}.id",
    )


def _annotations_of(carrier: str, what: str) -> Query:
    joins, within = _CARRIERS[carrier]
    between = "i.id >= :first and i.id <= :through and " if carrier == "Image" else ""
    return Query(
        f"the {what} annotations",
        f"select l.id, l.parent.id, l.child.id{{linker}} from {carrier}AnnotationLink l"
        f" {joins.format('l')}{{when}} where l.id > :last and {between}{within} order by l.id",
    )


def _annotations(what: str, entity: str, columns: str, joins: str = "", only: str = "") -> Query:
    """Annotations of one kind: id, owner, group, then `columns`."""
    return Query(
        what,
        f"select a.id, a.details.owner.id, a.details.group.id, {columns} from {entity} a{joins}"
        f" where a.id > :last and {only}{_PUBLIC_NAMESPACE} and {{linked}} order by a.id",
    )


GROUPS = Query(
    "the groups",
    "select g.id, g.name, g.details.permissions from ExperimenterGroup g where g.id > :last order by g.id",
)

PEOPLE = Query(
    "the owners' names",
    "select e.id, e.firstName, e.lastName from Experimenter e where e.id in (:ids)",
)
LOGINS = Query("login names", "select e.id, e.omeName from Experimenter e where e.id > :last order by e.id")
PROJECTS = _containers("the projects", "Project", "p", "{project}")

PROJECT_DATASETS = Query(
    "which datasets are in which projects",
    "select l.id, l.parent.id, l.child.id from ProjectDatasetLink l join l.parent p"
    " where l.id > :last and {project} order by l.id",
)
DATASETS = _containers("the datasets", "Dataset", "d", "{dataset}")

IMAGE_COUNTS = Query(
    "how many images there are",
    "select i.details.owner.id, i.details.group.id, count(i.id) from Image i where {image}"
    " group by i.details.owner.id, i.details.group.id",
)
TAGS = _annotations("the tags", "TagAnnotation", "a.textValue, a.description", only=f"{_NO_TAG_SET} and ")

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
KEY_VALUES = _annotations("the map annotations", "MapAnnotation", "a.ns, a.version, a.details.updateEvent.id")

PAIRS = Query(
    "the key-value pairs",
    "select a.id, index(mv), mv.name, mv.value from MapAnnotation a join a.mapValue mv"
    f" where a.id > :last and {_PUBLIC_NAMESPACE} and {{linked}} order by a.id, index(mv)",
)

CHANGED_PAIRS = Query(
    "the changed key-value pairs",
    "select a.id, index(mv), mv.name, mv.value from MapAnnotation a join a.mapValue mv"
    " where a.id in (:ids) order by a.id, index(mv)",
)

#: What is asked instead where a server refuses `index(mv)`: whole objects, a third as fast.
PAIRS_AS_OBJECTS = Query(
    "the key-value pairs",
    "select a from MapAnnotation a left outer join fetch a.mapValue where a.id in (:ids)",
    objects=True,
)
COMMENTS = _annotations(
    "the comments",
    "CommentAnnotation",
    "a.ns, a.description, a.textValue, ae.time",
    " left outer join a.details.creationEvent ae",
)
RATINGS = _annotations(
    "the ratings",
    "LongAnnotation",
    "a.longValue",
    only="a.ns = 'openmicroscopy.org/omero/insight/rating' and ",
)

#: Names, sizes and types; no path is asked for, and no byte.
ATTACHMENTS = _annotations(
    "the attachments",
    "FileAnnotation",
    "a.ns, a.description, af.name, af.size, af.mimetype",
    " left outer join a.file af",
)
TERMS = _annotations("the terms", "TermAnnotation", "a.ns, a.description, a.termValue")
INTEGERS = _annotations(
    "the whole numbers",
    "LongAnnotation",
    "a.ns, a.description, a.longValue",
    only="(a.ns is null or a.ns <> 'openmicroscopy.org/omero/insight/rating') and ",
)
NUMBERS = _annotations("the numbers", "DoubleAnnotation", "a.ns, a.description, a.doubleValue")
BOOLEANS = _annotations("the yes or no", "BooleanAnnotation", "a.ns, a.description, a.boolValue")
TIMESTAMPS = _annotations("the timestamps", "TimestampAnnotation", "a.ns, a.description, a.timeValue")
XML = _annotations("the XML annotations", "XmlAnnotation", "a.ns, a.description")
PROJECT_ANNOTATIONS = _annotations_of("Project", "projects'")
DATASET_ANNOTATIONS = _annotations_of("Dataset", "datasets'")
SCREEN_ANNOTATIONS = _annotations_of("Screen", "screens'")
PLATE_ANNOTATIONS = _annotations_of("Plate", "plates'")
RUN_ANNOTATIONS = _annotations_of("PlateAcquisition", "runs'")
WELL_ANNOTATIONS = _annotations_of("Well", "wells'")
SCREENS = _containers("the screens", "Screen", "sc", "{screen}")

SCREEN_PLATES = Query(
    "which plates are on which screens",
    "select l.id, l.parent.id, l.child.id from ScreenPlateLink l join l.parent sc"
    " where l.id > :last and {screen} order by l.id",
)
PLATES = _containers(
    "the plates",
    "Plate",
    "pl",
    "{plate}",
    ", pl.rows, pl.columns, pl.rowNamingConvention, pl.columnNamingConvention",
)

RUNS = Query(
    "the plates' runs",
    "select ru.id, ru.name, ru.description, ru.details.owner.id, ru.details.group.id, ru.plate.id,"
    " ru.startTime, ru.endTime from PlateAcquisition ru join ru.plate pl"
    " where ru.id > :last and {plate} order by ru.id",
)

WELLS = Query(
    "the wells",
    "select w.id, w.details.owner.id, w.details.group.id, w.plate.id, w.row, w.column"
    " from Well w join w.plate pl where w.id > :last and {plate} order by w.id",
)

#: What changes when an image, its pixels, its channels or its objective do; rendering settings by their versions,
#: for those that an export itself makes OMERO add begin with 0. Group and owner, for `chgrp` and `chown` leave no
#: event behind. Events only ever grow, so the sum of two tells of either.
_REVISION = (
    "px.id, i.details.updateEvent.id, px.details.updateEvent.id,"
    " os.details.updateEvent.id + ob.details.updateEvent.id,"
    " (select max(xc.details.updateEvent.id) from Channel xc where xc.pixels.id = px.id),"
    " (select max(xl.details.updateEvent.id) from Channel xm join xm.logicalChannel xl where xm.pixels.id = px.id),"
    " (select sum(rd.version) from RenderingDef rd where rd.pixels.id = px.id),"
    " (select count(r.id) from Roi r where r.image.id = i.id),"
    " (select count(fe.id) from FilesetEntry fe where fe.fileset.id = i.fileset.id),"
    " i.details.group.id, i.details.owner.id"
)

_IMAGES = (
    f"select i.id, {_REVISION}, px.sizeX, px.sizeY,"
    " i.name, i.description, i.acquisitionDate, e.time,"
    " i.fileset.id, i.series, px.sizeZ, px.sizeC, px.sizeT, pt.value,"
    " px.physicalSizeX.value, px.physicalSizeX.unit, px.physicalSizeY.value, px.physicalSizeY.unit,"
    " px.physicalSizeZ.value, px.physicalSizeZ.unit, px.timeIncrement.value, px.timeIncrement.unit,"
    " f.value, ob.id"
    " from Image i left outer join i.details.creationEvent e"
    " left outer join i.format f left outer join i.objectiveSettings os left outer join os.objective ob"
    " left outer join i.pixels px left outer join px.pixelsType pt"
)

#: An image with several Pixels has several rows, the lowest Pixels id first.
IMAGES = Query("the images", f"{_IMAGES} where i.id > :last and {{image}} order by i.id, px.id")

#: What is asked instead where a server refuses to work out revisions: the same columns, nothing to tell them by.
PLAIN_IMAGES = Query(
    "the images",
    IMAGES.template.replace(_REVISION, "px.id, " * 9 + "i.details.group.id, i.details.owner.id"),
)

#: Which images have changed since the last export: the first columns of the same.
IMAGE_REVISIONS = Query(
    "which images have changed",
    f"select i.id, {_REVISION}, px.sizeX, px.sizeY from Image i"
    " left outer join i.objectiveSettings os left outer join os.objective ob left outer join i.pixels px"
    " where i.id > :last and {image} order by i.id, px.id",
)
CHANGED_IMAGES = Query("the changed images", f"{_IMAGES} where i.id in (:ids) order by i.id, px.id")

_CHANNELS = (
    "select c.id, px.id, index(c), lc.name, c.red, c.green, c.blue,"
    " lc.excitationWave.value, lc.excitationWave.unit, lc.emissionWave.value, lc.emissionWave.unit"
    " from Image i join i.pixels px join px.channels c left outer join c.logicalChannel lc"
)

CHANNELS = Query(
    "the channels",
    f"{_CHANNELS} where c.id > :last and i.id >= :first and i.id <= :through and {{image}} order by c.id",
)
CHANGED_CHANNELS = Query("the changed images' channels", f"{_CHANNELS} where i.id in (:ids) order by c.id")

IMAGE_DATASETS = Query(
    "which images are in which datasets",
    "select l.id, i.id, l.parent.id from DatasetImageLink l join l.child i"
    " where l.id > :last and i.id >= :first and i.id <= :through and {image} order by l.id",
)
IMAGE_ANNOTATIONS = _annotations_of("Image", "images'")

#: Who linked something to an image: known before the images are read, for people come first.
IMAGE_LINKERS = Query(
    "who annotated images",
    "select l.details.owner.id, count(l.id) from ImageAnnotationLink l join l.parent i where {image}"
    " group by l.details.owner.id",
)

IMAGE_FIELDS = Query(
    "where images lie on plates",
    "select ws.id, i.id, w.id, ws.plateAcquisition.id, index(ws)"
    " from Well w join w.wellSamples ws join ws.image i"
    " where ws.id > :last and i.id >= :first and i.id <= :through and {image} order by ws.id",
)

OBJECTIVES = Query(
    "the objectives",
    "select ob.id, ob.model, ob.nominalMagnification, ob.lensNA, im.value"
    " from Objective ob left outer join ob.immersion im where ob.id in (:ids)",
)

#: Whose rendering settings a picture can be drawn with, where the account has none of its own.
RENDERING_SETTINGS = Query(
    "the rendering settings",
    "select r.id, px.id, r.details.owner.id, px.details.owner.id from RenderingDef r join r.pixels px"
    " where px.id in (:ids)",
)

#: All of them, found by themselves, so that `check --server` cannot miss one.
QUERIES: dict[str, Query] = {name: value for name, value in list(vars().items()) if isinstance(value, Query)}
