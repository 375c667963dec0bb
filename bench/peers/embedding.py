"""Vectors of prompts, from a package that carries its model in its wheel.

WordLlama (MIT) averages token vectors of 256 dimensions that were distilled from large models'
token embeddings. It stands for `bge-small-en-v1.5`, which the papers' code uses and which is not
on PyPI: it is a weaker encoder, mostly of English, and knows nothing of word order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import wordllama
from wordllama import WordLlama

Vectors = npt.NDArray[np.float32]

LONGEST: Final = 512
"""Tokens that are read of a prompt, as bge-small reads."""
MODEL: Final = "WordLlama l2_supercat, 256 dimensions, unit length"


class Embedded:
    """Vectors of a column of prompts; the same prompt is embedded once."""

    def __init__(self, prompts: pa.ChunkedArray) -> None:
        coded = prompts.combine_chunks().dictionary_encode()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        self._codes: npt.NDArray[np.int64] = coded.indices.to_numpy(zero_copy_only=False)
        self._vectors = _embed(coded.dictionary.to_pylist())

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> Vectors:
        """Vectors of these rows, one unit vector each."""
        found: Vectors = self._vectors[self._codes[rows]]
        return found


def said(exchanges: pa.Table) -> pa.Table:
    """Exchanges whose prompt holds text: the papers' code skips blank queries as well."""
    return exchanges.filter(
        pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(exchanges["prompt"])), 0)
    )


def _embed(texts: list[str]) -> Vectors:
    if not texts:
        return np.zeros((0, 256), np.float32)
    # Version 0.4 looks for its tokenizer in a folder `tokenizer` and ships `tokenizers`; as a
    # cache its own folder is found whole, and nothing is downloaded.
    model = WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    model.tokenizer.enable_truncation(max_length=LONGEST)
    # Batches are padded to their longest text, so texts of like length go together.
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    vectors = np.empty((len(texts), 256), np.float32)
    vectors[order] = model.embed([texts[row] for row in order])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.maximum(lengths, 1e-12)
    return vectors
