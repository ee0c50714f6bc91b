"""What a search is: whoever shares its study shares all of this."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from inkdigits.errors import RunError
from inkdigits.recipes.slips import is_count


@dataclass(frozen=True)
class SearchPlan:
    """`recipe` is a name or a file's absolute path, `name` its own name; `epochs` and `limit` None change nothing.

    `images` is the fingerprint of the training and the validation images.
    """

    recipe: str
    name: str
    data: str
    seed: int
    sampler: str
    epochs: int | None
    limit: int | None
    skip_bad: bool
    precision: str
    images: str

    @property
    def study_name(self) -> str:
        """The name under which others find the study in a shared storage."""
        return f"{self.name}-{self.sampler}-seed-{self.seed}"

    def sound_entries(self) -> dict[str, bool]:
        """Whether each entry, read from a file, is one that a search can have."""
        words = ("recipe", "name", "data", "precision", "images")
        return {
            **{name: isinstance(getattr(self, name), str) for name in words},
            "seed": type(self.seed) is int and 0 <= self.seed < 2**32,
            "sampler": self.sampler in ("tpe", "random"),
            "epochs": self.epochs is None or is_count(self.epochs),
            "limit": self.limit is None or is_count(self.limit),
            "skip_bad": isinstance(self.skip_bad, bool),
        }

    def check_same(self, recorded: dict[str, Any], where: str) -> None:
        """Raises `RunError` naming the first option in which the study of `recorded` differs.

        The recipe's path may differ, machines being different, and its precision is the study's.
        """
        for key, value in asdict(self).items():
            if key not in ("recipe", "precision") and recorded.get(key) != value:
                raise RunError(
                    f"{where}: study {self.study_name} was begun with {key} {recorded.get(key)}, not {value}; "
                    "choose the same or another --seed"
                )
