// What the cache saves. Ratios of the last minute tell more than those since the start.

import { badge, element, facts, load, rows, setText } from './dom.js';
import { bytes, count, share } from './format.js';

const MINUTE = 60;
const SHARED = { CLOSED: ['ok', 'Redis is used'], HALF_OPEN: ['warning', 'Redis is tried'], OPEN: ['critical', 'Redis is out of reach'], ABSENT: ['neutral', 'without Redis'] };

export function cache({ table, none, some, state, list }) {
  const update = rows(table.tBodies[0], { key: (tier) => tier.name, create, emptyText: 'No request has asked it yet.' });
  const updateFacts = facts(list);
  const shared = badge();
  state.append(shared.node);
  return (now, time) => {
    none.hidden = Boolean(now);
    some.hidden = !now;
    if (now) {
      const tiers = now.breaker === 'ABSENT' ? ['near'] : ['near', 'shared'];
      update(tiers.map((name) => ({ name, time, ...now[name] })));
      shared.show(...SHARED[now.breaker] ?? ['neutral', now.breaker]);
      updateFacts([
        ['Answers in this process', `${count(now.entries)}, ${bytes(now.bytes)}`],
        ['Reads on their way', count(now.loading)],
        ...now.breaker === 'ABSENT' ? [] : [
          ['Redis tells of changes', now.tracking ? 'yes' : 'no: nothing near is served'],
          ['Tenants it has yet to hear of', count(now.pendingInvalidations)],
        ],
      ]);
    }
  };
}

function create(tier) {
  const ratio = load();
  const since = element('td', { class: 'n' });
  const hits = element('td', { class: 'n' });
  const misses = element('td', { class: 'n' });
  const seen = [];
  const row = element('tr', { 'data-tier': tier.name },
    element('th', { scope: 'row', text: tier.name }), element('td', {}, ratio.node), since, hits, misses);
  return { nodes: [row], update };

  function update(now) {
    seen.push(now);
    while (seen[0].time < now.time - MINUTE) {
      seen.shift();
    }
    const hit = now.hits - seen[0].hits;
    const all = hit + now.misses - seen[0].misses;
    ratio.show(all > 0 ? hit / all : 0, share(all > 0 ? hit / all : null), 'ok');
    setText(since, share(now.hits + now.misses ? now.hits / (now.hits + now.misses) : null));
    setText(hits, count(now.hits));
    setText(misses, count(now.misses));
  }
}
