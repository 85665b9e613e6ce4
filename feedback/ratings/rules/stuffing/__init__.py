"""Finding ratings that citizens did not give: several tests at once, corrected for being several.

Each test asks of a group (an official, a counter, a device, a day) whether it shows a mark oftener than the unit's own
past does, and yields a probability that honest citizens would show as much. Benjamini and Hochberg's procedure then
keeps the share of false alarms among all alarms under 5 %. What is found is put aside for an inspector, never dropped.
"""

from feedback.ratings.rules.stuffing.finding import FALSE_ALARMS, Alarm, alarms
from feedback.ratings.rules.stuffing.seen import Seen

__all__ = ["FALSE_ALARMS", "Alarm", "Seen", "alarms"]
