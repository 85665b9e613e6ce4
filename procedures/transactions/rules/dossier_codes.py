"""What a dossier code tells: the unit that took the dossier in, the day, the running number."""

import datetime as dt
import re
from dataclasses import dataclass

_OLD_UNIT = r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}"
_NEW_UNIT = r"[A-Y]\d{2}(?:\.[0-9A-Z]+)*"
_CODE = re.compile(rf"({_OLD_UNIT}|{_NEW_UNIT})-(\d{{6}})-(\d{{4,}})", re.ASCII)
LONGEST_UNIT_CODE = 35
USUAL_DIGITS = 4


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A dossier code of the lawful shape, taken apart."""

    unit_code: str
    date: dt.date
    running_number: str

    @property
    def is_long(self) -> bool:
        """Tell whether the running number has more digits than the circular gives it.

        Source: TT 01/2018/TT-VPCP, điều 19.
        """
        return len(self.running_number) > USUAL_DIGITS


def parsed(dossier_code: str) -> DossierCode | None:
    """Take a dossier code apart; None when it has another shape, as codes of older software do.

    Source: TT 01/2018/TT-VPCP, điều 19; unit codes: QCVN 102:2016/BTTTT and QĐ 20/2020/QĐ-TTg, điều 4.
    """
    match = _CODE.fullmatch(dossier_code)
    if match is None or len(match[1]) > LONGEST_UNIT_CODE:
        return None
    try:
        day = dt.date.fromisoformat(f"20{match[2]}")
    except ValueError:
        return None
    return DossierCode(match[1], day, match[3])
