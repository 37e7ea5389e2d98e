"""Asks a time stamping authority when a seal was made (RFC 3161 over HTTP).

pyHanko brings clients that need another HTTP library; the standard one is enough for one request.
Importing this module needs pyHanko.
"""

from __future__ import annotations

import asyncio
import urllib.request
from http.client import HTTPException
from typing import Any

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

_SECONDS = 15
_LARGEST = 100_000


class TimeStamps(TimeStamper):  # type: ignore[misc]
    """An authority at an address that begins with ``https://`` or ``http://``."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    async def async_request_tsa_response(self, req: Any) -> Any:
        """Its answer.  Raises `TimestampRequestError`."""
        return tsp.TimeStampResp.load(await asyncio.to_thread(self._asked, req.dump()))

    def _asked(self, question: bytes) -> bytes:
        request = urllib.request.Request(
            self._address, question, {"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                return bytes(answer.read(_LARGEST))
        except (OSError, HTTPException, ValueError) as failure:
            raise TimestampRequestError(str(failure)) from failure
