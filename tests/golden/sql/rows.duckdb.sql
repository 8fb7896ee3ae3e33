-- The rows of a window that stand where a change lies: those in its places first, then by their time.
-- grain:      row; one without a row's values where none stands there
-- parameters: since, until (time range); lookup_<i>, vocabulary_<i> (cells of a column); segment_value, listed; most
-- columns:    counted (rows of the window in the log), behind (of these, where the change lies), place (number of the
--             first place that the row is in), code (cell of the changed column), v0, v1, … as asked for, label (of labels that
--             have come)
WITH tidegauge_log AS (
  SELECT epoch_us("at time") AS micros, md5(CAST("id" AS VARCHAR)) AS key_, "fare" AS c0, "carrier" AS c1, CAST("seats" AS FLOAT8) AS c2, CAST("id" AS BIGINT) AS v0, epoch_us("at time") AS v1, "score" AS v2, "fare" AS v3, CAST("seats" AS BIGINT) AS v4, "carrier" AS v5, "carrier" AS segment_
  FROM "flights"
  WHERE "at time" >= $since AND "at time" < $until
),
tidegauge_coded AS (
  SELECT tidegauge_log.*, CASE
      WHEN c0 >= (0.4296875e0) AND c0 < (205.171875e0) THEN
(CAST($lookup_0 AS SMALLINT[]))[1 + CAST(CASE WHEN c0 < (5.515625e0) THEN floor((c0 - (0.4296875e0)) * (128.0e0)) WHEN c0 < (6.05078125e0) THEN 651 + floor((c0 - (5.515625e0)) * (1024.0e0)) WHEN c0 < (10.0e0) THEN 1199 + floor((c0 - (6.05078125e0)) * (256.0e0)) WHEN c0 < (22.171875e0) THEN 2210 + floor((c0 - (10.0e0)) * (64.0e0)) ELSE 2989 + floor((c0 - (22.171875e0)) * (4.0e0)) END AS INTEGER)]
      WHEN c0 IS NULL THEN 0
      WHEN c0 = CAST('NaN' AS FLOAT8) THEN 1
      WHEN c0 = CAST('-Infinity' AS FLOAT8) THEN 2
      WHEN c0 = CAST('Infinity' AS FLOAT8) THEN 170
      WHEN c0 < (0.4296875e0) THEN CASE WHEN c0 >= (-1.5703125e0) THEN 25 WHEN c0 >= (-5.5703125e0) THEN 24 WHEN c0 >= (-13.5703125e0) THEN 23 WHEN c0 >= (-29.5703125e0) THEN 22 WHEN c0 >= (-61.5703125e0) THEN 21 WHEN c0 >= (-125.5703125e0) THEN 20 WHEN c0 >= (-253.5703125e0) THEN 19 WHEN c0 >= (-509.5703125e0) THEN 18 WHEN c0 >= (-1021.5703125e0) THEN 17 WHEN c0 >= (-2045.5703125e0) THEN 16 WHEN c0 >= (-4093.5703125e0) THEN 15 WHEN c0 >= (-8189.5703125e0) THEN 14 WHEN c0 >= (-16381.5703125e0) THEN 13 WHEN c0 >= (-32765.5703125e0) THEN 12 WHEN c0 >= (-65533.5703125e0) THEN 11 WHEN c0 >= (-131069.5703125e0) THEN 10 WHEN c0 >= (-262141.5703125e0) THEN 9 WHEN c0 >= (-524285.5703125e0) THEN 8 WHEN c0 >= (-1048573.5703125e0) THEN 7 WHEN c0 >= (-2097149.5703125e0) THEN 6 WHEN c0 >= (-4194301.5703125e0) THEN 5 WHEN c0 >= (-8388605.5703125e0) THEN 4 ELSE 3 END
      ELSE CASE WHEN c0 < (207.171875e0) THEN 147 WHEN c0 < (211.171875e0) THEN 148 WHEN c0 < (219.171875e0) THEN 149 WHEN c0 < (235.171875e0) THEN 150 WHEN c0 < (267.171875e0) THEN 151 WHEN c0 < (331.171875e0) THEN 152 WHEN c0 < (459.171875e0) THEN 153 WHEN c0 < (715.171875e0) THEN 154 WHEN c0 < (1227.171875e0) THEN 155 WHEN c0 < (2251.171875e0) THEN 156 WHEN c0 < (4299.171875e0) THEN 157 WHEN c0 < (8395.171875e0) THEN 158 WHEN c0 < (16587.171875e0) THEN 159 WHEN c0 < (32971.171875e0) THEN 160 WHEN c0 < (65739.171875e0) THEN 161 WHEN c0 < (131275.171875e0) THEN 162 WHEN c0 < (262347.171875e0) THEN 163 WHEN c0 < (524491.171875e0) THEN 164 WHEN c0 < (1048779.171875e0) THEN 165 WHEN c0 < (2097355.171875e0) THEN 166 WHEN c0 < (4194507.171875e0) THEN 167 WHEN c0 < (8388811.171875e0) THEN 168 ELSE 169 END
    END AS k0, CASE WHEN c1 IS NULL THEN 0
       WHEN array_position(CAST($vocabulary_1 AS VARCHAR[]), c1) IS NOT NULL THEN CAST(array_position(CAST($vocabulary_1 AS VARCHAR[]), c1) AS INTEGER)
       ELSE 2 + strpos('0123456789abcdef', substr(md5(c1), 1, 1)) END AS k1, CASE
      WHEN c2 >= (50.0e0) AND c2 < (180.25e0) THEN
(CAST($lookup_2 AS SMALLINT[]))[1 + CAST(floor((c2 - (50.0e0)) * (4.0e0)) AS INTEGER)]
      WHEN c2 IS NULL THEN 0
      WHEN c2 = CAST('NaN' AS FLOAT8) THEN 1
      WHEN c2 = CAST('-Infinity' AS FLOAT8) THEN 2
      WHEN c2 = CAST('Infinity' AS FLOAT8) THEN 54
      WHEN c2 < (50.0e0) THEN CASE WHEN c2 >= (48.0e0) THEN 25 WHEN c2 >= (44.0e0) THEN 24 WHEN c2 >= (36.0e0) THEN 23 WHEN c2 >= (20.0e0) THEN 22 WHEN c2 >= (-12.0e0) THEN 21 WHEN c2 >= (-76.0e0) THEN 20 WHEN c2 >= (-204.0e0) THEN 19 WHEN c2 >= (-460.0e0) THEN 18 WHEN c2 >= (-972.0e0) THEN 17 WHEN c2 >= (-1996.0e0) THEN 16 WHEN c2 >= (-4044.0e0) THEN 15 WHEN c2 >= (-8140.0e0) THEN 14 WHEN c2 >= (-16332.0e0) THEN 13 WHEN c2 >= (-32716.0e0) THEN 12 WHEN c2 >= (-65484.0e0) THEN 11 WHEN c2 >= (-131020.0e0) THEN 10 WHEN c2 >= (-262092.0e0) THEN 9 WHEN c2 >= (-524236.0e0) THEN 8 WHEN c2 >= (-1048524.0e0) THEN 7 WHEN c2 >= (-2097100.0e0) THEN 6 WHEN c2 >= (-4194252.0e0) THEN 5 WHEN c2 >= (-8388556.0e0) THEN 4 ELSE 3 END
      ELSE CASE WHEN c2 < (182.25e0) THEN 31 WHEN c2 < (186.25e0) THEN 32 WHEN c2 < (194.25e0) THEN 33 WHEN c2 < (210.25e0) THEN 34 WHEN c2 < (242.25e0) THEN 35 WHEN c2 < (306.25e0) THEN 36 WHEN c2 < (434.25e0) THEN 37 WHEN c2 < (690.25e0) THEN 38 WHEN c2 < (1202.25e0) THEN 39 WHEN c2 < (2226.25e0) THEN 40 WHEN c2 < (4274.25e0) THEN 41 WHEN c2 < (8370.25e0) THEN 42 WHEN c2 < (16562.25e0) THEN 43 WHEN c2 < (32946.25e0) THEN 44 WHEN c2 < (65714.25e0) THEN 45 WHEN c2 < (131250.25e0) THEN 46 WHEN c2 < (262322.25e0) THEN 47 WHEN c2 < (524466.25e0) THEN 48 WHEN c2 < (1048754.25e0) THEN 49 WHEN c2 < (2097330.25e0) THEN 50 WHEN c2 < (4194482.25e0) THEN 51 WHEN c2 < (8388786.25e0) THEN 52 ELSE 53 END
    END AS k2
  FROM tidegauge_log WHERE (segment_ IS NULL OR array_position(CAST($listed AS VARCHAR[]), segment_) IS NULL)
),
tidegauge_placed AS (
  SELECT tidegauge_coded.*, k0 AS code, CASE WHEN k1 IN (2) AND k2 IN (27) THEN 0 WHEN k1 IN (0) THEN 1 ELSE 2 END AS place
  FROM tidegauge_coded
),
tidegauge_standing AS (
  SELECT * FROM tidegauge_placed WHERE k0 IN (0, 30)
),
tidegauge_some AS (
  SELECT * FROM tidegauge_standing ORDER BY place, micros, key_ LIMIT $most
),
tidegauge_counted AS (
  SELECT (SELECT count(*) FROM tidegauge_log) AS counted, (SELECT count(*) FROM tidegauge_standing) AS behind
)
SELECT n.counted, n.behind, r.place, r.code, r.v0, r.v1, r.v2, r.v3, r.v4, r.v5
FROM tidegauge_counted AS n LEFT JOIN tidegauge_some AS r ON 1 = 1
ORDER BY r.place, r.micros, r.key_
