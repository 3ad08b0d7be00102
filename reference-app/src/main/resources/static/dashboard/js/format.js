// Numbers as people read them.

const WHOLE = new Intl.NumberFormat('en');
const NONE = '–';

export function count(value) {
  return value === null || value === undefined ? NONE : WHOLE.format(Math.round(value));
}

export function rate(value) {
  return value === null || value === undefined ? NONE : WHOLE.format(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}

export function share(value) {
  return value === null || value === undefined || Number.isNaN(value) ? NONE : `${(value * 100).toFixed(1)} %`;
}

export function millis(value) {
  if (value === null || value === undefined) {
    return NONE;
  }
  if (value < 1) {
    return value === 0 ? '0 ms' : '< 1 ms';
  }
  if (value < 1_000) {
    return `${Math.round(value)} ms`;
  }
  const seconds = value / 1_000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${WHOLE.format(Math.floor(seconds / 60))} min ${Math.round(seconds % 60)} s`;
}

export function bytes(value) {
  if (value === null || value === undefined) {
    return NONE;
  }
  let rest = value;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (rest < 1_000) {
      return `${unit === 'B' ? rest : rest.toFixed(1)} ${unit}`;
    }
    rest /= 1_000;
  }
  return `${rest.toFixed(1)} TB`;
}

/** Milliseconds of a duration as ISO 8601 (PT1M2.5S) or in seconds. */
export function durationMillis(value) {
  if (typeof value === 'number') {
    return value * 1_000;
  }
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(value ?? '');
  if (!parts) {
    return null;
  }
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}

/** DEADLINE_EXCEEDED as "deadline exceeded". */
export function words(name) {
  return name ? name.toLowerCase().replaceAll('_', ' ') : NONE;
}
