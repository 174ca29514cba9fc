"""An HTTP server that answers as it is told, and not always well."""

import socket
import socketserver
import struct
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from zlib import crc32

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Reply:
    """What is sent for a request, and whether the connection ends with it, or is reset."""

    wire: bytes = b""
    closes: bool = False
    resets: bool = False


@dataclass(frozen=True)
class Request:
    """What came, and on which of the server's connections."""

    connection: int
    line: str
    headers: dict[str, str]
    body: bytes


def answer(status=200, body=b"{}", *, checksum=None, **ending):
    """Make an answer with the right length, and the right checksum unless another is given."""
    checksum = crc32(body) if checksum is None else checksum
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nx-amz-crc32: {checksum}\r\n\r\n"
    return Reply(head.encode() + body, **ending)


def cut(reply, missing):
    """Make an answer that ends, with its connection, so many bytes too early."""
    return Reply(reply.wire[:-missing], closes=True)


HANG_UP = Reply(closes=True)
RESET = Reply(resets=True)
SILENCE = None


class FaultServer:
    """Gives its replies one after another, then the last one again and again."""

    def __init__(self):
        self.replies = [answer()]
        self.requests = []
        self.url = ""
        self.connections = 0
        self.lock = threading.Lock()
        self.ends = threading.Event()

    def take_reply(self, request):
        with self.lock:
            self.requests.append(request)
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def run_fault_server(tls_context=None):
    """Run a server on this machine."""
    faults = FaultServer()

    class Handler(_Handler):
        server_faults = faults

    class Server(socketserver.ThreadingTCPServer):
        request_queue_size = 128
        daemon_threads = True
        block_on_close = False

        def get_request(self):
            connection, address = super().get_request()
            if tls_context is not None:
                connection = tls_context.wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                )
            return connection, address

    with Server(("127.0.0.1", 0), Handler) as server:
        scheme = "https" if tls_context else "http"
        faults.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield faults
        faults.ends.set()
        server.shutdown()
        thread.join()


class _Handler(socketserver.StreamRequestHandler):
    server_faults = None

    def handle(self):
        faults = self.server_faults
        with faults.lock:
            number = faults.connections
            faults.connections += 1
        try:
            while (request := self._read_request(number)) is not None:
                reply = faults.take_reply(request)
                if reply is SILENCE:
                    faults.ends.wait()
                    return
                self.wfile.write(reply.wire)
                if reply.resets:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                if reply.closes or reply.resets:
                    return
        except OSError:
            # The client went away, or refused the certificate: both are for its test to judge.
            return

    def _read_request(self, number):
        line = self.rfile.readline().decode().strip()
        if not line:
            return None
        headers = {}
        while field := self.rfile.readline().decode().strip():
            name, _, value = field.partition(": ")
            headers[name.lower()] = value
        body = self.rfile.read(int(headers.get("content-length", 0)))
        return Request(number, line, headers, body)
