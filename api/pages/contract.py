"""The contract as it is served: the committed openapi.yaml, and the same in the older words of OpenAPI 3.0.

Many generators (.NET, Java) still read 3.0.3 only. The older document is derived from the newer one, so there is one
contract; what 3.0 cannot say is said in its own way (`nullable`) or left out (webhooks).
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

FILE = "openapi.yaml"
OLDER_VERSION = "3.0.3"
_NULL = {"type": "null"}
_NO_WORD = frozenset({"webhooks", "jsonSchemaDialect"})


@lru_cache(maxsize=1)
def contract() -> str:
    """Return the committed contract."""
    return (Path(settings.ROOT) / FILE).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def older_contract() -> str:
    """Return the contract in OpenAPI 3.0.3."""
    document = yaml.load(contract(), Loader=yaml.CSafeLoader)  # a safe loader, written in C
    kept = {name: value for name, value in document.items() if name not in _NO_WORD}
    older = {**_older(kept), "openapi": OLDER_VERSION}
    return yaml.dump(older, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)


def _older(value: Any) -> Any:
    """Return a part of the contract in the words of 3.0."""
    if isinstance(value, list):
        return [_older(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    said = _without_null({name: _older(inner) for name, inner in value.items()})
    if "const" in said and "type" in said:
        said["enum"] = [said.pop("const")]
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(said.get(bound), int | float) and not isinstance(said.get(bound), bool):
            said[limit], said[bound] = said[bound], True
    if "$ref" in said and len(said) > 1:  # 3.0 ignores whatever stands beside a reference
        said = {"allOf": [{"$ref": said.pop("$ref")}], **said}
    return said


def _without_null(said: dict[str, Any]) -> dict[str, Any]:
    """Say `nullable` instead of naming null among the types or the choices."""
    kinds = said.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        others = [kind for kind in kinds if kind != "null"]
        said = {**said, "type": others[0], "nullable": True}
    for choice in ("oneOf", "anyOf"):
        options = said.get(choice)
        if isinstance(options, list) and _NULL in options:
            others = [option for option in options if option != _NULL]
            rest = {name: value for name, value in said.items() if name != choice}
            said = {**rest, ("allOf" if len(others) == 1 else choice): others, "nullable": True}
    return said
