"""Give the service's database role what it needs and no more: no DDL, no TRUNCATE, ledgers only grow."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.transaction import atomic

OWN_APPS = ("units", "procedures", "feedback", "api")
READER = "phucvu_reader"
READABLE = {
    "units_unit": "id code",
    "units_unitversion": "id unit_id valid name kind parent_id source",
    "units_unitcode": "id unit_id scheme value valid",
    "units_unitsuccession": "id predecessor_id successor_id kind effective_date decision note revoked_at",
    "procedures_calendarversion": "number published_at note",
    "procedures_dayoverride": "id date kind name for_date certainty source since_id until_id",
    "procedures_field": "id code name national_code",
    "procedures_procedure": "id code",
    "procedures_procedureversion": "id procedure_id valid name field_id ministry levels executing_agency limit_amount"
    " limit_unit limit_cases supplement_rule late_receipt_shifts decision source",
    "procedures_transaction": "procedure_id procedure_version_id receiving_unit_id settling_unit_id channel received_at"
    " due_at due_at_legal ended_at status outcome timeliness national_timeliness delay_minutes supplement_requests"
    " extensions apology_on_time paid_online digitised electronic_result calendar_id",
}
"""What the reader may read, by column: the organisation, the catalogue, the calendar, and transactions without their
numbers and people. Never officials, steps, ratings, complaints, assessments, messages, events or accounts: who may
see what of those, and from how many people on, is decided by the service and not by a role of the database."""


class Command(BaseCommand):
    help = "Cấp quyền cho các vai trò cơ sở dữ liệu của dịch vụ và báo cáo (chạy sau migrate, chạy lại được)."

    def handle(self, *_args: Any, **options: Any) -> None:
        role = settings.APP_DATABASE_ROLE
        # In one transaction: a service that runs meanwhile is never without its rights.
        with atomic(using="owner"), connections["owner"].cursor() as cursor:
            name = connections["owner"].ops.quote_name(role)
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
            cursor.execute(f"GRANT SELECT ON django_migrations TO {name}")
            for table, is_ledger in _tables():
                quoted = connections["owner"].ops.quote_name(table)
                cursor.execute(f"REVOKE ALL ON {quoted} FROM {name}")
                rights = "SELECT, INSERT" if is_ledger else "SELECT, INSERT, UPDATE, DELETE"
                cursor.execute(f"GRANT {rights} ON {quoted} TO {name}")
            _grant_reader(cursor)
        if options["verbosity"]:
            self.stdout.write(f"{role}: {len(_tables())} tables")


def _grant_reader(cursor: CursorWrapper) -> None:
    """Give the reader its columns and take everything else; where nobody made the role there is nothing to do."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER])
    if cursor.fetchone() is None:
        return
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {READER}")
    for table, columns in READABLE.items():
        cursor.execute(f"GRANT SELECT ({', '.join(columns.split())}) ON {table} TO {READER}")


def _tables() -> list[tuple[str, bool]]:
    models = [model for app in OWN_APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return [(model._meta.db_table, getattr(model, "IS_LEDGER", False)) for model in models]  # noqa: SLF001 - Django's own door
