"""What OMERO's object model holds, asked of omero-py's own classes.

The stand-in knows no entity and no property by itself: a name that omero-py does not have is refused, so a test cannot
pass on a query that a real server would reject.
"""

from __future__ import annotations

import enum
import inspect
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import omero
import omero.all
import omero.model


class Kind(enum.Enum):
    VALUE = "value"  # a single RType
    UNIT = "unit"  # a quantity: Length, Time, ...
    ENTITY = "entity"  # a foreign key
    COLLECTION = "collection"  # the other end of somebody's foreign key
    PAIRS = "pairs"  # an ordered list of NamedValue


@dataclass(frozen=True)
class Property:
    name: str
    kind: Kind
    target: str  # "RString", "Length", "Format", or the class of a collection's members
    owner: str  # the entity that declares it
    inverse: str = ""  # for a collection: the member's property that points back
    indexed: bool = False  # for a collection: a list with positions, not a set


@dataclass(frozen=True)
class Entity:
    name: str
    lineage: tuple[str, ...]  # itself, then its superclasses, the root of the table last
    java_name: str  # what `type(x.class)` answers
    properties: dict[str, Property] = field(compare=False)

    @property
    def root(self) -> str:
        return self.lineage[-1]


class UnknownEntity(LookupError):
    pass


class UnknownProperty(LookupError):
    pass


_MEMBER = re.compile(r"\('_(\w+)', \(\), ([\w.]+), ")
_PARENT = re.compile(r"defineClass\('::omero::model::(\w+)', \w+, -1, \(\), \w+, \w+, ([\w.]+), \(\), \(")
_SEQUENCE = re.compile(r"(\w+)\s*=\s*IcePy\.defineSequence\('[^']+', \(\), _M_omero\.model\._t_(\w+)\)")
_CONSTANT = re.compile(r"^(ome\.model\.[\w.]+)_\w+$")
_ENUMERATION_PROPERTIES = {"id", "value", "bitSize", "measurementSystem"}
_CLASS_PREFIXES = ("omero.model.", "ome.model.")


@cache
def entity(name: str) -> Entity:
    """The entity of that name as a client may spell it: Image, ImageI, omero.model.Image, ome.model.core.Image."""
    short = name.rsplit(".", 1)[-1] if name.startswith(_CLASS_PREFIXES) else name
    for candidate in (short, short.removesuffix("I")):
        if candidate in all_entities():
            return _read(candidate)
    raise UnknownEntity(f"{name} is not mapped")


def mapped(name: str) -> Entity:
    """The entity of that name in a query: Image or ome.model.core.Image, and nothing else."""
    short = name.rsplit(".", 1)[-1]
    if short not in all_entities() or name not in (short, _read(short).java_name):
        raise UnknownEntity(f"{name} is not mapped")
    return _read(short)


@cache
def all_entities() -> frozenset[str]:
    model = omero.model
    return frozenset(
        name
        for name, member in vars(model).items()
        if inspect.isclass(member)
        and issubclass(member, model.IObject)
        and not name.endswith("I")
        and name != "IObject"
    )


@cache
def descendants(name: str) -> tuple[str, ...]:
    """The entity and everything below it, sorted by name: what `from Annotation` reads."""
    base = getattr(omero.model, name)
    return tuple(sorted(other for other in all_entities() if issubclass(getattr(omero.model, other), base)))


@cache
def property_of(entity_name: str, name: str) -> Property:
    """A property of the entity or, as Hibernate allows, of one of its subclasses (`Annotation.textValue`)."""
    found = _read(entity_name).properties.get(name)
    if found:
        return found
    for descendant in descendants(entity_name):
        found = _read(descendant).properties.get(name)
        if found:
            return found
    raise UnknownProperty(f"could not resolve property: {name} of: {_read(entity_name).java_name}")


@cache
def is_unit(name: str) -> bool:
    return hasattr(getattr(omero.model, name, None), "getUnit")


@cache
def is_enumeration(name: str) -> bool:
    names = _read(name).properties.keys()
    return "value" in names and names <= _ENUMERATION_PROPERTIES


@cache
def _read(name: str) -> Entity:
    source = _source(name)
    declaration = _PARENT.search(source)
    if declaration is None:
        raise UnknownEntity(f"{name} is not mapped")
    parent = declaration.group(2).rsplit("._t_", 1)[-1]
    above = () if parent == "IObject" else _read(parent).lineage
    properties = (
        {"id": Property("id", Kind.VALUE, "RLong", name)} if not above else dict(_read(parent).properties)
    )
    sequences = {match.group(1): match.group(2) for match in _SEQUENCE.finditer(source)}
    for member, type_path in _MEMBER.findall(source[declaration.start() :]):
        found = _property(name, member, type_path.rsplit(".", 1)[-1], sequences)
        if found:
            properties[found.name] = found
    return Entity(name, (name, *above), _java_name(name), properties)


def _property(owner: str, member: str, type_name: str, sequences: dict[str, str]) -> Property | None:
    if type_name in sequences and member.endswith("Seq"):
        target, collection = sequences[type_name], member.removesuffix("Seq")
        return Property(
            collection, Kind.COLLECTION, target, owner, _inverse(owner, target), _is_indexed(owner, target)
        )
    target = type_name.removeprefix("_t_")
    if target == "NamedValueList":
        return Property(member, Kind.PAIRS, "NamedValue", owner)
    if re.fullmatch(r"R[A-Z]\w+", target) and hasattr(omero, target):
        return Property(member, Kind.VALUE, target, owner)
    if is_unit(target):
        return Property(member, Kind.UNIT, target, owner)
    if target in all_entities():
        return Property(member, Kind.ENTITY, target, owner)
    return None  # loaded flags and counters, which are no properties of the database


@cache
def _inverse(owner: str, target: str) -> str:
    """The property of `target` that points to `owner`; links between equals (tag sets) hang on their parent."""
    source = _source(target)
    classes = [klass.__name__ for klass in inspect.getmro(getattr(omero.model, owner))]
    names = [m for m, type_path in _MEMBER.findall(source) if type_path.rsplit("._t_", 1)[-1] in classes]
    if not names:
        parent = _PARENT.search(source)
        above = parent.group(2).rsplit("._t_", 1)[-1] if parent else "IObject"
        return "" if above in ("IObject", "None") else _inverse(owner, above)
    return "parent" if "parent" in names else names[0]


def _is_indexed(owner: str, target: str) -> bool:
    """Only lists have a setter that takes a position; sets have none."""
    setter = getattr(_concrete(owner), f"set{target}", None)
    return setter is not None and "index" in inspect.signature(setter).parameters


def _concrete(name: str) -> type | None:
    return getattr(omero.model, f"{name}I", None)


def _java_name(name: str) -> str:
    # An abstract entity has no constants of its own; it lies in the package of what is below it.
    for descendant in (name, *descendants(name)):
        for constant in vars(_concrete(descendant) or object).values():
            match = _CONSTANT.match(constant) if isinstance(constant, str) else None
            if match and match.group(1).endswith(f".{descendant}"):
                return f"{match.group(1).removesuffix(descendant)}{name}"
    return f"ome.model.{name}"


@cache
def _source(name: str) -> str:
    # Ice keeps a class's member types to itself, but the generated file that declared them is plain text.
    path = sys.modules[f"omero_model_{name}_ice"].__file__
    assert path is not None
    return Path(path).read_text(encoding="utf-8")
