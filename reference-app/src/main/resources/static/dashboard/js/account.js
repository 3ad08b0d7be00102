// Who looks, and whether anything arrives.

import { setText } from './dom.js';

const LINK = {
  live: ['ok', 'Live'],
  connecting: ['warning', 'Connecting'],
  paused: ['neutral', 'Paused'],
  refused: ['critical', 'Signed out'],
};

/** Shows how the stream stands. */
export function linkState(node, state, reason) {
  const [severity, text] = LINK[state];
  const badge = node.firstElementChild;
  badge.className = `badge ${severity}`;
  setText(badge, state === 'connecting' && reason ? `${text}: ${reason}` : text);
}

/** The buttons and the form for signing in. `onChange` is called after each change. */
export function account(session, onChange) {
  const byId = (id) => document.getElementById(id);
  const [name, signIn, signOut] = ['account', 'sign-in', 'sign-out'].map(byId);
  const [panel, form, token, error] = ['access', 'access-form', 'token', 'access-error'].map(byId);

  signIn.addEventListener('click', async () => {
    if (await session.signInToDemo()) {
      changed();
    } else {
      ask('');
      token.focus();
    }
  });
  signOut.addEventListener('click', () => {
    session.signOut();
    changed();
  });
  byId('access-cancel').addEventListener('click', () => {
    panel.hidden = true;
    signIn.focus();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const value = token.value.trim().replace(/^Bearer\s+/i, '');
    if (!/^[\w.~+/=-]+$/.test(value)) {
      setText(error, 'This is no token (expected: letters, digits and . _ ~ + / = -).');
      return;
    }
    token.value = '';
    panel.hidden = true;
    session.signIn(value);
    changed();
  });
  show();
  return { ask };

  function ask(message) {
    panel.hidden = false;
    setText(error, message);
  }

  function changed() {
    show();
    onChange();
  }

  function show() {
    const isSignedIn = session.token !== null;
    setText(name, isSignedIn ? (session.isDemo ? 'administrator (demo)' : 'signed in') : 'viewer');
    signIn.hidden = isSignedIn;
    signOut.hidden = !isSignedIn;
  }
}
