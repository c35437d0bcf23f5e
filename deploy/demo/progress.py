"""Show on one line how far a long step is; on a file or a pipe, a line every ten per cent."""

from __future__ import annotations

import sys
import time


class Progress:
    """Count the steps of a task whose length is known."""

    def __init__(self, label: str, total: int) -> None:
        self.label = label
        self.total = max(total, 1)
        self.done = 0
        self._began = time.monotonic()
        self._written = 0.0
        self._tenth = 0
        self._live = sys.stdout.isatty()

    def step(self, count: int = 1) -> None:
        """Count steps and write when it is time."""
        self.done += count
        now = time.monotonic()
        tenth = min(self.done, self.total) * 10 // self.total
        if self._live and now - self._written >= 0.2:
            self._written = now
            self._write("\r" + self._line(now) + "\033[K")
        elif not self._live and tenth > self._tenth and now - self._began > 2:
            self._tenth = tenth
            self._write(self._line(now) + "\n")

    def end(self) -> None:
        """Write the time it took."""
        took = time.monotonic() - self._began
        lead = "\r" if self._live else ""
        tail = "\033[K\n" if self._live else "\n"
        self._write(f"{lead}{self.label} : fait en {took:.0f} s.{tail}")

    def _line(self, now: float) -> str:
        done = min(self.done, self.total)
        spent = now - self._began
        left = spent / done * (self.total - done) if done else 0
        return f"{self.label} : {done} sur {self.total}, encore {left:.0f} s environ"

    @staticmethod
    def _write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
