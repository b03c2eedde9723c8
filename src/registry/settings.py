"""Settings, read once from `REGISTRY_…` variables; a wrong or weak value stops the start with a sentence."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry.validation import EMAIL

MAIL_SERVER = re.compile(r"(?:smtp|smtp\+starttls|smtps)://(?:[^@/\s]+@)?[A-Za-z0-9.\[\]:-]+/?")

REPOSITORY = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Everything an installation chooses. `docs/operation.md` explains each."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True, extra="ignore")

    data: Path = Field(default=Path("var"), description="folder of database, index, captures and secrets")
    source: Path = Field(default=REPOSITORY, description="folder that holds catalog/ and standards/")
    database_url: str | None = Field(
        default=None, description="PostgreSQL address; without it SQLite in the data folder"
    )
    prefix: str = Field(default="", description="path under which the registry is mounted in a portal, such as /zwgk")
    secret_key: SecretStr | None = Field(
        default=None, description="signs forms; made and kept in the data folder when absent"
    )
    public_url: str | None = Field(
        default=None, description="address under which people reach the registry, for links in feeds"
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="mail server for reminders: smtp://user:password@host:port, smtp+starttls://, smtps://",
    )
    mail_from: str | None = Field(default=None, description="address reminders are sent from")
    https: bool = Field(default=False, description="behind TLS: secure cookies and HSTS")
    trusted_proxies: int = Field(
        default=0, ge=0, le=3, description="number of reverse proxies whose X-Forwarded-* is believed"
    )
    staff_networks: str = Field(
        default="", description="comma-separated networks from which staff may sign in; empty: all"
    )
    site_header: Path | None = Field(default=None, description="HTML file that replaces the page header")
    site_footer: Path | None = Field(default=None, description="HTML file that replaces the page footer")
    password_rules: Literal["djbh", "asvs"] = Field(
        default="djbh", description="MLPS (complexity, 90 days) or ASVS preset"
    )
    calendar: str = Field(default="chuxiong", description="calendar of working days from standards/calendar/")
    request_limit: str = Field(default="600/minute", description="requests one address may make")
    threads: int = Field(default=8, ge=1, le=64, description="threads of the built-in server")
    search_memory_mb: int = Field(
        default=128, ge=1, le=1 << 16, description="megabytes a process keeps of the index's postings it has read"
    )
    attachment_mb: int = Field(
        default=20,
        ge=1,
        le=30,
        description="megabytes a file attached to a publication may have; all of one upload: 32",
    )
    index_in_background: bool = Field(default=True, description="a thread of this process keeps the index current")

    @field_validator("prefix")
    @classmethod
    def prefix_is_a_path(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and not value.startswith("/"):
            raise ValueError(f"REGISTRY_PREFIX must begin with '/', found {value!r}")
        return value

    @field_validator("staff_networks")
    @classmethod
    def networks_are_readable(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            ip_network(part)
        return value

    @model_validator(mode="after")
    def secret_is_strong(self) -> "Settings":
        if self.secret_key is not None and len(self.secret_key.get_secret_value()) < 32:
            raise ValueError("REGISTRY_SECRET_KEY must have at least 32 characters")
        if self.database_url and not self.database_url.startswith(
            ("postgresql://", "postgresql+psycopg://", "sqlite:")
        ):
            raise ValueError("REGISTRY_DATABASE_URL must be a postgresql:// address (or sqlite: for tests)")
        return self

    @model_validator(mode="after")
    def mail_is_whole(self) -> "Settings":
        if self.smtp_url is None:
            return self
        if not MAIL_SERVER.fullmatch(self.smtp_url.get_secret_value()):
            raise ValueError("REGISTRY_SMTP_URL must be smtp://, smtp+starttls:// or smtps:// with a host")
        if not self.public_url:
            raise ValueError("REGISTRY_SMTP_URL needs REGISTRY_PUBLIC_URL: a reminder without links cannot be acted on")
        if not self.mail_from or not EMAIL.fullmatch(self.mail_from):
            raise ValueError(f"REGISTRY_SMTP_URL needs REGISTRY_MAIL_FROM, a plain address, found {self.mail_from!r}")
        return self

    @property
    def database_address(self) -> str:
        return self.database_url or f"sqlite:///{(self.data / 'registry.sqlite').absolute()}"

    @property
    def index_folder(self) -> Path:
        return self.data / "index"

    @property
    def object_folder(self) -> Path:
        return self.data / "objects"
