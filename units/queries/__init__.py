"""Questions to the organisation, always as of a day."""

from units.queries.boundary import require_inside, require_official_inside, require_parent_inside
from units.queries.card import (
    Handover,
    Named,
    OfficialCard,
    PostingLine,
    UnitCard,
    named,
    official_card,
    unit_card,
)
from units.queries.finding import unit_known_as, unit_matching_name, unit_named, unit_with_code, units_with_codes
from units.queries.listing import codes_of, officials_listed, units_listed
from units.queries.officials import (
    official_with_code,
    officials_matching_name,
    posted_units,
    posting_on,
    postings_of,
    units_near,
)
from units.queries.successions import predecessions_of, successions_of, where_it_went
from units.queries.tree import TreeNode, ancestors, heritage, subtree, tree_of
from units.queries.versions import name_on, newest_version, version_on, version_told_on, versions_on

__all__ = [
    "Handover",
    "Named",
    "OfficialCard",
    "PostingLine",
    "TreeNode",
    "UnitCard",
    "ancestors",
    "codes_of",
    "heritage",
    "name_on",
    "named",
    "newest_version",
    "official_card",
    "official_with_code",
    "officials_listed",
    "officials_matching_name",
    "posted_units",
    "posting_on",
    "postings_of",
    "predecessions_of",
    "require_inside",
    "require_official_inside",
    "require_parent_inside",
    "subtree",
    "successions_of",
    "tree_of",
    "unit_card",
    "unit_known_as",
    "unit_matching_name",
    "unit_named",
    "unit_with_code",
    "units_listed",
    "units_near",
    "units_with_codes",
    "version_on",
    "version_told_on",
    "versions_on",
    "where_it_went",
]
