// What the database says of itself.

import { facts } from './dom.js';
import { bytes, count, durationMillis, millis, share, words } from './format.js';

export function database(list, none) {
  const update = facts(list);
  return (state, schema) => {
    none.hidden = state !== null && state !== undefined;
    update([...ofSchema(schema), ...(state ? [...ofSample(state.sample), ...ofBloat(state.bloat)] : [])]);
  };
}

const OUTCOMES = { CURRENT: 'was current', ACQUIRED: 'migrated by this process', MIGRATED_BY_ANOTHER: 'migrated by another process' };

function ofSchema(schema) {
  if (!schema) {
    return [];
  }
  const waited = schema.waitedMillis >= 100 ? `, after ${millis(schema.waitedMillis)} of waiting` : '';
  return [['Schema at the start', `version ${schema.version || 'none'}, ${OUTCOMES[schema.outcome] ?? words(schema.outcome)}${waited}`]];
}

function ofMigration({ holder, held, waiting }) {
  return holder ? `${holder} for ${millis(durationMillis(held))}${waiting ? `; ${count(waiting)} wait for it` : ''}` : 'nobody';
}

function ofSample(sample) {
  if (!sample) {
    return [['Sampler', 'has no answer']];
  }
  const { connections, activity, migration, horizon, slots } = sample;
  const total = connections.active + connections.idle + connections.idleInTransaction + connections.other;
  return [
    ['Migrates now', ofMigration(migration)],
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
