"""Lambda's Invoke over HTTP, with the function in this process."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any


@contextmanager
def run_lambda(function: Callable[[object], Any]) -> Iterator[str]:
    """Serve a function, one invocation at a time; gives the endpoint's URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                reply, headers = function(event), {}
            except Exception as error:  # noqa: BLE001 - what a function does not catch, Lambda does
                reply = {"errorType": type(error).__name__, "errorMessage": str(error)}
                headers = {"X-Amz-Function-Error": "Unhandled"}
            body = json.dumps(reply).encode()
            self.send_response(200)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
