// The whole in six figures.

import { RANK } from './alerts.js';
import { badge, element, setText } from './dom.js';
import { count, rate } from './format.js';
import { severityOf } from './nodes.js';

const SEVERITY_RANK = { critical: 2, warning: 1, ok: 0, neutral: 0 };

export function summary(list) {
  const state = badge();
  const stateText = element('span', { class: 'sub' });
  list.append(element('div', { class: 'tile', 'data-tile': 'state' }, element('dt', { text: 'State' }),
    element('dd', { class: 'figure' }, state.node), element('dd', {}, stateText)));
  const [use, waiting, statements, rejected, active] = ['Connections in use', 'Waiting', 'Statements/s', 'Rejected/s', 'Tenants at work'].map(tile);
  return update;

  function tile(title) {
    const figure = element('dd', { class: 'figure' });
    const text = element('span', { class: 'sub' });
    list.append(element('div', { class: 'tile' }, element('dt', { text: title }), figure, element('dd', {}, text)));
    return (value, note) => {
      setText(figure, value);
      setText(text, note);
    };
  }

  function update({ nodes, alerts, tenants, speed }) {
    const troubles = [
      ...nodes.filter((node) => SEVERITY_RANK[severityOf(node)] > 0).map((node) => [SEVERITY_RANK[severityOf(node)], `${node.name} is ${node.state.toLowerCase()}`]),
      ...alerts.filter((alert) => alert.severity !== 'OK').map((alert) => [RANK[alert.severity], alert.alert.replaceAll('-', ' ')]),
    ].sort(([one], [other]) => other - one);
    const worst = troubles[0]?.[0] ?? 0;
    state.show(['ok', 'warning', 'critical'][worst], ['All is well', 'Warning', 'Critical'][worst]);
    setText(stateText, troubles.length ? troubles.map(([, text]) => text).join(', ') : `${nodes.filter((node) => node.state).length} nodes, no alert fires`);

    const sum = (of) => nodes.reduce((all, node) => all + of(node), 0);
    use(count(sum((node) => node.inUse)), `of ${count(sum((node) => node.limit))} on all nodes`);
    waiting(count(sum((node) => node.waiting)), 'requests without a connection');
    statements(rate(speed), 'on all nodes');
    rejected(rate(tenants.reduce((all, tenant) => all + tenant.rejecting, 0)), `${count(tenants.reduce((all, tenant) => all + tenant.rejected, 0))} since the start`);
    active(count(tenants.filter((tenant) => tenant.state[0] !== 'neutral').length), `of ${count(tenants.length)} shown`);
  }
}
