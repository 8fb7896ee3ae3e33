-- Profiles of a range of windows: every row is read in this one statement, and leaves counts. The columns of a wide table
-- are counted by several statements; what is said of rows as rows, and not of a column, is in the first one.
-- grain:      window × segment × column × cell that has rows
-- parameters: since, until (time range); lookup_<i> (grid step → cell); vocabulary_<i>, segment_<i> (values); coarse
-- columns:    window_index, segment (-1 = the whole), col (-1 = the window itself, -2 = a sampled row), code (cell),
--             n (rows), total (exact sum, in the layout's unit; a sampled row's hash), low, high (least and greatest
--             value of the cell), sampled (a row's values)
WITH tidegauge_log AS NOT MATERIALIZED (
SELECT CAST(CASE WHEN epoch_us("at time") < 1362891600000000 THEN (epoch_us("at time") - 1362805200000000) // 86400000000 WHEN epoch_us("at time") < 1362974400000000 THEN 1 + (epoch_us("at time") - 1362891600000000) // 82800000000 ELSE 2 + (epoch_us("at time") - 1362974400000000) // 86400000000 END AS UTINYINT) AS window_index, epoch_us("at time") AS micros, "id" AS id, "fare" AS c0, CAST("seats" AS FLOAT8) AS c1, "score" AS c2, "carrier" AS c3, "carrier" AS s0
  FROM "flights"
  WHERE "at time" >= $since AND "at time" < $until
)
SELECT f.window_index, -1 AS segment, -1 AS col, v.code, v.n, 0 AS total, CAST(NULL AS FLOAT8) AS low, CAST(NULL AS FLOAT8) AS high, CAST(NULL AS FLOAT8[]) AS sampled
FROM (
  SELECT window_index, count(*) AS rows_, count(DISTINCT id) + count(*) - count(id) AS ids, max(micros) AS event,
    max(micros) AS ingest, CAST(sum(mod(micros, 1000003)) AS BIGINT) AS checksum,
    0 AS future
  FROM tidegauge_log GROUP BY window_index
) AS f
CROSS JOIN LATERAL (VALUES (0, f.rows_), (1, f.ids), (2, f.event), (3, f.ingest), (4, f.checksum), (5, f.future)) AS v(code, n)
UNION ALL
SELECT h.window_index, -1 AS segment, -1 AS col, CAST(6 + h.hour_ AS INTEGER) AS code, h.n, 0 AS total, CAST(NULL AS FLOAT8) AS low, CAST(NULL AS FLOAT8) AS high, CAST(NULL AS FLOAT8[]) AS sampled
FROM (SELECT window_index, CASE WHEN micros < 1362891600000000 THEN 0 + (micros - 1362805200000000) // 3600000000 WHEN micros < 1362974400000000 THEN 24 + (micros - 1362891600000000) // 3600000000 ELSE 47 + (micros - 1362974400000000) // 3600000000 END AS hour_, count(*) AS n FROM tidegauge_log GROUP BY 1, 2) AS h
UNION ALL
SELECT window_index, -1, 0, CAST(CASE
      WHEN c0 >= (0.4296875e0) AND c0 < (205.171875e0) THEN
(CAST($lookup_0 AS SMALLINT[]))[1 + CAST(CASE WHEN c0 < (5.515625e0) THEN floor((c0 - (0.4296875e0)) * (128.0e0)) WHEN c0 < (6.05078125e0) THEN 651 + floor((c0 - (5.515625e0)) * (1024.0e0)) WHEN c0 < (10.0e0) THEN 1199 + floor((c0 - (6.05078125e0)) * (256.0e0)) WHEN c0 < (22.171875e0) THEN 2210 + floor((c0 - (10.0e0)) * (64.0e0)) ELSE 2989 + floor((c0 - (22.171875e0)) * (4.0e0)) END AS INTEGER)]
      WHEN c0 IS NULL THEN 0
      WHEN c0 = CAST('NaN' AS FLOAT8) THEN 1
      WHEN c0 = CAST('-Infinity' AS FLOAT8) THEN 2
      WHEN c0 = CAST('Infinity' AS FLOAT8) THEN 170
      WHEN c0 < (0.4296875e0) THEN CASE WHEN c0 >= (-1.5703125e0) THEN 25 WHEN c0 >= (-5.5703125e0) THEN 24 WHEN c0 >= (-13.5703125e0) THEN 23 WHEN c0 >= (-29.5703125e0) THEN 22 WHEN c0 >= (-61.5703125e0) THEN 21 WHEN c0 >= (-125.5703125e0) THEN 20 WHEN c0 >= (-253.5703125e0) THEN 19 WHEN c0 >= (-509.5703125e0) THEN 18 WHEN c0 >= (-1021.5703125e0) THEN 17 WHEN c0 >= (-2045.5703125e0) THEN 16 WHEN c0 >= (-4093.5703125e0) THEN 15 WHEN c0 >= (-8189.5703125e0) THEN 14 WHEN c0 >= (-16381.5703125e0) THEN 13 WHEN c0 >= (-32765.5703125e0) THEN 12 WHEN c0 >= (-65533.5703125e0) THEN 11 WHEN c0 >= (-131069.5703125e0) THEN 10 WHEN c0 >= (-262141.5703125e0) THEN 9 WHEN c0 >= (-524285.5703125e0) THEN 8 WHEN c0 >= (-1048573.5703125e0) THEN 7 WHEN c0 >= (-2097149.5703125e0) THEN 6 WHEN c0 >= (-4194301.5703125e0) THEN 5 WHEN c0 >= (-8388605.5703125e0) THEN 4 ELSE 3 END
      ELSE CASE WHEN c0 < (207.171875e0) THEN 147 WHEN c0 < (211.171875e0) THEN 148 WHEN c0 < (219.171875e0) THEN 149 WHEN c0 < (235.171875e0) THEN 150 WHEN c0 < (267.171875e0) THEN 151 WHEN c0 < (331.171875e0) THEN 152 WHEN c0 < (459.171875e0) THEN 153 WHEN c0 < (715.171875e0) THEN 154 WHEN c0 < (1227.171875e0) THEN 155 WHEN c0 < (2251.171875e0) THEN 156 WHEN c0 < (4299.171875e0) THEN 157 WHEN c0 < (8395.171875e0) THEN 158 WHEN c0 < (16587.171875e0) THEN 159 WHEN c0 < (32971.171875e0) THEN 160 WHEN c0 < (65739.171875e0) THEN 161 WHEN c0 < (131275.171875e0) THEN 162 WHEN c0 < (262347.171875e0) THEN 163 WHEN c0 < (524491.171875e0) THEN 164 WHEN c0 < (1048779.171875e0) THEN 165 WHEN c0 < (2097355.171875e0) THEN 166 WHEN c0 < (4194507.171875e0) THEN 167 WHEN c0 < (8388811.171875e0) THEN 168 ELSE 169 END
    END AS UTINYINT) AS code, count(*),
  CAST(coalesce(sum(CASE WHEN c0 >= (-8388605.5703125e0) AND c0 < (8388811.171875e0) THEN CAST(floor((c0 - (0.4296875e0)) * (1024.0e0)) AS BIGINT) END), 0) AS BIGINT), min(c0), max(c0), CAST(NULL AS FLOAT8[]) AS sampled
FROM tidegauge_log GROUP BY window_index, code
UNION ALL
SELECT window_index, -1, 1, CAST(CASE
      WHEN c1 >= (50.0e0) AND c1 < (180.25e0) THEN
(CAST($lookup_1 AS SMALLINT[]))[1 + CAST(floor((c1 - (50.0e0)) * (4.0e0)) AS INTEGER)]
      WHEN c1 IS NULL THEN 0
      WHEN c1 = CAST('NaN' AS FLOAT8) THEN 1
      WHEN c1 = CAST('-Infinity' AS FLOAT8) THEN 2
      WHEN c1 = CAST('Infinity' AS FLOAT8) THEN 54
      WHEN c1 < (50.0e0) THEN CASE WHEN c1 >= (48.0e0) THEN 25 WHEN c1 >= (44.0e0) THEN 24 WHEN c1 >= (36.0e0) THEN 23 WHEN c1 >= (20.0e0) THEN 22 WHEN c1 >= (-12.0e0) THEN 21 WHEN c1 >= (-76.0e0) THEN 20 WHEN c1 >= (-204.0e0) THEN 19 WHEN c1 >= (-460.0e0) THEN 18 WHEN c1 >= (-972.0e0) THEN 17 WHEN c1 >= (-1996.0e0) THEN 16 WHEN c1 >= (-4044.0e0) THEN 15 WHEN c1 >= (-8140.0e0) THEN 14 WHEN c1 >= (-16332.0e0) THEN 13 WHEN c1 >= (-32716.0e0) THEN 12 WHEN c1 >= (-65484.0e0) THEN 11 WHEN c1 >= (-131020.0e0) THEN 10 WHEN c1 >= (-262092.0e0) THEN 9 WHEN c1 >= (-524236.0e0) THEN 8 WHEN c1 >= (-1048524.0e0) THEN 7 WHEN c1 >= (-2097100.0e0) THEN 6 WHEN c1 >= (-4194252.0e0) THEN 5 WHEN c1 >= (-8388556.0e0) THEN 4 ELSE 3 END
      ELSE CASE WHEN c1 < (182.25e0) THEN 31 WHEN c1 < (186.25e0) THEN 32 WHEN c1 < (194.25e0) THEN 33 WHEN c1 < (210.25e0) THEN 34 WHEN c1 < (242.25e0) THEN 35 WHEN c1 < (306.25e0) THEN 36 WHEN c1 < (434.25e0) THEN 37 WHEN c1 < (690.25e0) THEN 38 WHEN c1 < (1202.25e0) THEN 39 WHEN c1 < (2226.25e0) THEN 40 WHEN c1 < (4274.25e0) THEN 41 WHEN c1 < (8370.25e0) THEN 42 WHEN c1 < (16562.25e0) THEN 43 WHEN c1 < (32946.25e0) THEN 44 WHEN c1 < (65714.25e0) THEN 45 WHEN c1 < (131250.25e0) THEN 46 WHEN c1 < (262322.25e0) THEN 47 WHEN c1 < (524466.25e0) THEN 48 WHEN c1 < (1048754.25e0) THEN 49 WHEN c1 < (2097330.25e0) THEN 50 WHEN c1 < (4194482.25e0) THEN 51 WHEN c1 < (8388786.25e0) THEN 52 ELSE 53 END
    END AS UTINYINT) AS code, count(*),
  CAST(coalesce(sum(CASE WHEN c1 >= (-8388556.0e0) AND c1 < (8388786.25e0) THEN CAST(floor((c1 - (50.0e0)) * (1024.0e0)) AS BIGINT) END), 0) AS BIGINT), min(c1), max(c1), CAST(NULL AS FLOAT8[]) AS sampled
FROM tidegauge_log GROUP BY window_index, code
UNION ALL
SELECT window_index, -1, 2, CAST(CASE
      WHEN c2 >= (0.0e0) AND c2 < (1.001953125e0) THEN
(CAST($lookup_2 AS SMALLINT[]))[1 + CAST(floor((c2 - (0.0e0)) * (512.0e0)) AS INTEGER)]
      WHEN c2 IS NULL THEN 0
      WHEN c2 = CAST('NaN' AS FLOAT8) THEN 1
      WHEN c2 = CAST('-Infinity' AS FLOAT8) THEN 2
      WHEN c2 = CAST('Infinity' AS FLOAT8) THEN 108
      WHEN c2 < (0.0e0) THEN CASE WHEN c2 >= (-0.015625e0) THEN 25 WHEN c2 >= (-0.046875e0) THEN 24 WHEN c2 >= (-0.109375e0) THEN 23 WHEN c2 >= (-0.234375e0) THEN 22 WHEN c2 >= (-0.484375e0) THEN 21 WHEN c2 >= (-0.984375e0) THEN 20 WHEN c2 >= (-1.984375e0) THEN 19 WHEN c2 >= (-3.984375e0) THEN 18 WHEN c2 >= (-7.984375e0) THEN 17 WHEN c2 >= (-15.984375e0) THEN 16 WHEN c2 >= (-31.984375e0) THEN 15 WHEN c2 >= (-63.984375e0) THEN 14 WHEN c2 >= (-127.984375e0) THEN 13 WHEN c2 >= (-255.984375e0) THEN 12 WHEN c2 >= (-511.984375e0) THEN 11 WHEN c2 >= (-1023.984375e0) THEN 10 WHEN c2 >= (-2047.984375e0) THEN 9 WHEN c2 >= (-4095.984375e0) THEN 8 WHEN c2 >= (-8191.984375e0) THEN 7 WHEN c2 >= (-16383.984375e0) THEN 6 WHEN c2 >= (-32767.984375e0) THEN 5 WHEN c2 >= (-65535.984375e0) THEN 4 ELSE 3 END
      ELSE CASE WHEN c2 < (1.017578125e0) THEN 85 WHEN c2 < (1.048828125e0) THEN 86 WHEN c2 < (1.111328125e0) THEN 87 WHEN c2 < (1.236328125e0) THEN 88 WHEN c2 < (1.486328125e0) THEN 89 WHEN c2 < (1.986328125e0) THEN 90 WHEN c2 < (2.986328125e0) THEN 91 WHEN c2 < (4.986328125e0) THEN 92 WHEN c2 < (8.986328125e0) THEN 93 WHEN c2 < (16.986328125e0) THEN 94 WHEN c2 < (32.986328125e0) THEN 95 WHEN c2 < (64.986328125e0) THEN 96 WHEN c2 < (128.986328125e0) THEN 97 WHEN c2 < (256.986328125e0) THEN 98 WHEN c2 < (512.986328125e0) THEN 99 WHEN c2 < (1024.986328125e0) THEN 100 WHEN c2 < (2048.986328125e0) THEN 101 WHEN c2 < (4096.986328125e0) THEN 102 WHEN c2 < (8192.986328125e0) THEN 103 WHEN c2 < (16384.986328125e0) THEN 104 WHEN c2 < (32768.986328125e0) THEN 105 WHEN c2 < (65536.986328125e0) THEN 106 ELSE 107 END
    END AS UTINYINT) AS code, count(*),
  CAST(coalesce(sum(CASE WHEN c2 >= (-65535.984375e0) AND c2 < (65536.986328125e0) THEN CAST(floor((c2 - (0.0e0)) * (262144.0e0)) AS BIGINT) END), 0) AS BIGINT), min(c2), max(c2), CAST(NULL AS FLOAT8[]) AS sampled
FROM tidegauge_log GROUP BY window_index, code
UNION ALL
SELECT g.window_index, -1 AS segment, 3 AS col,
  CASE WHEN g.value IS NULL THEN 0
       WHEN k.rank IS NOT NULL THEN CAST(k.rank AS INTEGER)
       ELSE 2 + strpos('0123456789abcdef', substr(md5(g.value), 1, 1)) END AS code,
  CAST(sum(g.n) AS BIGINT) AS n, 0 AS total, CAST(NULL AS FLOAT8) AS low, CAST(NULL AS FLOAT8) AS high, CAST(NULL AS FLOAT8[]) AS sampled
FROM (SELECT window_index, c3 AS value, count(*) AS n FROM tidegauge_log GROUP BY window_index, c3) AS g
LEFT JOIN unnest(CAST($vocabulary_3 AS VARCHAR[])) WITH ORDINALITY AS k(value, rank) ON k.value = g.value
GROUP BY 1, 4
UNION ALL
SELECT g.window_index, 0 + coalesce(CAST(k.rank AS INTEGER) - 1, 2) AS segment, v.col, v.code,
  CAST(sum(v.n) AS BIGINT) AS n, 0 AS total, CAST(NULL AS FLOAT8) AS low, CAST(NULL AS FLOAT8) AS high, CAST(NULL AS FLOAT8[]) AS sampled
FROM (
  SELECT window_index, s0 AS value, (CAST($coarse AS SMALLINT[]))[1 + CAST(CASE
      WHEN c2 >= (0.0e0) AND c2 < (1.001953125e0) THEN
(CAST($lookup_2 AS SMALLINT[]))[1 + CAST(floor((c2 - (0.0e0)) * (512.0e0)) AS INTEGER)]
      WHEN c2 IS NULL THEN 0
      WHEN c2 = CAST('NaN' AS FLOAT8) THEN 1
      WHEN c2 = CAST('-Infinity' AS FLOAT8) THEN 2
      WHEN c2 = CAST('Infinity' AS FLOAT8) THEN 108
      WHEN c2 < (0.0e0) THEN CASE WHEN c2 >= (-0.015625e0) THEN 25 WHEN c2 >= (-0.046875e0) THEN 24 WHEN c2 >= (-0.109375e0) THEN 23 WHEN c2 >= (-0.234375e0) THEN 22 WHEN c2 >= (-0.484375e0) THEN 21 WHEN c2 >= (-0.984375e0) THEN 20 WHEN c2 >= (-1.984375e0) THEN 19 WHEN c2 >= (-3.984375e0) THEN 18 WHEN c2 >= (-7.984375e0) THEN 17 WHEN c2 >= (-15.984375e0) THEN 16 WHEN c2 >= (-31.984375e0) THEN 15 WHEN c2 >= (-63.984375e0) THEN 14 WHEN c2 >= (-127.984375e0) THEN 13 WHEN c2 >= (-255.984375e0) THEN 12 WHEN c2 >= (-511.984375e0) THEN 11 WHEN c2 >= (-1023.984375e0) THEN 10 WHEN c2 >= (-2047.984375e0) THEN 9 WHEN c2 >= (-4095.984375e0) THEN 8 WHEN c2 >= (-8191.984375e0) THEN 7 WHEN c2 >= (-16383.984375e0) THEN 6 WHEN c2 >= (-32767.984375e0) THEN 5 WHEN c2 >= (-65535.984375e0) THEN 4 ELSE 3 END
      ELSE CASE WHEN c2 < (1.017578125e0) THEN 85 WHEN c2 < (1.048828125e0) THEN 86 WHEN c2 < (1.111328125e0) THEN 87 WHEN c2 < (1.236328125e0) THEN 88 WHEN c2 < (1.486328125e0) THEN 89 WHEN c2 < (1.986328125e0) THEN 90 WHEN c2 < (2.986328125e0) THEN 91 WHEN c2 < (4.986328125e0) THEN 92 WHEN c2 < (8.986328125e0) THEN 93 WHEN c2 < (16.986328125e0) THEN 94 WHEN c2 < (32.986328125e0) THEN 95 WHEN c2 < (64.986328125e0) THEN 96 WHEN c2 < (128.986328125e0) THEN 97 WHEN c2 < (256.986328125e0) THEN 98 WHEN c2 < (512.986328125e0) THEN 99 WHEN c2 < (1024.986328125e0) THEN 100 WHEN c2 < (2048.986328125e0) THEN 101 WHEN c2 < (4096.986328125e0) THEN 102 WHEN c2 < (8192.986328125e0) THEN 103 WHEN c2 < (16384.986328125e0) THEN 104 WHEN c2 < (32768.986328125e0) THEN 105 WHEN c2 < (65536.986328125e0) THEN 106 ELSE 107 END
    END AS INTEGER)] AS rank_, count(*) AS n, count(*) - count(c0) AS m0, count(*) - count(c1) AS m1, count(*) - count(c2) AS m2, count(*) - count(c3) AS m3
  FROM tidegauge_log GROUP BY 1, 2, 3
) AS g
LEFT JOIN unnest(CAST($segment_0 AS VARCHAR[])) WITH ORDINALITY AS k(value, rank) ON k.value = g.value
CROSS JOIN LATERAL (VALUES (-1, 0, g.n), (2, g.rank_, g.n), (0, 0, g.m0), (1, 0, g.m1), (3, 0, g.m3)) AS v(col, code, n)
WHERE v.n > 0
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT r.window_index, -1 AS segment, -2 AS col, 0 AS code, 1 AS n, r.hash AS total, CAST(NULL AS FLOAT8) AS low,
  CAST(NULL AS FLOAT8) AS high, [coalesce(r.c0, CAST('NaN' AS FLOAT8)), coalesce(r.c1, CAST('NaN' AS FLOAT8)), coalesce(r.c2, CAST('NaN' AS FLOAT8)), CAST(CASE WHEN r.c3 IS NULL THEN 0
       WHEN array_position(CAST($vocabulary_3 AS VARCHAR[]), r.c3) IS NOT NULL THEN CAST(array_position(CAST($vocabulary_3 AS VARCHAR[]), r.c3) AS INTEGER)
       ELSE 2 + strpos('0123456789abcdef', substr(md5(r.c3), 1, 1)) END AS FLOAT8)] AS sampled
FROM (
  SELECT few.*, CAST('0x' || substr(few.digest, 1, 15) AS BIGINT) AS hash, rank() OVER (PARTITION BY window_index ORDER BY CAST('0x' || substr(few.digest, 1, 15) AS BIGINT)) AS place
  FROM (
    SELECT every.*
    FROM (SELECT *, md5(coalesce(CAST(id AS VARCHAR), CAST(micros + coalesce(CASE WHEN c0 >= (-8388605.5703125e0) AND c0 < (8388811.171875e0) THEN CAST(floor((c0 - (0.4296875e0)) * (1024.0e0)) AS BIGINT) END, 0) * 1000003 + coalesce(CASE WHEN c2 >= (-65535.984375e0) AND c2 < (65536.986328125e0) THEN CAST(floor((c2 - (0.0e0)) * (262144.0e0)) AS BIGINT) END, 0) * 786433 + coalesce(CASE WHEN c1 >= (-8388556.0e0) AND c1 < (8388786.25e0) THEN CAST(floor((c1 - (50.0e0)) * (1024.0e0)) AS BIGINT) END, 0) * 524287 AS VARCHAR))) AS digest FROM tidegauge_log) AS every
    JOIN (SELECT window_index, printf('%015x', 1152921504606846975 // greatest(count(*), 1600) * 1600) AS threshold FROM tidegauge_log GROUP BY window_index) AS w
      ON w.window_index = every.window_index
    WHERE every.digest <= w.threshold
  ) AS few
) AS r
WHERE r.place <= 1000
