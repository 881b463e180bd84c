"""What every service is told from outside: environment variables with the service's own prefix (INTAKE_UNIT, …)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url


class ServiceSettings(BaseSettings):
    """The settings that all services share. A service adds its own fields and its prefix."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    unit: str = Field("dai-phuc", pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    """The commune, as it stands in subjects and sources."""
    unit_name: str = "xã Đại Phúc"
    province_name: str = "tỉnh Thái Nguyên"
    hotline_number: str = "0208 382 4567"
    """As people read it; it stands on every page."""

    database_url: str
    """`sqlite:////path/intake.db` or `postgresql+psycopg://intake@postgres/intake`."""
    database_password_file: Path | None = None
    """A file whose first line is the database password, so that it stands in no environment."""

    nats_url: str = "nats://127.0.0.1:4222"
    nats_seed_file: Path | None = None
    """The nkey seed of this service; none only against a server without accounts."""

    signin_public_key_file: Path
    """PEM of the Ed25519 key that signs sign-in tokens."""

    public_url: str = "http://127.0.0.1:8080"
    """Where citizens reach the office: printed in QR codes and notices."""
    secure_cookies: bool = False
    trusted_proxies: int = Field(0, ge=0, le=3)
    """How many proxies in front may be believed about the caller's address (X-Forwarded-For)."""

    rate_factor: int = Field(1, ge=1)
    """How many times more anonymous requests one address may make; for load tests."""

    otlp_endpoint: str | None = Field(None, pattern=r"^https?://[^/?#@]+(/[^?#]*)?$")
    """Where traces go, by OTLP over HTTP: `http://collector:4318`, to which /v1/traces is added. None: nowhere."""

    production: bool = False
    """Refuses a set clock and every trial convenience."""
    clock_start: datetime | None = None
    clock_speed: float = Field(1.0, gt=0)

    readers: int = Field(4, ge=1, le=32)
    graceful_seconds: float = Field(10.0, gt=0)

    @model_validator(mode="after")
    def _production_keeps_real_time(self) -> ServiceSettings:
        if self.production and (self.clock_start is not None or self.clock_speed != 1.0):
            raise ValueError("production runs on real time: unset CLOCK_START and CLOCK_SPEED")
        if self.production and not self.secure_cookies:
            raise ValueError("production needs SECURE_COOKIES=true: sign-in cookies travel over https only")
        return self

    def database(self) -> URL:
        """The database address with its password, if a file holds one."""
        url = make_url(self.database_url)
        if self.database_password_file is None:
            return url
        return url.set(password=self.database_password_file.read_text().splitlines()[0])
