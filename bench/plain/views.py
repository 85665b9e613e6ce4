"""Model serializers and model view sets."""

from rest_framework import serializers, viewsets

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


class RatingViewSet(viewsets.ModelViewSet):
    """Ratings."""

    queryset = Rating.objects.order_by("-created_at")
    serializer_class = RatingSerializer
    filterset_fields = ("transaction",)
