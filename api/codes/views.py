"""Every coded word of the contract with what it means, for forms and reports of others."""

import re
from types import ModuleType

from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import feedback.vocabulary
import procedures.vocabulary
import units.vocabulary
from api.access.scopes import ClientWarning, Scope
from api.endpoint import PUBLIC, Endpoint

VOCABULARIES: tuple[ModuleType, ...] = (units.vocabulary, procedures.vocabulary, feedback.vocabulary)
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Code(serializers.Serializer[dict[str, str]]):
    """One coded word."""

    code = serializers.CharField()
    label = serializers.CharField(help_text="Tiếng Việt.")  # type: ignore[assignment]  # DRF's Field has one too


class CodeList(serializers.Serializer[dict[str, object]]):
    """The words of one kind."""

    room = serializers.CharField(help_text="units, procedures, feedback hoặc access.")
    name = serializers.CharField(help_text="Ví dụ status, timeliness.")
    codes = Code(many=True)


class CodeLists(serializers.Serializer[dict[str, object]]):
    """The words of every kind; new ones may be added at any time."""

    lists = CodeList(many=True)


class Codes(Endpoint):
    """The coded words."""

    scopes = {"GET": PUBLIC}

    @extend_schema(
        operation_id="listCodes",
        tags=["platform"],
        summary="Mọi mã dùng trong đặc tả và nhãn tiếng Việt",
        responses=CodeLists,
    )
    def get(self, request: Request) -> Response:
        """Answer all lists."""
        lists = [_told(module.__name__.split(".")[0], kind) for module in VOCABULARIES for kind in choices_of(module)]
        return Response({"lists": [*lists, _told("access", Scope), _told("access", ClientWarning)]})


def choices_of(module: ModuleType) -> list[type[TextChoices]]:
    """Return the vocabularies that a module defines, in its order."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, TextChoices) and thing.__module__ == module.__name__
    ]


def _told(room: str, choices: type[TextChoices]) -> dict[str, object]:
    codes = [{"code": choice.value, "label": str(choice.label)} for choice in choices]
    return {"room": room, "name": _JOINT.sub("_", choices.__name__).lower(), "codes": codes}
