"""Glasswally's published detectors and weights, restated for exchanges.

github.com/m0rs3c0d3/Glasswally (Rust, MIT), `glasswally/src/engine/fusion.rs` and `workers/` at
commit 7f79e9d. It looks at each request as it comes, with an hour's or a day's memory of its
account and an index over accounts; so does this.
"""
