"""Model serializers and model view sets."""

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bench.plain.models import Rating, Transaction


class TransactionSerializer(serializers.ModelSerializer):
    """A transaction with the names of its unit and procedure."""

    unit_name = serializers.CharField(source="unit.name", read_only=True)
    procedure_name = serializers.CharField(source="procedure.name", read_only=True)

    class Meta:
        model = Transaction
        fields = "__all__"


class RatingSerializer(serializers.ModelSerializer):
    """A rating."""

    class Meta:
        model = Rating
        fields = "__all__"


class TransactionViewSet(viewsets.ModelViewSet):
    """Transactions."""

    queryset = Transaction.objects.select_related("unit", "procedure").order_by("-received_at")
    serializer_class = TransactionSerializer
    filterset_fields = ("unit", "procedure", "status")

    @action(detail=False)
    def monthly(self, request: Request) -> Response:
        """Count what ended in a unit, or in all, month by month, in all and in time."""
        ended = Transaction.objects.filter(finished_at__isnull=False)
        if unit := request.query_params.get("unit"):
            ended = ended.filter(unit=unit)
        rows = (
            ended.filter(finished_at__gte=request.query_params["from"], finished_at__lt=request.query_params["to"])
            .annotate(month=TruncMonth("finished_at"))
            .values("month")
            .annotate(ended=Count("id"), in_time=Count("id", filter=Q(timeliness__in=["early", "on_time"])))
            .order_by("month")
        )
        return Response(list(rows))


class RatingViewSet(viewsets.ModelViewSet):
    """Ratings."""

    queryset = Rating.objects.order_by("-created_at")
    serializer_class = RatingSerializer
    filterset_fields = ("transaction",)
