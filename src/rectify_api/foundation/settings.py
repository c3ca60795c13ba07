"""What the operator may set: RECTIFY_… variables and `.env`, read once, frozen, refused when bad."""

import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "RECTIFY_"


class BadSetting(Exception):
    """One line that names the setting and says what is wrong with it."""


class Settings(BaseSettings):
    """Every setting of the service; sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", frozen=True, extra="ignore")

    database_url: SecretStr | None = Field(
        default=None, description="postgresql://… of an external server, 15 or newer; absent: the embedded one"
    )
    data_dir: Path = Field(default_factory=lambda: user_data_path("rectify-api"), description="embedded data, evidence")
    evidence_url: str = Field(default="", description="file:///… or s3://bucket/prefix; absent: data_dir/evidence")
    admin_key: SecretStr | None = Field(default=None, description="the first key; absent: made on the first start")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    max_body_bytes: Annotated[int, Field(ge=1024)] = 1024 * 1024
    max_upload_bytes: Annotated[int, Field(ge=1024)] = 2 * 1024**3
    read_connections: Annotated[int, Field(ge=1, le=64)] = 4
    write_connections: Annotated[int, Field(ge=1, le=64)] = 8
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    deadline_rules: Path | None = Field(
        default=None, description="own rules of deadlines, TOML; absent: those that come along"
    )
    postgres_bin: Path | None = Field(default=None, description="folder of another PostgreSQL's programs to embed")

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value and urlsplit(value.get_secret_value()).scheme not in {"postgresql", "postgres"}:
            raise ValueError("must begin with postgresql://")
        return value

    @field_validator("evidence_url")
    @classmethod
    def _is_store(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"file", "s3"}:
            raise ValueError("must begin with file:// or s3://")
        return value

    @field_validator("admin_key")
    @classmethod
    def _is_strong(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < 24:
            raise ValueError("must have 24 characters or more")
        return value

    @property
    def evidence(self) -> str:
        return self.evidence_url or (self.data_dir.resolve() / "evidence").as_uri()


def load_settings() -> Settings:
    """The settings of this process. Raises BadSetting with one line that names the first bad one."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    if strange := sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known):
        raise BadSetting(f"{strange[0]}: 没有这个设置 / no such setting")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadSetting(f"{name}: 设置不正确 / {first['msg'].removeprefix('Value error, ')}") from None
