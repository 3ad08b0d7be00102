// Elements made of data. Text is text: nothing here can make markup of it.

/** Makes an element. `on…` keys are listeners, `class` and `text` are themselves, the rest are attributes; null leaves one out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name === 'text') {
      made.textContent = value;
    } else if (name.startsWith('on')) {
      made.addEventListener(name.slice(2), value);
    } else {
      made.setAttribute(name, value === true ? '' : value);
    }
  }
  made.append(...children);
  return made;
}

/** Sets a text only if it is another: what stays the same is neither painted nor read aloud again. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Severity by colour, shape and word. */
export function badge() {
  const node = element('span', { class: 'badge neutral' });
  return {
    node,
    show(severity, text) {
      const classes = `badge ${severity}`;
      if (node.className !== classes) {
        node.className = classes;
      }
      setText(node, text);
    },
  };
}

/** A bar with its numbers beside it. */
export function load() {
  const fill = element('span');
  const track = element('span', { class: 'track', 'aria-hidden': 'true' }, fill);
  const text = element('span');
  return {
    node: element('div', { class: 'load' }, track, text),
    show(share, words, severity = severityOf(share)) {
      fill.style.setProperty('--share', Math.min(1, Math.max(0, share || 0)).toFixed(3));
      track.className = `track ${severity}`;
      setText(text, words);
    },
  };
}

function severityOf(share) {
  return share >= 0.95 ? 'critical' : share >= 0.8 ? 'warning' : 'ok';
}

/**
 * Keeps rows of a table body in step with items, each known by its key. Rows are changed where they stand; they change places only
 * while nobody points at them or is among them, so that nothing moves from under a hand.
 */
export function rows(body, { key, create, emptyText }) {
  const shown = new Map();
  const empty = element('tr', {}, element('td', { class: 'empty', colspan: 20, text: emptyText }));
  return function update(items) {
    const keys = new Set(items.map(key));
    for (const [name, row] of shown) {
      if (!keys.has(name) && !row.isHeld?.()) {
        row.nodes.forEach((node) => node.remove());
        shown.delete(name);
      }
    }
    const isHeld = body.matches(':hover') || body.contains(document.activeElement);
    let last = null;
    for (const item of items) {
      let row = shown.get(key(item));
      if (!row) {
        row = create(item);
        shown.set(key(item), row);
        body.append(...row.nodes);
      }
      row.update(item);
      if (!isHeld) {
        for (const node of row.nodes) {
          const place = last ? last.nextSibling : body.firstChild;
          if (place !== node) {
            body.insertBefore(node, place);
          }
          last = node;
        }
      }
    }
    if (shown.size === 0) {
      body.append(empty);
    } else {
      empty.remove();
    }
  };
}

/** A list of facts that is written anew only where a value has changed. */
export function facts(list) {
  const shown = new Map();
  return function update(pairs) {
    const names = new Set(pairs.map(([name]) => name));
    for (const [name, fact] of shown) {
      if (!names.has(name)) {
        fact.node.remove();
        shown.delete(name);
      }
    }
    for (const [name, value] of pairs) {
      let fact = shown.get(name);
      if (!fact) {
        const text = element('dd');
        fact = { text, node: element('div', {}, element('dt', { text: name }), text) };
        shown.set(name, fact);
        list.append(fact.node);
      }
      setText(fact.text, value);
    }
  };
}
