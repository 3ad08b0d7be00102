// Light, dark, or as the system has it. Remembered by this browser.

const STORE = 'sluice-theme';

export function theme(switcher, onChange) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = localStorage.getItem(STORE);
  choose(['light', 'dark'].includes(chosen) ? chosen : 'auto');
  switcher.addEventListener('change', (event) => {
    localStorage.setItem(STORE, event.target.value);
    choose(event.target.value);
    onChange();
  });
  system.addEventListener('change', onChange);

  function choose(value) {
    document.documentElement.dataset.theme = value;
    switcher.querySelector(`input[value="${value}"]`).checked = true;
  }
}
