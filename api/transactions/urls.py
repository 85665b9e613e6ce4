"""Addresses of the transactions, after `transactions`."""

from django.urls import URLPattern, path

from api.transactions.aliases import TransactionAlias
from api.transactions.batches import Batches
from api.transactions.clock import TransactionClock
from api.transactions.contacts import TransactionContact
from api.transactions.exports import TransactionExport
from api.transactions.listing import Transactions
from api.transactions.views import OneTransaction, Steps, TransactionTimeline

urlpatterns: list[URLPattern] = [
    path("", Transactions.as_view()),
    path("/batch", Batches.as_view()),
    path("/export", TransactionExport.as_view()),
    path("/<path:dossier_code>/aliases/<path:code>", TransactionAlias.as_view()),
    path("/<path:dossier_code>/steps", Steps.as_view()),
    path("/<path:dossier_code>/timeline", TransactionTimeline.as_view()),
    path("/<path:dossier_code>/contact", TransactionContact.as_view()),
    path("/<path:dossier_code>/clock", TransactionClock.as_view()),
    path("/<path:dossier_code>", OneTransaction.as_view()),
]
