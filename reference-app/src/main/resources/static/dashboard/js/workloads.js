// For what the nodes are used.

import { badge, element, rows, setText } from './dom.js';
import { millis, words } from './format.js';

export function workloads(table) {
  const update = rows(table.tBodies[0], { key: (each) => `${each.workload} ${each.node}`, create, emptyText: 'No workload has been used yet.' });
  return (all) => update([...all].sort((one, other) => one.workload.localeCompare(other.workload)));
}

function create(workload) {
  const cells = Array.from({ length: 6 }, (none, index) => element('td', { class: index < 2 ? null : 'n' }));
  const row = element('tr', {},
    element('th', { scope: 'row', text: workload.workload }), ...cells);
  return { nodes: [row], update };

  function update(now) {
    [now.node, words(now.priority), String(now.inUse), now.maxConnections === 0 ? 'none' : String(now.maxConnections), String(now.waiting), millis(now.serviceMillis)]
      .forEach((text, index) => setText(cells[index], text));
  }
}

const WORKER_SEVERITIES = { RUNNING: 'ok', WAITING: 'neutral', ENDED: 'neutral' };

export function workers(table) {
  return rows(table.tBodies[0], { key: (worker) => worker.worker, create: createWorker, emptyText: 'This service has no workers.' });
}

function createWorker(worker) {
  const state = badge();
  const error = element('span', { class: 'sub cut' });
  const runs = element('td', { class: 'n' });
  const failed = element('td', { class: 'n' });
  const next = element('td', { class: 'n' });
  const holder = element('td', { class: 'cut' });
  const row = element('tr', {},
    element('th', { scope: 'row' }, worker.worker, element('span', { class: 'sub', text: worker.workload })),
    element('td', {}, state.node, error), runs, failed, next, holder);
  return { nodes: [row], update };

  function update(now) {
    if (now.failuresInARow > 0) {
      state.show('warning', `failed ${now.failuresInARow} in a row`);
    } else {
      state.show(WORKER_SEVERITIES[now.state] ?? 'neutral', words(now.state) + (now.inProgress ? `, ${now.inProgress} at work` : ''));
    }
    setText(error, now.failuresInARow > 0 ? now.lastError ?? '' : '');
    setText(runs, String(now.runs));
    setText(failed, String(now.failures));
    setText(next, now.nextRun === null ? '–' : inTime(new Date(now.nextRun) - Date.now()));
    setText(holder, now.holder ?? (now.epoch === 0 ? 'each process' : '–'));
    holder.title = now.holder ?? '';
  }
}

function inTime(left) {
  return left <= 0 ? 'due' : `in ${millis(Math.ceil(left / 1_000) * 1_000)}`;
}
