"""Who may say what on the wire: an nkey and an account for each identity, and the server configuration that follows.

Permissions alone do not hold on JetStream (measured, nats-server 2.15.1): the server answers an API request on any
reply subject, so in one shared account whoever may *read* a stream can store what he read under another's subject.
Therefore the streams lie in an account of their own where nobody signs in, and every identity has its own account that
imports exactly the subjects it may call: an answer cannot leave the account of the asker.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.events.base import stream_of

DOMAIN = "office"
API = f"$JS.{DOMAIN}.API"
"""What clients call JetStream's API inside their account: `nc.jetstream(domain=DOMAIN)`, raw subjects `f"{API}.…"`."""
DEAD_LETTERS = "DEAD_LETTERS"

_STREAMS_ACCOUNT = "streams"
_NAME = re.compile(r"^[a-z][a-z0-9-]{0,40}$")
_TOKEN = re.compile(r"^[A-Za-z0-9_-]+$")
_USER_KEY = re.compile(r"^U[A-Z2-7]{55}$")


@dataclass(frozen=True)
class Identity:
    """A holder of an nkey: what it may publish (requests included) and subscribe to, in its own account's words."""

    name: str
    public_key: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    may_respond: bool = False

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or self.name == _STREAMS_ACCOUNT:
            raise ValueError(f"not a name for an identity: {self.name!r}")
        if not _USER_KEY.match(self.public_key):
            raise ValueError(f"not the public key of an nkey user: {self.public_key!r}")


def service_identity(
    name: str, public_key: str, *, unit: str, consumes: Collection[str] = (), asks: Collection[str] = ()
) -> Identity:
    """A service: writes its own stream and dead letters, reads through its durables, answers `rpc.<name>.>`.

    `consumes` names services or streams (`hotline`, `HOTLINE`), `asks` the services that it may ask.
    """
    own = stream_of(name)
    publish = [f"motcua.{unit}.{name}.>", f"dead.{unit}.{name}.>", *_reads(own), f"{API}.STREAM.INFO.{DEAD_LETTERS}"]
    for stream in sorted(map(stream_of, consumes)):
        publish += [*_pulls(stream, name), f"{API}.STREAM.INFO.{stream}"]
    publish += [f"rpc.{other}.>" for other in sorted(asks)]
    return _identity(name, public_key, publish, [f"_INBOX_{name}.>", f"rpc.{name}.>"], may_respond=True)


def subscriber_identity(name: str, public_key: str, *, streams: Collection[str], durable: str) -> Identity:
    """Another system: pulls from the durables that the provisioner made for it, and nothing else."""
    publish = [subject for stream in sorted(streams) for subject in _pulls(stream, durable)]
    return _identity(name, public_key, publish, [f"_INBOX_{name}.>"])


def auditor_identity(name: str, public_key: str, *, streams: Collection[str]) -> Identity:
    """Reads whole streams by direct get and message get; creates nothing, publishes nothing."""
    publish = [subject for stream in sorted(streams) for subject in _reads(stream)]
    return _identity(name, public_key, publish, [f"_INBOX_{name}.>"])


def provisioner_identity(public_key: str, *, name: str = "provisioner") -> Identity:
    """Creates and updates streams and consumers: `motcua streams` and nobody else. Cannot delete or purge."""
    calls = ("INFO", "STREAM.CREATE.*", "STREAM.UPDATE.*", "STREAM.INFO.*", "STREAM.NAMES", "STREAM.LIST")
    consumers = ("CONSUMER.CREATE.*.*", "CONSUMER.INFO.*.*", "CONSUMER.NAMES.*", "CONSUMER.LIST.*")
    resume = "CONSUMER.PAUSE.*.*"  # a paused consumer goes on by no other call
    return _identity(name, public_key, [f"{API}.{call}" for call in (*calls, *consumers, resume)], [f"_INBOX_{name}.>"])


