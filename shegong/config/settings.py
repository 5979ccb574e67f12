"""One settings file; everything a deployment may change comes from the environment or from files in SHEGONG_HOME.

DATABASE_URL        postgresql://user:password@host:port/name (bin/serve sets it for the embedded server)
DATABASE_OWNER_URL  the same database as the role that owns the tables and migrates; default DATABASE_URL
SHEGONG_HOME        folder of keys, secrets and stored files; default <checkout>/.data
SHEGONG_PORT, SHEGONG_HOST    where the web server listens
SHEGONG_PUBLIC_URL  address people use, for links in messages and QR codes
SHEGONG_CRYPTO      intl (AES-256-GCM, HMAC-SHA-256) or sm (SM4-GCM, HMAC-SM3)
SHEGONG_KEYS        where the sealing keys are: file:/path, service:unix:/path/socket or command:/path/program
SHEGONG_KEYS_VAULT, _CONDUCT, _EVIDENCE  the same for rings that are kept apart (default: SHEGONG_HOME/keys-vault, …)
SHEGONG_SIGNING_KEYS  folder of the signing keys, where it is not SHEGONG_HOME/keys
SHEGONG_CHECKPOINTS  where heads of the journal are kept outside the database: folders and witnesses, with commas
SHEGONG_WITNESSED   folder of the published keys of installations whose checkpoints are witnessed here
SHEGONG_OUTBOUND_PRIVATE  address blocks of private networks that jobs may call, e.g. 10.0.0.0/8
SHEGONG_MODE        demo (default of bin/serve) or production
SHEGONG_LOG         json (default in production) or line
SHEGONG_BACKUPS     folder of backups; the worker makes one a day there
SHEGONG_PREFIX      sub-path of a host site, e.g. /sgrc
SHEGONG_TRUSTED_PROXIES  address blocks of the proxies in front, e.g. 10.0.0.0/8: they may name the client
SHEGONG_MAP_FILE    the operator's own map of the divisions, see docs/operations.md
SHEGONG_ALLOWED_HOSTS, SHEGONG_SITE_*   see docs/operations.md
"""

import os
import secrets
from datetime import date
from pathlib import Path

from csp.constants import NONE, SELF

from shegong.config import served
from shegong.contexts import CONTEXTS
from shegong.ground.accounts.providers import read_providers

BASE_DIR = Path(__file__).resolve().parents[2]
POLICY_DIR = BASE_DIR / "policy"
# A plan of policy/plans by its name, or a file: the clauses, targets and counting rules in force.
_plan = os.environ.get("SHEGONG_PLAN", "jilin-2011")
PLAN = Path(_plan) if _plan.endswith(".toml") else POLICY_DIR / "plans" / f"{_plan}.toml"
SHEGONG_HOME = Path(os.environ.get("SHEGONG_HOME", BASE_DIR / ".data"))
SHEGONG_CRYPTO = os.environ.get("SHEGONG_CRYPTO", "intl")
SHEGONG_KEYS = os.environ.get("SHEGONG_KEYS", "")
# Rings kept apart: complaints, evidence, who complained (kernel.sealing).
KEYS_APART = {
    ring: os.environ.get(f"SHEGONG_KEYS_{ring.upper()}", "") for ring in ("conduct", "evidence", "vault")
}
SIGNING_KEYS = os.environ.get("SHEGONG_SIGNING_KEYS", "")
SHEGONG_MODE = os.environ.get("SHEGONG_MODE", "demo")
PRODUCTION = SHEGONG_MODE == "production"
DEMO = not PRODUCTION


def listed(name: str, default: str = "") -> list[str]:
    """What an environment variable lists, with commas."""
    return [one.strip() for one in os.environ.get(name, default).split(",") if one.strip()]


