"""Every URL with what it declares; a route that declares nothing stops the start."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from shegong.kernel.access import PUBLIC


@dataclass(frozen=True)
class PageSpec:
    """What a route declares: who may come, with which methods, about which kind of object, for which clause."""

    permission: str
    methods: tuple[str, ...]
    object: str = ""
    clause: str = ""
    whole_province: bool = False


def routes() -> Iterator[dict[str, Any]]:
    """`{name, path, methods, permission, public, object, whole_province, clause}` for every route, in URL order."""
    for name, path, callback in _walk(get_resolver(), "", ""):
        spec: PageSpec | None = getattr(callback, "page", None)
        yield {
            "name": name,
            "path": path,
            "methods": sorted(spec.methods) if spec else [],
            "permission": spec.permission if spec else None,
            "public": bool(spec) and spec.permission == PUBLIC,
            "object": (spec.object or None) if spec else None,
            "whole_province": bool(spec) and spec.whole_province,
            "clause": (spec.clause or None) if spec else None,
        }


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[tuple[str, str, Any]]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, path, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or ''}", "/" + path, pattern.callback


@register("shegong")
def every_route_declares(app_configs: Any, **kwargs: Any) -> list[Error]:
    """System check: deny by default."""
    return [
        Error(f"route {route['path']} declares no permission", id="shegong.E001")
        for route in routes()
        if route["permission"] is None
    ]
