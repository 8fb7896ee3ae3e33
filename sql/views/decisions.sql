-- A row: what stands of one stage of one window. What a later decision has replaced is left out.
-- local_date: of its start, in the monitor's zone; NULL of what an older version decided.
-- revision: how often the window was decided anew; silenced: why nobody is told, empty where somebody is.
SELECT
  d.monitor,
  d.stage,
  d."window",
  {{ time("d.window_start") }} AS starts,
  {{ ends('d."window"') }} AS ends,
  {{ date('l."date"') }} AS local_date,
  d.verdict,
  {{ number(json("d.json"), "strength") }} AS strength,
  {{ whole(json("d.json"), "rows") }} AS "rows",
  {{ flag(json("d.json"), "provisional") }} AS provisional,
  {{ word(json("d.json"), "silenced") }} AS silenced,
  {{ word(json("d.json"), "sentence") }} AS sentence,
  d.revision,
  d.evidence
FROM decisions AS d{{ parsed("d.json") }}
LEFT JOIN local_dates AS l ON l.monitor = d.monitor AND l.starts = {{ seconds("d.window_start") }}
WHERE d.superseded IS NULL
