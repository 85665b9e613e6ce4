"""Every address of the service, on one screen."""

from django.urls import URLPattern, URLResolver, include, path

from api.access import urls as access
from api.adapters import urls as adapters
from api.adapters.dvcqg import taking as portal
from api.assessments import urls as assessments
from api.codes import urls as codes
from api.complaints import urls as complaints
from api.events import urls as events
from api.exclusions import urls as exclusions
from api.health import urls as health
from api.journal import urls as journal
from api.journal.views import Replay, Replays
from api.monitoring import urls as monitoring
from api.pages import urls as pages
from api.procedures import urls as procedures
from api.ratings import urls as ratings
from api.transactions import reading
from api.transactions import urls as transactions
from api.transactions.imports import reading as files
from api.transactions.imports import urls as imports
from api.units import urls as units

READERS = {reading.VIA: reading.read_again, files.VIA: files.read_again, portal.VIA: portal.read_again}
"""Who reads refused bodies again for a replay, by the way it came."""

of_transactions = [
    *ratings.of_transactions,
    *exclusions.of_transactions,
    *transactions.urlpatterns,  # after those: a sender's dossier code may hold a slash, so it takes whatever is left
]
v1: list[URLPattern | URLResolver] = [  # addresses are tried in this order: those asked most come first
    path("transactions", include(of_transactions)),
    *ratings.urlpatterns,
    *exclusions.urlpatterns,
    *complaints.urlpatterns,
    *imports.urlpatterns,
    *events.urlpatterns,
    *monitoring.urlpatterns,
    *assessments.urlpatterns,
    *access.urlpatterns,
    *codes.urlpatterns,
    *units.urlpatterns,
    *procedures.urlpatterns,
    *adapters.urlpatterns,
    *journal.urlpatterns,
    path("journal/replay", Replays.as_view(readers=READERS)),
    path("journal/<int:message_id>/replay", Replay.as_view(readers=READERS)),
]

urlpatterns = [
    path("api/v1/", include((v1, "v1"))),
    *health.urlpatterns,
    *access.well_known,
    *pages.urlpatterns,
]
