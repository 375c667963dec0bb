"""Settings from the environment (`GAUGER_...`) and from `gauger.toml` in the working folder.

A flag on the command line wins over the environment, the environment over the file. The secret
comes from the environment or the file, never from a flag, where other users could read it.
"""

from __future__ import annotations

from pydantic import SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gauger.model.errors import UsageError

FILE = "gauger.toml"


class Settings(BaseSettings):
    """What a provider sets once rather than with every command."""

    model_config = SettingsConfigDict(
        env_prefix="GAUGER_", toml_file=FILE, extra="forbid", frozen=True
    )

    secret: SecretStr | None = None
    """Keys the fingerprints; without it every run has a random key of its own."""
    account_field: str | None = None
    """Dotted path of the field that names the account in a record."""
    engine: str = "duckdb"
    memory: str = "3GB"
    """Memory that the engine may use before it spills to disk."""
    threads: int = 2

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file; no `.env`, which tends to be committed."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings() -> Settings:
    """The settings in force. Raises UsageError naming every setting that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"`{'.'.join(str(part) for part in problem['loc'])}`: {problem['msg'].lower()}"
            for problem in error.errors()
        )
        raise UsageError(
            "settings cannot be used", wrong, f"correct them in `{FILE}` or in `GAUGER_...`"
        ) from error
    except ValueError as error:
        raise UsageError(
            f"`{FILE}` cannot be read", str(error), "correct it or remove it"
        ) from error
