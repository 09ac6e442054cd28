"""A flood of sign-ins, in a process of its own: many connections that each ask again and again.

`python -m benchmarks.flood URL EMAIL` floods until its standard input ends, then prints how often
each status was answered, as JSON. A `{}` in the email is another number for each try. The server is
on loopback: so each connection can come from an address of its own (`--addresses`).
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit


@dataclass
class Flood:
    """Where to, as whom, and what was answered."""

    host: str
    port: int
    email: str
    addresses: int
    afresh: bool
    answered: Counter[str] = field(default_factory=Counter[str])
    tries: "count[int]" = field(default_factory=count)

    def request(self) -> bytes:
        """One try; the braces of the email hold its number."""
        email = self.email.format(next(self.tries))
        body = json.dumps({"email": email, "password": "not the password at all"}).encode()
        head = "POST /v1/login HTTP/1.1\r\nHost: team.test\r\nContent-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def address(self, connection: int) -> str:
        """Where a connection comes from: all of 127/8 is this machine, and none begins 127.0."""
        number = connection % self.addresses
        return f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"

    async def connection(self, number: int) -> None:
        """Ask over one connection for ever; open another when it is closed."""
        while True:
            try:
                reader, writer = await asyncio.open_connection(
                    self.host, self.port, local_addr=(self.address(number), 0)
                )
            except OSError:
                self.answered["not connected"] += 1
                await asyncio.sleep(0.5)
                continue
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._ask(reader, writer)
            self.answered["closed"] += 1
            writer.close()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(self.request())
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.partition(b":")[2])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length:")
            )
            await reader.readexactly(length)
            self.answered[head.split(b" ", 2)[1].decode()] += 1
            if self.afresh:
                return


async def _flood(flood: Flood, connections: int) -> None:
    tasks = [asyncio.create_task(flood.connection(number)) for number in range(connections)]
    loop = asyncio.get_running_loop()
    print("flooding", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Flood until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("email", help="{} in it is the number of the try")
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--addresses", type=int, default=1, help="that they come from (1)")
    parser.add_argument("--afresh", action="store_true", help="connect for each try anew")
    asked = parser.parse_args()
    where = urlsplit(str(asked.url))
    flood = Flood(
        where.hostname or "", where.port or 80, asked.email, asked.addresses, asked.afresh
    )
    asyncio.run(_flood(flood, asked.connections))
    print(json.dumps(flood.answered))


if __name__ == "__main__":
    main()