# Two folders on one disk are two copies, not two witnesses: production names its own (docs/operations.md).
_two_folders = f"{SHEGONG_HOME / 'checkpoints'},{SHEGONG_HOME / 'checkpoints-second'}"
CHECKPOINTS = listed("SHEGONG_CHECKPOINTS", _two_folders if DEMO else "")
WITNESSED = Path(os.environ.get("SHEGONG_WITNESSED", SHEGONG_HOME / "witnessed"))
OUTBOUND_PRIVATE = listed("SHEGONG_OUTBOUND_PRIVATE")
SHEGONG_HOST = os.environ.get("SHEGONG_HOST", "127.0.0.1")
SHEGONG_PORT = int(os.environ.get("SHEGONG_PORT", "8000"))
PUBLIC_URL = os.environ.get("SHEGONG_PUBLIC_URL", f"http://{SHEGONG_HOST}:{SHEGONG_PORT}").rstrip("/")
BACKUPS = Path(os.environ["SHEGONG_BACKUPS"]) if os.environ.get("SHEGONG_BACKUPS") else None
PROVINCE = int(os.environ.get("SHEGONG_PROVINCE", "220000")) * 1000


def secret_file(name: str) -> str:
    """A secret kept in SHEGONG_HOME/secrets, made on first use with mode 0600."""
    path = SHEGONG_HOME / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:  # another process was faster
            pass
    return path.read_text()


SECRET_KEY = secret_file("django")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("SHEGONG_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
_database = os.environ.get("DATABASE_URL", "postgresql://shegong@127.0.0.1:54329/shegong")
# wsgi.py says "web"; commands and the worker say "command".
DATABASES = {
    "default": served.database_from_url(
        _database, served.PATIENCE[os.environ.get("SHEGONG_PROCESS", "command")]
    )
}
# The role that owns the tables: kernel.walls takes its part to migrate, and at no other time (docs/adr/0023).
DATABASE_OWNER = served.database_from_url(
    os.environ.get("DATABASE_OWNER_URL") or _database,
    served.PATIENCE["command"] | {"statement_timeout": "0"},
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "shegong.config",
    *(context.module for context in CONTEXTS),
    "shegong.ui",
    "shegong.kernel",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_filters",
    "csp",
]

MIDDLEWARE = [
    "shegong.kernel.traffic.TrafficMiddleware",
    "shegong.kernel.http.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shegong.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shegong.ground.accounts.middleware.ActorMiddleware",
    "shegong.kernel.http.DenyByDefaultMiddleware",
]
# Public verification answers without session, sign-in or messages (docs/adr/0005).
PUBLIC_MIDDLEWARE = [
    "shegong.kernel.traffic.TrafficMiddleware",
    "shegong.kernel.http.PublicHeadersMiddleware",
    "shegong.ui.middleware.LanguageMiddleware",
]

ROOT_URLCONF = "shegong.config.urls"
LANES = served.lanes(listed("SHEGONG_LANES"))
WSGI_APPLICATION = "shegong.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shegong.ui.menu.site",
                "shegong.ground.accounts.web.mine.bell",
                "shegong.ground.accounts.web.journal_proofs.alarms",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "shegong.ground.accounts.passwords.PlaceWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:start"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

_prefix = os.environ.get("SHEGONG_PREFIX", "").strip("/")  # sgrc, /sgrc and /sgrc/ are one
FORCE_SCRIPT_NAME = f"/{_prefix}" if _prefix else None
STATIC_URL = f"{FORCE_SCRIPT_NAME or ''}/static/"
STATIC_ROOT = SHEGONG_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

# Security: HTTPS-only switches follow the address people use, so a loopback demo works without a certificate.
HTTPS = PUBLIC_URL.startswith("https://")
TRUSTED_PROXIES = [block for block in os.environ.get("SHEGONG_TRUSTED_PROXIES", "").split(",") if block]
SECURE_SSL_REDIRECT = False  # the proxy that holds the certificate redirects
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Under a sub-path the host site and its other applications neither read nor overwrite these.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{FORCE_SCRIPT_NAME or ''}/"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS and not FORCE_SCRIPT_NAME else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS and not FORCE_SCRIPT_NAME else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []
CSRF_FAILURE_VIEW = "shegong.kernel.http.csrf_failure"
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
# Sign-in services of others (OpenID Connect), from a file of their names, addresses and secrets.
OIDC = read_providers(os.environ.get("SHEGONG_OIDC", ""))
POLICY_REPORTS = f"{FORCE_SCRIPT_NAME or ''}/policy-report/"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Browsers hold redirects of a form to this too: signing in elsewhere begins with a form of ours.
        "form-action": [SELF, *(provider.origin for provider in OIDC.values())],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "report-uri": [POLICY_REPORTS],
    }
}

