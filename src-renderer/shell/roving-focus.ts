/**
 * Makes a group of controls one stop of the Tab key; arrow keys, Home and End move inside. For `role="toolbar"` and
 * `role="tablist"`; the pressed, selected or last used control is the one that Tab reaches.
 */
export function rovingFocus(group: HTMLElement): () => void {
  const controls = (): HTMLElement[] => [...group.querySelectorAll<HTMLElement>('button, [role="tab"]')];
  const settle = (stop?: HTMLElement): void => {
    const all = controls();
    const chosen =
      stop ??
      all.find((control) => control.tabIndex === 0 && control.hasAttribute('data-stop')) ??
      all.find((control) => control.matches('[aria-pressed="true"], [aria-selected="true"]')) ??
      all[0];
    for (const control of all) {
      control.tabIndex = control === chosen ? 0 : -1;
      control.toggleAttribute('data-stop', control === chosen);
    }
  };
  const abort = new AbortController();
  group.addEventListener(
    'keydown',
    (event) => {
      const all = controls();
      const index = all.indexOf(document.activeElement as HTMLElement);
      const target = all.at(targetIndex(event.key, index, all.length) ?? all.length);
      if (index < 0 || target === undefined) return;
      event.preventDefault();
      settle(target);
      target.focus();
    },
    { signal: abort.signal },
  );
  group.addEventListener('focusin', ({ target }) => settle(controls().find((one) => one === target)), {
    signal: abort.signal,
  });
  // Controls come and go, such as tabs.
  const observer = new MutationObserver(() => settle());
  observer.observe(group, { childList: true, subtree: true });
  settle();
  return () => {
    observer.disconnect();
    abort.abort();
  };
}

function targetIndex(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (index + 1) % count;
    case 'ArrowLeft':
    case 'ArrowUp':
      return (index - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
