"""A photo from a phone on a bad line: its body arrives in pieces, with as much time between them as a test wants."""

from __future__ import annotations

import socket
import uuid

import httpx

from tests.system.county import CAMPAIGN, SmallCounty

PIECE = 200  # bytes


class SlowPhoto:
    """The head is sent at once. answer: sends what is left. Closed with the block."""

    def __init__(self, county: SmallCounty, number: int) -> None:
        request = httpx.Request(
            "POST",
            f"{county.addresses['upload']}/v1/photos",
            headers={**county.headers("upload", "teacher"), "Idempotency-Key": f"slow-{uuid.uuid4()}"},
            data={"campaign": CAMPAIGN, "pupil": county.pupils[number]},
            files={"photo": ("sheet.jpg", county.page_of(number), "image/jpeg")},
        )
        self._body, url = request.read(), request.url
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        self._line = socket.create_connection((url.host, url.port or 80), 60)
        self._line.sendall(f"POST {url.path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())

    def __enter__(self) -> SlowPhoto:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def send_a_piece(self) -> None:
        self._line.sendall(self._body[:PIECE])
        self._body = self._body[PIECE:]

    def answer(self) -> tuple[int, str]:
        """Status, and the answer as a text."""
        self._line.sendall(self._body)
        text = self._line.recv(1 << 16).decode(errors="replace")
        return (int(text.split()[1]) if text else 599), text