# Mail and SMS: console in a demo, SMTP where SHEGONG_SMTP names a server (host:port).
SMTP = os.environ.get("SHEGONG_SMTP", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP else 'console'}.EmailBackend"
EMAIL_HOST, _sep, _port = SMTP.partition(":")
EMAIL_PORT = int(_port or 25)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("SHEGONG_MAIL_FROM", "shegong@localhost")
# A virus scanner that reads a file on its standard input: 0 clean, 1 harmful, anything else refuses the upload.
SCAN_COMMAND = os.environ.get("SHEGONG_SCAN_COMMAND", "")
SMS_BACKEND = os.environ.get("SHEGONG_SMS", "console")

# The operator's own map of the divisions (GeoJSON with codes): the day its boundaries are of, the number it may be
# published under (审图号), whose it is. Without a file the tile map serves; public pages never show it without a number.
MAP_FILE = os.environ.get("SHEGONG_MAP_FILE", "")
MAP_DATE = date.fromisoformat(os.environ["SHEGONG_MAP_DATE"]) if os.environ.get("SHEGONG_MAP_DATE") else None
MAP_REVIEW_NUMBER = os.environ.get("SHEGONG_MAP_REVIEW_NO", "")
MAP_SOURCE = os.environ.get("SHEGONG_MAP_SOURCE", "")

# What 国办发〔2017〕47号 wants in the header and footer of a government page; blank in a demo, checked by `check --deploy`.
SITE = {
    "name_zh": os.environ.get("SHEGONG_SITE_NAME_ZH", "吉林省社会工作人才平台"),
    "name_en": os.environ.get("SHEGONG_SITE_NAME_EN", "Jilin Social Work Talent Platform"),
    "sponsor_zh": os.environ.get("SHEGONG_SITE_SPONSOR_ZH", "吉林省民政厅"),
    "sponsor_en": os.environ.get("SHEGONG_SITE_SPONSOR_EN", "Jilin Provincial Department of Civil Affairs"),
    "phone": os.environ.get("SHEGONG_SITE_PHONE", ""),
    "icp": os.environ.get("SHEGONG_SITE_ICP", ""),
    "psb": os.environ.get("SHEGONG_SITE_PSB", ""),
    "site_code": os.environ.get("SHEGONG_SITE_CODE", ""),
}

LOGGING = served.logs(os.environ.get("SHEGONG_LOG", "json" if PRODUCTION else "line"))
DEFAULT_EXCEPTION_REPORTER_FILTER = "shegong.kernel.crash_reports.WithoutValues"
SILENCED_SYSTEM_CHECKS: list[str] = ["security.W008", "security.W021"]

# allauth: one door for everybody; officers must have a second factor (accounts.adapter).
ACCOUNT_ADAPTER = "shegong.ground.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "shegong.ground.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = str(SITE["name_zh"])
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = False  # counted in the database for all processes together (kernel.throttle)
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # passkeys on http://localhost
SOCIALACCOUNT_ADAPTER = "shegong.ground.accounts.bound.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_STORE_TOKENS = False
MFA_FORMS = {
    "authenticate": "shegong.ground.accounts.web.factor_forms.SignInCodeForm",
    "reauthenticate": "shegong.ground.accounts.web.factor_forms.AgainCodeForm",
    "activate_totp": "shegong.ground.accounts.web.factor_forms.FirstCodeForm",
}
