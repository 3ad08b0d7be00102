// Loads a running reference app and judges it: node load.mjs <url> <seconds> <pass|control>
// "pass" wants all four criteria; "control" wants the sampler to see a pool that is used to more than 80 %.
import autocannon from 'autocannon';

const [url, seconds, goal] = process.argv.slice(2);
const CONNECTIONS = 100;
const PIPELINING = 5;
const SAMPLE_MS = 100;
const MOST_USE = 0.8;
const TENANTS = 5;

const json = async (path, options) => {
  const response = await fetch(url + path, { signal: AbortSignal.timeout(10_000), ...options });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
};

const tokens = Object.entries(await json('/demo/tokens')).filter(([tenant]) => !tenant.startsWith('_'));
if (tokens.length < TENANTS) throw new Error(`${tokens.length} tenants (expected: ${TENANTS})`);
const bearers = tokens.slice(0, TENANTS).map(([, token]) => ({ authorization: `Bearer ${token}` }));

const pause = (millis) => new Promise((resume) => setTimeout(resume, millis));

// Simulations run all the time: each tenant asks for one of 1,000 paths, and for the next a second after it is done.
let simulations = 0;
let stopped = false;
const simulate = async (headers) => {
  const scenario = (await json('/api/scenarios?limit=1', { headers })).items[0].id;
  while (!stopped) {
    const body = JSON.stringify({ scenarioId: scenario, horizon: 12 });
    const asked = await json('/api/simulations', {
      method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body });
    let state = asked;
    while (!stopped && !['done', 'failed'].includes(String(state.state).toLowerCase())) {
      await pause(500);
      state = await json(`/api/simulations/${asked.id}`, { headers });
    }
    simulations++;
    await pause(1000);
  }
};
const failedSimulations = [];
const simulating = bearers.map((headers) => simulate(headers).catch((failure) => failedSimulations.push(failure)));

// Ten times a second, whatever the one before does.
const samples = [];
let missed = 0;
const sampler = setInterval(async () => {
  try {
    const state = await json('/actuator/sluice');
    for (const cluster of Object.values(state.clusters)) {
      // The small pool for work across tenants, which has no role, serves no request.
      const nodes = cluster.nodes.filter((node) => node.role !== null);
      samples.push(Math.max(...nodes.map((node) => node.inUse / node.limit)));
    }
  } catch {
    missed++;
  }
}, SAMPLE_MS);

const paths = ['/api/scenarios', '/api/forecasts', '/api/constraints'];
// Each tenant has his share of the connections, and reads on all of them.
const perTenant = bearers.map((headers) => ({
  url, connections: CONNECTIONS / TENANTS, pipelining: PIPELINING, duration: Number(seconds), timeout: 10,
  requests: paths.map((path) => ({ path, headers })),
}));
const results = await Promise.all(perTenant.map((load) => autocannon({ ...load, skipAggregateResult: true })));
const result = autocannon.aggregateResult(results, { ...perTenant[0], connections: CONNECTIONS });
clearInterval(sampler);
stopped = true;
await Promise.all(simulating);

const perSecond = Math.round(result.requests.total / Number(seconds));
const bad = result.errors + result.timeouts + result.non2xx;
const use = Math.max(...samples);
const criteria = [
  ['requests per second >= 1000', perSecond, perSecond >= 1000],
  ['p99 latency < 500 ms', result.latency.p99, result.latency.p99 < 500],
  ['errors, timeouts and answers other than 2xx = 0', bad, bad === 0],
  [`pool use <= 80 % in each of ${samples.length} samples`, `${Math.round(use * 100)} %`, use <= MOST_USE],
];
console.log(`\n${CONNECTIONS} connections, pipelining ${PIPELINING}, ${seconds} s, ${result.requests.total} requests, ` +
  `p50 ${result.latency.p50} ms, p99 ${result.latency.p99} ms, max ${result.latency.max} ms, ` +
  `${simulations} simulations, ${missed} samples missed\n`);
if (bad > 0) {
  const statuses = Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => `${count} x ${status}`);
  console.log(`${result.errors} errors, ${result.timeouts} timeouts, answers: ${statuses.join(', ')}\n`);
}
console.log('| criterion | measured | |\n|---|---|---|');
criteria.forEach(([name, value, passed]) => console.log(`| ${name} | ${value} | ${passed ? 'pass' : 'FAIL'} |`));
failedSimulations.forEach((failure) => console.log(`simulation: ${failure}`));

const enough = samples.length >= Number(seconds) * (1000 / SAMPLE_MS) * 0.8;
if (!enough) console.log(`only ${samples.length} samples`);
const passed = goal === 'control'
  ? use > MOST_USE
  : enough && failedSimulations.length === 0 && simulations > 0 && criteria.every(([, , ok]) => ok);
process.exit(passed ? 0 : 1);
