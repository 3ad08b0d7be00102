// Changing a tenant's limits where they stand. What may be and what not is the server's to say.

import { element, setText } from './dom.js';

const LIMITS = [
  { property: 'max-connections', label: 'Connections at once', of: (limits) => limits.maxConnections },
  { property: 'reserved', label: 'Reserved', of: (limits) => limits.reserved },
  { property: 'weight', label: 'Weight', of: (limits) => limits.weight },
  { property: 'max-waiting', label: 'May wait', of: (limits) => limits.maxWaiting },
  { property: 'rate-limit', label: 'Requests/s (0: any)', of: (limits) => limits.rateLimit },
  { property: 'per-principal.max-connections', label: 'Per person, connections', of: (limits) => limits.perPrincipal.maxConnections },
  { property: 'per-principal.rate-limit', label: 'Per person, requests/s', of: (limits) => limits.perPrincipal.rateLimit },
];

/** A form for one tenant. `change` answers a promise, `onClose` is told when the form is done with. */
export function limitsForm(tenant, limits, { change, onClose }) {
  const id = `limits-${tenant}`;
  const inputs = LIMITS.map(({ property, of }) => element('input', {
    type: 'text', inputmode: 'numeric', autocomplete: 'off', name: property, value: String(of(limits)), 'aria-describedby': `${id}-error`,
  }));
  const error = element('p', { class: 'error', role: 'alert', id: `${id}-error` });
  const save = element('button', { type: 'submit', class: 'primary', text: 'Save' });
  const cancel = element('button', { type: 'button', text: 'Cancel', onclick: onClose });
  const form = element('form', {
    class: 'limits', novalidate: true, 'aria-label': `Limits of ${tenant}`, onsubmit: submit,
    onkeydown: (event) => event.key === 'Escape' && onClose(),
  }, ...LIMITS.map(({ label }, index) => element('label', {}, element('span', { text: label }), inputs[index])),
  element('span', { class: 'buttons' }, save, cancel), error);
  return { node: form, focus: () => inputs[0].select() };

  async function submit(event) {
    event.preventDefault();
    const changed = LIMITS.map((limit, index) => ({ ...limit, input: inputs[index], value: inputs[index].value.trim() }))
      .filter(({ of, value }) => value !== String(of(limits)));
    if (changed.length === 0) {
      onClose();
      return;
    }
    setText(error, '');
    inputs.forEach((input) => input.removeAttribute('aria-invalid'));
    // One line each: a comma or line break in a value would be the next assignment.
    const broken = changed.find(({ value }) => /[,\n=]/.test(value));
    if (broken) {
      refuse(broken.input, `${broken.label}: '${broken.value}' (expected: a whole number)`);
      return;
    }
    save.disabled = true;
    try {
      await change(Object.fromEntries(changed.map(({ property, value }) => [`tenants.overrides.${tenant}.${property}`, value])));
      onClose();
    } catch (refusal) {
      const named = changed.find(({ property }) => refusal.message.includes(`${tenant}.${property}:`));
      refuse((named ?? changed[0]).input, refusal.message);
    } finally {
      save.disabled = false;
    }
  }

  function refuse(input, message) {
    setText(error, message);
    input.setAttribute('aria-invalid', 'true');
    input.focus();
  }
}
