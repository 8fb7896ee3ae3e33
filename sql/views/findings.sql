-- A row: one column (of one segment) that a standing decision points at, place 1 the strongest, with its most telling
-- number. least and most: what that was in like windows; low and high: where the number alone would be an alert.
SELECT
  d.monitor,
  d.stage,
  d."window",
  {{ time("d.window_start") }} AS starts,
  {{ ends('d."window"') }} AS ends,
  {{ date('l."date"') }} AS local_date,
  d.verdict,
  {{ place("f") }} AS place,
  {{ word("f.value", "column") }} AS "column",
  {{ word("f.value", "segment") }} AS segment,
  {{ number("f.value", "strength") }} AS strength,
  {{ number("f.value", "surprise") }} AS surprise,
  {{ word("f.value", "scores", 0, "statistic") }} AS statistic,
  {{ number("f.value", "scores", 0, "value") }} AS value,
  {{ number("f.value", "scores", 0, "expected") }} AS expected,
  {{ number("f.value", "scores", 0, "least") }} AS least,
  {{ number("f.value", "scores", 0, "most") }} AS most,
  {{ number("f.value", "scores", 0, "low") }} AS low,
  {{ number("f.value", "scores", 0, "high") }} AS high
FROM decisions AS d{{ parsed("d.json") }}
CROSS JOIN {{ each(json("d.json"), "findings") }}
LEFT JOIN local_dates AS l ON l.monitor = d.monitor AND l.starts = {{ seconds("d.window_start") }}
WHERE d.superseded IS NULL
