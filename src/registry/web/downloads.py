"""A file that a page hands out."""

from urllib.parse import quote

from flask import Response


def download(content: bytes, media_type: str, name: str, plain_name: str) -> Response:
    """A download under its Chinese name, with a plain one for programs that cannot read that."""
    answer = Response(content, content_type=media_type)
    disposition = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}"
    answer.headers["Content-Disposition"] = disposition
    return answer
