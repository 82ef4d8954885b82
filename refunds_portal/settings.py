"""All settings, read from the environment. What is missing or wrong stops the process with a sentence.

Without `DATABASE_URL` the portal runs on its own embedded PostgreSQL, and its secrets are generated once under
`PORTAL_DATA` (default `.data/`). With `DATABASE_URL` every secret must be given. Importing this file starts and writes
nothing: the server starts with the first connection, a secret is generated when it is first used.
"""

from ipaddress import ip_network
from pathlib import Path

import environ

from foundation import logs
from foundation.secrets import SecretSource

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL_DATA = Path(env("PORTAL_DATA", default=str(BASE_DIR / ".data"))).resolve()
DEBUG = env.bool("PORTAL_DEBUG", default=False)
# The demo says so on every page, shows SMS codes on screen and lets staff in without a second factor.
DEMO = env.bool("PORTAL_DEMO", default=False)

# --- Database -------------------------------------------------------------------------------------------------------
DATABASE_URL = env("DATABASE_URL", default="")
secrets = SecretSource(env, None if DATABASE_URL and not DEMO else PORTAL_DATA / "secrets.json")
DATABASES = {
    "default": {
        **(env.db_url_config(DATABASE_URL) if DATABASE_URL else {"NAME": "postgres"}),
        "ENGINE": "foundation.postgres",
        "EMBEDDED": None if DATABASE_URL else PORTAL_DATA,
        "CONN_HEALTH_CHECKS": True,
    }
}
# More connections than threads that serve, so who waits for one waits because the database is away: the page says so
# after two seconds, and new connections are tried from the first request after it is back.
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 1,
    "max_size": env.int("PORTAL_POOL_SIZE", default=16),
    "timeout": 2,
    "reconnect_timeout": 5,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where a page looks for the newest backup.
BACKUP_FOLDER = Path(
    env("BACKUP_FOLDER", default="/var/backups/portal" if DATABASE_URL else str(PORTAL_DATA / "backups"))
)

# --- Secrets --------------------------------------------------------------------------------------------------------
SECRET_KEY = secrets.text("SECRET_KEY")
# Field encryption (SM4-GCM): "version:hex,version:hex"; the highest version encrypts, the others still decrypt.
FIELD_KEYS = secrets.field_keys("FIELD_KEYS")
# Blind index (HMAC-SM3). Never rotated without re-indexing.
INDEX_KEY = secrets.key("INDEX_KEY")
# 验证码 of receipts (HMAC-SM3). With another one, papers printed before no longer verify.
RECEIPT_KEY = secrets.key("RECEIPT_KEY")

# --- Agencies: where an approved refund goes, signed as Standard Webhooks. Several secrets while one is rotated. -----
AGENCIES = {
    code: {
        "url": env(f"AGENCY_{code.upper()}_URL", default="http://127.0.0.1:8101/" + code),
        "secrets": secrets.webhook_secrets(f"AGENCY_{code.upper()}_SECRETS"),
        # How long it usually takes: what an applicant is told to expect.
        "working_days": env.int(f"AGENCY_{code.upper()}_WORKING_DAYS", default=10),
    }
    for code in ("hrss", "medical")
}
BANK_WORKING_DAYS = env.int("BANK_WORKING_DAYS", default=3)
AGENCY_TIMEOUT_SECONDS = env.float("AGENCY_TIMEOUT_SECONDS", default=10)
# A worker not heard of for this long is dead and its job is taken up again (never below 3 heartbeats).
WORKER_STALLED_SECONDS = env.int("WORKER_STALLED_SECONDS", default=30)
AGENCY_DOWN_SECONDS = env.int("AGENCY_DOWN_SECONDS", default=600)
AGENCY_SILENT_DAYS = env.int("AGENCY_SILENT_DAYS", default=30)
# When a job, an instruction without one or a message that is not applied has waited this long, /readyz says no.
HANDOFF_OVERDUE_SECONDS = env.int("HANDOFF_OVERDUE_SECONDS", default=600)

# --- Gateways -------------------------------------------------------------------------------------------------------
# Whoever carries SMS. Where it is not set at all, `check --deploy` says so: NoSms has to be meant.
SMS_GATEWAY = env("SMS_GATEWAY", default="accounts.gateways.ScreenSms" if DEMO else "accounts.gateways.HttpSms")
SMS_GATEWAY_URL = env("SMS_GATEWAY_URL", default="http://127.0.0.1:8101/sms" if DEMO else "")
SMS_GATEWAY_SECRETS = secrets.webhook_secrets("SMS_GATEWAY_SECRETS") if SMS_GATEWAY_URL else []
REAL_NAME_GATEWAY = env("REAL_NAME_GATEWAY", default="accounts.gateways.FeedRealName")
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)

