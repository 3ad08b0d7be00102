// Where each node stands.

import { badge, element, load, rows, setText } from './dom.js';
import { bytes, millis, words } from './format.js';

const SEVERITIES = { UP: 'ok', RAMPING: 'warning', LAGGING: 'warning', BANNED: 'critical', DOWN: 'critical', FENCED: 'critical', REFUSED: 'critical' };

export function severityOf(node) {
  return SEVERITIES[node.state] ?? 'neutral';
}

export function nodes(table) {
  return rows(table.tBodies[0], { key: (node) => node.name, create, emptyText: 'No node yet.' });
}

function create(node) {
  const state = badge();
  const reason = element('span', { class: 'sub cut' });
  const use = load();
  const role = element('td');
  const waiting = element('td', { class: 'n' });
  const behind = element('td', { class: 'n' });
  const answers = element('td', { class: 'n' });
  const position = element('td');
  const row = element('tr', { 'data-node': node.name },
    element('th', { scope: 'row', text: node.name }),
    element('td', {}, state.node, reason), role, element('td', {}, use.node), waiting, behind, answers, position);
  return { nodes: [row], update };

  function update(now) {
    // The pool for work across tenants is no node that anybody asks.
    state.show(severityOf(now), now.state ? words(now.state) : 'pool');
    setText(reason, now.reason ?? '');
    reason.title = now.reason ?? '';
    setText(role, words(now.role));
    use.show(now.limit ? now.inUse / now.limit : 0, `${now.inUse} / ${now.limit}`);
    setText(waiting, String(now.waiting));
    setText(behind, now.role === 'PRIMARY' || now.lagMillis === null ? '–' : `${millis(now.lagMillis)}${now.lagBytes ? `, ${bytes(now.lagBytes)}` : ''}`);
    setText(answers, millis(now.roundTripMillis));
    setText(position, now.lsn ? `${now.timeline}, ${now.lsn}` : '–');
  }
}
