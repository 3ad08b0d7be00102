// How each alert stands, and saying so once when one changes.

import { badge, element, rows, setText } from './dom.js';
import { count, millis, share, words } from './format.js';

const TEXTS = { SHARE: share, SECONDS: (value) => millis(value * 1_000), COUNT: count };

export const RANK = { CRITICAL: 2, WARNING: 1, OK: 0 };

export function alerts(table, announcements) {
  const update = rows(table.tBodies[0], { key: (alert) => alert.alert, create, emptyText: 'No alert is known.' });
  let before = null;
  return (all) => {
    update(all);
    const now = new Map(all.map((alert) => [alert.alert, alert]));
    const changed = before === null ? all.filter((alert) => alert.severity !== 'OK')
      : all.filter((alert) => (before.get(alert.alert)?.severity ?? 'OK') !== alert.severity);
    if (changed.length) {
      setText(announcements, changed.map((alert) => `Alert ${words(alert.alert)} is ${words(alert.severity)}: ${alert.text}.`).join(' '));
    }
    before = now;
  };
}

function create(alert) {
  const state = badge();
  const measured = element('span');
  const warning = element('td', { class: 'n' });
  const critical = element('td', { class: 'n' });
  const where = element('span', { class: 'sub' });
  const row = element('tr', { 'data-alert': alert.alert },
    element('th', { scope: 'row' }, words(alert.alert.replaceAll('-', ' ')), element('span', { class: 'sub', text: alert.meaning })),
    element('td', {}, state.node), element('td', { class: 'n' }, measured, where), warning, critical);
  return { nodes: [row], update };

  function update(now) {
    const text = TEXTS[now.unit] ?? String;
    if (now.value === null) {
      state.show('neutral', 'no data');
    } else {
      state.show(now.severity.toLowerCase(), words(now.severity));
    }
    setText(measured, now.value === null ? '–' : text(now.value));
    setText(where, now.value === null ? '' : now.where ?? '');
    setText(warning, text(now.warning));
    setText(critical, text(now.critical));
  }
}
