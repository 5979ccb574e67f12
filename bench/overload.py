"""Three times more than can be answered: goodput against the peak (reach 0.8), and public verification meanwhile.

`bench/overload.py [SECONDS]`: the product's own server (bench/rolling.py starts it) on the database of DATABASE_URL. Peak: as
many clients as there are places, each asking again when answered. In turn with it requests come at three times that rate, whoever is
being answered or not; answers within five seconds count. `without` is the same server with its lines made endless: the
negative control. Client and server share the machine.
"""

import asyncio
import json
import os
import signal
import statistics
import sys
import time

import rolling

PAGE, PUBLIC = "/account/login/", "/v/JL2026000001"
DEADLINE = 5.0
PUBLIC_RATE = 10
ROUNDS = 3


async def ask(port: int, path: str) -> tuple[int, float]:
    """Status (0: no answer) and seconds of one request on a connection of its own."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            answer = await reader.read()
            writer.close()
        return int(answer[9:12]), time.monotonic() - began
    except (OSError, TimeoutError, ValueError):
        return 0, time.monotonic() - began


async def closed(port: int, clients: int, seconds: float) -> list[tuple[int, float]]:
    """Each client asks again as soon as it was answered."""
    found: list[tuple[int, float]] = []
    ends = time.monotonic() + seconds

    async def client() -> None:
        while time.monotonic() < ends:
            found.append(await ask(port, PAGE))

    await asyncio.gather(*(client() for _ in range(clients)))
    return found


async def opened(port: int, path: str, rate: float, seconds: float) -> list[tuple[int, float]]:
    """Requests at a fixed rate."""
    tasks, began = [], time.monotonic()
    for n in range(int(rate * seconds)):
        delay = began + n / rate - time.monotonic()
        if delay > 0:
            await asyncio.sleep(delay)
        tasks.append(asyncio.create_task(ask(port, path)))
    return list(await asyncio.gather(*tasks))


def good(found: list[tuple[int, float]]) -> int:
    return sum(status == 200 and seconds <= DEADLINE for status, seconds in found)


async def crowd(port: int, rate: float, seconds: float) -> dict:
    """The crowd before the pages, and a few who verify."""
    began = time.monotonic()
    crowd, public = await asyncio.gather(
        opened(port, PAGE, rate, seconds), opened(port, PUBLIC, PUBLIC_RATE, seconds)
    )
    took = time.monotonic() - began
    refused = sorted(seconds for status, seconds in crowd if status == 503)
    answered = sorted(seconds for status, seconds in crowd if status == 200)
    verified = [seconds for status, seconds in public if status in (200, 404)]
    return {
        "offered_per_s": round(len(crowd) / seconds, 1), "goodput_per_s": round(good(crowd) / took, 1), "took_s": round(took, 1),
        "turned_away": len(refused), "no_answer": sum(status == 0 for status, _ in crowd),
        "other": sum(status not in (0, 200, 503) for status, _ in crowd),
        "median_answer_s": round(statistics.median(answered), 2) if answered else None,
        "p99_answer_s": round(answered[int(len(answered) * 0.99)], 2) if answered else None,
        "median_refusal_s": round(statistics.median(refused), 3) if refused else None,
        "public_answered": f"{len(verified)} of {len(public)}",
        "public_median_s": round(statistics.median(verified), 3) if verified else None,
        "public_p95_s": round(sorted(verified)[int(len(verified) * 0.95)], 2) if verified else None,
    }  # fmt: skip


def measured(seconds: float, lanes: str = "") -> dict:
    """Peak and crowd of a server of its own."""
    port = rolling.free_port()
    os.environ["SHEGONG_LANES"] = lanes
    server = rolling.started(port)
    try:
        asyncio.run(closed(port, 8, 4))
        peaks, rounds = [], []
        for _ in range(ROUNDS):  # in turn, so that noise of the machine falls on both
            peaks.append(good(asyncio.run(closed(port, 8, seconds))) / seconds)
            rounds.append(asyncio.run(crowd(port, 3 * max(peaks), seconds)))
        peaks.append(good(asyncio.run(closed(port, 8, seconds))) / seconds)
        ratios = [found["goodput_per_s"] / max(peaks[n : n + 2]) for n, found in enumerate(rounds)]
        middle = rounds[sorted(range(ROUNDS), key=lambda n: ratios[n])[ROUNDS // 2]]
        return {
            "peaks_per_s": [round(one, 1) for one in peaks], "ratios": [round(one, 2) for one in ratios],
            "ratio": round(statistics.median(ratios), 2), **middle,
        }  # fmt: skip
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(40)


def main() -> None:
    """Ours, and without the bounded lines."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(json.dumps({"name": "overload x3", "reach": ">= 0.8", **measured(seconds)}), flush=True)
    if "--control" in sys.argv:
        endless = "public=40/1000/60,office=40/1000/60,watch=1/4/2"
        print(json.dumps({"name": "overload x3, without bounds", **measured(seconds, endless)}), flush=True)


if __name__ == "__main__":
    main()
