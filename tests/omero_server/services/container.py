"""IContainer: the reading half."""

from __future__ import annotations

from typing import Any

import omero
import omero.api
from omero.rtypes import rlist, rlong

from .. import marshal, model
from ..dispatch import Call, Service, serves
from ..hql.errors import misuse, not_built
from ..hql.run import execute
from ..model import Kind
from .query import graph_of

_WRITES = ("createDataObject", "createDataObjects", "link", "unlink", "updateDataObject", "updateDataObjects")
_IMAGES = (
    "select i from Image i left outer join fetch i.details.owner left outer join fetch i.details.group"
    " left outer join fetch i.details.creationEvent left outer join fetch i.details.updateEvent"
    " left outer join fetch i.pixels p left outer join fetch p.pixelsType left outer join fetch p.dimensionOrder"
)
_IMAGES_WITHIN = {
    "Image": "i.id in (:ids)",
    "Dataset": "i.id in (select l.child.id from DatasetImageLink l where l.parent.id in (:ids))",
    "Project": (
        "i.id in (select l.child.id from DatasetImageLink l where l.parent.id in"
        " (select d.child.id from ProjectDatasetLink d where d.parent.id in (:ids)))"
    ),
}
_TREES = {
    "Project": "select p from Project p left outer join fetch p.datasetLinks dl left outer join fetch dl.child d",
    "Dataset": "select p from Dataset p",
    "Screen": "select p from Screen p left outer join fetch p.plateLinks pl left outer join fetch pl.child plate",
    "Plate": "select p from Plate p",
}
_LEAVES = {
    "Project": " left outer join fetch d.imageLinks il left outer join fetch il.child i left outer join fetch i.pixels",
    "Dataset": " left outer join fetch p.imageLinks il left outer join fetch il.child i left outer join fetch i.pixels",
}


@serves(omero.api.IContainer)
class Container(Service):
    def refuse(self, operation: str, current: Any) -> Exception:
        if operation in _WRITES:
            return misuse(f"IContainer.{operation}: the stand-in server changes nothing")
        return super().refuse(operation, current)

    def getImages(self, call: Call, root_type: str, ids: list[int], options: Any) -> list[Any]:
        kind = model.entity(root_type).name
        if kind not in _IMAGES_WITHIN:
            raise not_built(f"IContainer.getImages of {kind}")
        return _objects(call, f"{_IMAGES} where {_IMAGES_WITHIN[kind]}", ids)

    def loadContainerHierarchy(self, call: Call, root_type: str, ids: list[int], options: Any) -> list[Any]:
        kind = model.entity(root_type).name
        if kind not in _TREES:
            raise not_built(f"IContainer.loadContainerHierarchy of {kind}")
        given = options.theOptions if options is not None else None
        if given is not None and given.orphan is not None and given.orphan.val:
            raise not_built("IContainer.loadContainerHierarchy with orphans")
        leaves = given is not None and given.leaves is not None and given.leaves.val
        return _objects(
            call, _TREES[kind] + (_LEAVES.get(kind, "") if leaves else "") + " where p.id in (:ids)", ids
        )

    def getCollectionCount(
        self, call: Call, kind: str, name: str, ids: list[int], options: Any
    ) -> dict[int, int]:
        entity = model.entity(kind).name
        try:
            found = model.property_of(entity, name.rsplit("_", 1)[-1])
        except model.UnknownProperty as unknown:
            raise misuse(str(unknown)) from None
        if found.kind is not Kind.COLLECTION:
            raise misuse(f"{entity}.{name} is no collection")
        visible = call.visible()
        return {
            id: sum(1 for row in call.lab.pointing(found.target, found.inverse, id) if visible(row))
            for id in ids
        }


def _objects(call: Call, hql: str, ids: list[int]) -> list[Any]:
    parameters = {"ids": rlist([rlong(id) for id in ids])} if ids else {}
    text = hql if ids else hql.rsplit(" where ", 1)[0]
    answer = execute(call.lab, call.who, call.visible(), text, parameters, all_groups=call.group is None)
    return marshal.objects(answer, graph_of(call))
