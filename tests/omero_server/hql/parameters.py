"""The named parameters of a query, checked the way OMERO checks them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import omero

from .columns import CLASS, Column, Execution
from .errors import misuse, not_built, refuse

_MOST_VALUES = 32_767  # its driver counts them in two bytes
_LISTS = (omero.RList, omero.RSet, omero.RArray)
_SCALARS = {
    omero.RString: "RString",
    omero.RInt: "RInt",
    omero.RLong: "RLong",
    omero.RDouble: "RDouble",
    omero.RFloat: "RFloat",
    omero.RBool: "RBool",
    omero.RTime: "RTime",
}


def scalar(run: Execution, name: str) -> Column:
    """The parameter as a single value."""
    given = _given(run, name)
    if isinstance(given, _LISTS):
        raise refuse(f"parameter :{name} is a list where one value is expected [{run.text}]")
    rtype, value = _value(name, given)
    return Column(rtype, lambda _frame: value)


def choices(run: Execution, name: str) -> tuple[str, list[Any]]:
    """The parameter as what stands behind `in`: a list, or a single value as a list of one."""
    given = _given(run, name)
    members = list(given.val) if isinstance(given, _LISTS) and given.val is not None else [given]
    if isinstance(given, _LISTS) and not given.val:
        raise misuse(f"parameter :{name} is an empty list: `in ()` is no SQL [{run.text}]")
    if len(members) > _MOST_VALUES:
        raise misuse(
            f"parameter :{name} has {len(members)} values: PostgreSQL takes {_MOST_VALUES} in a query"
        )
    values = [_value(name, member) for member in members]
    kinds = {rtype for rtype, _ in values}
    if len(kinds) > 1:
        raise refuse(f"parameter :{name} mixes {', '.join(sorted(kinds))} [{run.text}]")
    return values[0][0], [value for _, value in values]


def check(parameters: dict[str, Any] | None) -> dict[str, Any]:
    """Null parameters are refused whether or not the query uses them."""
    found = dict(parameters or {})
    for name, given in found.items():
        if given is None or _is_null(given):
            raise misuse(f"parameter :{name} is null: write `is null` instead")
    return found


def _is_null(given: Any) -> bool:
    return not isinstance(given, _LISTS) and hasattr(given, "_val") and given._val is None


def _given(run: Execution, name: str) -> Any:
    if name not in run.parameters:
        raise refuse(f"Not all named parameters have been set: [{name}] [{run.text}]")
    return run.parameters[name]


def _value(name: str, given: Any) -> tuple[str, Any]:
    if given is None or _is_null(given):
        raise misuse(f"parameter :{name} holds a null: write `is null` instead")
    for klass, rtype in _SCALARS.items():
        if isinstance(given, klass):
            return rtype, given.val
    if isinstance(given, omero.RObject):
        return "RLong", given.val.id.val
    if isinstance(given, omero.RClass):
        return CLASS, given.val
    raise not_built(f"a parameter of type {type(given).__name__} (:{name})")


def same_category(left: Column, right: Column, text: str) -> None:
    """The database refuses to compare a number with a text."""
    categories = {left.category, right.category}
    if len(categories) > 1:
        raise refuse(f"operator does not exist: {left.type} compared with {right.type} [{text}]")


def same_categories(columns: Iterable[Column], text: str) -> None:
    first, *rest = columns
    for other in rest:
        same_category(first, other, text)
