-- A row: one series of a stage in one window, as Prometheus has it too. An empty column: of the decision as a whole.
-- expected, low, high: what it was in like windows before (middle, least, most); NULL where that is not known.
-- Of a ratio between groups (parity-...) low and high are the ends of its interval.
SELECT
  s.monitor,
  s.stage,
  {{ moment("p.starts") }} AS starts,
  {{ moment("p.ends") }} AS ends,
  {{ date('l."date"') }} AS local_date,
  s."column",
  s.segment,
  s.statistic,
  s.unit,
  p.value,
  p.expected,
  p.low,
  p.high,
  p.revision
FROM points AS p
JOIN series AS s ON s.id = p.series
LEFT JOIN local_dates AS l ON l.monitor = s.monitor AND l.starts = p.starts
