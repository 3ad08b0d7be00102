// Puts the page together: one stream of snapshots in, one part of the page for each thing that is shown.

import { account, linkState } from './account.js';
import { alerts } from './alerts.js';
import { cache } from './cache.js';
import { chart } from './charts.js';
import { database } from './database.js';
import { watch } from './feed.js';
import { count, millis, rate } from './format.js';
import { speedometer } from './history.js';
import { nodes } from './nodes.js';
import { Session } from './session.js';
import { summary } from './summary.js';
import { TenantList, tenants } from './tenants.js';
import { theme } from './theme.js';
import { workers, workloads } from './workloads.js';

const byId = (id) => document.getElementById(id);

const session = new Session();
const list = new TenantList();
const speed = speedometer();

const charts = {
  inUse: chart(byId('charts'), { title: 'Connections in use', note: 'when looked at', text: count, whole: true }),
  waiting: chart(byId('charts'), { title: 'Waiting requests', note: 'when looked at', text: count, whole: true }),
  statements: chart(byId('charts'), { title: 'Statements per second', note: 'of this process', text: rate }),
  lag: chart(byId('charts'), { title: 'Replica lag', note: 'behind the primary', text: millis }),
};
const show = {
  summary: summary(byId('tiles')),
  nodes: nodes(byId('nodes')),
  alerts: alerts(byId('alerts'), byId('announcements')),
  tenants: tenants(byId('tenants'), { mayChange: () => session.token !== null, change: (assignments) => session.change(assignments) }),
  workloads: workloads(byId('workloads')),
  workers: workers(byId('workers')),
  cache: cache({ table: byId('cache'), none: byId('cache-none'), some: byId('cache-some'), state: byId('cache-state'), list: byId('cache-facts') }),
  database: database(byId('database'), byId('database-none')),
};

theme(byId('theme'), () => Object.values(charts).forEach((each) => each.redraw()));
await session.signInToDemo();
const feed = watch({ token: () => session.token, onSnapshot: showSnapshot, onState: onFeedState });
const signIn = account(session, feed.again);

function onFeedState(state, reason) {
  linkState(byId('link-state'), state, reason);
  if (state === 'refused') {
    signIn.ask(reason === 403 ? 'This token has no scope sluice-admin.' : session.token ? 'This token is not valid, or not any more.' : '');
  }
}

function showSnapshot(snapshot) {
  const time = new Date(snapshot.at).getTime() / 1_000;
  const { main } = snapshot.sluice.clusters;
  const rows = list.update(snapshot, time);
  const speeds = main.nodes.map((node) => [node.name, speed(node.name, snapshot.statements[node.name] ?? 0, time)]);

  show.summary({ nodes: main.nodes, alerts: snapshot.sluice.alerts, tenants: rows, speed: speeds.reduce((all, [, each]) => all + (each ?? 0), 0) });
  show.nodes(main.nodes);
  show.alerts(snapshot.sluice.alerts);
  show.tenants(rows);
  show.workloads(main.workloads);
  show.workers(snapshot.sluice.workers);
  show.cache(main.cache, time);
  show.database(snapshot.sluice.database, snapshot.sluice.schema);

  // Without the pool for work across tenants, which is no node.
  const asked = main.nodes.filter((node) => node.state);
  charts.inUse.push(time, asked.map((node) => [node.name, node.inUse]));
  charts.waiting.push(time, asked.map((node) => [node.name, node.waiting]));
  charts.statements.push(time, speeds.filter(([name]) => asked.some((node) => node.name === name)));
  charts.lag.push(time, asked.filter((node) => node.role !== 'PRIMARY').map((node) => [node.name, node.lagMillis]));
  byId('cluster').textContent = main.systemIdentifier ? `Cluster ${main.systemIdentifier}` : '';
}
