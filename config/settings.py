"""One settings module, production by default; every difference is an environment variable (config/env.py)."""

import uuid
from pathlib import Path

from config.env import Environment

env = Environment()
ROOT = Path(__file__).resolve().parent.parent

SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.retired_secrets("SECRET_KEY_FALLBACKS")
SECRECY_KEYS = env.keys("SECRECY_KEYS")
PSEUDONYM_KEYS_RETIRED = env.names("PSEUDONYM_KEYS_RETIRED", "")  # ids of SECRECY_KEYS no longer used for people
if SECRECY_KEYS and not set(SECRECY_KEYS) - set(PSEUDONYM_KEYS_RETIRED):
    env.problems.append("PSEUDONYM_KEYS_RETIRED: must leave one of SECRECY_KEYS in use")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")
PUBLIC_BASE_URL = env.address("PUBLIC_BASE_URL")
SERVED_OVER_TLS = env.flag("SERVED_OVER_TLS", default=True)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
LOG_LEVEL = env.level("LOG_LEVEL", "INFO")
LARGEST_IMPORT_MIB = env.number("LARGEST_IMPORT_MIB", 4096, least=1)
EVENT_TYPE_PREFIX = env.text("EVENT_TYPE_PREFIX", "vn.gov.province")

# People of an identity provider; without an issuer only local accounts sign in.
OIDC_ISSUER = env.text("OIDC_ISSUER", "")
OIDC_AUDIENCE = env.text("OIDC_AUDIENCE") if OIDC_ISSUER else ""
OIDC_JWKS_URL = env.address("OIDC_JWKS_URL") if OIDC_ISSUER else ""
OIDC_ALGORITHMS = env.names("OIDC_ALGORITHMS", "RS256,ES256,PS256,EdDSA")

# Requests a minute. A client may be given more by its own row.
RATE_LIMITS = {
    "client": env.number("RATE_LIMIT_CLIENT", 1200, least=1),
    "person": env.number("RATE_LIMIT_PERSON", 300, least=1),
    "citizen": env.number("RATE_LIMIT_CITIZEN", 60, least=1),
    "sign_in": env.number("RATE_LIMIT_SIGN_IN", 30, least=1),  # a network's
    "account": env.number("RATE_LIMIT_ACCOUNT", 10, least=1),  # guesses at one user name
    # All citizens' ratings together; beyond it they are asked for a little work. The busiest minute of a province that
    # takes 8,000 dossiers a day and has half of all steps rated is about 500 requests.
    "public": env.number("RATE_LIMIT_PUBLIC", 1200, least=1),
    # Ratings by right about one unit. A hall that serves 3,000 people a day, each of whom rates three steps, takes 19 a
    # minute; sixteen times that is room enough for its busiest minute and for phones that come back to the network.
    "unit": env.number("RATE_LIMIT_UNIT", 300, least=1),
}

_app = env.database("DATABASE_URL")
# A database that went away without a word must not hold every thread: 3 s to connect, 15 s of silence (ms).
_patience = {"connect_timeout": 3, "keepalives_idle": 5, "tcp_user_timeout": 15_000}
# What is prepared (procedures.prepared) is planned once a connection: left to itself PostgreSQL plans what takes a list
# of keys each time, which costs six times as much as the answer. Nor does a request take other processors to itself:
# others wait for them, and what walks an index from its end until a page is full would walk it several times as far.
_plans = "-c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0"
_planned_once = {} if _app.get("DISABLE_SERVER_SIDE_CURSORS") else {"options": _plans}
DATABASES = {
    "default": {
        **_app,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_patience, **_planned_once, **_app.get("OPTIONS", {})},
    },
    # The owner migrates; the service itself never uses it.
    "owner": {
        **env.database("OWNER_DATABASE_URL" if env.text("OWNER_DATABASE_URL", "") else "DATABASE_URL"),
        "CONN_MAX_AGE": 0,
    },
}
APP_DATABASE_ROLE = DATABASES["default"].get("USER", "")
env.finish()

