"""What is wrong with a rating, as the client is told: by place in the body."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.errors import Fault, Invalid
from api.language import said
from api.shapes import fault
from feedback.errors import AnswerFault, AnswersRefused, HelperUnknown

WORDS = {
    "unknown_criterion": said("Mẫu này không có tiêu chí đó.", "The form has no such criterion."),
    "missing_answer": said("Tiêu chí này phải được trả lời.", "This criterion must be answered."),
    "off_scale": said("Giá trị nằm ngoài thang của tiêu chí.", "The value is off the criterion's scale."),
}

NAMED_BY_FORM = frozenset({"missing_answer", "off_scale"})
"""The codes of faults whose place is a criterion of the form; any other name under /answers is the sender's own."""

NOBODY = said("Không có cán bộ mang mã này.", "No official carries this code.")


@contextmanager
def told_by_place() -> Iterator[None]:
    """Tell refused answers as faults of /answers, and an unknown helper as one of his code."""
    try:
        yield
    except AnswersRefused as error:
        raise Invalid([_told(row) for row in error.faults]) from error
    except HelperUnknown as error:
        raise Invalid([fault("/assisted_by/official", "official_unknown", str(NOBODY), str(NOBODY))]) from error


def _told(row: AnswerFault) -> Fault:
    words = str(WORDS[row.code])
    return fault(f"/answers/{row.criterion.replace('~', '~0').replace('/', '~1')}", row.code, words, words)
