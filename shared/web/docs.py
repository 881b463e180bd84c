"""OpenAPI and AsyncAPI 3 documents as pages of the office: server-side, offline, no script from anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.web.pages import Pages

Document = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
LIMITS = (
    *("minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minItems", "maxItems", "default", "examples"),
)
_DEEPEST = 4


@dataclass(frozen=True)
class Field:
    """One line of a schema: a dotted name, its type in words, and what it must satisfy."""

    name: str
    type: Markup
    required: bool
    says: str
    limits: str


@dataclass(frozen=True)
class Schema:
    """A named schema with its fields; one that is no object has its type only."""

    name: str
    anchor: str
    says: str
    type: Markup
    fields: list[Field]


@dataclass(frozen=True)
class Body:
    """What is sent or answered: a status or media type, words, and a type."""

    label: str
    says: str
    type: Markup
    fields: list[Field]


@dataclass(frozen=True)
class Operation:
    """A method on a path, or an action on a channel."""

    anchor: str
    verb: str
    where: str
    title: str
    says: str
    guarded: bool
    parameters: list[Field]
    takes: list[Body]
    gives: list[Body]


def openapi_page(pages: Pages, request: Request, document: Document) -> HTMLResponse:
    """A readable page of an OpenAPI 3 document: operations by tag, then the schemas they name."""
    groups: dict[str, list[Operation]] = {}
    for path, item in document.get("paths", {}).items():
        for verb in (v for v in METHODS if v in item):
            tag = next(iter(item[verb].get("tags", [])), "")
            groups.setdefault(tag, []).append(_http_operation(document, path, verb, item))
    return _page(pages, request, document, groups)


def asyncapi_page(pages: Pages, request: Request, document: Document) -> HTMLResponse:
    """A readable page of an AsyncAPI 3 document: what is sent, what is received, with messages and schemas."""
    groups: dict[str, list[Operation]] = {}
    for name, operation in document.get("operations", {}).items():
        groups.setdefault(operation.get("action", ""), []).append(_event_operation(document, name, operation))
    if not groups:
        for name, channel in document.get("channels", {}).items():
            groups.setdefault("", []).append(_event_operation(document, name, {"channel": channel}))
    return _page(pages, request, document, groups)


def _page(pages: Pages, request: Request, document: Document, groups: dict[str, list[Operation]]) -> HTMLResponse:
    info = document.get("info", {})
    schemas = [_schema(name, schema) for name, schema in document.get("components", {}).get("schemas", {}).items()]
    title, version = str(info.get("title", pages.service)), str(info.get("version", ""))
    return pages.render(
        request,
        "docs.html",
        title=title,
        version=version,
        says=str(info.get("description", "")),
        groups=groups,
        schemas=schemas,
    )


def _http_operation(document: Document, path: str, verb: str, item: Mapping[str, Any]) -> Operation:
    operation = item[verb]
    given = [_resolved(document, p) for p in [*item.get("parameters", []), *operation.get("parameters", [])]]
    body = _resolved(document, operation.get("requestBody", {}))
    answers = {status: _resolved(document, answer) for status, answer in operation.get("responses", {}).items()}
    return Operation(
        anchor=_anchor(operation.get("operationId") or f"{verb}{path}"),
        verb=verb.upper(),
        where=path,
        title=operation.get("summary", ""),
        says=operation.get("description", ""),
        guarded=bool(operation.get("security", document.get("security"))),
        parameters=[
            _field(f"{p['name']} ({p['in']})", p.get("schema", {}), p.get("required", False), p.get("description", ""))
            for p in given
        ],
        takes=list(_bodies("", body.get("description", ""), body)),
        gives=[b for status, answer in answers.items() for b in _bodies(status, answer.get("description", ""), answer)],
    )


def _bodies(label: str, says: str, holder: Mapping[str, Any]) -> Iterator[Body]:
    content = holder.get("content", {})
    if label and not content:
        yield Body(label, says, Markup(""), [])
    for media, described in content.items():
        schema = described.get("schema", {})
        yield Body(f"{label} {media}".strip(), says, type_words(schema), list(_fields(schema)))


def _event_operation(document: Document, name: str, operation: Mapping[str, Any]) -> Operation:
    channel = _resolved(document, operation.get("channel", {}))
    messages = operation.get("messages") or list(channel.get("messages", {}).values())
    parameters = {n: _resolved(document, p) for n, p in channel.get("parameters", {}).items()}
    return Operation(
        anchor=_anchor(name),
        verb=str(operation.get("action", "")).upper(),
        where=str(channel.get("address") or name),
        title=operation.get("title") or channel.get("title") or "",
        says=operation.get("description") or operation.get("summary") or channel.get("description") or "",
        guarded=bool(operation.get("security")),
        parameters=[_field(n, {"type": "string"}, True, p.get("description", "")) for n, p in parameters.items()],
        takes=[_message(document, message) for message in messages],
        gives=[_message(document, reply) for reply in operation.get("reply", {}).get("messages", [])],
    )


def _message(document: Document, message: Mapping[str, Any]) -> Body:
    found = _resolved(document, message)
    payload = found.get("payload", {})
    payload = payload.get("schema", payload) if "schemaFormat" in payload else payload
    label = found.get("title") or found.get("name") or str(message.get("$ref", "")).rsplit("/", 1)[-1]
    return Body(
        label, found.get("description") or found.get("summary") or "", type_words(payload), list(_fields(payload))
    )


def _resolved(document: Document, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follows local references; one that leads nowhere is shown as it stands."""
    for _ in range(8):
        pointer = item.get("$ref")
        if not isinstance(pointer, str) or not pointer.startswith("#/"):
            return item
        found: Any = document
        for key in pointer[2:].split("/"):
            found = found.get(key.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, Mapping) else {}
        item = found
    return item


