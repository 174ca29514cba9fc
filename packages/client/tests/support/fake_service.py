"""The service, as far as the client can tell: responses in memory, one after another."""

import json

import httpx


class FakeService:
    """Answers requests with the given responses, in order, and keeps the requests.

    Attributes:
        responses: to come.
        requests: so far, as pairs of path and body.
    """

    def __init__(self, *responses):
        self.responses = list(responses)
        self.requests = []
        self.headers = []

    def transport(self):
        return httpx.MockTransport(self._respond)

    @property
    def bodies(self):
        return [body for _, body in self.requests]

    def _respond(self, request):
        self.requests.append((request.url.raw_path.decode(), json.loads(request.content)))
        self.headers.append(request.headers)
        response = self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response


def page(*rows, next_cursor=None, message="", **others):
    body = {"success": True, "data": list(rows), "message": message, "total_count": len(rows)}
    return httpx.Response(200, json={**body, "next_cursor": next_cursor, **others})


def row(number=1, **values):
    return {
        "user_id": "u_1",
        "transaction_id": f"tx_{number}",
        "created_at": 1_704_067_200_000 + number,
        **values,
    }


def part(*groups, next_cursor=None, message="", first=None, last=None):
    body = {
        "success": True,
        "data": list(groups),
        "counted": sum(group["count"] for group in groups),
        "first_created_at": first,
        "last_created_at": last,
        "next_cursor": next_cursor,
        "message": message,
    }
    return httpx.Response(200, json=body)


def problem(status, name, **others):
    body = {
        "type": f"/problems/{name}",
        "title": name.replace("-", " ").capitalize(),
        "status": status,
        "detail": "What to do.",
        "request_id": "req-1",
        **others,
    }
    headers = {"content-type": "application/problem+json"}
    return httpx.Response(status, json=body, headers=headers)
