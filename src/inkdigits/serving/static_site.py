"""The drawing page as a folder that any web server can host, the model run in the browser by ONNX Runtime Web."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from inkdigits.bundle import Bundle
from inkdigits.errors import InkdigitsError

RUNTIME = "onnxruntime-web@1.30.0"
_INTEGRITY = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="  # SHA-512
_RUNTIME_FILES = {
    "package/dist/ort.wasm.bundle.min.mjs": "onnxruntime.js",
    "package/dist/ort-wasm-simd-threaded.wasm": "onnxruntime.wasm",
}
_SITE = Path(__file__).with_name("site")
_PAGE = Path(__file__).with_name("page")
_SHARED = (
    *("answer.js", "copying.js", "elements.js", "icon.svg", "live.js", "marks.js", "pad.js", "pen.js", "style.css"),
)
_SECONDS = 300  # for npm to fetch some 30 MiB


def write_site(folder: Path, bundle: Bundle) -> None:
    """Writes the site with the model of `bundle` into `folder`, which must be new or empty; all of it or nothing.

    Raises `InkdigitsError` in one line, also where npm is missing or cannot fetch the runtime; `OSError`.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InkdigitsError(f"{folder}: is not empty; choose a new or an empty folder for the site")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the last step is one renaming.
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        fresh = Path(temporary, "site")
        shutil.copytree(_SITE, fresh)
        for name in _SHARED:
            shutil.copyfile(_PAGE / name, fresh / name)
        shutil.copyfile(bundle.model_path, fresh / "model.onnx")
        _unpack_runtime(_fetch_runtime(Path(temporary)), fresh)
        if folder.exists():
            folder.rmdir()
        fresh.rename(folder)


def _fetch_runtime(folder: Path) -> Path:
    """Has npm fetch the pinned package into the folder; gives the file, its content checked."""
    npm = shutil.which("npm")
    if npm is None:
        raise InkdigitsError("npm: not found; it fetches ONNX Runtime Web for the site; install Node.js with npm")
    command = [npm, "pack", RUNTIME, "--silent", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise InkdigitsError(f"npm: no {RUNTIME} within {_SECONDS} seconds; check the network") from error
    packages = list(folder.glob("*.tgz"))
    if done.returncode or len(packages) != 1:
        said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        reason = said[-1] if said else f"exit code {done.returncode}"
        raise InkdigitsError(f"npm: cannot fetch {RUNTIME} ({reason}); check the network and npm's settings")
    digest = base64.b64encode(hashlib.sha512(packages[0].read_bytes()).digest()).decode()
    if digest != _INTEGRITY:
        raise InkdigitsError(f"npm: what it fetched is not {RUNTIME} as published; check npm's settings")
    return packages[0]


def _unpack_runtime(package: Path, folder: Path) -> None:
    """Writes the runtime's two files; names come from here, none from the package."""
    with tarfile.open(package) as archive:
        for name, target in _RUNTIME_FILES.items():
            content = archive.extractfile(name)
            assert content is not None  # the package is known by its hash
            (folder / target).write_bytes(content.read())
