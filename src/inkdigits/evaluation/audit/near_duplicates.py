"""Images that are almost the same: copies, scans of one original, what leaks from training into a test."""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 5
SHARE = 0.4  # of the usual distance to the nearest image of the class


def near_duplicates(pixels: np.ndarray, features: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of images far closer than neighbours usually are, the closest first: int64 (M, 2), i < j, and their shares.

    `pixels` float32 (N, P) are compared, `features` float32 (N, D) find candidates, `labels` int64 (N,) tell what is
    usual: ones resemble each other more than fours do. A pair's share is its distance over the median distance of an
    image of its classes to the nearest one; 0.4 and less is a near-duplicate, 0 a copy. N is 2 or more.
    """
    search = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(labels) - 1), algorithm="brute").fit(features)
    neighbours = search.kneighbors(return_distance=False)
    distances = np.stack([np.linalg.norm(pixels - pixels[column], axis=1) for column in neighbours.T], axis=1)
    nearest = distances.min(axis=1)
    found, own = np.unique(labels, return_inverse=True)
    usual = np.array([np.median(nearest[labels == label]) for label in found])[own]
    bound = np.minimum(usual[:, np.newaxis], usual[neighbours])
    rows, columns = np.nonzero(distances <= SHARE * bound)
    pairs = np.sort(np.stack([rows, neighbours[rows, columns]], axis=1), axis=1)
    shares = distances[rows, columns] / np.maximum(bound[rows, columns], np.finfo(np.float32).tiny)
    pairs, kept = np.unique(pairs, axis=0, return_index=True)
    order = np.argsort(shares[kept], kind="stable")
    return pairs[order], shares[kept][order]
