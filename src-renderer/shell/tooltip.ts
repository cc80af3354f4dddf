const DELAY_MS = 450;

/**
 * Shows a hint beside an element that the pointer rests on or the keyboard reaches; Escape puts it away. Screen readers
 * have the element's own name.
 */
export function tooltip(text: () => string, keys: () => string = () => ''): (element: HTMLElement) => () => void {
  return (element) => {
    let bubble: HTMLElement | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      bubble?.remove();
      bubble = undefined;
    };
    const show = (): void => {
      hide();
      bubble = bubbleOf(text(), keys());
      // Inside a dialog that is on top of everything, or else on the page.
      (element.closest('dialog') ?? document.body).append(bubble);
      place(bubble, element.getBoundingClientRect(), element.closest('[aria-orientation="vertical"]') !== null);
    };
    const abort = new AbortController();
    const on = (name: string, listener: (event: Event) => void): void =>
      element.addEventListener(name, listener, { signal: abort.signal });
    on('pointerenter', (event) => {
      if ((event as PointerEvent).pointerType !== 'touch') timer = setTimeout(show, DELAY_MS);
    });
    on('pointerleave', hide);
    on('pointerdown', hide);
    on('focus', () => element.matches(':focus-visible') && show());
    on('blur', hide);
    on('keydown', (event) => (event as KeyboardEvent).key === 'Escape' && hide());
    return () => {
      hide();
      abort.abort();
    };
  };
}

function bubbleOf(text: string, keys: string): HTMLElement {
  const bubble = document.createElement('div');
  bubble.className = 'tooltip';
  bubble.setAttribute('aria-hidden', 'true');
  bubble.append(text);
  if (keys !== '') {
    const key = document.createElement('kbd');
    key.textContent = keys;
    bubble.append(key);
  }
  return bubble;
}

/** To the right of vertical bars, below otherwise, and always inside the window. */
function place(bubble: HTMLElement, target: DOMRect, isInSideBar: boolean): void {
  const { width, height } = bubble.getBoundingClientRect();
  const left = isInSideBar ? target.right + 8 : target.left + (target.width - width) / 2;
  const below = target.bottom + 6;
  const top = isInSideBar
    ? target.top + (target.height - height) / 2
    : below + height > window.innerHeight
      ? target.top - height - 6
      : below;
  bubble.style.left = `${Math.max(4, Math.min(left, window.innerWidth - width - 4))}px`;
  bubble.style.top = `${Math.max(4, top)}px`;
}
