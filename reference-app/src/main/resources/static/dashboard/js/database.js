// What the database says of itself.

import { facts } from './dom.js';
import { bytes, count, durationMillis, millis, share } from './format.js';

export function database(list, none) {
  const update = facts(list);
  return (state) => {
    none.hidden = state !== null && state !== undefined;
    update(state ? [...ofSample(state.sample), ...ofBloat(state.bloat)] : []);
  };
}

function ofSample(sample) {
  if (!sample) {
    return [['Sampler', 'has no answer']];
  }
  const { connections, activity, horizon, slots } = sample;
  const total = connections.active + connections.idle + connections.idleInTransaction + connections.other;
  return [
    ['Connections', `${total} of ${connections.max}`],
    ['Active', count(connections.active)],
    ['Idle in transaction', count(connections.idleInTransaction)],
    ['Not opened by Sluice', count(sample.unmanaged)],
    ['Oldest transaction', millis(durationMillis(activity.longestTransaction))],
    ['Longest idle transaction', millis(durationMillis(activity.longestIdle)) + (activity.longestIdleApplication ? `, ${activity.longestIdleApplication}` : '')],
    ['Waiting for locks', count(activity.lockWaits)],
    ['Very long statements', count(activity.longQueries)],
    ['Replication slots', slots.length ? `${slots.length}, ${slots.filter((slot) => !slot.active).length} unread` : 'none'],
    ['Oldest snapshot', `${count(horizon.transactions)} transactions ago`],
  ];
}

function ofBloat(bloat) {
  return bloat ? [
    ['Dead space in tables', `${bytes(bloat.tables)}, ${share(bloat.tableShare)}`],
    ['Dead space in indexes', `${bytes(bloat.indexes)}, ${share(bloat.indexShare)}`],
  ] : [];
}
