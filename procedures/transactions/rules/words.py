"""The clock of a transaction told to the citizen: how it was counted, how it ended, what the office owed and did.

Nobody's name stands here: a citizen reads dates and reasons, and so may his neighbour.
"""

import datetime as dt
from collections.abc import Iterator

from procedures.calendar.rules import Clock, days_in_words, local
from procedures.calendar.rules.words import Ended, Language
from procedures.transactions.rules.conduct import is_apology_due
from procedures.transactions.rules.fold import State
from procedures.vocabulary import Outcome, Timeliness

_ENDED: dict[str, Ended] = {
    Outcome.REFUSED: "ended_refused",
    Outcome.REFUSED_AT_INTAKE: "ended_refused",
    Outcome.WITHDRAWN: "ended_withdrawn",
    Outcome.STOPPED: "ended_stopped",
}
_MINUTES_A_DAY, _MINUTES_AN_HOUR = 1440, 60
_SPANS = {"vi": ("ngày", "giờ", "phút"), "en": ("days", "hours", "minutes")}
_SHORTEST = {"vi": "chưa đến 1 phút", "en": "less than a minute"}
_TEXTS = {
    "vi": {
        "not_received": "Hồ sơ chưa được tiếp nhận nên chưa tính thời hạn.",
        "early": "Kết quả có trước hạn {span}.",
        "on_time": "Kết quả có trong ngày hẹn trả.",
        "late": "Kết quả có sau hạn {span}.",
        "running_late": "Hồ sơ đã quá hạn {days} ngày mà chưa có kết quả.",
        "not_judged": "Hồ sơ không được xét là sớm hay muộn.",
        "contradicts": (
            "Ngày kết thúc trước ngày tiếp nhận: các ngày được báo mâu thuẫn nhau, "
            "nên hồ sơ không được xét là sớm hay muộn."
        ),
        "sent": "Ngày hẹn trả cơ quan thông báo gần nhất: {at}; ngày này khác hạn tính theo quy định.",
        "before": "Nếu không loại trừ khoảng thời gian nêu trên thì hạn trả là {at}.",
        "computed": "Tính theo thời hạn của thủ tục trong danh mục thì hạn là {at}.",
        "notice_on_time": "Yêu cầu bổ sung được báo đúng thời hạn quy định.",
        "notice_late": "Yêu cầu bổ sung được báo muộn hơn thời hạn quy định (NĐ 61/2018, điều 19.4).",
        "supplements": "Hồ sơ bị yêu cầu bổ sung {count} lần; quy định chỉ cho một lần (NĐ 61/2018, điều 15.3).",
        "apology_on_time": "Cơ quan đã xin lỗi lúc {at}, đúng quy định là trước hạn ít nhất một ngày.",
        "apology_late": "Cơ quan đã xin lỗi lúc {at}, muộn hơn quy định là trước hạn ít nhất một ngày.",
        "apology_due": "Hồ sơ đã hoặc sắp quá hạn: cơ quan phải xin lỗi và hẹn lại ngày trả (NĐ 61/2018, điều 19.9).",
        "apology_due_again": "Hồ sơ đã hoặc sắp quá ngày hẹn lại: cơ quan phải xin lỗi (NĐ 61/2018, điều 19.9).",
        "extensions": "Cơ quan đã hẹn lại {count} lần; quy định chỉ cho hẹn lại một lần (NĐ 61/2018, điều 19.9).",
    },
    "en": {
        "not_received": "Not received yet: no time is counted.",
        "early": "The result was there {span} before it was due.",
        "on_time": "The result was there on the day it was due.",
        "late": "The result was there {span} after it was due.",
        "running_late": "Overdue without a result, in days: {days}.",
        "not_judged": "The dossier is judged neither early nor late.",
        "contradicts": (
            "It ended before it was received: the dates told contradict each other, "
            "so it is judged neither early nor late."
        ),
        "sent": "Due date the office told last: {at}; it differs from the one counted by law.",
        "before": "Without the time that is excluded it would be due: {at}.",
        "computed": "Counted by the limit in the catalogue of procedures, it is due: {at}.",
        "notice_on_time": "The missing papers were asked for within the time allowed.",
        "notice_late": "The missing papers were asked for later than allowed (Decree 61/2018, article 19.4).",
        "supplements": "Missing papers were asked for more than once: {count} (Decree 61/2018, article 15.3).",
        "apology_on_time": "The office apologised at {at}, as it must at least one day before the due date.",
        "apology_late": "The office apologised at {at}, later than one day before the due date.",
        "apology_due": "Late, or about to be: an apology and a new date are owed (Decree 61/2018, article 19.9).",
        "apology_due_again": "The new date is over, or about to be: an apology is owed (Decree 61/2018, article 19.9).",
        "extensions": "The due date was put off more than once: {count} (Decree 61/2018, article 19.9).",
    },
}
Sentence = tuple[str, dict[str, str | int]]


