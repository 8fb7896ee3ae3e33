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
SELECT CAST(CASE WHEN epoch_us("at time") < 1362891600000000 THEN (epoch_us("at time") - 1362805200000000) // 86400000000 WHEN epoch_us("at time") < 1362974400000000 THEN 1 + (epoch_us("at time") - 1362891600000000) // 82800000000 ELSE 2 + (epoch_us("at time") - 1362974400000000) // 86400000000 END AS UTINYINT) AS window_index, epoch_us("at time") AS micros, "id" AS id, "carrier" AS c0, "score" AS score_0, "fare" AS score_1, "carrier" AS s0
  FROM "flights"
  WHERE "at time" >= $since AND "at time" < $until
),
tidegauge_truth AS (
  SELECT "id" AS id, CAST("late" AS VARCHAR) AS label, epoch_us("arrived") AS arrived
  FROM "truth" WHERE CAST("late" AS VARCHAR) IS NOT NULL
),
tidegauge_labelled AS (
  SELECT tidegauge_log.window_index, truth.label, tidegauge_log.s0, tidegauge_log.score_0, tidegauge_log.score_1,
    tidegauge_log.c0 AS prediction,
    row_number() OVER (PARTITION BY tidegauge_log.id, tidegauge_log.window_index ORDER BY
      truth.arrived DESC, md5(truth.label),
      md5(tidegauge_log.c0), tidegauge_log.micros, tidegauge_log.s0) AS newest
  FROM tidegauge_log JOIN tidegauge_truth AS truth ON truth.id = tidegauge_log.id
WHERE truth.arrived <= (CAST($due AS BIGINT[]))[1 + CAST(tidegauge_log.window_index AS INTEGER)]
),
tidegauge_step_1 AS (
  SELECT *,
    coalesce(array_position(CAST($classes AS VARCHAR[]), label), 0) AS true_,
    CASE WHEN prediction IS NULL THEN 3 ELSE coalesce(array_position(CAST($classes AS VARCHAR[]), prediction), 0) END AS answer_
  FROM tidegauge_labelled
),
tidegauge_step_2 AS (
  SELECT *,
    answer_ * 3 + true_ AS pair_,
    CASE WHEN score_0 >= (-0.0001e0) AND score_0 <= (1.0001e0) AND score_1 >= (-0.0001e0) AND score_1 <= (1.0001e0) THEN CASE true_ WHEN 1 THEN score_0 WHEN 2 THEN score_1 END END AS own_,
    CASE true_ WHEN 1 THEN 0 WHEN 2 THEN 1 END AS place_
  FROM tidegauge_step_1
),
tidegauge_step_3 AS (
  SELECT *,
    CASE WHEN own_ < (1e-06) THEN (1e-06) WHEN own_ > (1.0e0) THEN (1.0e0) ELSE own_ END AS kept_,
    CASE WHEN score_0 <= (0.0e0) THEN (0.0e0) WHEN score_0 >= (1.0e0) THEN (0.0e0) WHEN score_0 < (0.5e0) THEN score_0 ELSE (1.0e0) - score_0 END AS near_0,
    CASE WHEN score_1 <= (0.0e0) THEN (0.0e0) WHEN score_1 >= (1.0e0) THEN (0.0e0) WHEN score_1 < (0.5e0) THEN score_1 ELSE (1.0e0) - score_1 END AS near_1
  FROM tidegauge_step_2
),
tidegauge_step_4 AS (
  SELECT *,
    kept_ * CASE WHEN kept_ >= (0.5e0) THEN (1.0e0) WHEN kept_ >= (0.25e0) THEN (2.0e0) WHEN kept_ >= (0.125e0) THEN (4.0e0) WHEN kept_ >= (0.0625e0) THEN (8.0e0) WHEN kept_ >= (0.03125e0) THEN (16.0e0) WHEN kept_ >= (0.015625e0) THEN (32.0e0) WHEN kept_ >= (0.0078125e0) THEN (64.0e0) WHEN kept_ >= (0.00390625e0) THEN (128.0e0) WHEN kept_ >= (0.001953125e0) THEN (256.0e0) WHEN kept_ >= (0.0009765625e0) THEN (512.0e0) WHEN kept_ >= (0.00048828125e0) THEN (1024.0e0) WHEN kept_ >= (0.000244140625e0) THEN (2048.0e0) WHEN kept_ >= (0.0001220703125e0) THEN (4096.0e0) WHEN kept_ >= (6.103515625e-05) THEN (8192.0e0) WHEN kept_ >= (3.0517578125e-05) THEN (16384.0e0) WHEN kept_ >= (1.52587890625e-05) THEN (32768.0e0) WHEN kept_ >= (7.62939453125e-06) THEN (65536.0e0) WHEN kept_ >= (3.814697265625e-06) THEN (131072.0e0) WHEN kept_ >= (1.9073486328125e-06) THEN (262144.0e0) WHEN kept_ >= (9.5367431640625e-07) THEN (524288.0e0) END AS left_,
    CASE WHEN kept_ >= (0.5e0) THEN 0 WHEN kept_ >= (0.25e0) THEN 1 WHEN kept_ >= (0.125e0) THEN 2 WHEN kept_ >= (0.0625e0) THEN 3 WHEN kept_ >= (0.03125e0) THEN 4 WHEN kept_ >= (0.015625e0) THEN 5 WHEN kept_ >= (0.0078125e0) THEN 6 WHEN kept_ >= (0.00390625e0) THEN 7 WHEN kept_ >= (0.001953125e0) THEN 8 WHEN kept_ >= (0.0009765625e0) THEN 9 WHEN kept_ >= (0.00048828125e0) THEN 10 WHEN kept_ >= (0.000244140625e0) THEN 11 WHEN kept_ >= (0.0001220703125e0) THEN 12 WHEN kept_ >= (6.103515625e-05) THEN 13 WHEN kept_ >= (3.0517578125e-05) THEN 14 WHEN kept_ >= (1.52587890625e-05) THEN 15 WHEN kept_ >= (7.62939453125e-06) THEN 16 WHEN kept_ >= (3.814697265625e-06) THEN 17 WHEN kept_ >= (1.9073486328125e-06) THEN 18 WHEN kept_ >= (9.5367431640625e-07) THEN 19 END AS doubled_,
    CASE WHEN own_ IS NOT NULL THEN 1 + CASE WHEN score_0 > own_ OR (score_0 = own_ AND place_ < 0) THEN 1 ELSE 0 END + CASE WHEN score_1 > own_ OR (score_1 = own_ AND place_ < 1) THEN 1 ELSE 0 END END AS rank_,
    CASE WHEN own_ IS NOT NULL THEN -2 - (CASE WHEN score_0 < (0.5e0) THEN CASE WHEN near_0 >= (0.0625e0) THEN 329 + CAST(floor(near_0 * (128.0e0)) AS INTEGER) WHEN near_0 >= (0.0078125e0) THEN 273 + CAST(floor(near_0 * (1024.0e0)) AS INTEGER) WHEN near_0 >= (0.0009765625e0) THEN 217 + CAST(floor(near_0 * (8192.0e0)) AS INTEGER) WHEN near_0 >= (0.0001220703125e0) THEN 161 + CAST(floor(near_0 * (65536.0e0)) AS INTEGER) WHEN near_0 >= (1.52587890625e-05) THEN 105 + CAST(floor(near_0 * (524288.0e0)) AS INTEGER) WHEN near_0 >= (1.9073486328125e-06) THEN 49 + CAST(floor(near_0 * (4194304.0e0)) AS INTEGER) WHEN near_0 >= (2.384185791015625e-07) THEN -7 + CAST(floor(near_0 * (33554432.0e0)) AS INTEGER) ELSE 0 END ELSE 787 - (CASE WHEN near_0 >= (0.0625e0) THEN 329 + CAST(floor(near_0 * (128.0e0)) AS INTEGER) WHEN near_0 >= (0.0078125e0) THEN 273 + CAST(floor(near_0 * (1024.0e0)) AS INTEGER) WHEN near_0 >= (0.0009765625e0) THEN 217 + CAST(floor(near_0 * (8192.0e0)) AS INTEGER) WHEN near_0 >= (0.0001220703125e0) THEN 161 + CAST(floor(near_0 * (65536.0e0)) AS INTEGER) WHEN near_0 >= (1.52587890625e-05) THEN 105 + CAST(floor(near_0 * (524288.0e0)) AS INTEGER) WHEN near_0 >= (1.9073486328125e-06) THEN 49 + CAST(floor(near_0 * (4194304.0e0)) AS INTEGER) WHEN near_0 >= (2.384185791015625e-07) THEN -7 + CAST(floor(near_0 * (33554432.0e0)) AS INTEGER) ELSE 0 END) END) END AS plane_0,
    CASE WHEN own_ IS NOT NULL THEN -790 - (CASE WHEN score_1 < (0.5e0) THEN CASE WHEN near_1 >= (0.0625e0) THEN 329 + CAST(floor(near_1 * (128.0e0)) AS INTEGER) WHEN near_1 >= (0.0078125e0) THEN 273 + CAST(floor(near_1 * (1024.0e0)) AS INTEGER) WHEN near_1 >= (0.0009765625e0) THEN 217 + CAST(floor(near_1 * (8192.0e0)) AS INTEGER) WHEN near_1 >= (0.0001220703125e0) THEN 161 + CAST(floor(near_1 * (65536.0e0)) AS INTEGER) WHEN near_1 >= (1.52587890625e-05) THEN 105 + CAST(floor(near_1 * (524288.0e0)) AS INTEGER) WHEN near_1 >= (1.9073486328125e-06) THEN 49 + CAST(floor(near_1 * (4194304.0e0)) AS INTEGER) WHEN near_1 >= (2.384185791015625e-07) THEN -7 + CAST(floor(near_1 * (33554432.0e0)) AS INTEGER) ELSE 0 END ELSE 787 - (CASE WHEN near_1 >= (0.0625e0) THEN 329 + CAST(floor(near_1 * (128.0e0)) AS INTEGER) WHEN near_1 >= (0.0078125e0) THEN 273 + CAST(floor(near_1 * (1024.0e0)) AS INTEGER) WHEN near_1 >= (0.0009765625e0) THEN 217 + CAST(floor(near_1 * (8192.0e0)) AS INTEGER) WHEN near_1 >= (0.0001220703125e0) THEN 161 + CAST(floor(near_1 * (65536.0e0)) AS INTEGER) WHEN near_1 >= (1.52587890625e-05) THEN 105 + CAST(floor(near_1 * (524288.0e0)) AS INTEGER) WHEN near_1 >= (1.9073486328125e-06) THEN 49 + CAST(floor(near_1 * (4194304.0e0)) AS INTEGER) WHEN near_1 >= (2.384185791015625e-07) THEN -7 + CAST(floor(near_1 * (33554432.0e0)) AS INTEGER) ELSE 0 END) END) END AS plane_1
  FROM tidegauge_step_3
),
tidegauge_step_5 AS (
  SELECT *,
    ((1.0e0) - left_) / ((1.0e0) + left_) AS slope_
  FROM tidegauge_step_4
),
tidegauge_step_6 AS (
  SELECT *,
    CASE WHEN slope_ < (8.673617379884035e-19) THEN (0.0e0) ELSE slope_ * slope_ END AS square_
  FROM tidegauge_step_5
),
tidegauge_step_7 AS (
  SELECT *,
    doubled_ * (0.6931471805599453e0) + (2.0e0) * (slope_ * ((1.0e0) + square_ * ((0.3333333333333333e0) + square_ * ((0.2e0) + square_ * ((0.14285714285714285e0) + square_ * ((0.1111111111111111e0) + square_ * (0.09090909090909091e0))))))) AS loss
  FROM tidegauge_step_6
),
tidegauge_counted AS (
  SELECT window_index, pair_ AS code, 0 AS part, 0 AS label,
    CASE WHEN label = prediction THEN 1 ELSE 0 END AS truth, s0,
    CASE WHEN own_ IS NULL THEN 0 ELSE 1 END AS added_0,
    CASE WHEN own_ IS NULL THEN 0 ELSE CAST(floor(loss * (1048576.0e0)) AS BIGINT) END AS added_1,
    CASE WHEN own_ IS NULL THEN 0 ELSE CAST(floor(loss * loss * (65536.0e0)) AS BIGINT) END AS added_2,
    plane_0, CASE WHEN true_ = 1 THEN 1 ELSE 0 END AS truth_0,
    plane_1, CASE WHEN true_ = 2 THEN 1 ELSE 0 END AS truth_1
  FROM tidegauge_step_7 WHERE newest = 1
)
SELECT window_index, -1 AS segment, code, count(*) AS n, CAST(sum(label) AS BIGINT) AS label,
  CAST(coalesce(sum(part), 0) AS BIGINT) AS part, CAST(sum(truth) AS BIGINT) AS truth, CAST(coalesce(sum(added_0), 0) AS BIGINT) AS added_0, CAST(coalesce(sum(added_1), 0) AS BIGINT) AS added_1, CAST(coalesce(sum(added_2), 0) AS BIGINT) AS added_2
FROM tidegauge_counted GROUP BY 1, 3
UNION ALL
SELECT window_index, -1, plane_0, count(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(sum(truth_0) AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT)
FROM tidegauge_counted WHERE plane_0 IS NOT NULL GROUP BY 1, 3
UNION ALL
SELECT window_index, -1, plane_1, count(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(sum(truth_1) AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT)
FROM tidegauge_counted WHERE plane_1 IS NOT NULL GROUP BY 1, 3
UNION ALL
SELECT window_index, 0 + coalesce(CAST(k.rank AS INTEGER) - 1, 2), code, count(*), CAST(sum(label) AS BIGINT),
  CAST(coalesce(sum(part), 0) AS BIGINT), CAST(sum(truth) AS BIGINT), CAST(coalesce(sum(added_0), 0) AS BIGINT), CAST(coalesce(sum(added_1), 0) AS BIGINT), CAST(coalesce(sum(added_2), 0) AS BIGINT)
FROM tidegauge_counted LEFT JOIN unnest(CAST($segment_0 AS VARCHAR[])) WITH ORDINALITY AS k(value, rank) ON k.value = tidegauge_counted.s0
GROUP BY 1, 2, 3
