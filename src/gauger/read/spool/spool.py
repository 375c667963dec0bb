"""Takes exchanges in: sketched at once, each once, on the disk before anybody is told so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from gauger.model.closing import Closing
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.read.arriving import Arrival
from gauger.read.sketch import SketchKey, sketch
from gauger.read.spool.seen import Keys, Seen
from gauger.read.spool.segments import About, Damaged, read_segment, write_segment
from gauger.read.spool.streams import OwnStream, streams_in


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one request's exchanges: on the disk now, or there from before."""

    accepted: int
    repeated: int


class Spool(Closing):
    """The spool of one process. One thread at a time may use it."""

    def __init__(self, folder: Path, key: SketchKey, known: Iterable[Keys] = ()) -> None:
        """`known` are keys of exchanges that a lake holds; those that wait here are looked up.

        Raises OSError.
        """
        self.folder = folder
        self._key = key
        self._seen = Seen()
        for keys in known:
            self._seen.add(keys)
        for stream in streams_in(folder):
            for segment in stream.segments:
                try:
                    self._seen.add(_keys(read_segment(segment)[0]))
                except (Damaged, FileNotFoundError):
                    # Whoever commits it sets it apart and says so, or has committed it.
                    continue
        self._own = OwnStream(folder)

    def keep(self, arrivals: Sequence[Arrival]) -> list[Kept]:
        """Puts the exchanges of some requests on the disk, those not seen before; no text of them.

        All of them or none: OSError says that nothing was kept, and they may be sent again.
        """
        batches = [batch for arrival in arrivals for batch in arrival.batches]
        if not batches:
            return [Kept(0, 0) for _ in arrivals]
        # One by one where they are large: a sketch is a tenth of its text, and held together.
        sketches = pa.Table.from_batches(
            [sketch(batch, self._key) for batch in _together(batches)], SKETCH_SCHEMA
        ).combine_chunks()
        keys = _keys(sketches)
        fresh = self._seen.fresh(keys)
        rows = int(fresh.sum())
        if rows:
            kept = sketches if rows == len(fresh) else sketches.filter(pa.array(fresh))
            first = self._own.rows + 1
            about = About()
            for arrival in arrivals:
                about = about.joined(About(arrival.missing, arrival.asserted))
            write_segment(self._own.stream.folder, first, _placed(kept, first), about)
            self._own.rows += rows
            self._seen.add(keys[fresh])
        ends = np.cumsum([arrival.exchanges for arrival in arrivals]).tolist()
        told: list[Kept] = []
        begin = 0
        for end in ends:
            accepted = int(fresh[begin:end].sum())
            told.append(Kept(accepted, end - begin - accepted))
            begin = end
        return told

    def close(self) -> None:
        """Leaves what is not committed yet to the next process."""
        self._own.close()


def _together(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Small batches as one: a sketch of fifty exchanges takes hardly longer than that of one."""
    found: list[pa.RecordBatch] = []
    held: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        if held and size + batch.nbytes > _SIZE:
            found.append(_one(held))
            held, size = [], 0
        held.append(batch)
        size += batch.nbytes
    return [*found, _one(held)]


_SIZE = 16 << 20


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _placed(sketches: pa.Table, first: int) -> pa.Table:
    """Rows of a stream; which log of the lake the stream is, is known when it is committed."""
    rows = np.arange(first, first + sketches.num_rows, dtype=np.int64)
    place = sketches.schema.get_field_index("source_row")
    placed = sketches.set_column(place, sketches.schema.field(place), pa.array(rows))
    place = sketches.schema.get_field_index("source_file")
    zeros = pa.array(np.zeros(sketches.num_rows, np.int32))
    return placed.set_column(place, sketches.schema.field(place), zeros)


def _keys(sketches: pa.Table) -> Keys:
    return np.asarray(sketches["exchange_key"].to_numpy(), np.int64)
