// Answers of real servers as Grafana's own data frames, shaped and configured as a panel of the dashboard's JSON says.
import {
  FieldType, cacheFieldDisplayNames, createDataFrame, getDisplayProcessor, rangeUtil, standardTransformers,
  standardTransformersRegistry, transformDataFrame, type DataFrame, type Field, type GrafanaTheme2,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

export type Asked = {
  prometheus: string; variables: Record<string, string>; start: number; end: number; zone: string; theme: GrafanaTheme2;
};

standardTransformersRegistry.setInit(() =>
  [...new Map(Object.values(standardTransformers).map((one: any) => [one.id, one])).values()] // two names for a join
    .map((one: any) => ({ id: one.id, name: one.name, transformation: async () => one }) as any));

export function fill(text: string, { variables, start, end }: Asked, more: Record<string, string> = {}): string {
  const known: Record<string, string> = { __range: `${end - start}s`, ...more, ...variables };
  return text.replace(/\$\{?(\w+)(?::raw)?\}?/g, (whole, name) => known[name] ?? whole);
}

// The step that Grafana would ask with: its own rule.
export function stepOf(panel: any, { start, end }: Asked, width: number): number {
  const range: any = { from: { valueOf: () => start * 1000 }, to: { valueOf: () => end * 1000 } };
  return rangeUtil.calculateInterval(range, panel.maxDataPoints ?? width, panel.interval).intervalMs / 1000;
}

async function json(url: string, body?: string): Promise<any> {
  const answer = await (await fetch(url, body === undefined ? undefined : { method: 'POST', body })).json();
  if (answer.status && answer.status !== 'success') throw new Error(`${url}: ${answer.error}`);
  return answer;
}

const legend = (text: string, labels: any) =>
  text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_: string, name: string) => labels[name] ?? '');

export async function prometheus(target: any, asked: Asked, step: number): Promise<DataFrame[]> {
  const query = encodeURIComponent(fill(target.expr, asked, { __interval: `${step}s` }));
  const start = Math.floor(asked.start / step) * step; // as Grafana aligns it
  const url = target.instant
    ? `${asked.prometheus}/api/v1/query?query=${query}&time=${asked.end}`
    : `${asked.prometheus}/api/v1/query_range?query=${query}&start=${start}&end=${asked.end}&step=${step}`;
  const result: any[] = (await json(url)).data.result;
  const rows = result.map((one) => ({ labels: one.metric, points: one.values ?? [one.value] }));
  const value = (text: string) => (text === 'NaN' ? null : +text);
  if (target.format === 'table') {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row.labels)))].filter((name) => name !== '__name__');
    return [createDataFrame({
      refId: target.refId,
      fields: [
        { name: 'Time', type: FieldType.time, values: rows.map((row) => row.points[0][0] * 1000), config: {} },
        ...names.map((name) => ({ name, type: FieldType.string, values: rows.map((r) => r.labels[name] ?? ''), config: {} })),
        { name: target.alone ? 'Value' : `Value #${target.refId}`, type: FieldType.number,
          values: rows.map((row) => value(row.points[0][1])), config: {} },
      ],
    })];
  }
  return rows.map(({ labels, points }) => createDataFrame({
    refId: target.refId, name: legend(target.legendFormat, labels),
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map((p: any) => p[0] * 1000), config: {} },
      { name: 'Value', type: FieldType.number, labels, values: points.map((p: any) => value(p[1])),
        config: { displayNameFromDS: legend(target.legendFormat, labels) } },
    ],
  }));
}

// A statement: this program's own server asks PostgreSQL, and gives columns with their types.
export async function sql(target: any, asked: Asked): Promise<DataFrame[]> {
  const said = JSON.stringify({ sql: target.rawSql, variables: asked.variables, start: asked.start, end: asked.end });
  const columns: { name: string; type: FieldType; values: any[] }[] = await json('/sql', said);
  const fields = columns.map((column) => ({ ...column, config: {} }));
  if (target.format !== 'time_series') return [createDataFrame({ refId: target.refId, fields })];
  // Grafana's long form becomes a frame for each value of the text columns.
  const [time, metric] = [fields.find((f) => f.name === 'time')!, fields.find((f) => f.type === FieldType.string)];
  const numbers = fields.filter((f) => f.type === FieldType.number);
  const groups = metric ? [...new Set(metric.values)] : [''];
  return groups.flatMap((group) => numbers.map((one) => {
    const there = time.values.map((_, k) => k).filter((k) => !metric || metric.values[k] === group);
    return createDataFrame({
      refId: target.refId,
      fields: [
        { name: 'time', type: FieldType.time, values: there.map((k) => time.values[k]), config: {} },
        { name: one.name, type: FieldType.number, values: there.map((k) => one.values[k]),
          config: { displayNameFromDS: metric ? `${group}` : one.name } },
      ],
    });
  }));
}

function set(into: any, path: string, value: any) {
  const keys = path.split('.');
  let at = into;
  for (const key of keys.slice(0, -1)) at = at[key] ??= {};
  at[keys[keys.length - 1]] = value;
}

function configured(panel: any, field: Field, name: string): any {
  const config = structuredClone({ ...field.config, ...(panel.fieldConfig?.defaults ?? {}) }) as any;
  config.custom ??= {};
  for (const { matcher, properties } of panel.fieldConfig?.overrides ?? []) {
    if (matcher.id !== 'byName') throw new Error(`this program knows no matcher ${matcher.id}`);
    if (matcher.options === name) for (const one of properties) set(config, one.id, one.value);
  }
  for (const step of config.thresholds?.steps ?? []) step.value ??= -Infinity;
  return config;
}

export async function framesOf(panel: any, asked: Asked, width: number): Promise<DataFrame[]> {
  const step = stepOf(panel, asked, width);
  const answers = await Promise.all(panel.targets.map((target: any) => target.rawSql
    ? sql(target, asked) : prometheus({ ...target, alone: panel.targets.length === 1 }, asked, step)));
  let frames = answers.flat();
  if (panel.transformations?.length) frames = await lastValueFrom(transformDataFrame(panel.transformations, frames));
  cacheFieldDisplayNames(frames);
  let place = 0; // in the palette
  for (const frame of frames) for (const field of frame.fields) {
    if (field.type === FieldType.number) field.state = { ...field.state, seriesIndex: place++ };
    field.config = configured(panel, field, field.config.displayName ?? field.config.displayNameFromDS ?? field.name);
    field.display = getDisplayProcessor({ field, theme: asked.theme, timeZone: asked.zone });
  }
  return frames;
}