def clock_in_words(state: State | None, *, today: dt.date, language: Language = "vi") -> list[str]:
    """Tell the time of a transaction as of a day, one fact to the sentence.

    Source: our choice, because NĐ 61/2018 (điều 19 khoản 9) wants the citizen told of his due date and of why it moved.
    """
    texts = _TEXTS[language]
    if state is None or state.clock is None:
        return [texts["not_received"]]
    facts = (*_due_dates(state, state.clock), *_conduct(state, today), *_result(state, state.clock, today, language))
    counted = days_in_words(
        state.clock, language=language, ended=_ENDED.get(state.outcome, "ended"), catalogue=state.catalogue_limit
    )
    return [*counted, *(texts[key].format(**said) for key, said in facts)]


def _due_dates(state: State, clock: Clock) -> Iterator[Sentence]:
    if state.due_at_before_exclusions:
        yield "before", {"at": _moment(state.due_at_before_exclusions)}
    if state.due_at_computed and clock.due_at_original is None:
        yield "computed", {"at": _moment(state.due_at_computed)}
    if not state.due_date_differs:
        return
    if state.due_at and state.due_at_legal and _day(state.due_at) != _day(state.due_at_legal):
        yield "sent", {"at": _moment(state.due_at)}
    if state.due_at_computed and state.due_at_legal and _day(state.due_at_computed) != _day(state.due_at_legal):
        yield "computed", {"at": _moment(state.due_at_computed)}


def _conduct(state: State, today: dt.date) -> Iterator[Sentence]:
    conduct = state.conduct
    if conduct.supplement_notice_on_time is not None:
        yield "notice_on_time" if conduct.supplement_notice_on_time else "notice_late", {}
    if state.supplement_requests > 1:
        yield "supplements", {"count": state.supplement_requests}
    if state.apology_at and conduct.apology_on_time is not None:
        yield "apology_on_time" if conduct.apology_on_time else "apology_late", {"at": _moment(state.apology_at)}
    if is_apology_due(conduct.apologise_by_date, today):
        yield "apology_due_again" if state.apology_at else "apology_due", {}
    if state.extensions > 1:
        yield "extensions", {"count": state.extensions}


def _result(state: State, clock: Clock, today: dt.date, language: Language) -> Iterator[Sentence]:
    if state.timeliness is Timeliness.ON_TIME:
        yield "on_time", {}
    elif state.delay_minutes is not None:
        yield state.timeliness.value, {"span": _span(abs(state.delay_minutes), language)}
    elif clock.ended_at and clock.ended_at < clock.received_at:
        yield "contradicts", {}
    elif state.outcome:
        yield "not_judged", {}
    elif clock.due_at and _day(clock.due_at) < today:
        yield "running_late", {"days": (today - _day(clock.due_at)).days}


def _span(minutes: int, language: Language) -> str:
    """Tell a span of time in days, hours and minutes, leaving out what is nothing."""
    days, rest = divmod(minutes, _MINUTES_A_DAY)
    amounts = (days, *divmod(rest, _MINUTES_AN_HOUR))
    told = [f"{amount} {unit}" for amount, unit in zip(amounts, _SPANS[language], strict=True) if amount]
    return " ".join(told) or _SHORTEST[language]


def _day(at: dt.datetime) -> dt.date:
    return local(at).date()


def _moment(at: dt.datetime) -> str:
    return f"{local(at):%H:%M %d/%m/%Y}"
