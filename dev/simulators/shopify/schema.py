# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shopify's official Admin API schema, complete, as graphql-core sees it.

The source is the introspection JSON of the npm package `@shopify/dev-mcp`, fetched at set-up. It
also says which access scopes each type and field needs (`offline_scopes`).
"""

import functools
import gc
import gzip
import json
from pathlib import Path

from graphql import build_client_schema

from dev._env.paths import paths

API_VERSION = "2026-10"


@functools.cache
def _source(path=None):
    file = Path(path) if path else paths().shopify_introspection
    if not file.exists():
        raise FileNotFoundError(f"{file} is missing: run ./dev/test once, it fetches the schema")
    enabled = gc.isenabled()
    gc.disable()  # a million small objects, none of them garbage: collecting doubles the time
    try:
        return json.loads(gzip.decompress(file.read_bytes()))
    finally:
        if enabled:
            gc.enable()


@functools.cache
def load_schema(path=None):
    """The whole schema, validated by its publisher; built once a process.

    Raises FileNotFoundError when the set-up hasn't fetched it.
    """
    source = _source(path)
    enabled = gc.isenabled()
    gc.disable()
    try:
        return build_client_schema(source["data"], assume_valid=True)
    finally:
        if enabled:
            gc.enable()


@functools.cache
def required_access(path=None):
    """{(type, field or None): (text, scopes)}; any one of the scopes is enough."""
    return {
        (item["typeName"], item.get("fieldName")): (item["requiredAccess"], item["offlineScopes"])
        for item in _source(path)["offline_scopes"]["items"]
        if item["offlineScopes"]
    }
