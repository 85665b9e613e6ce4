"""The words of the organisation that other rooms share."""

from dataclasses import dataclass

from django.db.models import TextChoices

REFERENCE = "reference-data"
"""Who recorded what comes from the data files of the project."""


class UnitKind(TextChoices):
    """What a unit is, before and after 2025-07-01 (two tiers)."""

    PROVINCE = "province", "tỉnh"
    DISTRICT = "district", "huyện, thành phố"
    COMMUNE = "commune", "xã"
    WARD = "ward", "phường"
    TOWNSHIP = "township", "thị trấn"
    SPECIAL_ZONE = "special_zone", "đặc khu"
    DEPARTMENT = "department", "sở, ban, ngành"
    ONE_STOP_CENTRE = "one_stop_centre", "trung tâm phục vụ hành chính công"


class CodeScheme(TextChoices):
    """Who gave a unit its code. A code means something only with its scheme and a day."""

    QCVN102 = "QCVN102", "QCVN 102:2016/BTTTT"
    QD20 = "QD20", "QĐ 20/2020/QĐ-TTg"
    GSO = "GSO", "Tổng cục Thống kê"
    LOCAL = "LOCAL", "mã nội bộ"


BARE_SCHEMES = (CodeScheme.LOCAL, CodeScheme.QCVN102, CodeScheme.QD20)
"""Whose codes are understood without the scheme; the statistical office gives its numbers out again."""


class SuccessionKind(TextChoices):
    """How one unit follows another."""

    RENAME = "rename", "đổi tên"
    MERGE = "merge", "hợp nhất"
    SPLIT = "split", "chia tách"
    TRANSFER = "transfer", "chuyển giao"
    DISSOLVE = "dissolve", "giải thể"


class RegisterTable(TextChoices):
    """Which dated rows of the register a decision changes beside the successions."""

    VERSION = "version", "tên, loại, cấp trên"
    CODE = "code", "mã"
    POSTING = "posting", "vị trí công tác"


class OrganisationView(TextChoices):
    """How a list or a report shows units that merged or split: as they were on the day, or as they are now."""

    THEN = "then", "theo đơn vị tại thời điểm phát sinh"
    NOW = "now", "theo đơn vị hiện nay"


@dataclass(frozen=True)
class Viewer:
    """Who looks at records: the unit whose subtree he may see (None: the province) and the official he is, if any.

    Both are primary keys.
    """

    boundary: int | None
    official: int | None
