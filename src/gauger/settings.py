"""Settings from the environment (`GAUGER_...`) and from `gauger.toml` in the working folder.

A flag on the command line wins over the environment, the environment over the file. The secret
comes from the environment or the file, never from a flag, where other users could read it.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gauger.engine.sizes import usual
from gauger.model.errors import UsageError

FILE = "gauger.toml"
_UNKNOWN = "extra_forbidden"


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
    master: str | None = None
    """The Spark cluster that a scan runs on; this machine alone unless named."""
    memory: str = "3GB"
    """Memory that a scan may use, the engine's included."""
    spill: Path | None = None
    """Folder for what does not fit in memory; by default the one that `TMPDIR` names."""
    spill_limit: str | None = None
    """Size that this folder may grow to."""
    threads: int = 2
    database: str = "sqlite:///gauger-serve/control.db"
    """The control plane of `gauger serve`: API keys and policies."""
    disposable_domains: Path | None = None
    """Domains of disposable e-mail addresses beside the packaged ones, one a line."""
    quotas: str = "memory://"
    """Where `gauger serve` keeps what was drawn from quotas."""

    def memory_on(self, engine: str) -> str:
        """Memory of a scan: what was set, else what is usual on this machine; with Spark it is
        that of each executor, of whose machine nothing is known here."""
        if "memory" in self.model_fields_set or engine != "duckdb":
            return self.memory
        return usual()

    @property
    def phrase(self) -> str | None:
        """The secret as it is given to a scan, and to nobody else."""
        return None if self.secret is None else self.secret.get_secret_value()

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
        raise UsageError("settings cannot be used", _wrong(error), _remedy(error)) from error
    except ValueError as error:
        raise UsageError(
            f"`{FILE}` cannot be read", str(error), "correct it or remove it"
        ) from error


def _wrong(error: ValidationError) -> str:
    return "; ".join(
        f"`{'.'.join(str(part) for part in problem['loc'])}`: "
        + ("no such setting" if problem["type"] == _UNKNOWN else problem["msg"].lower())
        for problem in error.errors()
    )


def _remedy(error: ValidationError) -> str:
    remedy = f"correct them in `{FILE}` or in `GAUGER_...`"
    if not any(problem["type"] == _UNKNOWN for problem in error.errors()):
        return remedy
    names = ", ".join(f"`{name}`" for name in sorted(Settings.model_fields))
    return f"{remedy}; the settings are {names}"