def server_config(
    identities: Sequence[Identity],
    *,
    host: str,
    port: int,
    store_dir: Path,
    server_name: str,
    http_port: int | None = None,
    sync_always: bool = True,
    max_file_bytes: int = 50 * 2**30,
    log_file: Path | None = None,
) -> str:
    """The whole nats-server configuration. `sync_always` makes an acknowledgement mean "on the disk".

    Raises ValueError when two identities share a name or a key.
    """
    for shared in ([one.name for one in identities], [one.public_key for one in identities]):
        if len(set(shared)) != len(shared):
            raise ValueError(f"identities are not distinct: {sorted(shared)}")
    lines = [f"server_name: {_text(server_name)}", f"host: {_text(host)}", f"port: {port}"]
    if http_port is not None:
        lines += [f"http: {_text(f'{host}:{http_port}')}"]
    if log_file is not None:
        lines += [f"log_file: {_text(str(log_file))}", "logfile_size_limit: 10MB", "logfile_max_num: 3"]
    lines += ["max_payload: 1MB", "ping_interval: 20s", "ping_max: 2"]
    lines += ["jetstream {", f"  store_dir: {_text(str(store_dir))}", "  max_mem: 64MB"]
    lines += [f"  max_file: {max_file_bytes}", *(["  sync_interval: always"] if sync_always else []), "}"]
    lines += ["accounts {", _streams_account(identities), *(_account(one, identities) for one in identities), "}"]
    return "\n".join(lines) + "\n"


def _identity(
    name: str, public_key: str, publish: Iterable[str], subscribe: Iterable[str], *, may_respond: bool = False
) -> Identity:
    return Identity(name, public_key, tuple(publish), tuple(subscribe), may_respond)


def _reads(stream: str) -> list[str]:
    _checked(stream)
    calls = ("STREAM.INFO.{}", "STREAM.MSG.GET.{}", "DIRECT.GET.{}", "DIRECT.GET.{}.>")
    return [f"{API}.{call.format(stream)}" for call in calls]


def _pulls(stream: str, durable: str) -> list[str]:
    one = f"{_checked(stream)}.{_checked(durable)}"
    return [*(f"{API}.CONSUMER.{call}.{one}" for call in ("INFO", "MSG.NEXT", "RESET")), f"$JS.ACK.{one}.>"]


def _streams_account(identities: Sequence[Identity]) -> str:
    """The account of the streams: exports each call to those who may make it; nobody signs in here."""
    callers: dict[str, list[str]] = {}
    for one in identities:
        for subject in one.publish:
            if not subject.startswith("rpc."):
                callers.setdefault(_in_streams(subject), []).append(one.name)
    exports = [
        f"    {{ service: {_text(subject)}, response: {_response(subject)}, accounts: {_texts(names)} }}"
        for subject, names in sorted(callers.items())
    ]
    return "\n".join([f"  {_text(_STREAMS_ACCOUNT)} {{ jetstream: enabled, exports: [", *exports, "  ] }"])


def _account(one: Identity, everyone: Sequence[Identity]) -> str:
    user = f"{{ nkey: {one.public_key}, permissions {{ publish {{ allow: {_texts(one.publish)} }}"
    user += f", subscribe {{ allow: {_texts(one.subscribe)} }}"
    user += ', allow_responses: { max: 1, expires: "30s" } } }' if one.may_respond else " } }"
    door = f"rpc.{one.name}.>"
    askers = [other.name for other in everyone if door in other.publish]
    exports = f"[ {{ service: {_text(door)}, accounts: {_texts(askers)} }} ]" if askers else "[]"
    names = {other.name for other in everyone}
    imports = [line for subject in one.publish if (line := _import(subject, names))]
    head = [f"  {_text(one.name)} {{", f"    users: [ {user} ]", f"    exports: {exports}", "    imports: ["]
    return "\n".join([*head, *(f"      {line}" for line in imports), "    ] }"])


def _import(subject: str, names: Collection[str]) -> str | None:
    """The import behind one subject; none where the asked service has no account on this server."""
    account, there = _STREAMS_ACCOUNT, _in_streams(subject)
    if subject.startswith("rpc."):
        account = subject.split(".")[1]
    if account not in (*names, _STREAMS_ACCOUNT):
        return None
    renamed = f", to: {_text(subject)}" if there != subject else ""
    return f"{{ service: {{ account: {_text(account)}, subject: {_text(there)} }}{renamed} }}"


def _in_streams(subject: str) -> str:
    return subject.replace(API, "$JS.API", 1)


def _response(subject: str) -> str:
    """How long the server remembers where answers go: a pull may wait up to a minute, then nobody is listening."""
    many = (".CONSUMER.MSG.NEXT.", ".DIRECT.GET.")
    return 'stream, threshold: "60s"' if any(call in subject for call in many) else "singleton"


def _checked(token: str) -> str:
    if not _TOKEN.match(token):
        raise ValueError(f"not one token of a subject: {token!r}")
    return token


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
