"""Pages for people: the ledger at a glance, and the contract in Swagger UI and Redoc. Nothing comes from elsewhere."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

# Redoc makes an empty <style>, which it fills through the CSSOM, and one for its scroll bars: their SHA-256 spare us
# 'unsafe-inline'. A new Redoc may have another second one; tests/api/test_pages.py then reports the violation.
_REDOC_STYLES = (
    "'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
)


def _policy(**more: str) -> str:
    directives = {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "style-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    directives |= {name.replace("_", "-"): value for name, value in more.items()}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


# Path → the file shown there and its Content-Security-Policy.
_PAGES = {
    "/": ("ledger.html", _policy(require_trusted_types_for="'script'")),
    "/docs": ("docs.html", _policy()),
    "/redoc": ("redoc.html", _policy(style_src=_REDOC_STYLES, worker_src="'self' blob:")),
}


class _Assets(StaticFiles):
    """Files that a browser asks for anew each time and keeps while their ETag holds."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(
            {
                "Content-Security-Policy": _policy(),
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "no-cache",
            }
        )
        return response


def mount(app: FastAPI) -> None:
    """Add `/`, `/docs` and `/redoc` with their assets; only what `/` asks of the API needs a key."""
    own = _Assets(directory=Path(__file__).parent / "assets")
    for path, (name, policy) in _PAGES.items():
        app.add_route(path, _page(own, name, policy), include_in_schema=False)
    app.mount("/pages", own)
    app.mount("/docs", _vendored("swagger"))
    # Redoc asks for its logo below the page's own path.
    app.mount("/redoc", _vendored("redoc"))


def _page(assets: StaticFiles, name: str, policy: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        response = await assets.get_response(name, request.scope)
        response.headers["Content-Security-Policy"] = policy
        return response

    return page


def _vendored(folder: str) -> ASGIApp:
    return _Assets(packages=[("fastapi_standalone_docs", f"static/{folder}")])
