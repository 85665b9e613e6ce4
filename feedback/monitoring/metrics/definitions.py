"""What each figure means, as data that the API serves: whoever reads a percentage can read what was divided by what."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from feedback.monitoring.rules.figures import FEWEST_ANSWERS, FEWEST_SPEAKERS


@dataclass(frozen=True)
class Told:
    """A text in two languages."""

    vi: str
    en: str


@dataclass(frozen=True)
class RuleSet:
    """A text of law and the days it is in force, `[first, day after the last)`; None is open."""

    code: str
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True)
class Definition:
    """One figure. `decimals` are kept half-up; a change of meaning is a new `version`."""

    code: str
    version: int
    title: Told
    numerator: Told
    denominator: Told
    exclusions: Told
    method: str
    unit: str
    decimals: int
    source: str
    rule_sets: tuple[RuleSet, ...]
    charged_to: Told
    parameters: Mapping[str, int] = field(default_factory=dict)


_UNTIL_ND_118 = dt.date(2025, 7, 1)
ONE_STOP = (RuleSet("ND61_2018", None, _UNTIL_ND_118), RuleSet("ND118_2025", _UNTIL_ND_118, None))
QD_766 = (RuleSet("QD766_2022", dt.date(2022, 6, 23), None),)
RATERS = (RuleSet("ND61_2018", None, _UNTIL_ND_118), RuleSet("ND118_2025", _UNTIL_ND_118, None))

SETTLER = Told(
    "Đơn vị giải quyết (không rõ thì đơn vị tiếp nhận) vào ngày kết thúc; lọc theo người thì người đã làm bước đó",
    "The settling unit (else the receiving unit) on the day of the end; by official, whoever did a step of it",
)
SPOKEN_OF = Told(
    "Đơn vị và người của bước được đánh giá, vào ngày của bước đó",
    "The unit and official of the rated step on that day",
)
ACCUSED = Told(
    "Đơn vị và người bị phản ánh vào ngày xảy ra; không rõ đơn vị thì nơi người đó đang làm, rồi đơn vị giải quyết",
    "The unit and official complained of on the day of the act; else where he served, else the settling unit",
)
JUDGED = Told(
    "Giao dịch kết thúc trong kỳ và xét được thời hạn", "Transactions that ended in the period and can be judged"
)
ENDED = Told("Giao dịch kết thúc trong kỳ", "Transactions that ended in the period")
OPEN_CASES = Told(
    "Không tính giao dịch bị từ chối tiếp nhận (đếm riêng ở left_out). Dưới cấp thanh tra chỉ tính phiếu đã công bố "
    "theo tuần, không tính phản ánh nào, và không cho biết cách trừ mỗi giao dịch một lần",
    "Transactions refused at intake (counted apart in left_out). Below the inspectorate only ratings told week by week "
    "and no complaint count, and the reading that takes each transaction off once is not told",
)
OTHER_RATINGS = Told(
    "Phiếu thang khác, kể cả năm mức không đánh số 1 đến 5; phiếu đang tạm giữ; dưới cấp thanh tra chỉ tính phiếu đã "
    "công bố theo tuần",
    "Ratings on another scale, also five levels not numbered 1 to 5; quarantined ratings; below the inspectorate only "
    "ratings told week by week",
)
SMALL = {"fewest_speakers": FEWEST_SPEAKERS}

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        code="on_time_legal", version=2, method="legal_due_date", unit="ratio", decimals=4,
        title=Told("Tỷ lệ giải quyết trước hạn, đúng hạn theo luật", "Share settled early or on time, by law"),
        numerator=Told("Giao dịch kết thúc trước hạn hoặc đúng hạn", "Transactions that ended early or on time"),
        denominator=JUDGED,
        exclusions=Told(
            "Giao dịch không xét (không có hạn, rút, từ chối) đếm riêng ở left_out; chưa kết thúc thì chưa tính. "
            "Thời gian được duyệt loại trừ không tính vào thời hạn: excluded, changed_by_exclusions và "
            "value_without_exclusions cho biết số giao dịch liên quan và giá trị nếu không loại trừ",
            "Not judged (no due date, withdrawn, refused at intake) counted apart in left_out; running ones not yet. "
            "Time that is excluded does not count: excluded, changed_by_exclusions and value_without_exclusions tell "
            "how many transactions that is and the value without it",
        ),
        source="TT 01/2018/TT-VPCP, điều 13 (chỉ số 1); NĐ 61/2018/NĐ-CP, điều 19", rule_sets=ONE_STOP,
        charged_to=SETTLER,
    ),
    Definition(
        code="on_time_national", version=1, method="qd766_2_1_portal", unit="ratio", decimals=4,
        title=Told("Tỷ lệ đúng hạn theo Cổng Dịch vụ công quốc gia", "Share on time, as the national portal counts"),
        numerator=Told("Giao dịch kết thúc đúng hạn theo Cổng", "Transactions in time by the portal's method"),
        denominator=JUDGED,
        exclusions=Told(
            "Không xét đếm riêng ở left_out; chưa tính giao dịch đang xử lý; loại trừ không làm đổi",
            "Not judged counted apart in left_out; this version does not count running ones; exclusions change nothing",
        ),
        source="QĐ 766/QĐ-TTg 2022, chỉ số 2.1 theo mô tả công thức của Cổng", rule_sets=QD_766, charged_to=SETTLER,
    ),
    Definition(
        code="supplement_notice_in_time", version=1, method="nd61_19_4_notice", unit="ratio", decimals=4,
        title=Told("Tỷ lệ báo bổ sung hồ sơ đúng thời hạn", "Share of supplements asked for in time"),
        numerator=Told(
            "Giao dịch báo bổ sung lần đầu trong 03 ngày làm việc từ ngày tiếp nhận, hoặc theo luật riêng của thủ tục",
            "Transactions whose first request came within 3 working days of receipt, or by the procedure's own law",
        ),
        denominator=Told(
            "Giao dịch kết thúc trong kỳ có yêu cầu bổ sung", "Transactions that ended in the period with a request"
        ),
        exclusions=Told(
            "Không yêu cầu bổ sung: đếm ở left_out; loại trừ không làm đổi",
            "Without a request: counted in left_out; exclusions change nothing",
        ),
        source="NĐ 61/2018/NĐ-CP, điều 19 khoản 4", rule_sets=ONE_STOP, charged_to=SETTLER,
    ),
    Definition(
        code="satisfaction_qd766_union", version=2, method="qd766_r3_union", unit="ratio", decimals=4,
        title=Told("Tỷ lệ hài lòng về giải quyết TTHC (QĐ 766, mỗi giao dịch trừ một lần)",
                   "Satisfaction with settlement (QĐ 766, each transaction taken off once)"),
        numerator=Told(
            "Giao dịch không trễ, không bị đánh giá không hài lòng, không có phản ánh; chưa đánh giá coi là hài lòng",
            "Transactions neither late nor disliked nor complained of; unrated ones count as satisfied",
        ),
        denominator=ENDED, exclusions=OPEN_CASES, source="QĐ 766/QĐ-TTg 2022, phụ lục, mức độ hài lòng (R3)",
        rule_sets=QD_766, charged_to=SETTLER, parameters=SMALL,
    ),
    Definition(
        code="satisfaction_qd766_portal", version=2, method="qd766_r3_added_shares", unit="ratio", decimals=4,
        title=Told("Tỷ lệ hài lòng về giải quyết TTHC (QĐ 766, Cổng cộng hai tỷ lệ)",
                   "Satisfaction with settlement (QĐ 766, the portal adds two shares)"),
        numerator=Told(
            "Giao dịch trừ số trễ, rồi trừ số không hài lòng hoặc có phản ánh; trùng thì trừ hai lần; không dưới 0",
            "Transactions less the late, less those disliked or complained of; both is taken off twice; not below 0",
        ),
        denominator=ENDED, exclusions=OPEN_CASES,
        source="QĐ 766/QĐ-TTg 2022, chỉ số 5.4 theo mô tả công thức của Cổng", rule_sets=QD_766,
        charged_to=SETTLER, parameters=SMALL,
    ),
    Definition(
        code="satisfaction_survey_mean", version=3, method="survey_mean_of_five", unit="ratio", decimals=4,
        title=Told("Mức hài lòng theo phiếu năm mức (trung bình chia 5)", "Survey mean of five-level forms over 5"),
        numerator=Told("Tổng điểm chung của các phiếu năm mức 1 đến 5", "Sum of the overall values of such ratings"),
        denominator=Told("Số phiếu năm mức 1 đến 5, nhân 5", "Number of ratings on five levels from 1 to 5, times 5"),
        exclusions=OTHER_RATINGS,
        source="Cách tính của QĐ 1001/QĐ-BNV 2023 (không phải chỉ số SIPAS)", rule_sets=RATERS, charged_to=SPOKEN_OF,
        parameters={**SMALL, "fewest_answers": FEWEST_ANSWERS},
    ),
    Definition(
        code="satisfaction_survey_share", version=3, method="survey_share_satisfied", unit="ratio", decimals=4,
        title=Told("Tỷ lệ phiếu hài lòng (từ mức 4 trên 5)", "Share of satisfied ratings (4 of 5 and more)"),
        numerator=Told("Phiếu năm mức 1 đến 5 có điểm chung từ 4", "Such ratings with an overall value of 4 or more"),
        denominator=Told("Phiếu năm mức 1 đến 5", "Ratings on five levels from 1 to 5"),
        exclusions=OTHER_RATINGS,
        source="Cách tính tỷ lệ hài lòng trước năm 2022 của Bộ Nội vụ; khoảng tin cậy Wilson 95 %", rule_sets=RATERS,
        charged_to=SPOKEN_OF, parameters={**SMALL, "fewest_answers": FEWEST_ANSWERS},
    ),
    Definition(
        code="not_dissatisfied_share", version=1, method="share_not_dissatisfied", unit="ratio", decimals=4,
        title=Told("Tỷ lệ phiếu không chọn “không hài lòng” (mọi thang)",
                   "Share of ratings that do not say “dissatisfied” (any scale)"),
        numerator=Told(
            "Phiếu có điểm chung không ở mức mà mẫu phiếu đó coi là không hài lòng",
            "Ratings whose overall value is none that their form calls dissatisfied",
        ),
        denominator=Told("Phiếu của mọi thang", "Ratings on any scale"),
        exclusions=Told(
            "Phiếu đang tạm giữ; dưới cấp thanh tra chỉ tính phiếu đã công bố theo tuần. Mức trung bình cũng là không "
            "chọn “không hài lòng”, nên không so được với tỷ lệ phiếu hài lòng",
            "Quarantined ratings; below the inspectorate only ratings told week by week. A middle level does not say "
            "“dissatisfied” either, so it cannot be compared with the share of satisfied ratings",
        ),
        source="Cách ghi nhận “không hài lòng” của QĐ 766/QĐ-TTg 2022 (R3), trên phiếu (không phải chỉ số của quyết "
        "định); khoảng tin cậy Wilson 95 %",
        rule_sets=RATERS, charged_to=SPOKEN_OF, parameters={**SMALL, "fewest_answers": FEWEST_ANSWERS},
    ),
    Definition(
        code="rating_coverage", version=2, method="answered_of_eligible", unit="ratio", decimals=4,
        title=Told("Tỷ lệ giao dịch có đánh giá", "Share of transactions that were rated"),
        numerator=Told("Giao dịch có ít nhất một phiếu được tính", "Transactions with at least one counted rating"),
        denominator=ENDED,
        exclusions=Told(
            "Phiếu đang tạm giữ; dưới cấp thanh tra chỉ tính phiếu đã công bố theo tuần của bước được đánh giá nhiều",
            "Quarantined ratings; below the inspectorate only ratings told week by week, of the step rated most often",
        ),
        source="TT 01/2018/TT-VPCP, điều 12", rule_sets=RATERS, charged_to=SETTLER, parameters=SMALL,
    ),
    Definition(
        code="upheld_complaints_per_1000", version=1, method="upheld_per_1000_ended", unit="per_1000", decimals=2,
        title=Told("Phản ánh có cơ sở trên 1.000 giao dịch", "Upheld complaints per 1,000 transactions"),
        numerator=Told(
            "Vụ việc đã kết luận có cơ sở (kể cả một phần), theo ngày xảy ra",
            "Complaints concluded upheld, also partly, by the day of the act",
        ),
        denominator=ENDED,
        exclusions=Told("Chưa kết luận; không có cơ sở; không xác định", "Not concluded; not upheld; undetermined"),
        source="NĐ 61/2018/NĐ-CP, điều 31; số lượng trên 1.000 là cách trình bày của hệ thống", rule_sets=RATERS,
        charged_to=ACCUSED, parameters=SMALL,
    ),
)  # fmt: skip

BY_CODE: Mapping[str, Definition] = {definition.code: definition for definition in DEFINITIONS}

OF_ENDED = frozenset({
    "on_time_legal", "on_time_national", "satisfaction_qd766_union", "satisfaction_qd766_portal", "rating_coverage",
})  # fmt: skip
"""The metrics of transactions that ended, which can be told of each value of a breakdown."""
