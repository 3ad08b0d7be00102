// Who uses how much. Busy tenants come from the snapshots; those that fall silent stay, with nothing in use.

import { badge, element, load, rows, setText } from './dom.js';
import { count, millis, rate } from './format.js';
import { speedometer } from './history.js';
import { limitsForm } from './limits.js';

const MOST = 300;
const ACROSS = 'across tenants';
const COMPARE = {
  name: (one, other) => other.name.localeCompare(one.name),
  use: (one, other) => one.smoothed - other.smoothed,
  waiting: (one, other) => one.waiting - other.waiting,
  rejected: (one, other) => one.rejected - other.rejected,
};

/** The rows as they are to be shown, from one snapshot to the next. */
export class TenantList {
  known = new Map();
  speed = speedometer();

  update({ tenants, sluice }, time) {
    const { main } = sluice.clusters;
    const perNode = Map.groupBy(main.tenants, ({ tenant }) => tenant ?? ACROSS);
    for (const name of new Set([...tenants, ...Object.keys(main.limits.tenantOverrides), ...perNode.keys()])) {
      if (!this.known.has(name) && this.known.size < MOST) {
        this.known.set(name, { name, smoothed: 0, rejected: 0 });
      }
    }
    for (const tenant of this.known.values()) {
      this.#update(tenant, perNode.get(tenant.name) ?? [], main.limits, time);
    }
    return [...this.known.values()];
  }

  #update(tenant, uses, limits, time) {
    const sum = (of) => uses.reduce((all, use) => all + of(use), 0);
    tenant.limits = tenant.name === ACROSS ? null
      : uses[0]?.limits ?? limits.tenantOverrides[tenant.name] ?? limits.tenantDefaults;
    tenant.inUse = sum((use) => use.inUse);
    tenant.waiting = sum((use) => use.waiting);
    tenant.oldest = Math.max(0, ...uses.map((use) => use.oldestWaitMillis));
    tenant.busiest = uses.reduce((most, use) => (use.inUse > (most?.inUse ?? 0) ? use : most), null);
    const rejected = sum((use) => Object.values(use.rejected).reduce((all, number) => all + number, 0));
    tenant.rejected = Math.max(tenant.rejected, rejected);
    tenant.rejecting = this.speed(tenant.name, tenant.rejected, time) ?? 0;
    tenant.smoothed = 0.7 * tenant.smoothed + 0.3 * (tenant.inUse + tenant.waiting + tenant.rejecting);
    tenant.state = stateOf(tenant);
  }
}

function stateOf(tenant) {
  if (tenant.rejecting > 0) {
    return ['critical', `${rate(tenant.rejecting)}/s rejected`];
  }
  if (tenant.waiting > 0) {
    return ['warning', 'waits'];
  }
  return tenant.inUse > 0 || tenant.smoothed > 0.05 ? ['ok', 'active'] : ['neutral', 'idle'];
}

// Always one line, so that rows keep their height.
function whereOf({ limits, busiest }) {
  if (!limits) {
    return 'by the explicit door';
  }
  return busiest ? `${busiest.inUse} of ${limits.maxConnections} at ${busiest.node}` : `of ${limits.maxConnections} on each node`;
}

/** The table. `mayChange` tells whether who looks is an administrator, `change` changes limits. */
export function tenants(table, { mayChange, change }) {
  let order = 'use';
  const update = rows(table.tBodies[0], { key: (tenant) => tenant.name, create: (tenant) => row(tenant, { mayChange, change }), emptyText: 'No tenant is known yet.' });
  let last = [];
  for (const heading of table.querySelectorAll('th[data-sort]')) {
    const button = element('button', { type: 'button', text: heading.textContent, onclick: () => sortBy(heading.dataset.sort) });
    heading.replaceChildren(button);
  }
  sortBy(order);
  return show;

  function sortBy(name) {
    order = name;
    for (const heading of table.querySelectorAll('th[data-sort]')) {
      heading.toggleAttribute('aria-sort', false);
      if (heading.dataset.sort === order) {
        heading.setAttribute('aria-sort', order === 'name' ? 'ascending' : 'descending');
      }
    }
    show(last);
  }

  function show(list) {
    last = [...list].sort((one, other) => COMPARE[order](other, one) || one.name.localeCompare(other.name));
    update(last);
  }
}

function row(tenant, { mayChange, change }) {
  const state = badge();
  const use = load();
  const where = element('span', { class: 'sub' });
  const numbers = Array.from({ length: 8 }, () => element('td', { class: 'n' }));
  const open = element('button', { type: 'button', 'aria-expanded': 'false', 'aria-label': `Change limits of ${tenant.name}`, text: 'Change', onclick: edit });
  const line = element('tr', { 'data-tenant': tenant.name },
    element('th', { scope: 'row', class: 'cut', text: tenant.name, title: tenant.name }), element('td', {}, state.node),
    element('td', {}, use.node, where), ...numbers, element('td', {}, open));
  const nodes = [line];
  let current = tenant;
  let form = null;
  return { nodes, update, isHeld: () => form !== null };

  function update(now) {
    current = now;
    const { limits, busiest } = now;
    state.show(...now.state);
    use.show(limits && busiest ? busiest.inUse / limits.maxConnections : 0, String(now.inUse));
    setText(where, whereOf(now));
    const texts = [count(now.waiting), millis(now.oldest), count(now.rejected),
      ...(limits ? [limits.maxConnections, limits.reserved, limits.weight, limits.maxWaiting, limits.rateLimit || 'any'].map(String) : Array(5).fill('–'))];
    texts.forEach((text, index) => setText(numbers[index], text));
    open.hidden = !limits || !mayChange();
  }

  function edit() {
    if (form !== null) {
      close();
      return;
    }
    const limits = limitsForm(current.name, current.limits, {
      change,
      onClose: close,
    });
    form = element('tr', { class: 'form' }, element('td', { colspan: 12 }, limits.node));
    nodes.push(form);
    line.after(form);
    open.setAttribute('aria-expanded', 'true');
    limits.focus();
  }

  function close() {
    form.remove();
    nodes.pop();
    form = null;
    open.setAttribute('aria-expanded', 'false');
    open.focus();
  }
}
