"""An HTTP server of a test's own, on a free loopback port, for as long as it is needed."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.services.process import LOOPBACK


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Its address. `context`: its certificate, where it speaks https only."""
    server = ThreadingHTTPServer((LOOPBACK, 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http{'s' if context else ''}://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
