"""`GET /v1/rounds` and `/v1/networks`: what scheduled scans found."""

from __future__ import annotations

from fastapi import APIRouter

from gauger.face.server.service import Service


def rounds(service: Service) -> APIRouter:
    """The endpoints of a service."""
    return APIRouter()
