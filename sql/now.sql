-- What time it is by the engine's own clock.
-- grain:      one row
-- parameters: none
-- columns:    now (microseconds since 1970)
SELECT {{ micros }} AS now
