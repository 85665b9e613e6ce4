"""By what means a rating may have come."""

from feedback.vocabulary import RatingChannel

_AT_COUNTERS = frozenset({RatingChannel.KIOSK, RatingChannel.PAPER, RatingChannel.PHONE})


def may_come_from_counter(channel: RatingChannel) -> bool:
    """Tell whether a counter may take a rating by this means for a citizen: its device, a paper slip, a call.

    Source: NĐ 61/2018, điều 29.1 names the means; our choice: what a citizen gives by his own app or the web comes with
    a right, so that figures by channel keep apart what a counter had its hands on.
    """
    return channel in _AT_COUNTERS
