from hypothesis import given
from hypothesis import strategies as st

from adw.context.ablation.caching import Part, PromptCache
from adw.domain.usage import Usage


def _parts(*contents, tokens=600, marks=(0, -1), blocks=1):
    parts = [Part(content, tokens, blocks) for content in contents]
    for mark in marks:
        parts[mark] = Part(parts[mark].content, tokens, blocks, breakpoint=True)
    return parts


def test_what_was_written_is_read_by_the_next_call():
    cache = PromptCache()
    assert cache.bill(_parts("system", "task")) == Usage(cache_write_5m=1200)
    assert cache.bill(_parts("system", "task", "turn 1")) == Usage(cache_read=1200, cache_write_5m=600)
    assert cache.bill(_parts("system", "task", "turn 1", "turn 2")) == Usage(cache_read=1800, cache_write_5m=600)


def test_a_changed_part_is_written_again_with_all_behind_it():
    cache = PromptCache()
    cache.bill(_parts("system", "task", "record", "turn 1", marks=(0, 1, 2, 3)))
    assert cache.bill(_parts("system", "task", "other record", "turn 1", marks=(0, 1, 2, 3))) == Usage(
        cache_read=1200, cache_write_5m=1200
    )


def test_the_same_prefix_without_an_entry_is_not_found():
    cache = PromptCache()
    cache.bill(_parts("system", "task", "turn 1", marks=(0, -1)))
    assert cache.bill(_parts("system", "task", "another", marks=(0, -1))) == Usage(cache_write_5m=1800)


def test_short_prefixes_are_not_cached():
    cache = PromptCache()
    assert cache.bill(_parts("system", "task", tokens=500)) == Usage(fresh=1000)
    assert cache.bill(_parts("system", "task", "turn", tokens=500)) == Usage(cache_write_5m=1500)


def test_what_stands_behind_the_last_breakpoint_is_fresh():
    assert PromptCache().bill(_parts("system", "task", "note", marks=(1,))) == Usage(cache_write_5m=1200, fresh=600)
    assert PromptCache().bill(_parts("system", "task", marks=())) == Usage(fresh=1200)


def test_an_entry_more_than_twenty_blocks_back_is_not_found():
    for blocks, read in ((19, 1200), (20, 0)):
        cache = PromptCache()
        cache.bill(_parts("system", "task", marks=(1,)))
        longer = [*_parts("system", "task", marks=()), Part("many results", 600, blocks, breakpoint=True)]
        assert cache.bill(longer).cache_read == read


_CALLS = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=6), min_size=1, max_size=6)


@given(_CALLS, st.booleans())
def test_classes_add_up_and_only_what_the_last_call_began_with_is_read(calls, cached):
    cache, last = PromptCache(), []
    for contents in calls:
        usage = cache.bill(_parts(*contents, marks=(0, -1) if cached else ()))
        assert usage.input == 600 * len(contents)
        same = next((at for at, (a, b) in enumerate(zip(last, contents, strict=False)) if a != b), len(contents))
        assert usage.cache_read <= 600 * min(same, len(last))
        assert cached or usage == Usage(fresh=usage.input)
        last = contents
