"""Questions to the organisation, always as of a day."""

from units.queries.among import Among
from units.queries.boundary import require_inside, require_official_inside, require_parent_inside
from units.queries.card import (
    Bearer,
    Handover,
    Heir,
    Named,
    OfficialCard,
    PostingLine,
    UnitCard,
    bearers_of,
    named,
    official_card,
    unit_card,
)
from units.queries.finding import bearer_on, unit_known_as, unit_named, unit_told_of, unit_with_code
from units.queries.line import line_of, units_near
from units.queries.lineage import Heirs, Lineage, lineage
from units.queries.listing import codes_of, officials_listed, units_listed
from units.queries.officials import (
    official_with_code,
    postings_of,
)
from units.queries.stamps import STAMP, Remembered, reference_stamp
from units.queries.standing import Standing, standing
from units.queries.successions import (
    predecessions_of,
    present_units,
    succession_with_id,
    successions_of,
    successions_recorded,
    ways_to_heirs,
    where_it_went,
)
from units.queries.tree import TreeNode, ancestors, heritage, subtree, tree_of
from units.queries.versions import newest_version, version_on, version_told_on, versions_on
from units.queries.views import (
    PLACES_OF_CODE,
    Carried,
    Place,
    carried_over,
    not_carried,
    places_under,
    shown_as,
    unit_and_places_under,
    units_carried,
)

__all__ = [
    "PLACES_OF_CODE",
    "STAMP",
    "Among",
    "Bearer",
    "Carried",
    "Handover",
    "Heir",
    "Heirs",
    "Lineage",
    "Named",
    "OfficialCard",
    "Place",
    "PostingLine",
    "Remembered",
    "Standing",
    "TreeNode",
    "UnitCard",
    "ancestors",
    "bearer_on",
    "bearers_of",
    "carried_over",
    "codes_of",
    "heritage",
    "line_of",
    "lineage",
    "named",
    "newest_version",
    "not_carried",
    "official_card",
    "official_with_code",
    "officials_listed",
    "places_under",
    "postings_of",
    "predecessions_of",
    "present_units",
    "reference_stamp",
    "require_inside",
    "require_official_inside",
    "require_parent_inside",
    "shown_as",
    "standing",
    "subtree",
    "succession_with_id",
    "successions_of",
    "successions_recorded",
    "tree_of",
    "unit_and_places_under",
    "unit_card",
    "unit_known_as",
    "unit_named",
    "unit_told_of",
    "unit_with_code",
    "units_carried",
    "units_listed",
    "units_near",
    "version_on",
    "version_told_on",
    "versions_on",
    "ways_to_heirs",
    "where_it_went",
]
