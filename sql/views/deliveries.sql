-- A row: one thing that a decision has asked for, and what became of it.
SELECT
  o.monitor,
  o.action,
  {{ word(json("o.payload"), "sink") }} AS sink,
  {{ word(json("o.payload"), "stage") }} AS stage,
  o."window",
  {{ time("o.window_start") }} AS starts,
  {{ date('l."date"') }} AS local_date,
  o.state,
  o.failures,
  o.note,
  {{ time("o.first_failed") }} AS first_failed,
  {{ time("o.last_failed") }} AS last_failed,
  {{ time("o.due") }} AS due,
  {{ time("o.finished") }} AS finished,
  o."key",
  {{ ends('o."window"') }} AS ends
FROM outbox AS o{{ parsed("o.payload") }}
LEFT JOIN local_dates AS l ON l.monitor = o.monitor AND l.starts = {{ seconds("o.window_start") }}
