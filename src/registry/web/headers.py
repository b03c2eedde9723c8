"""What every answer carries so that browsers allow no more than the registry needs."""

from flask import Flask, Response, request, session

from registry.bootstrap import Registry

POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
    "img-src 'self' data:"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ONE_YEAR = "max-age=31536000"


def init_headers(app: Flask, registry: Registry) -> None:
    """One hook for all answers; a view that has set a header itself, such as a stricter policy, is left alone."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if registry.settings.https:
            response.headers.setdefault("Strict-Transport-Security", ONE_YEAR)
        if is_personal():
            response.headers["Cache-Control"] = "no-store"
        return response


def is_personal() -> bool:
    """Whether the answer may hold what only the asking person should see; files of the package never do."""
    if request.endpoint is not None and request.endpoint.rpartition(".")[2] == "static":
        return False
    return bool(session) or "Authorization" in request.headers
