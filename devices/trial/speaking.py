"""Speaking to an installation as one of its people."""

import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from uuid import uuid4

import httpx2

Answer = dict[str, Any]


class Refused(Exception):
    """An act was refused: status, code and words as the installation gave them."""

    def __init__(self, asked: str, status: int, code: str, words: str) -> None:
        super().__init__(f"{asked}: {status} {code}: {words}")
        self.status = status
        self.code = code


def client(url: str) -> httpx2.Client:
    """A client of the installation at ``url``."""
    return httpx2.Client(base_url=url, timeout=60, limits=httpx2.Limits(max_connections=32))


class Speaker:
    """Everybody's sessions at one installation; safe for several threads."""

    def __init__(self, http: httpx2.Client, passwords: dict[str, str]) -> None:
        http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # many people speak: nobody by another's cookie
        self.http = http
        self._passwords = passwords
        self._tokens: dict[str, str] = {}

    def send(self, who: str, method: str, path: str, body: Any = None, key: str | None = None) -> httpx2.Response:
        """One request as ``who``; the raw answer."""
        once = {"Idempotency-Key": key or uuid4().hex} if method == "POST" else {}
        token = self._token(who)
        answer = self.http.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"} | once)
        if answer.status_code == 401:  # nobody used the session for a while: they sign in again, and ask again
            self._tokens.pop(who, None)
            answer = self.http.request(method, path, json=body, headers={"Authorization": f"Bearer {self._token(who)}"} | once)
        return answer

    def ask(self, who: str, path: str) -> Any:
        """What ``who`` reads at ``path``. Raises Refused."""
        return content(f"GET {path}", self.send(who, "GET", path))

    def act(self, who: str, path: str, **body: Any) -> Answer:
        """An act of ``who``. Raises Refused."""
        answer: Answer = content(f"{who}: POST {path}", self.send(who, "POST", path, body))
        return answer

    def signature(self, who: str, meaning: str) -> dict[str, str]:
        """What ``who`` gives to sign."""
        return {"username": who, "password": self._passwords[who], "meaning": meaning}

    def wait(self, seconds: float) -> None:
        """Wait until the installation answers. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.http.get("/health").status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise TimeoutError(f"no answer from {self.http.base_url} within {seconds:g} s")

    def _token(self, who: str) -> str:
        if who not in self._tokens:
            order = {"username": who, "password": self._passwords[who]}
            answer = content(f"sign in as {who}", self.http.post("/api/sign-in", json=order))
            self._tokens[who] = answer["token"]
        return self._tokens[who]


def content(asked: str, answer: httpx2.Response) -> Any:
    """What an answer to ``asked`` says. Raises Refused."""
    if answer.status_code >= 400:
        told = answer.json()
        raise Refused(asked, answer.status_code, told["code"], told["message"])
    return answer.json()
