"""Give the service's database role what it needs and no more: no DDL, no TRUNCATE, ledgers only grow."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.transaction import atomic

OWN_APPS = ("units", "procedures", "feedback", "api")


class Command(BaseCommand):
    help = "Cấp quyền cho vai trò cơ sở dữ liệu của dịch vụ (chạy sau migrate, chạy lại được)."

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
        if options["verbosity"]:
            self.stdout.write(f"{role}: {len(_tables())} tables")


def _tables() -> list[tuple[str, bool]]:
    models = [model for app in OWN_APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return [(model._meta.db_table, getattr(model, "IS_LEDGER", False)) for model in models]  # noqa: SLF001 - Django's own door
