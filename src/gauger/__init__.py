"""gauger finds illicit distillation of AI models in the logs a provider already has."""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