# --- Rules that are configuration (design.md section 4); refunds/parameters/values.py says which an administrator sets anew ---
# How long a change of the calendar may go unseen by another process.
PARAMETERS_SECONDS = env.int("PARAMETERS_SECONDS", default=60)
REFERENCE_WORKING_DAYS = env.int("REFERENCE_WORKING_DAYS", default=30)
QUESTION_WORKING_DAYS = env.int("QUESTION_WORKING_DAYS", default=5)
# Within this time a decision may be taken back by whoever made it, and so long it is not sent.
DECISION_GRACE_SECONDS = env.int("DECISION_GRACE_SECONDS", default=5 if DEMO else 60)
TAKEN_SECONDS = env.int("TAKEN_SECONDS", default=900)
# Searches by number of one officer within an hour: all of them, those by the last digits of a number,
# and the lists of people of a batch.
LOOKUPS_PER_HOUR = env.int("LOOKUPS_PER_HOUR", default=60)
LOOKUPS_BY_END_PER_HOUR = env.int("LOOKUPS_BY_END_PER_HOUR", default=20)
LOOKUPS_BY_LIST_PER_HOUR = env.int("LOOKUPS_BY_LIST_PER_HOUR", default=5)
# A file of more lines than this leaves only when a second person has agreed (GB/T 35273-2020 7.1).
EXPORT_ROWS = env.int("EXPORT_ROWS", default=1000)
COUNTERSIGN_LIMIT = env("COUNTERSIGN_LIMIT", default="10000.00")
# 参保年度 of the medical insurance: the month from which the next year is paid for, and the first year refunded here.
MEDICAL_YEAR_TURNS_IN_MONTH = env.int("MEDICAL_YEAR_TURNS_IN_MONTH", default=9)
MEDICAL_FIRST_YEAR = env.int("MEDICAL_FIRST_YEAR", default=2023)
HOTLINE = "12366"

CSRF_FAILURE_VIEW = "refunds_portal.errors.not_sent_from_here"

# --- Web ------------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "refunds_portal.urls"
WSGI_APPLICATION = "refunds_portal.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "refunds_portal",
    "accounts",
    "bankreports",
    "refunds",
    "pension",
    "medical",
    "handoff",
    "inbox",
    "review",
]

MIDDLEWARE = [
    "refunds_portal.metrics.CountingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages for a village phone; Django pads them at random, so their length tells nothing (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "foundation.middleware.LogMiddleware",
    "foundation.middleware.PlainTextMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ClosedByDefaultMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SessionGuardMiddleware",
    "accounts.kept.middleware.KeptFormMiddleware",
    "foundation.middleware.PrivatePagesMiddleware",
    "foundation.middleware.OriginMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "foundation.jinja2.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "refunds_portal.context.portal",
            ],
        },
    },
]

LANGUAGE_CODE, TIME_ZONE = "zh-hans", "Asia/Shanghai"
USE_I18N = USE_TZ = True

# --- Static files: hashed names behind the portal itself, no CDN -------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_DATA / "static"
# The pictures of the manual stand beside its words, so that the repository shows them as well.
STATICFILES_DIRS = [BASE_DIR / "static", ("portal/manual/pictures", BASE_DIR / "docs" / "manual" / "pictures")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "refunds_portal.statics.Statics"},
}

# --- Sign-in ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.DoorBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    *({"NAME": f"accounts.passwords.{of}Validator"} for of in ("StaffPassword", "OwnWords", "NotUsedBefore")),
]
STAFF_PASSWORD_DAYS = env.int("STAFF_PASSWORD_DAYS", default=0 if DEMO else 90)  # 等保; 0 is never
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a village office shares one address
AXES_HANDLER = "accounts.doors.limits.DoorHandler"
SIGN_IN_TRIES_PER_ACCOUNT = env.int("SIGN_IN_TRIES_PER_ACCOUNT", default=50)  # for strange browsers, from anywhere
SIGN_IN_ACCOUNTS_PER_ADDRESS = env.int("SIGN_IN_ACCOUNTS_PER_ADDRESS", default=30)
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_USERNAME_CALLABLE = "accounts.doors.counting.axes_username"
AXES_SENSITIVE_PARAMETERS = ["account", "username", "password", "name", "id_number", "phone"]
AXES_RESET_ON_SUCCESS = True  # five times in a row, not five times in all
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # 30 minutes are 30 minutes
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "foundation.middleware.address_of"

OTP_TOTP_ISSUER = "退费服务平台"

SESSION_ENGINE = "accounts.doors.store"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE_SECONDS = {"staff": 15 * 60, "public": 30 * 60}
# What was typed into a form that could not be taken is kept so long, for whom it was typed by.
KEPT_FORM_SECONDS = 30 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Transport: on by default, off only for the demo and tests on plain http://127.0.0.1 -------------------------------
HTTPS = env.bool("PORTAL_HTTPS", default=not DEMO)
SECURE_SSL_REDIRECT = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
TRUSTED_PROXIES = [str(ip_network(hop)) for hop in env.list("TRUSTED_PROXIES", default=["127.0.0.1", "::1"])]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
OURS = ("script-src", "style-src", "img-src", "connect-src", "manifest-src", "form-action")
NOBODYS = ("default-src", "base-uri", "frame-ancestors")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": dict.fromkeys(NOBODYS, ["'none'"]) | dict.fromkeys(OURS, ["'self'"]),
}
# What is typed or pasted: ten thousand pasted lines of name and number are a third of a megabyte.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2560 * 1024
# A file is never written to disk, but for an administrator's feeds; one that makes the request larger than this is not kept at all.
_HANDLERS = ("accounts.administration.receiving.FeedOnDisk", "django.core.files.uploadhandler.MemoryFileUploadHandler")
FILE_UPLOAD_HANDLERS = list(_HANDLERS)
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

# --- History: written by the database, never changed -------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True
PROCRASTINATE_ON_APP_READY = None

# --- Logs: one JSON line each, never with personal data -----------------------------------------------------------------
LOGGING = logs.in_json(env("PORTAL_LOG_LEVEL", default="INFO"))
