"""The label functions of 5.x and of 6.0, which differ in names, arguments and in whether they add or replace."""

from __future__ import annotations

from typing import Any

from isaac_double.kit import kit


def _labels(prim: Any, taxonomy: str) -> Any:
    from pxr import UsdSemantics

    kit.demand(not prim.IsInstanceProxy(), "labels cannot be written inside an instance")
    return UsdSemantics.LabelsAPI.Apply(prim, taxonomy).CreateLabelsAttr()


def _below(prim: Any, include_descendants: bool) -> list[Any]:
    from pxr import Usd

    return list(Usd.PrimRange(prim)) if include_descendants else [prim]


def _remove(prim: Any, include_descendants: bool) -> None:
    from pxr import UsdSemantics

    for each in _below(prim, include_descendants):
        if each.IsPseudoRoot():
            continue
        for taxonomy in UsdSemantics.LabelsAPI.GetDirectTaxonomies(each):
            _labels(each, taxonomy).Set([])


def _upgrade(prim: Any, include_descendants: bool) -> int:
    """Turn labels in the old form, attributes semantic:X:params:semanticData, into the new one."""
    count = 0
    for each in _below(prim, include_descendants):
        for attribute in each.GetAttributes() if not each.IsPseudoRoot() else ():
            parts = attribute.GetName().split(":")
            if parts[0] == "semantic" and parts[-1] == "semanticData" and attribute.Get():
                _labels(each, "class").Set([attribute.Get()])
                attribute.Set("")
                count += 1
    return count


def _add_old(prim: Any, labels: list[str], instance_name: str = "class", overwrite: bool = True) -> None:
    kit.record("add_labels", path=str(prim.GetPath()), labels=labels)
    attribute = _labels(prim, instance_name)
    attribute.Set(labels if overwrite else [*(attribute.Get() or []), *labels])


def _remove_old(prim: Any, instance_name: str | None = None, include_descendants: bool = False) -> None:
    kit.record("remove_labels")
    _remove(prim, include_descendants)


def _upgrade_old(prim: Any, include_descendants: bool = False) -> int:
    return _upgrade(prim, include_descendants)


def _add_new(prim: Any, *, labels: list[str], taxonomy: str = "class") -> None:
    kit.record("add_labels", path=str(prim.GetPath()), labels=labels)
    attribute = _labels(prim, taxonomy)
    attribute.Set([*(attribute.Get() or []), *labels])


def _remove_new(prim: Any, *, remove_taxonomies: bool = False, include_descendants: bool = False) -> None:
    kit.record("remove_all_labels")
    _remove(prim, include_descendants)


def _upgrade_new(prim: Any, *, include_descendants: bool = False) -> list[str]:
    return [""] * _upgrade(prim, include_descendants)


OLD = {"add_labels": _add_old, "remove_labels": _remove_old, "upgrade_prim_semantics_to_labels": _upgrade_old}
NEW = {"add_labels": _add_new, "remove_all_labels": _remove_new, "upgrade_prim_semantics_to_labels": _upgrade_new}
