# SPDX-License-Identifier: EUPL-1.2
"""Reads the head and the pieces of a request as RFC 9112 writes them, and in no other way.

A proxy and this process must agree on where a request ends; else one could hide in another. The
standard library is lenient: it takes `Content-Length : 1` for no header, a lone CR for the end
of a line, and `+1` or `0x1` for the size of a piece.
"""

import re
import sys
from typing import Any, Protocol, Self

from eventlet import wsgi

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(_TOKEN + rb" [\x21-\x7e]+ HTTP/1\.[01]\r\n")
_HEADER = re.compile(rb"(?:" + _TOKEN + rb":[\t\x20-\x7e\x80-\xff]*)?\r\n")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[\t\x20-\x7e]*)?\r\n")
_LONGEST = 4_096
_TRAILERS = 32


class UnclearHead(Exception):
    """The head of a request can be read in more than one way."""


class Lines(Protocol):
    """What a connection is read from."""

    def readline(self, size: int = -1, /) -> bytes:
        """Give the next line, of at most so many bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Give so many bytes, or what is left."""


class HeaderLines:
    """The lines of a head, each a header or the end; raises UnclearHead for anything else."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def readline(self, size: int = -1) -> bytes:
        """Give the next line."""
        line = self._lines.readline(size)
        if not _HEADER.fullmatch(line):
            raise UnclearHead
        return line


class Body(wsgi.Input):  # type: ignore[misc]
    """A body of a known length, or in pieces of which each says its size."""

    chunk_length: int

    @classmethod
    def of(cls, lenient: Any) -> Self:  # noqa: ANN401 - eventlet's own, not yet read from
        """Read the same body strictly."""
        return cls(
            lenient.rfile,
            lenient.content_length,
            lenient.get_socket(),
            lenient.wfile,
            lenient.wfile_line,
            lenient.chunked_input,
        )

    def _chunked_read(
        self,
        rfile: Lines,
        length: int | None = None,
        use_readline: bool = False,  # noqa: FBT001, FBT002 - eventlet's own interface
    ) -> bytes:
        """Read up to `length` bytes, or to the end; raises ValueError where that is unclear."""
        del use_readline
        if self.chunk_length == 0:
            return b""
        if self.should_send_hundred_continue:
            self.send_hundred_continue_response()
            self.is_hundred_continue_response_sent = True
        found, most = bytearray(), length or sys.maxsize
        while size := _size(rfile):
            wanted = min(size, most - len(found))
            found += _exactly(rfile, wanted)
            if wanted < size or len(found) == most:
                return bytes(found)
            if rfile.readline(2) != b"\r\n":
                raise wsgi.ChunkReadError("a piece is longer than it says")
        _pass_trailers(rfile)
        self.chunk_length = 0
        return bytes(found)


def _size(rfile: Lines) -> int:
    found = _SIZE.fullmatch(rfile.readline(_LONGEST))
    if found is None:
        raise wsgi.ChunkReadError("a piece does not say its size")
    return int(found[1], 16)


def _exactly(rfile: Lines, size: int) -> bytes:
    piece = rfile.read(size)
    if len(piece) < size:
        raise wsgi.ChunkReadError("a piece ended before its size")
    return piece


def _pass_trailers(rfile: Lines) -> None:
    for _ in range(_TRAILERS):
        line = rfile.readline(_LONGEST)
        if line == b"\r\n":
            return
        if not _HEADER.fullmatch(line):
            break
    raise wsgi.ChunkReadError("the end of the pieces cannot be read")
