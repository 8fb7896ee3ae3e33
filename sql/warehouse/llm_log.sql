-- What a language model was asked and said, step by step: four tables to start from. DuckDB and PostgreSQL take them as they are.
--
-- Recommended, not required. All but an id, a time and what is to be watched may be missing, and more may be there.
-- `query`, `response` and `content` are read to be described by numbers; no text of them is stored or printed elsewhere.
--
-- Grain:      llm_request: one row per request. llm_context: per request and retrieved document. llm_span: per step of a
--             trace. llm_evaluation: per verdict of a person, a judge or a program.
-- Parameters: none
-- Columns:    as below.
CREATE TABLE llm_request (
    request_id TEXT NOT NULL,           -- unique; the other tables join by it
    event_at TIMESTAMPTZ NOT NULL,      -- when it was asked: decides the window, never changes
    logged_at TIMESTAMPTZ NOT NULL,     -- when the row landed here: late rows are told by it
    model_version TEXT,                 -- as the answer names it, not as the request asked for it
    prompt_version TEXT,
    query TEXT,
    response TEXT,
    input_tokens BIGINT,                -- with the cached ones; some providers count them apart: add them
    cached_tokens BIGINT,
    output_tokens BIGINT,
    cost_usd NUMERIC(18, 9),            -- of the whole request, each call once
    latency_ms DOUBLE PRECISION,        -- to the last token
    first_token_ms DOUBLE PRECISION,    -- to the first one, where the answer is streamed
    finish_reason TEXT,                 -- stop, length, tool_calls, content_filter
    error_type TEXT,                    -- NULL where all went well
    session_id TEXT,
    trace_id TEXT                       -- of its steps
);

CREATE TABLE llm_context (
    request_id TEXT NOT NULL,
    rank INTEGER NOT NULL,              -- 1: the first one
    document_id TEXT,
    content TEXT,
    score DOUBLE PRECISION,             -- as the retriever has it: the higher the nearer
    relevant BOOLEAN                    -- where somebody has said so
);

CREATE TABLE llm_span (
    trace_id TEXT NOT NULL,
    span_id TEXT NOT NULL,
    parent_id TEXT,                     -- NULL of the outermost one
    step TEXT NOT NULL,                 -- what the step is called: retrieve, answer, check
    kind TEXT,                          -- LLM, EMBEDDING, RETRIEVER, RERANKER, TOOL, AGENT, CHAIN
    began_us BIGINT NOT NULL,           -- microseconds since 1970, UTC
    ended_us BIGINT NOT NULL,
    logged_at TIMESTAMPTZ,
    error_type TEXT,                    -- NULL where all went well
    model TEXT,
    input_tokens BIGINT,
    output_tokens BIGINT,
    cost_usd NUMERIC(18, 9)
);

CREATE TABLE llm_evaluation (
    request_id TEXT NOT NULL,
    name TEXT NOT NULL,                 -- what is judged: feedback, relevance, hallucination
    label TEXT,                         -- the verdict, in a word
    annotator_kind TEXT NOT NULL,       -- HUMAN, LLM, CODE
    annotator TEXT,                     -- who: of a judge its model, version and template
    arrived_at TIMESTAMPTZ NOT NULL     -- when it was known here: a replay sees no later one
);
