// Snapshots over server-sent events. Read with fetch, which can send a token and sees why it was refused; EventSource can do neither.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const SILENCE = 6_000;

/**
 * Watches until `stop` of the answer is called, and comes back whenever the stream ends. Nobody is watched by a hidden page.
 * `onState` is told 'live', 'connecting', 'paused', or 'refused' with a status and the reason; after that only `again` goes on.
 */
export function watch({ token, onSnapshot, onState }) {
  let abort = null;
  let timer = null;
  let wait = FIRST_WAIT;

  document.addEventListener('visibilitychange', onVisibility);
  again();
  return { again, stop };

  function again() {
    stopNow();
    if (document.hidden) {
      onState('paused');
      return;
    }
    abort = new AbortController();
    read(abort);
  }

  function stop() {
    stopNow();
    document.removeEventListener('visibilitychange', onVisibility);
  }

  function stopNow() {
    clearTimeout(timer);
    abort?.abort();
    abort = null;
  }

  function onVisibility() {
    if (document.hidden) {
      stopNow();
      onState('paused');
    } else {
      again();
    }
  }

  async function read(mine) {
    let reason = 'the stream ended';
    try {
      const answer = await fetch('/dashboard/events', {
        headers: { Accept: 'text/event-stream', ...(token() && { Authorization: `Bearer ${token()}` }) },
        cache: 'no-store',
        signal: mine.signal,
      });
      if (answer.status === 401 || answer.status === 403) {
        onState('refused', answer.status);
        return;
      }
      if (!answer.ok) {
        throw new Error((await answer.json().catch(() => null))?.detail ?? `the server answers ${answer.status}`);
      }
      await events(answer.body, mine, (data) => {
        wait = FIRST_WAIT;
        onState('live');
        onSnapshot(JSON.parse(data));
      });
    } catch (error) {
      reason = error.name === 'TypeError' ? 'the server does not answer' : error.message;
    }
    if (abort === mine) {
      onState('connecting', reason);
      timer = setTimeout(again, wait);
      wait = Math.min(LONGEST_WAIT, wait * 2);
    }
  }
}

/** Reads events, and gives up a stream that has fallen silent. */
async function events(body, abort, onData) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const giveUp = () => abort.abort(new Error(`no news for ${SILENCE / 1_000} s`));
  let silence = setTimeout(giveUp, SILENCE);
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      rest += value;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const data = rest.slice(0, end).split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n');
        rest = rest.slice(end + 2);
        clearTimeout(silence);
        silence = setTimeout(giveUp, SILENCE);
        if (data) {
          onData(data);
        }
      }
    }
  } finally {
    clearTimeout(silence);
    reader.cancel().catch(() => {});
  }
}
