"""How procedures are named."""

import re

_LOCAL = re.compile(r"^(\d\.\d{6})\.\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}(\.\d{2})?$")


def national_code_of(code: str) -> str:
    """Return the national code inside a province's form of it (`1.012784.000.00.00.H34` is `1.012784`).

    The form with an online service's running number at the end is understood too; anything else is returned as it is.

    Source: our choice, because senders use both forms; the agency's part is QCVN 102:2016/BTTTT.
    """
    local = _LOCAL.match(code.strip())
    return local[1] if local else code.strip()
