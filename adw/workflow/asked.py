"""Whether an issue asks for a change that the gate would block otherwise: by naming the thing beside the deed."""

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")
_NOT = r"(?:\b(?:not|never|without|no|cannot)|n't)\s+(?:\w+\s+){0,2}"


@dataclass(frozen=True, slots=True)
class Deed:
    """Words, as a regular expression of their beginnings, that ask for one kind of change."""

    words: str

    def is_asked(self, issue_text: str, names: tuple[str, ...]) -> bool:
        """Whether a sentence names one of `names` whole and asks for the deed, and does not ask against it."""
        asks = re.compile(rf"\b(?:{self.words})", re.IGNORECASE)
        against = re.compile(rf"{_NOT}(?:{self.words})", re.IGNORECASE)
        named = re.compile("|".join(rf"(?<![\w/]){re.escape(name)}(?!\w|\.\w)" for name in names if name))
        return any(
            asks.search(sentence) and named.search(_last_parts(sentence)) and not against.search(sentence)
            for sentence in _SENTENCE_END.split(issue_text)
        )


def _last_parts(sentence: str) -> str:
    """The sentence with its paths cut down to their names: `tests/test_cart.py` is named by `test_cart.py`."""
    return " ".join(word.rpartition("/")[2] for word in sentence.split())


REMOVE = Deed("delet|remov|drop|renam|mov(?:e|ing)|replac|obsolete|outdated|retire|merg")
SKIP = Deed("skip|xfail|disabl|deactivat|expect(?:ed)? to fail|importorskip")
WEAKEN = Deed("delet|remov|drop|relax|loosen|replac|obsolete|outdated|wrong|fewer")
END = Deed("exit|abort|end")
COLLECT = Deed("collect|hook|ignor|skip|order|select")
CONFIGURE = Deed("configur|option|setting|set|add|chang|updat|enabl|disabl|remov|renam|mov(?:e|ing)")
