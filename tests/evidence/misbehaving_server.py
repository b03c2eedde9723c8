"""A server on loopback that does everything real ones do wrong. One behaviour a path; raw sockets, so that nothing corrects it.

It listens on 127.0.0.2, the only address the tests' fetcher is allowed to reach: 127.0.0.1 is as far away as it is in earnest.
"""

import gzip
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from fpdf import FPDF

HOST = "127.0.0.2"
TITLE = "楚雄市2026年一般公共预算收支表"

PAGE = f"""<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{TITLE}_楚雄市人民政府</title></head>
<body><nav><a href="/">首页</a></nav><h1>{TITLE}</h1><p>信息来源：市财政局　浏览次数：128</p>
<p>2026年全市一般公共预算收入安排18.6亿元，比上年增长3.2%。</p><table><tr><td>税收收入</td><td>120000</td></tr></table></body></html>"""

LONG = "本栏目公开本级政府及其部门的预算、决算、报表和有关说明，按照规定的时间更新，供社会公众查阅和监督。" * 20

Behaviour = Callable[["Connection"], None]


@dataclass
class Connection:
    """The accepted socket; `server` knows its own port and when it is to end."""

    socket: socket.socket
    server: "Server"
    headers: str = ""

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def answer(
        self, body: bytes | str, status: str = "200 OK", type_: str = "text/html; charset=utf-8", *more: str
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        head = [
            f"HTTP/1.1 {status}",
            f"Content-Type: {type_}",
            f"Content-Length: {len(content)}",
            "Connection: close",
            *more,
        ]
        self.send("\r\n".join([*head, "", ""]).encode() + content)

    def redirect(self, location: str, status: str = "302 Found") -> None:
        self.answer("", status, "text/html", f"Location: {location}")

    def drip(self, content: bytes, seconds: float = 0.05) -> None:
        for place in range(len(content)):
            self.send(content[place : place + 1])
            time.sleep(seconds)

    def reset(self) -> None:
        """Close so that the other side gets a reset, not an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def for_ever(self, piece: bytes) -> None:
        while not self.server.is_over.is_set():
            self.send(piece)


def pdf(text: str) -> bytes:
    """A PDF with a line of text (without Chinese: no font is needed), or with none."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica")
    if text:
        document.cell(text=text)
    return bytes(document.output())


