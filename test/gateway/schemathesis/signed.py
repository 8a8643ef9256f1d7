"""Signs signups by the Standard Webhooks scheme, over the bytes that leave."""

import base64
import hashlib
import hmac
import os
import time

import schemathesis
from requests.auth import AuthBase

SECRET = base64.b64decode(os.environ["GATEWAY_WEBHOOK_SECRET"].removeprefix("whsec_"))


class StandardWebhook(AuthBase):
    def __call__(self, request):
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        message, seconds = "msg_schemathesis", str(int(time.time()))
        signed = f"{message}.{seconds}.".encode() + body
        digest = hmac.new(SECRET, signed, hashlib.sha256).digest()
        request.headers["webhook-id"] = message
        request.headers["webhook-timestamp"] = seconds
        request.headers["webhook-signature"] = f"v1,{base64.b64encode(digest).decode()}"
        return request


schemathesis.auth.set_from_requests(StandardWebhook()).apply_to(path="/v1/signups")
