"""What a rating form says: criteria, levels with their words, and how an overall value follows from the answers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
OWN_LANGUAGES = frozenset({"vi", "en"})


@dataclass(frozen=True)
class Level:
    """One value that may be answered, and its words. `labels`: in further languages (BCP 47), such as Ba Na (`bdq`)."""

    value: int
    label_vi: str
    label_en: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Criterion:
    """One question. `is_conduct`: it asks about the behaviour of officials. `labels`, `group_labels` as of a level."""

    code: str
    label_vi: str
    label_en: str
    labels: Mapping[str, str]
    group_vi: str
    group_en: str
    group_labels: Mapping[str, str]
    is_required: bool
    is_conduct: bool
    scale: tuple[Level, ...]

    @cached_property
    def values(self) -> frozenset[int]:
        """Name the values that may be answered.

        Source: Thông tư 01/2018/TT-VPCP, điều 12 khoản 4: the province designs its questionnaire, so its form says.
        """
        return frozenset(level.value for level in self.scale)


@dataclass(frozen=True)
class Form:
    """A questionnaire. The overall value lies between the ends of `scale`, the form's own.

    `overall_method`: `criterion` takes the answer to the one criterion of `overall_criteria`, `mean` the mean of those
    answered. `dissatisfied_values` are the levels that say "không hài lòng".
    """

    title_vi: str
    title_en: str
    title_labels: Mapping[str, str]
    source: str
    valid_from: str
    valid_to: str
    scale: tuple[Level, ...]
    criteria: tuple[Criterion, ...]
    overall_method: Literal["criterion", "mean"]
    overall_criteria: tuple[str, ...]
    dissatisfied_values: frozenset[int]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages beside Vietnamese and English in which at least one of its words is told, sorted.

        Source: our choice; a province may word a form for those who speak Ba Na or Xơ Đăng.
        """
        return tuple(sorted({language for labels in _all_labels(self) for language in labels}))

    @cached_property
    def lowest(self) -> int:
        """Name the worst overall value.

        Source: our choice, because a value is compared with others by its place between the ends of its own scale.
        """
        return min(level.value for level in self.scale)

    @cached_property
    def highest(self) -> int:
        """Name the best overall value.

        Source: our choice, as for `lowest`.
        """
        return max(level.value for level in self.scale)


def form_of(content: Mapping[str, Any]) -> Form:
    """Return the form that content describes. What was published is read as it stands and is not judged again.

    Source: our choice; TT 01/2018/TT-VPCP, điều 12.4 leaves the questionnaire to each province.
    """
    scale = _levels(content["scale"])
    return Form(
        title_vi=content["title_vi"],
        title_en=content["title_en"],
        title_labels=dict(content.get("title_labels", {})),
        source=content["source"],
        valid_from=content.get("valid_from", ""),
        valid_to=content.get("valid_to", ""),
        scale=scale,
        criteria=tuple(_criterion(row, scale) for row in content["criteria"]),
        overall_method=content["overall"]["method"],
        overall_criteria=tuple(content["overall"]["criteria"]),
        dissatisfied_values=frozenset(content["dissatisfied_values"]),
    )


def _criterion(row: Mapping[str, Any], scale: tuple[Level, ...]) -> Criterion:
    return Criterion(
        code=row["code"],
        label_vi=row["label_vi"],
        label_en=row["label_en"],
        labels=dict(row.get("labels", {})),
        group_vi=row.get("group_vi", ""),
        group_en=row.get("group_en", ""),
        group_labels=dict(row.get("group_labels", {})),
        is_required=row["is_required"],
        is_conduct=row["is_conduct"],
        scale=_levels(row["scale"]) if "scale" in row else scale,
    )


def _levels(rows: Sequence[Mapping[str, Any]]) -> tuple[Level, ...]:
    return tuple(Level(row["value"], row["label_vi"], row["label_en"], dict(row.get("labels", {}))) for row in rows)


def _all_labels(form: Form) -> Iterator[Mapping[str, str]]:
    yield form.title_labels
    for criterion in form.criteria:
        yield from (criterion.labels, criterion.group_labels)
        yield from (level.labels for level in criterion.scale)
    yield from (level.labels for level in form.scale)


def _is_language(tag: str) -> bool:
    return _LANGUAGE.fullmatch(tag) is not None and tag not in OWN_LANGUAGES


def contradictions(form: Form) -> list[str]:
    """Return in what a form that is to be published contradicts itself.

    The higher a level, the better: so those that say "không hài lòng" are the lowest, one after the other, but not all.
    A criterion that stands twice among the overall ones would count twice in their mean.

    Source: our choice, as for `form_of`; QĐ 766/QĐ-TTg 2022 counts "không hài lòng" and leaves its levels to the form.
    """
    by_code = {criterion.code: criterion for criterion in form.criteria}
    overall = [by_code[code] for code in form.overall_criteria if code in by_code]
    own = frozenset(level.value for level in form.scale)
    disliked = form.dissatisfied_values
    lowest = frozenset(sorted(own)[: len(disliked)])
    checks = {
        "a criterion is listed twice": len(by_code) < len(form.criteria),
        "an overall criterion is not on the form": len(overall) < len(form.overall_criteria),
        "an overall criterion is listed twice": len(frozenset(form.overall_criteria)) < len(form.overall_criteria),
        "no overall criterion must be answered": not any(criterion.is_required for criterion in overall),
        "an overall criterion has another scale": any(criterion.values != own for criterion in overall),
        "one criterion is the overall one": form.overall_method == "criterion" and len(overall) != 1,
        "the scale has gaps": own != frozenset(range(form.lowest, form.highest + 1)) or len(own) < 2,  # noqa: PLR2004 - a scale has two ends
        "a label names no further language": not all(map(_is_language, form.languages)),
        "a label says nothing": not all(text.strip() for labels in _all_labels(form) for text in labels.values()),
        "a level of dissatisfaction is off the scale": not disliked < own,
        "the levels of dissatisfaction are not the lowest": disliked <= own and disliked != lowest,
    }
    return [told for told, holds in checks.items() if holds]
