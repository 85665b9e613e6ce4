"""Register a person, at the command line of the server only."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils.timezone import now

from api.access.scopes import Scope
from api.access.services.accounts import LocalSignIn, Person, create_account, create_foreign_account, fresh_seed
from api.errors import BeyondOwnRights
from units.errors import OfficialUnknown, UnitUnknown
from units.queries import official_with_code, unit_with_code


class Command(BaseCommand):
    help = "Tạo tài khoản người dùng; in địa chỉ TOTP một lần duy nhất."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("display_name", help="họ tên hiển thị")
        parser.add_argument("--username", help="tài khoản nội bộ (mật khẩu hỏi trên màn hình)")
        parser.add_argument("--issuer", help="nhà cung cấp danh tính (OIDC), đi với --subject")
        parser.add_argument("--subject", help="mã người dùng ở nhà cung cấp danh tính")
        parser.add_argument("--scopes", required=True, help=f"cách nhau bằng dấu cách: {' '.join(Scope.values)}")
        parser.add_argument("--boundary", help="mã đơn vị; bỏ trống là toàn tỉnh")
        parser.add_argument("--official", help="mã công chức của chính người này")

    def handle(self, *_args: Any, **options: Any) -> None:
        if bool(options["username"]) == bool(options["issuer"] and options["subject"]):
            raise CommandError("Cần --username, hoặc --issuer và --subject.")
        try:
            self._create(options)
        except UnitUnknown as error:
            raise CommandError(f"Không có đơn vị {error.code}") from error
        except OfficialUnknown as error:
            raise CommandError(f"Không có công chức {error.code}") from error
        except BeyondOwnRights as error:
            raise CommandError(f"Không có quyền nào tên là {error.beyond}") from error
        except IntegrityError as error:
            raise CommandError("Tài khoản này đã có.") from error
        except ValueError as error:
            raise CommandError("Mật khẩu cần ít nhất 12 ký tự.") from error

    def _create(self, options: dict[str, Any]) -> None:
        person = Person(
            display_name=options["display_name"],
            scopes=sorted(set(options["scopes"].split())),
            boundary=unit_with_code(code=options["boundary"]) if options["boundary"] else None,
            official=official_with_code(code=options["official"]) if options["official"] else None,
        )
        if options["issuer"]:
            create_foreign_account(person=person, issuer=options["issuer"], subject=options["subject"], now=now())
            return
        local = LocalSignIn(
            username=options["username"], password=getpass.getpass("Mật khẩu (≥ 12 ký tự): "), seed=fresh_seed()
        )
        create_account(person=person, local=local, now=now())
        self.stdout.write(local.uri)
