// Who looks. The token lives as long as this tab; embedded mode hands out one by itself.

const STORE = 'sluice-token';

export class Session {
  token = sessionStorage.getItem(STORE);
  isDemo = false;

  /** In embedded mode everybody may be the administrator: that is what it is for. */
  async signInToDemo() {
    const answer = await fetch('/demo/tokens', { headers: { Accept: 'application/json' } }).catch(() => null);
    if (answer?.ok) {
      const tokens = await answer.json().catch(() => ({}));
      if (typeof tokens._admin === 'string') {
        this.signIn(tokens._admin);
        this.isDemo = true;
      }
    }
    return this.isDemo;
  }

  signIn(token) {
    this.token = token;
    sessionStorage.setItem(STORE, token);
  }

  signOut() {
    this.token = null;
    this.isDemo = false;
    sessionStorage.removeItem(STORE);
  }

  /** Changes limits by the names of their properties; throws what the server has against it. The next snapshot shows them. */
  async change(assignments) {
    const changes = Object.entries(assignments).map(([name, value]) => `${name}=${value}`).join('\n');
    const answer = await fetch('/actuator/sluice', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...(this.token && { Authorization: `Bearer ${this.token}` }) },
      body: JSON.stringify({ changes }),
    }).catch(() => {
      throw new Error('The server does not answer.');
    });
    if (answer.ok) {
      return;
    }
    const body = await answer.json().catch(() => null);
    throw new Error({
      401: 'The token is not valid any more: sign in again.',
      403: 'This takes a token with the scope sluice-admin.',
    }[answer.status] ?? body?.detail ?? body?.message ?? `The server answers ${answer.status}.`);
  }
}
