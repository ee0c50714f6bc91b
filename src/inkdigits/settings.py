"""Every `INKDIGITS_*` setting, read from the environment and from a `.env` file in the working folder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from inkdigits.errors import InkdigitsError, home_known


class Settings(BaseSettings):
    """The settings, their defaults, and what they mean."""

    model_config = SettingsConfigDict(env_prefix="INKDIGITS_", env_file=".env", extra="ignore")

    data_dir: Path = Field(default=Path("~/.cache/inkdigits"), description="where downloaded data sets are kept")
    runs_dir: Path = Field(default=Path("runs"), description="where training runs are written")
    threads: int = Field(default=0, ge=0, le=1024, description="processor threads; 0 means one per core")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING", description="least severe log message that is shown"
    )


def settings() -> Settings:
    """Reads the settings afresh; raises `InkdigitsError` naming the variable that is wrong."""
    try:
        found = Settings()
    except UnicodeDecodeError as error:
        raise InkdigitsError(f".env: is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = f"INKDIGITS_{'_'.join(str(part) for part in first['loc']).upper()}"
        raise InkdigitsError(f"{name}={first['input']!r}: {first['msg']}") from error
    return found.model_copy(update={name: _in_full(name, getattr(found, name)) for name in ("data_dir", "runs_dir")})


def _in_full(name: str, path: Path) -> Path:
    with home_known(f"INKDIGITS_{name.upper()}={str(path)!r}"):
        return path.expanduser()
