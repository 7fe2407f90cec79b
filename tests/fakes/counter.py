"""A counter whose counts a reader can follow: four bytes are a token."""

from adw.context.counting import count_request
from adw.domain.messages import ModelRequest


class ByteCounter:
    """Counts without a vocabulary; frames are the real ones."""

    def count_text(self, text: str, model: str) -> int:  # noqa: ARG002 - one tokenizer for all
        return -(-len(text.encode("utf-8", "replace")) // 4)

    def count_request(self, request: ModelRequest) -> int:
        return count_request(request, lambda text: self.count_text(text, request.model))
