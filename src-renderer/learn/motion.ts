/** Whether animation is wanted: neither the system nor the settings ask for less. */
export function wantsMotion(): boolean {
  return (
    document.documentElement.dataset['motion'] !== 'reduced' && !matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
