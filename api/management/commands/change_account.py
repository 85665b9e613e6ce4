"""Switch a person off or on, give him other rights or a new sign-in, at the command line of the server only."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from api.access.models import Account
from api.access.queries import account_known_as
from api.access.scopes import Scope
from api.access.services.accounts import LocalSignIn, Person, change_account, fresh_seed
from api.errors import Absent, BeyondOwnRights
from units.errors import OfficialUnknown, UnitUnknown
from units.queries import official_with_code, unit_with_code


class Command(BaseCommand):
    help = (
        "Sửa tài khoản người dùng: tắt, mở, đổi quyền, đặt lại mật khẩu và TOTP. Mọi mã truy cập cũ hết hiệu lực ngay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="", help="tài khoản nội bộ")
        parser.add_argument("--issuer", default="", help="nhà cung cấp danh tính (OIDC), đi với --subject")
        parser.add_argument("--subject", default="", help="mã người dùng ở nhà cung cấp danh tính")
        state = parser.add_mutually_exclusive_group()
        state.add_argument("--off", action="store_true", help="tắt")
        state.add_argument("--on", action="store_true", help="mở lại")
        parser.add_argument("--scopes", help=f"quyền mới, thay tất cả: {' '.join(Scope.values)}")
        parser.add_argument("--boundary", help='mã đơn vị; "" là toàn tỉnh')
        parser.add_argument("--official", help='mã công chức của chính người này; "" là không phải công chức')
        parser.add_argument("--reset", action="store_true", help="mật khẩu và khóa TOTP mới (hỏi trên màn hình)")

    def handle(self, *_args: Any, **options: Any) -> None:
        if bool(options["username"]) == bool(options["issuer"] and options["subject"]):
            raise CommandError("Cần tên tài khoản, hoặc --issuer và --subject.")
        if options["reset"] and not options["username"]:
            raise CommandError("Mật khẩu của người này ở nhà cung cấp danh tính.")
        told = ("scopes", "boundary", "official")
        if not (options["off"] or options["on"] or options["reset"] or any(options[one] is not None for one in told)):
            raise CommandError("Cần ít nhất một thay đổi: --off, --on, --scopes, --boundary, --official, --reset.")
        try:
            self._change(options)
        except Absent as error:
            raise CommandError("Không có tài khoản này.") from error
        except UnitUnknown as error:
            raise CommandError(f"Không có đơn vị {error.code}") from error
        except OfficialUnknown as error:
            raise CommandError(f"Không có công chức {error.code}") from error
        except BeyondOwnRights as error:
            raise CommandError(f"Không có quyền nào tên là {error.beyond}") from error
        except ValueError as error:
            raise CommandError("Mật khẩu cần ít nhất 12 ký tự.") from error

    def _change(self, options: dict[str, Any]) -> None:
        account = account_known_as(**{name: options[name] for name in ("username", "issuer", "subject")})
        local = _new_sign_in(options["username"]) if options["reset"] else None
        is_active = options["on"] or (account.is_active and not options["off"])
        person = _as_told(account, options)
        change_account(account_id=account.pk, person=person, is_active=is_active, local=local, now=now())
        if local:
            self.stdout.write(local.uri)


def _new_sign_in(username: str) -> LocalSignIn:
    return LocalSignIn(username=username, password=getpass.getpass("Mật khẩu (≥ 12 ký tự): "), seed=fresh_seed())


def _as_told(account: Account, options: dict[str, Any]) -> Person:
    """Return what is said of him now, with what is told of him in its place."""
    scopes, boundary, official = options["scopes"], options["boundary"], options["official"]
    here, self_ = account.boundary, account.official
    if boundary is not None:
        here = unit_with_code(code=boundary) if boundary else None
    if official is not None:
        self_ = official_with_code(code=official) if official else None
    return Person(
        display_name=account.display_name,
        scopes=account.scopes if scopes is None else sorted(set(scopes.split())),
        boundary=here,
        official=self_,
    )
