"""The service in memory."""

import json

import httpx


class FakeService:
    """Returns the given responses, in order.

    Attributes:
        responses: to come.
        sent: the requests so far.
    """

    def __init__(self, *responses):
        self.responses = list(responses)
        self.sent = []

    def transport(self):
        return httpx.MockTransport(self._respond)

    @property
    def requests(self):
        return [(each.url.raw_path.decode(), json.loads(each.content)) for each in self.sent]

    @property
    def bodies(self):
        return [body for _, body in self.requests]

    def _respond(self, request):
        self.sent.append(request)
        return self.responses.pop(0)


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
