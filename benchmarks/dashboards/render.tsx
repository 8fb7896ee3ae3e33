// A dashboard's JSON, drawn by Grafana's own components. What was seen (empty panels, cut words, errors) goes to /seen.
import React from 'react';
import { createRoot } from 'react-dom/client';
import { LoadingState, ThemeContext, createTheme, dateTime, type DataFrame } from '@grafana/data';
import { BarGauge, BigValue, GlobalStyles, PanelChrome, PortalContainer, TimeSeries, UPlotConfigBuilder } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable'; // what its core draws tables with
import tabled from '@grafana/react-data-grid/lib/styles.css';
import plotted from 'uplot/dist/uPlot.min.css';
import { fill, framesOf, prometheus, sql, type Asked } from './frames';

const WIDTH = 1400, ROW = 38, GAP = 8;
const { dashboard, mode, ...said } = (window as any).ASKED;
const theme = createTheme({ colors: { mode } });
const asked: Asked = { ...said, theme };
const errors: string[] = [];
for (const kind of ['error', 'warn'] as const) {
  const before = console[kind];
  console[kind] = (...what: any[]) => { errors.push(`${kind}: ${what.map(String).join(' ')}`.slice(0, 400)); before(...what); };
}
window.addEventListener('error', (event) => errors.push(`error: ${event.message}`));
window.addEventListener('unhandledrejection', (event) => errors.push(`rejected: ${event.reason}`));

type Mark = { from: number; to: number; color: string };
const range: any = {
  from: dateTime(asked.start * 1000), to: dateTime(asked.end * 1000), raw: { from: 'now-8w', to: 'now' },
};

// Grafana's core draws annotations; its published components do not. So the spans are drawn here, as shades.
function marked(builder: UPlotConfigBuilder, marks: Mark[]) {
  builder.addHook('drawClear', (plot: any) => {
    for (const { from, to, color } of marks) {
      const [x, end] = [plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)];
      plot.ctx.fillStyle = theme.visualization.getColorByName(color) + '33';
      plot.ctx.fillRect(x, plot.bbox.top, Math.max(end - x, 2), plot.bbox.height);
    }
  });
  return null;
}

const numbers = (frames: DataFrame[]) => frames.flatMap((frame) => frame.fields.filter((f) => f.type === 'number')
  .map((field) => ({ field, name: field.config.displayName ?? field.config.displayNameFromDS ?? field.name,
    last: field.values[field.values.length - 1] })));

function Drawn({ panel, frames, marks, width, height }: any) {
  if (panel.type === 'timeseries') {
    const legend = { calcs: [], ...panel.options.legend };
    return <TimeSeries frames={frames} structureRev={1} timeRange={range} timeZone={asked.zone} width={width}
      height={height} legend={legend} options={panel.options}>{(builder: any) => marked(builder, marks)}</TimeSeries>;
  }
  if (panel.type === 'table') {
    const sorted = panel.options.sortBy?.map((one: any) => ({ displayName: one.displayName, desc: one.desc }));
    return <TableNG data={frames[0]} width={width} height={height} initialSortBy={sorted} />;
  }
  const all = numbers(frames);
  if (panel.type === 'stat')
    return <div style={{ display: 'flex' }}>{all.map(({ field, name, last }, k) =>
      <BigValue key={k} theme={theme} width={width / all.length} height={height} colorMode={panel.options.colorMode}
        graphMode={panel.options.graphMode} textMode={panel.options.textMode} justifyMode={'auto' as any}
        value={{ ...field.display!(last), title: name }} />)}</div>;
  if (panel.type === 'bargauge') {
    const most = Math.max(...all.map((one) => one.last));
    const values = all.map(({ field, name, last }) => ({ ...field.display!(last), title: name }));
    const long = (text: (value: any) => string) => values.map(text).sort((a, b) => b.length - a.length)[0];
    const factors = { title: long((value) => value.title), text: long((value) => value.text),
      prefix: values[0].prefix, suffix: long((value) => value.suffix ?? '') };
    return <div>{all.map(({ field }, k) => <BarGauge key={k} theme={theme} width={width} text={panel.options.text}
      height={Math.min(height / all.length - 4, panel.options.maxVizHeight)}
      field={{ ...field.config, min: 0, max: most }} value={values[k]} orientation={panel.options.orientation}
      displayMode={panel.options.displayMode} namePlacement={panel.options.namePlacement} itemSpacing={4}
      alignmentFactors={factors} display={field.display} />)}</div>;
  }
  throw new Error(`Grafana publishes no component for ${panel.type}`);
}

