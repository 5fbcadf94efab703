"""How long may a task take before its worker counts as hung? Told by its bytes, and by how slow good tasks were."""

LEAST_S = 60.0
SLOWEST_BYTES_PER_S = 20_000  # before anything is known: a network file system on a bad day
TIMES_SLOWER = 20.0  # than the slowest that came well to its end


class Patience:
    """Learns from every task that is done."""

    def __init__(self) -> None:
        self._slowest_s_per_byte = 0.0

    def learn(self, cost_bytes: int, seconds: float) -> None:
        self._slowest_s_per_byte = max(self._slowest_s_per_byte, seconds / cost_bytes)

    def deadline_s(self, cost_bytes: int) -> float:
        """Seconds for a task of so many bytes; far more than any good one takes."""
        most = 1 / SLOWEST_BYTES_PER_S
        s_per_byte = min(most, TIMES_SLOWER * self._slowest_s_per_byte) if self._slowest_s_per_byte else most
        return LEAST_S + s_per_byte * cost_bytes