def _schema(name: str, schema: Any) -> Schema:
    schema = schema if isinstance(schema, Mapping) else {}
    says = str(schema.get("description", ""))
    return Schema(name, _anchor(f"schema-{name}"), says, type_words(schema), list(_fields(schema)))


def _fields(schema: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[Field]:
    required = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        described = inner if isinstance(inner, Mapping) else {}
        yield _field(f"{before}{name}", described, name in required, str(described.get("description", "")))
        if depth < _DEEPEST:
            yield from _fields(described, f"{before}{name}.", depth + 1)
            items = described.get("items")
            if isinstance(items, Mapping):
                yield from _fields(items, f"{before}{name}[].", depth + 1)


def _field(name: str, schema: Mapping[str, Any], required: bool, says: str) -> Field:
    limits = ", ".join(f"{k} {json.dumps(schema[k], ensure_ascii=False)}" for k in LIMITS if k in schema)
    return Field(name, type_words(schema), required, says, limits)


def type_words(schema: Any) -> Markup:
    """A JSON schema's type in a few words, with links to the named ones."""
    if not isinstance(schema, Mapping):
        return Markup("any")
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        return Markup('<a href="#{}">{}</a>').format(_anchor(f"schema-{name}"), name)
    for many, between in (("anyOf", " | "), ("oneOf", " | "), ("allOf", " & ")):
        if many in schema:
            return Markup(between).join(type_words(one) for one in schema[many])
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return Markup(" | ").join(Markup("<code>{}</code>").format(json.dumps(v, ensure_ascii=False)) for v in values)
    return _plain_type(schema)


def _plain_type(schema: Mapping[str, Any]) -> Markup:
    kind = schema.get("type", "object" if "properties" in schema else "any")
    kind = " | ".join(kind) if isinstance(kind, list) else kind
    if kind == "array":
        return Markup("[{}]").format(type_words(schema.get("items", {})))
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return Markup("{{…: {}}}").format(type_words(schema["additionalProperties"]))
    return Markup("{} ({})").format(kind, schema["format"]) if "format" in schema else Markup("{}").format(kind)


def _anchor(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-")