function Page({ frames, marks }: { frames: DataFrame[][]; marks: Mark[] }) {
  const bottom = Math.max(...dashboard.panels.map((one: any) => one.gridPos.y + one.gridPos.h)) * ROW + 60;
  const chosen = Object.entries(asked.variables).filter(([name]) => !['reports', 'airflow', 'datasource', 'step'].includes(name));
  return <ThemeContext.Provider value={theme}><GlobalStyles />
    <div id="page" style={{ background: theme.colors.background.canvas, color: theme.colors.text.primary, position: 'relative',
      width: WIDTH, height: bottom, fontFamily: theme.typography.fontFamily, fontSize: 14 }}>
      <div style={{ padding: '10px 12px', fontSize: 18 }}>{dashboard.title}
        {chosen.map(([name, value]) => <span key={name} style={{ fontSize: 13, marginLeft: 16, opacity: 0.7 }}>{name} {value}</span>)}
      </div>
      {dashboard.panels.map((panel: any, k: number) => {
        const { x, y, w, h } = panel.gridPos, width = (w * WIDTH) / 24 - GAP, height = h * ROW - GAP;
        const nothing = !numbers(frames[k]).some(({ field }) => field.values.some((one: any) => one !== null));
        return <div key={k} data-panel={panel.title} data-empty={nothing || undefined} style={{ position: 'absolute',
          left: (x * WIDTH) / 24 + GAP / 2, top: y * ROW + 48, width, height }}>
          <PanelChrome title={fill(panel.title, asked)} description={panel.description} width={width} height={height}
            loadingState={LoadingState.Done}>{(inner: number, tall: number) => nothing ? <b>No data</b>
              : <Drawn panel={panel} frames={frames[k]} marks={marks} width={inner} height={tall} />}</PanelChrome>
        </div>;
      })}
    </div><PortalContainer /></ThemeContext.Provider>;
}

// Spans in which an annotation's query says 1, as Grafana joins neighbouring points.
async function marksOf(annotation: any): Promise<Mark[]> {
  const color = annotation.iconColor;
  if (annotation.target?.rawSql) {
    const [frame] = await sql({ ...annotation.target, format: 'table' }, asked);
    const [from, to] = ['time', 'timeend'].map((name) => frame?.fields.find((field) => field.name === name));
    return from ? from.values.map((at, k) => ({ from: at, to: to?.values[k] ?? at, color })) : [];
  }
  const step = 3600;
  const found = await prometheus({ ...annotation, legendFormat: '', format: 'time_series' }, asked, step);
  return found.flatMap((frame) => {
    const spans: Mark[] = [];
    for (const at of frame.fields[0].values) {
      const last = spans[spans.length - 1];
      if (last && at - last.to <= step * 1000) last.to = at;
      else spans.push({ from: at, to: at, color });
    }
    return spans;
  });
}

// Words that do not fit: what shows an ellipsis, or is hidden beyond its box.
function cut(): string[] {
  return [...document.querySelectorAll<HTMLElement>('[data-panel] *')].filter((one) => {
    const style = getComputedStyle(one);
    return one.children.length === 0 && one.textContent?.trim() && style.overflow.includes('hidden')
      && one.scrollWidth > one.clientWidth + 1;
  }).map((one) => `${one.closest<HTMLElement>('[data-panel]')!.dataset.panel}: ${one.textContent}`);
}

async function main() {
  const style = document.createElement('style'); // what Grafana's own page brings
  style.textContent = `${plotted} ${tabled} *, *::before, *::after { box-sizing: border-box }`;
  document.head.append(style);
  const frames = await Promise.all(dashboard.panels.map((panel: any) =>
    framesOf(panel, asked, (panel.gridPos.w * WIDTH) / 24)));
  const marks = (await Promise.all((dashboard.annotations?.list ?? []).map(marksOf))).flat();
  createRoot(document.getElementById('root')!).render(<Page frames={frames as DataFrame[][]} marks={marks} />);
  await new Promise((done) => setTimeout(done, 1500));
  const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')];
  return { panels: panels.length, marks: marks.length, cut: cut(),
    empty: panels.filter((one) => 'empty' in one.dataset).map((one) => one.dataset.panel) };
}

main().catch((error) => ({ failed: String(error?.stack ?? error) })).then((told) =>
  fetch('/seen', { method: 'POST', body: JSON.stringify({ ...told, errors }) }));