DEBUG = False
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
INSTALLED_APPS = [
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "units",
    "procedures",
    "feedback",
    "api",
]
MIDDLEWARE = [
    "api.transport.RequestIdMiddleware",
    "api.health.measures.MeasuringMiddleware",
    "api.language.LanguageMiddleware",  # before anything that may refuse
    "api.transport.BodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "api.transport.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "api.transport.CompressionMiddleware",
    "api.transport.RateLimitMiddleware",
    "api.transport.TrailingSlashMiddleware",
    "api.throttling.door.DoorMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "api" / "pages" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": []},
    }
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "api" / "pages" / "static"]
_collected = env.text("STATIC_ROOT", "")
STATIC_ROOT = _collected or str(ROOT / ".local" / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not _collected  # what was collected is compressed: a phone's page is a third as large

# The largest body: a batch of transactions (8 MiB); every other operation bounds itself (api/parsing.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024 + 1024
PASSWORD_HASHERS = ["api.access.passwords.Hasher"]

SECURE_SSL_REDIRECT = SERVED_OVER_TLS
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_OVER_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVED_OVER_TLS
SECURE_HSTS_PRELOAD = SERVED_OVER_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_REFERRER_POLICY = "no-referrer"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
X_FRAME_OPTIONS = "DENY"
# No cookie signs anybody in, so there is no cross-site request to forge.
SILENCED_SYSTEM_CHECKS = ["security.W003"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.access.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.access.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.throttles.BucketThrottle"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["api.rendering.QuickJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.rendering.QuickNegotiation",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "api.schema.OperationSchema",
    "EXCEPTION_HANDLER": "api.problems.answer",
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Service quality feedback API",
    "DESCRIPTION": "Phản hồi chất lượng phục vụ thủ tục hành chính của một tỉnh: giao dịch, đánh giá, phản ánh, "
    "theo dõi kỷ luật phục vụ và xếp loại hằng năm.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "PATH_CONVERTER_OVERRIDES": {"id": uuid.UUID},
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "DISABLE_ERRORS_AND_WARNINGS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "SORT_OPERATION_PARAMETERS": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.finish_contract",
    ],
    "TAGS": [
        {"name": "transactions", "description": "Giao dịch thủ tục hành chính"},
        {"name": "ratings", "description": "Đánh giá của người dân"},
        {"name": "complaints", "description": "Phản ánh, khiếu nại, tố cáo"},
        {"name": "monitoring", "description": "Số liệu, cảnh báo, kỷ luật phục vụ"},
        {"name": "assessments", "description": "Đánh giá, xếp loại"},
        {"name": "units", "description": "Đơn vị, công chức"},
        {"name": "procedures", "description": "Danh mục thủ tục"},
        {"name": "calendar", "description": "Lịch làm việc, hạn trả kết quả"},
        {"name": "adapters", "description": "Bản tin của Cổng dịch vụ công quốc gia"},
        {"name": "journal", "description": "Đã gửi gì, kết quả ra sao"},
        {"name": "platform", "description": "Kết nối, đăng nhập, sự kiện, mã"},
    ],
    "ENUM_NAME_OVERRIDES": {
        "ExclusionScopeEnum": "procedures.vocabulary.ExclusionScope",
        "ExclusionStateEnum": "procedures.vocabulary.ExclusionState",
        "RecountStateEnum": "procedures.vocabulary.RecountState",
        "OverallMethodEnum": ["criterion", "mean"],
        "StepKindEnum": "procedures.vocabulary.StepKind",
        "HelperRoleEnum": "feedback.vocabulary.HelperRole",
        "RatingChannelEnum": "feedback.vocabulary.RatingChannel",
        "RatingOriginEnum": "feedback.vocabulary.RatingOrigin",
        "RatingStateEnum": "feedback.vocabulary.RatingState",
        "OneStopLevelEnum": "feedback.vocabulary.OneStopLevel",
        "ComplaintAnswerEnum": "feedback.vocabulary.ComplaintAnswer",
        "ComplaintStateEnum": "feedback.vocabulary.ComplaintState",
        "FindingOutcomeEnum": "feedback.vocabulary.FindingOutcome",
        "IdentityModeEnum": "feedback.vocabulary.IdentityMode",
        "ClientWarningEnum": "api.access.scopes.ClientWarning",
        "LinkAccessKindEnum": "feedback.vocabulary.LinkAccessKind",
        "LegalClassEnum": "feedback.vocabulary.LegalClass",
        "SeverityEnum": "feedback.vocabulary.Severity",
        "AssessmentClassEnum": "feedback.vocabulary.AssessmentClass",
        "GrainEnum": "feedback.vocabulary.Grain",
        "PeriodKindEnum": "feedback.vocabulary.PeriodKind",
        "PeriodSchemeEnum": "feedback.vocabulary.PeriodScheme",
        "RunStateEnum": "feedback.vocabulary.RunState",
        "SubjectKindEnum": "feedback.vocabulary.SubjectKind",
        "OrganisationViewEnum": "units.vocabulary.OrganisationView",
        "UnitKindEnum": "units.vocabulary.UnitKind",
        "CodeSchemeEnum": "units.vocabulary.CodeScheme",
        "SuccessionKindEnum": "units.vocabulary.SuccessionKind",
        "LimitUnitEnum": "procedures.vocabulary.LimitUnit",
        "LevelEnum": "procedures.vocabulary.Level",
        "CalendarDayKindEnum": "api.procedures.calendar.KINDS",
        "CertaintyEnum": "procedures.vocabulary.Certainty",
        "DayReasonEnum": "api.procedures.calendar.REASONS",
        "SupplementRuleEnum": "procedures.vocabulary.SupplementRule",
        "ScopeEnum": "api.access.scopes.Scope",
        "ApplicantKindEnum": "procedures.vocabulary.ApplicantKind",
        "MessageKindEnum": "procedures.vocabulary.MessageKind",
        "MessageOutcomeEnum": "procedures.vocabulary.MessageOutcome",
        "ImportFormatEnum": "procedures.vocabulary.ImportFormat",
        "ImportStateEnum": "procedures.vocabulary.ImportState",
        "ImportFaultEnum": "procedures.vocabulary.ImportFault",
        "OutcomeEnum": "procedures.vocabulary.Outcome",
        "NameMeaningEnum": "procedures.vocabulary.NameMeaning",
        "TimelinessEnum": "procedures.vocabulary.Timeliness",
        "TransactionStatusEnum": "procedures.vocabulary.Status",
        "TransactionChannelEnum": "procedures.vocabulary.Channel",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "api.tracing.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.db.backends": {"level": "ERROR"},
        "authlib": {"level": "WARNING"},  # at DEBUG it writes tokens
        "django.request": {"level": "CRITICAL"},  # api/problems.py tells what happened, once
    },
}
