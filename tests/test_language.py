"""The libraries speak Vietnamese too: each sentence they can say has a translation, and it is the one in effect."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import django
import django_filters
import pytest
import rest_framework
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.utils.translation import gettext, ngettext, override
from pytest_django import Settings

SENTENCES = Path(__file__).resolve().parent.parent / "locale" / "vi" / "LC_MESSAGES"
SPEAKERS = [
    Path(rest_framework.__file__).parent,
    Path(django_filters.__file__).parent,
    *(Path(django.__file__).parent / part for part in ("forms", "core", "db/models", "contrib/postgres")),
]
CALLS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}
TEMPLATE_TAG = re.compile(r'{% trans(?:late)? "(.+?)"')
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|{[^}]*}")
ALIKE = {"IPv4", "IPv6", "URL", "…", ":", ":?.!"}  # names and signs, the same in both languages


def test_every_sentence_of_the_libraries_is_told_in_vietnamese() -> None:
    with override("vi"):
        assert badly_told() == set()


def test_a_reader_of_english_is_told_the_libraries_own_words() -> None:
    with override("en"):
        assert gettext("This field may not be null.") == "This field may not be null."


def test_the_compiled_sentences_are_those_of_the_source() -> None:
    with (SENTENCES / "django.mo").open("rb") as compiled:
        assert texts(read_mo(compiled)) == texts(read_mo(BytesIO(compile_anew(source()))))


def forget(catalogue: Catalog) -> None:
    catalogue.delete("Invalid input.")


def rename_a_placeholder(catalogue: Catalog) -> None:
    catalogue["Expected available in {wait} seconds."].string = "Vui lòng gửi lại sau {waits} giây."


@pytest.mark.parametrize(
    ("spoil", "noticed"), [(forget, "Invalid input."), (rename_a_placeholder, "Expected available in {wait} seconds.")]
)
def test_a_forgotten_sentence_or_a_wrong_placeholder_is_noticed(
    spoil: Callable[[Catalog], None], noticed: str, tmp_path: Path, settings: Settings
) -> None:
    catalogue = source()
    spoil(catalogue)
    (tmp_path / "vi" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "vi" / "LC_MESSAGES" / "django.mo").write_bytes(compile_anew(catalogue))

    settings.LOCALE_PATHS = [tmp_path]

    with override("vi"):
        assert badly_told() == {noticed}


def badly_told() -> set[str]:
    """Return the English sentences that the language in effect leaves as they are, or whose placeholders it changes."""
    return {
        many
        for one, many in set(sayings())
        if (told := gettext(many) if one == many else ngettext(one, many, 2)) in {one, many} - ALIKE
        or set(PLACEHOLDER.findall(told)) != set(PLACEHOLDER.findall(many))
    }


def sayings() -> Iterator[tuple[str, str]]:
    """Yield what the installed libraries ask to have translated: singular and plural, or one sentence twice."""
    for folder in SPEAKERS:
        for _, _, said, _, _ in extract_from_dir(folder, keywords=CALLS):
            yield (said, said) if isinstance(said, str) else (said[0], said[1])
        for page in folder.rglob("*.html"):
            yield from ((said, said) for said in TEMPLATE_TAG.findall(page.read_text("utf-8")))


def source() -> Catalog:
    with (SENTENCES / "django.po").open("rb") as file:
        return read_po(file, locale="vi", abort_invalid=True)


def compile_anew(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def texts(catalogue: Catalog) -> list[tuple[object, object]]:
    """Return the translations without the header, which names the tool's version."""
    return [(message.id, message.string) for message in catalogue if message.id]
