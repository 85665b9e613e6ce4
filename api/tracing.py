"""The id of the request being worked on, and log lines that carry it; never bodies, tokens or citizens' words."""

import json
import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
traceparent: ContextVar[str] = ContextVar("traceparent", default="")


class JsonFormatter(logging.Formatter):
    """One JSON object a line. Of an exception it tells class and place: its text may hold a citizen's data."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as JSON."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if record.exc_info is None else str(record.msg),
            "request_id": request_id.get(),
            "traceparent": traceparent.get(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__qualname__
            line["where"] = _frames(record.exc_info[2])
        return json.dumps({name: value for name, value in line.items() if value}, ensure_ascii=False)


def _frames(trace: object) -> str:
    frames = []
    while trace is not None:
        frame = trace.tb_frame  # type: ignore[attr-defined]
        frames.append(f"{frame.f_code.co_filename}:{trace.tb_lineno}")  # type: ignore[attr-defined]
        trace = trace.tb_next  # type: ignore[attr-defined]
    return " > ".join(frames[-6:])
