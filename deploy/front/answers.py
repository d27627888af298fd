"""What the proxy answers by itself: problem documents to programs, a small page in Chinese and English to people."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

# nginx's own status -> status of the answer, code, sentence, in Chinese. 494: a head that is too large.
ANSWERS = {
    "400": (400, "bad-request", "The request cannot be read.", "请求有误，请返回重试。"),
    "403": (403, "outside-scope", "Only a presigned PUT is answered here.", "这里不能访问。"),
    "404": (404, "not-found", "There is no such address.", "没有找到这个地址。"),
    "413": (413, "too-large", "The body is too large.", "文件太大，请选小一些的。"),
    "414 494": (400, "bad-request", "The head of the request is too large.", "请求有误，请返回重试。"),
    "421": (421, "wrong-host", "This host is not served here.", "请从学校给的网址打开。"),
    "429": (
        429,
        "too-many",
        "Too many connections from this network at once; try again in some seconds.",
        "同一网络同时访问的人太多，请过几秒再试。",
    ),
    "502 504": (
        503,
        "unavailable",
        "The service is temporarily unavailable; send the same request again.",
        "系统暂时繁忙，请稍后再试，不会重复办理。",
    ),
}
PAGE = (
    '<!doctype html><html lang="zh"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>点名 Rollcall</title><h1>点名 Rollcall</h1><p>{zh}</p><p lang="en">{en}</p>'
    '<p><a href="/">回到首页 Home</a></p></html>'
)
RETRY = (429, 503)


def problems() -> Iterator[str]:
    """Lines of a server whose peers are programs."""
    yield from _answers("application/problem+json", people=False)


def pages() -> Iterator[str]:
    """Lines of a server whose peers are people."""
    yield from _answers("text/html; charset=utf-8", people=True)


def wrong_host() -> Iterator[str]:
    """Lines of a server that refuses whatever it is asked."""
    yield from problems()
    yield "location / { return 421; }"


def _answers(media: str, *, people: bool) -> Iterator[str]:
    for own, (status, code, sentence, chinese) in ANSWERS.items():
        address = f"/_front/{own.replace(' ', '-')}"
        text = PAGE.format(zh=chinese, en=sentence) if people else _problem(status, code, sentence)
        retry = " add_header Retry-After 2 always;" if status in RETRY else ""
        yield f"error_page {own} ={status} {address};"
        yield (
            f"location = {address} {{ internal; default_type '{media}'; add_header Cache-Control no-store always;"
            f" add_header X-Content-Type-Options nosniff always;{retry} return {status} '{text}'; }}"
        )


def _problem(status: int, code: str, sentence: str) -> str:
    document = {
        "type": f"urn:rollcall:problem:{code}",
        "title": code,
        "status": status,
        "detail": sentence,
        "instance": "",
    }
    return orjson.dumps(document).decode()