def _slow_body(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    connection.drip(b"<html>" * 1000)


def _endless(piece: bytes) -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        connection.for_ever(piece)

    return behave


def _endless_header(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\n")
    connection.for_ever(b"X-More: and more\r\n")


def _endless_redirect(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 302 Found\r\nLocation: /good\r\n\r\n")
    connection.for_ever(b"a" * 65536)


def _continues(connection: Connection) -> None:
    connection.for_ever(b"HTTP/1.1 100 Continue\r\n\r\n")


def _endless_chunks(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.for_ever(b"400\r\n" + b"a" * 1024 + b"\r\n")


def _reset_in_body(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<html>")
    time.sleep(0.05)
    connection.reset()


def _short_body(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<html>")


def _huge_pdf(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 900000000\r\n\r\n%PDF-1.7\n")
    connection.for_ever(b"\x80" * 65536)


def _huge_unknown(connection: Connection) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 900000000\r\n\r\n")
    connection.for_ever(b"\x00" * 65536)


def _gzip_bomb(connection: Connection) -> None:
    connection.answer(BOMB, "200 OK", "text/html", "Content-Encoding: gzip")


def _chunked(connection: Connection) -> None:
    content = PAGE.encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.send(head + b"%x\r\n" % len(content) + content + b"\r\n0\r\n\r\n")


def _silent(connection: Connection) -> None:
    connection.server.is_over.wait(30)


BOMB = gzip.compress(b"<p>" + b"0" * (40 << 20))
GBK_PAGE = PAGE.replace('<meta charset="utf-8">', "").encode("gb18030")
CHALLENGE = (
    '<html><head><script>document.cookie="__jsl_clearance=1";location.href="/"</script></head><body></body></html>'
)
SHELL = '<html><head><title></title></head><body><div id="app"></div><script src="/app.js"></script></body></html>'

BEHAVIOURS: dict[str, Behaviour] = {
    "/good": lambda c: c.answer(PAGE),
    "/good/gzip": lambda c: c.answer(gzip.compress(PAGE.encode()), "200 OK", "text/html", "Content-Encoding: gzip"),
    "/good/deflate": lambda c: c.answer(
        zlib.compress(PAGE.encode()), "200 OK", "text/html", "Content-Encoding: deflate"
    ),
    "/good/chunked": _chunked,
    "/good/gbk": lambda c: c.answer(GBK_PAGE, "200 OK", "text/html"),
    "/good/gbk-said-utf-8": lambda c: c.answer(GBK_PAGE, "200 OK", "text/html; charset=utf-8"),
    "/good/utf-8-said-gbk": lambda c: c.answer(PAGE, "200 OK", "text/html; charset=gb2312"),
    "/good/octet-stream": lambda c: c.answer(PAGE, "200 OK", "application/octet-stream"),
    "/good/moved": lambda c: c.redirect("/good", "301 Moved Permanently"),
    "/good/moved-in-chinese": lambda c: c.send(
        "HTTP/1.1 302 Found\r\nLocation: /预算\r\nContent-Length: 0\r\n\r\n".encode()
    ),
    "/%E9%A2%84%E7%AE%97": lambda c: c.answer(PAGE),
    "/pdf/scan": lambda c: c.answer(pdf(""), "200 OK", "application/pdf"),
    "/pdf/said-html": lambda c: c.answer(pdf("Budget of Chuxiong 2026"), "200 OK", "text/html"),
    "/pdf/broken": lambda c: c.answer(b"%PDF-1.7\n" + b"nothing" * 50, "200 OK", "application/pdf"),
    "/pdf/huge": _huge_pdf,
    "/status/404": lambda c: c.answer("<h1>404</h1>", "404 Not Found"),
    "/status/410": lambda c: c.answer("", "410 Gone"),
    "/status/401": lambda c: c.answer("", "401 Unauthorized"),
    "/status/403": lambda c: c.answer("", "403 Forbidden"),
    "/status/412": lambda c: c.answer(CHALLENGE, "412 Precondition Failed"),
    "/status/521": lambda c: c.answer(CHALLENGE, "521 "),
    "/status/500": lambda c: c.answer("", "500 Internal Server Error"),
    "/status/503": lambda c: c.answer("", "503 Service Unavailable"),
    "/status/204": lambda c: c.send(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "/soft-404": lambda c: c.answer("<title>提示信息</title><p>您访问的页面不存在或已删除！</p>"),
    "/soft-404/title": lambda c: c.answer(f"<title>404 Not Found</title><p>{LONG}</p>"),
    "/soft-404/home": lambda c: c.redirect("/"),
    "/": lambda c: c.answer(f"<title>楚雄市人民政府</title><p>{LONG}</p>"),
    "/other-page": lambda c: c.answer(f"<title>预算公开</title><p>{LONG}</p>"),
    "/challenge": lambda c: c.answer(CHALLENGE),
    "/challenge/words": lambda c: c.answer("<title>安全验证</title><p>请完成安全验证后继续访问。</p>"),
    "/shell": lambda c: c.answer(SHELL),
    "/empty": lambda c: c.answer(""),
    "/reset": lambda c: c.reset(),
    "/reset/in-body": _reset_in_body,
    "/closed": lambda c: None,
    "/short-body": _short_body,
    "/not-http": lambda c: c.send(b"220 ftp.example ready\r\n" * 5),
    "/silent": _silent,
    "/slow/header": lambda c: c.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 4000),
    "/slow/body": _slow_body,
    "/endless/body": _endless(b"<p>text</p>" * 1000),
    "/endless/redirect": _endless_redirect,
    "/endless/header": _endless_header,
    "/endless/continue": _continues,
    "/endless/chunks": _endless_chunks,
    "/huge": _huge_unknown,
    "/gzip-bomb": _gzip_bomb,
    "/gzip-broken": lambda c: c.answer(b"\x1f\x8bnonsense", "200 OK", "text/html", "Content-Encoding: gzip"),
    "/brotli": lambda c: c.answer(b"\x00", "200 OK", "text/html", "Content-Encoding: br"),
    "/image/type-lies": lambda c: c.answer(b"\x00\x01\x02\x03" * 99, "200 OK", "image/jpeg"),
    "/loop": lambda c: c.redirect("/loop"),
    "/loop/two": lambda c: c.redirect("/loop/one"),
    "/loop/one": lambda c: c.redirect("/loop/two"),
    "/private/page": lambda c: c.answer(PAGE),
    "/robots.txt": lambda c: c.answer("User-agent: *\nDisallow: /private/\n", "200 OK", "text/plain"),
}


@dataclass
class Server:
    """Listens until it is left; `asked` are (path, headers) in the order they came."""

    listener: socket.socket
    is_over: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, str]] = field(default_factory=list)
    more: dict[str, Behaviour] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def address(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def serve(self) -> None:
        while not self.is_over.is_set():
            with suppress(OSError):
                accepted, _ = self.listener.accept()
                threading.Thread(target=self._handle, args=(accepted,), daemon=True).start()

    def _handle(self, accepted: socket.socket) -> None:
        with suppress(OSError), accepted:
            head = b""
            while b"\r\n\r\n" not in head:
                received = accepted.recv(65536)
                if not received:
                    return
                head += received
            text = head.decode("latin-1")
            path = text.split(" ")[1].partition("?")[0]
            self.asked.append((path, text))
            behaviour = self.more.get(path) or BEHAVIOURS.get(path) or BEHAVIOURS["/status/404"]
            behaviour(Connection(accepted, self, text))


@contextmanager
def misbehaving_server() -> Iterator[Server]:
    with socket.create_server((HOST, 0)) as listener:
        server = Server(listener)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        server.is_over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
