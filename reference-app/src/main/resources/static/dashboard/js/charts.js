// Short histories, drawn by uPlot. Each has a table of its series beside it, which says the same in text.

import uPlot from '/dashboard/uplot/uPlot.esm.js';
import { element, setText } from './dom.js';
import { History } from './history.js';

const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3], [4, 2], [1, 2]];
const LINES = ['', 'dashed', 'dotted', 'dashed', 'dotted', 'dotted'];

/** A chart of one number per node. `text` makes a value readable; `whole` numbers have no ticks between them. */
export function chart(parent, { title, note, text, whole = false }) {
  const history = new History();
  const plot = element('div', { class: 'plot', 'aria-hidden': 'true' });
  const body = element('tbody');
  const table = element('table', {},
    element('caption', { class: 'unseen', text: `${title} by node: now, and the highest of the last five minutes` }),
    element('thead', {}, element('tr', {},
      element('th', { scope: 'col', text: 'Node' }),
      element('th', { scope: 'col', class: 'n', text: 'Now' }),
      element('th', { scope: 'col', class: 'n', text: 'Highest' }))),
    body);
  parent.append(element('figure', { class: 'panel chart' },
    element('figcaption', {}, element('h3', { text: title }), element('span', { class: 'muted', text: note })),
    plot, table));

  let drawn = null;
  let keys = '';
  let cells = new Map();
  new ResizeObserver(() => drawn?.setSize(size())).observe(plot);
  return { push, redraw };

  function push(time, values) {
    history.push(time, values);
    if (history.keys().join() !== keys) {
      keys = history.keys().join();
      writeRows();
      redraw();
    } else {
      drawn.setData(data());
    }
    for (const [key, { now, highest }] of cells) {
      setText(now, text(history.last(key)));
      setText(highest, text(history.highest(key)));
    }
  }

  function writeRows() {
    cells = new Map(history.keys().map((key) => [key, { now: element('td', { class: 'n' }), highest: element('td', { class: 'n' }) }]));
    body.replaceChildren(...[...cells].map(([key, { now, highest }], index) => {
      const line = element('span', { class: `key ${LINES[index % LINES.length]}`, 'aria-hidden': 'true' });
      line.style.setProperty('--key', `var(--series-${index % 6 + 1})`);
      return element('tr', {}, element('th', { scope: 'row' }, line, key), now, highest);
    }));
  }

  function redraw() {
    if (history.times.length === 0) {
      return;
    }
    drawn?.destroy();
    const axis = { stroke: resolved('--muted'), grid: { stroke: resolved('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
    drawn = new uPlot({
      ...size(),
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 8, 0, 0],
      scales: { x: { time: true, range: () => span() }, y: { range: (self, low, high) => [0, Math.max(1, (high ?? 0) * 1.15)] } },
      axes: [
        { ...axis, space: 80, size: 24, values: (self, ticks) => ticks.map((tick) => clock(tick)) },
        { ...axis, size: 56, space: 28, values: (self, ticks) => ticks.map((tick) => (whole && !Number.isInteger(tick) ? '' : text(tick))) },
      ],
      series: [{}, ...history.keys().map((key, index) => ({
        label: key,
        stroke: resolved(`--series-${index % 6 + 1}`),
        width: 1.75,
        dash: DASHES[index % DASHES.length],
        points: { show: false },
      }))],
    }, data(), plot);

    function resolved(name) {
      // A canvas knows no light-dark(): the style of an element does.
      plot.style.color = `var(${name})`;
      const { color } = getComputedStyle(plot);
      plot.style.color = '';
      return color;
    }
  }

  // The time that was seen, five minutes at most.
  function span() {
    const last = history.times.at(-1);
    return [Math.max(last - 300, Math.min(history.times[0], last - 60)), last];
  }

  function data() {
    return [history.times, ...history.values.values()];
  }

  function size() {
    return { width: Math.max(160, plot.clientWidth), height: Math.max(80, plot.clientHeight) };
  }
}

function clock(seconds) {
  return new Date(seconds * 1_000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
