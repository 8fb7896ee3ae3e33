-- Labels by the cell of their prediction, joined to the log by row id; of several labels of a row the latest counts,
-- and of several rows of one id always the same one.
-- grain:      window × segment × prediction cell, of classes pair of predicted and true class
-- A label that is NaN or infinite, or neither 0 nor 1 where these are the labels, is none: a row that has no other one is
-- counted apart, in the cell -1.
-- parameters: since, until (time range); lookup_0 (grid step → cell); due (per window: labels that had arrived by then);
--             first (per window: when they were due for the first time), where it is asked by which cut-off rows had a label
-- columns:    window_index, segment (-1 = the whole; -2 = rows by when their first label came), code (cell; of -2 the place
--             of the cut-off, see label_arrivals.sql), n (labelled rows), label (exact sum of labels, in their
--             unit), part (exact sum of predictions), truth (of 0 and 1: rows whose label is one of them; of numbers: rows
--             whose label lies above their prediction; of classes: rows that are right), and what the task adds up over rows,
--             in whole numbers: added_0, …
-- Codes from -2 down count the rows of the whole a second time: of classes, by cells of each class's score.
WITH tidegauge_log AS (
SELECT CAST(CASE WHEN epoch_us("at time") < 1362891600000000 THEN (epoch_us("at time") - 1362805200000000) // 86400000000 WHEN epoch_us("at time") < 1362974400000000 THEN 1 + (epoch_us("at time") - 1362891600000000) // 82800000000 ELSE 2 + (epoch_us("at time") - 1362974400000000) // 86400000000 END AS UTINYINT) AS window_index, epoch_us("at time") AS micros, "id" AS id, "score" AS c0, "carrier" AS s0
  FROM "flights"
  WHERE "at time" >= $since AND "at time" < $until
),
tidegauge_truth AS (
  SELECT "id" AS id, CAST(CAST("late" AS FLOAT8) AS FLOAT8) AS label, epoch_us("arrived") AS arrived
  FROM "truth" WHERE CAST("late" AS FLOAT8) IS NOT NULL
),
tidegauge_labelled AS (
  SELECT tidegauge_log.window_index, CASE
      WHEN c0 >= (0.0e0) AND c0 < (1.001953125e0) THEN
(CAST($lookup_0 AS SMALLINT[]))[1 + CAST(floor((c0 - (0.0e0)) * (512.0e0)) AS INTEGER)]
      WHEN c0 IS NULL THEN 0
      WHEN c0 = CAST('NaN' AS FLOAT8) THEN 1
      WHEN c0 = CAST('-Infinity' AS FLOAT8) THEN 2
      WHEN c0 = CAST('Infinity' AS FLOAT8) THEN 108
      WHEN c0 < (0.0e0) THEN CASE WHEN c0 >= (-0.015625e0) THEN 25 WHEN c0 >= (-0.046875e0) THEN 24 WHEN c0 >= (-0.109375e0) THEN 23 WHEN c0 >= (-0.234375e0) THEN 22 WHEN c0 >= (-0.484375e0) THEN 21 WHEN c0 >= (-0.984375e0) THEN 20 WHEN c0 >= (-1.984375e0) THEN 19 WHEN c0 >= (-3.984375e0) THEN 18 WHEN c0 >= (-7.984375e0) THEN 17 WHEN c0 >= (-15.984375e0) THEN 16 WHEN c0 >= (-31.984375e0) THEN 15 WHEN c0 >= (-63.984375e0) THEN 14 WHEN c0 >= (-127.984375e0) THEN 13 WHEN c0 >= (-255.984375e0) THEN 12 WHEN c0 >= (-511.984375e0) THEN 11 WHEN c0 >= (-1023.984375e0) THEN 10 WHEN c0 >= (-2047.984375e0) THEN 9 WHEN c0 >= (-4095.984375e0) THEN 8 WHEN c0 >= (-8191.984375e0) THEN 7 WHEN c0 >= (-16383.984375e0) THEN 6 WHEN c0 >= (-32767.984375e0) THEN 5 WHEN c0 >= (-65535.984375e0) THEN 4 ELSE 3 END
      ELSE CASE WHEN c0 < (1.017578125e0) THEN 85 WHEN c0 < (1.048828125e0) THEN 86 WHEN c0 < (1.111328125e0) THEN 87 WHEN c0 < (1.236328125e0) THEN 88 WHEN c0 < (1.486328125e0) THEN 89 WHEN c0 < (1.986328125e0) THEN 90 WHEN c0 < (2.986328125e0) THEN 91 WHEN c0 < (4.986328125e0) THEN 92 WHEN c0 < (8.986328125e0) THEN 93 WHEN c0 < (16.986328125e0) THEN 94 WHEN c0 < (32.986328125e0) THEN 95 WHEN c0 < (64.986328125e0) THEN 96 WHEN c0 < (128.986328125e0) THEN 97 WHEN c0 < (256.986328125e0) THEN 98 WHEN c0 < (512.986328125e0) THEN 99 WHEN c0 < (1024.986328125e0) THEN 100 WHEN c0 < (2048.986328125e0) THEN 101 WHEN c0 < (4096.986328125e0) THEN 102 WHEN c0 < (8192.986328125e0) THEN 103 WHEN c0 < (16384.986328125e0) THEN 104 WHEN c0 < (32768.986328125e0) THEN 105 WHEN c0 < (65536.986328125e0) THEN 106 ELSE 107 END
    END AS code, CASE WHEN c0 >= (-65535.984375e0) AND c0 < (65536.986328125e0) THEN CAST(floor((c0 - (0.0e0)) * (262144.0e0)) AS BIGINT) END AS part, truth.label, tidegauge_log.s0,
    tidegauge_log.c0 AS prediction,
    row_number() OVER (PARTITION BY tidegauge_log.id, tidegauge_log.window_index ORDER BY
      CASE WHEN (truth.label > CAST('-Infinity' AS FLOAT8) AND truth.label < CAST('Infinity' AS FLOAT8)) THEN 0 ELSE 1 END, truth.arrived DESC, truth.label,
      tidegauge_log.c0, tidegauge_log.micros, tidegauge_log.s0) AS newest
  FROM tidegauge_log JOIN tidegauge_truth AS truth ON truth.id = tidegauge_log.id
WHERE truth.arrived <= (CAST($due AS BIGINT[]))[1 + CAST(tidegauge_log.window_index AS INTEGER)]
),
tidegauge_step_1 AS (
  SELECT *,
    CASE WHEN label > (-524328.0e0) AND label < (524248.0e0) AND prediction > (-1048616.0e0) AND prediction < (1048536.0e0) THEN label - prediction END AS gap
  FROM tidegauge_labelled
),
tidegauge_step_2 AS (
  SELECT *,
    CASE WHEN gap > (-524288.0e0) AND gap < (524288.0e0) THEN gap END AS error,
    CASE WHEN gap > (-524288.0e0) AND gap < (524288.0e0) THEN label - (-40.0e0) END AS place,
    CASE WHEN gap > (-524288.0e0) AND gap < (524288.0e0) THEN CASE WHEN abs(gap) < abs(label) * (1048576.0e0) THEN CASE WHEN abs(gap) < abs(label) * (9.094947017729282e-13) THEN 0 ELSE abs(gap) / abs(label) END END END AS ratio
  FROM tidegauge_step_1
),
tidegauge_step_3 AS (
  SELECT *,
    error * (1.9073486328125e-06) AS e,
    place * (1.9073486328125e-06) AS y
  FROM tidegauge_step_2
),
tidegauge_step_4 AS (
  SELECT *,
    (CASE WHEN abs(e) < (8.271806125530277e-25) THEN CAST(0 AS FLOAT8) ELSE e * e END) * (9007199254740992.0e0) AS ee
  FROM tidegauge_step_3
),
tidegauge_step_5 AS (
  SELECT *,
    floor((e) * (9007199254740992.0e0) + 0.5) AS error_,
    floor((abs(e)) * (9007199254740992.0e0) + 0.5) AS absolute_,
    floor(ee) AS squared_,
    floor((ee - floor(ee)) * (67108864.0e0) + 0.5) AS fine,
    floor((y) * (9007199254740992.0e0) + 0.5) AS label_,
    floor((CASE WHEN abs(y) < (8.271806125530277e-25) THEN CAST(0 AS FLOAT8) ELSE y * y END) * (9007199254740992.0e0) + 0.5) AS label_squared_,
    floor((ratio) * (8589934592.0e0) + 0.5) AS relative_
  FROM tidegauge_step_4
),
tidegauge_counted AS (
  SELECT window_index, CASE WHEN (label > CAST('-Infinity' AS FLOAT8) AND label < CAST('Infinity' AS FLOAT8)) THEN code ELSE -1 END AS code,
    CASE WHEN (label > CAST('-Infinity' AS FLOAT8) AND label < CAST('Infinity' AS FLOAT8)) THEN part ELSE 0 END AS part,
    CASE WHEN (label > CAST('-Infinity' AS FLOAT8) AND label < CAST('Infinity' AS FLOAT8)) THEN CAST(floor((greatest(least(label, (16777612.5e0)), (-16777252.0e0)) - (-40.0e0)) * (512.0e0)) AS BIGINT) ELSE 0 END AS label,
    CASE WHEN label > prediction AND (label > CAST('-Infinity' AS FLOAT8) AND label < CAST('Infinity' AS FLOAT8)) THEN 1 ELSE 0 END AS truth, s0,
    CASE WHEN error IS NULL THEN 0 ELSE 1 END AS added_0,
    CASE WHEN ratio IS NULL THEN 0 ELSE 1 END AS added_1,
    CAST(fine AS BIGINT) AS added_2,
    CAST(floor(error_ * (1.4901161193847656e-08)) AS BIGINT) AS added_3,
    CAST(error_ - floor(error_ * (1.4901161193847656e-08)) * (67108864.0e0) AS BIGINT) AS added_4,
    CAST(floor(absolute_ * (1.4901161193847656e-08)) AS BIGINT) AS added_5,
    CAST(absolute_ - floor(absolute_ * (1.4901161193847656e-08)) * (67108864.0e0) AS BIGINT) AS added_6,
    CAST(floor(squared_ * (1.4901161193847656e-08)) AS BIGINT) AS added_7,
    CAST(squared_ - floor(squared_ * (1.4901161193847656e-08)) * (67108864.0e0) AS BIGINT) AS added_8,
    CAST(floor(label_ * (1.4901161193847656e-08)) AS BIGINT) AS added_9,
    CAST(label_ - floor(label_ * (1.4901161193847656e-08)) * (67108864.0e0) AS BIGINT) AS added_10,
    CAST(floor(label_squared_ * (1.4901161193847656e-08)) AS BIGINT) AS added_11,
    CAST(label_squared_ - floor(label_squared_ * (1.4901161193847656e-08)) * (67108864.0e0) AS BIGINT) AS added_12,
    CAST(floor(relative_ * (1.4901161193847656e-08)) AS BIGINT) AS added_13,
    CAST(relative_ - floor(relative_ * (1.4901161193847656e-08)) * (67108864.0e0) AS BIGINT) AS added_14
  FROM tidegauge_step_5 WHERE newest = 1
)
SELECT window_index, -1 AS segment, code, count(*) AS n, CAST(sum(label) AS BIGINT) AS label,
  CAST(coalesce(sum(part), 0) AS BIGINT) AS part, CAST(sum(truth) AS BIGINT) AS truth, CAST(coalesce(sum(added_0), 0) AS BIGINT) AS added_0, CAST(coalesce(sum(added_1), 0) AS BIGINT) AS added_1, CAST(coalesce(sum(added_2), 0) AS BIGINT) AS added_2, CAST(coalesce(sum(added_3), 0) AS BIGINT) AS added_3, CAST(coalesce(sum(added_4), 0) AS BIGINT) AS added_4, CAST(coalesce(sum(added_5), 0) AS BIGINT) AS added_5, CAST(coalesce(sum(added_6), 0) AS BIGINT) AS added_6, CAST(coalesce(sum(added_7), 0) AS BIGINT) AS added_7, CAST(coalesce(sum(added_8), 0) AS BIGINT) AS added_8, CAST(coalesce(sum(added_9), 0) AS BIGINT) AS added_9, CAST(coalesce(sum(added_10), 0) AS BIGINT) AS added_10, CAST(coalesce(sum(added_11), 0) AS BIGINT) AS added_11, CAST(coalesce(sum(added_12), 0) AS BIGINT) AS added_12, CAST(coalesce(sum(added_13), 0) AS BIGINT) AS added_13, CAST(coalesce(sum(added_14), 0) AS BIGINT) AS added_14
FROM tidegauge_counted GROUP BY 1, 3
UNION ALL
SELECT window_index, 0 + coalesce(CAST(k.rank AS INTEGER) - 1, 2), code, count(*), CAST(sum(label) AS BIGINT),
  CAST(coalesce(sum(part), 0) AS BIGINT), CAST(sum(truth) AS BIGINT), CAST(coalesce(sum(added_0), 0) AS BIGINT), CAST(coalesce(sum(added_1), 0) AS BIGINT), CAST(coalesce(sum(added_2), 0) AS BIGINT), CAST(coalesce(sum(added_3), 0) AS BIGINT), CAST(coalesce(sum(added_4), 0) AS BIGINT), CAST(coalesce(sum(added_5), 0) AS BIGINT), CAST(coalesce(sum(added_6), 0) AS BIGINT), CAST(coalesce(sum(added_7), 0) AS BIGINT), CAST(coalesce(sum(added_8), 0) AS BIGINT), CAST(coalesce(sum(added_9), 0) AS BIGINT), CAST(coalesce(sum(added_10), 0) AS BIGINT), CAST(coalesce(sum(added_11), 0) AS BIGINT), CAST(coalesce(sum(added_12), 0) AS BIGINT), CAST(coalesce(sum(added_13), 0) AS BIGINT), CAST(coalesce(sum(added_14), 0) AS BIGINT)
FROM tidegauge_counted LEFT JOIN unnest(CAST($segment_0 AS VARCHAR[])) WITH ORDINALITY AS k(value, rank) ON k.value = tidegauge_counted.s0
GROUP BY 1, 2, 3
