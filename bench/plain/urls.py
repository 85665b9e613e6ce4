"""Addresses of the twin."""

from rest_framework.routers import DefaultRouter

from bench.plain.views import RatingViewSet, TransactionViewSet

router = DefaultRouter()
router.register("transactions", TransactionViewSet)
router.register("ratings", RatingViewSet)
urlpatterns = router.urls
