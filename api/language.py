"""Our own sentences, in Vietnamese and in English; the reader's language is chosen when they are told."""

from django.utils.functional import lazy
from django.utils.translation import get_language


def _choose(vi: str, en: str) -> str:
    return en if (get_language() or "vi").startswith("en") else vi


said = lazy(_choose, str)
"""`said(vi, en)`: a text that is Vietnamese unless the request asked for English."""
