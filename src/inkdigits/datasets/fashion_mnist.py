"""Fashion-MNIST: from Debian's package, from an earlier download, or from its authors' server."""

from __future__ import annotations

from pathlib import Path

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.download import download
from inkdigits.datasets.idx_archive import IdxArchive
from inkdigits.settings import settings

URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
LICENCE = "MIT"
FASHION_MNIST = IdxArchive(
    "fashion-mnist",
    {
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)
# MD5 of the gzipped files as their authors publish them; Debian's are compressed anew.
PUBLISHED_MD5 = {
    "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
}


def find_fashion_mnist() -> Path | None:
    """The folder that holds all four files, or None; looks on this machine only."""
    for folder in (download_folder(), DEBIAN_FOLDER):
        if FASHION_MNIST.complete_in(folder):
            return folder
    return None


def download_folder() -> Path:
    """Where a download is kept."""
    return settings().data_dir / "fashion-mnist"


def load_fashion_mnist(part: str = "all") -> DigitImages:
    """Part "train", "test" or "all", uint8 (N, 28, 28), downloaded if need be; raises `DatasetError`."""
    folder = find_fashion_mnist()
    if folder is None:
        folder = download_folder()
        for file, md5 in PUBLISHED_MD5.items():
            download(f"{URL}{file}.gz", folder / f"{file}.gz", md5=md5)
    return FASHION_MNIST.load(folder, part)
