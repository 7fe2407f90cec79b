"""Migration 3, for PostgreSQL: a function that holds a call if it fits.

Between a question and its answer lies a round trip to the server, during which all other calls would wait for the lock.
So the usual case is decided where the sums are. `held_if_it_fits` says whether the call is held now. No is no verdict:
what it does not hold (a call that does not fit, a key that is settled, something that a crashed call has left, another
isolation level) is looked at again by `calls.hold`, whose rules it repeats, and which says why.

`weights`: tokens of the five classes in the order of `usage_sums`, then input whose class is not known yet.
`kinds`, `limits`, `spans`, `starts`, `ends`: the parts of all limited periods as `sums.py` makes them, one value each.
All of these are arrays, as text.
"""

_FUNCTION = """CREATE FUNCTION held_if_it_fits(
    lock TEXT, new_key TEXT, new_run_id TEXT, new_input BIGINT, new_output BIGINT, new_pico_usd BIGINT,
    new_created_at TIMESTAMPTZ, alive_from TIMESTAMPTZ, alive_to TIMESTAMPTZ,
    budget_tokens NUMERIC, budget_pico_usd NUMERIC, weights TEXT,
    kinds TEXT, limits TEXT, spans TEXT, starts TEXT, ends TEXT
) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
    weight NUMERIC[] := weights;
BEGIN
    -- Else the statement below would not see what was written while this one waited for the lock.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(lock, 0));
    -- One statement, because one statement sees one moment: between two a call could settle and count twice.
    INSERT INTO reservations (key, run_id, input, output, pico_usd, created_at)
    SELECT new_key, new_run_id, new_input, new_output, new_pico_usd, new_created_at
    FROM
        (SELECT
            coalesce(sum(input), 0) + new_input AS input,
            coalesce(sum(output), 0) + new_output AS output,
            coalesce(sum(input) FILTER (WHERE run_id = new_run_id), 0) + new_input
                + coalesce(sum(output) FILTER (WHERE run_id = new_run_id), 0) + new_output AS run_tokens,
            coalesce(sum(pico_usd) FILTER (WHERE run_id = new_run_id), 0) + new_pico_usd AS run_pico_usd,
            count(*) FILTER (WHERE created_at NOT BETWEEN alive_from AND alive_to) AS dead
        FROM reservations WHERE key <> new_key) AS held,
        (SELECT
            coalesce(sum(fresh) + sum(cache_read) + sum(cache_write_5m) + sum(cache_write_1h) + sum(output), 0)
                AS tokens,
            coalesce(sum(pico_usd), 0) AS pico_usd
        FROM usage_sums WHERE run_id = new_run_id) AS run
    WHERE held.dead = 0
        AND NOT EXISTS (SELECT FROM entries WHERE key = new_key)
        AND (budget_tokens = 0 OR run.tokens + held.run_tokens <= budget_tokens)
        AND (budget_pico_usd = 0 OR run.pico_usd + held.run_pico_usd <= budget_pico_usd)
        AND NOT EXISTS (
            SELECT FROM unnest(
                kinds::TEXT[], limits::NUMERIC[], spans::TEXT[], starts::TIMESTAMPTZ[], ends::TIMESTAMPTZ[]
            ) AS part (kind, most, span, first, until)
            LEFT JOIN time_sums AS billed
                ON billed.span = part.span AND billed.start >= part.first AND billed.start < part.until
            GROUP BY part.kind, part.most
            HAVING part.most < weight[6] * held.input + weight[5] * held.output
                + coalesce(weight[1] * sum(billed.fresh) + weight[2] * sum(billed.cache_read)
                    + weight[3] * sum(billed.cache_write_5m) + weight[4] * sum(billed.cache_write_1h)
                    + weight[5] * sum(billed.output), 0))
    ON CONFLICT (key) DO UPDATE SET run_id = excluded.run_id, input = excluded.input, output = excluded.output,
        pico_usd = excluded.pico_usd, created_at = excluded.created_at;
    RETURN FOUND;
END $$"""


def postgresql() -> tuple[str, ...]:
    """The migration's statements."""
    return (_FUNCTION,)
