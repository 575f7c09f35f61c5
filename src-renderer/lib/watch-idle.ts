/**
 * Calls `onIdle` once nobody has pressed a key or moved the pointer for so long, and again after
 * each further such time. The answer stops watching.
 *
 * Time is read from the clock, not counted: a machine that slept was idle meanwhile.
 */
export function watchIdle(idleMs: number, onIdle: () => void): () => void {
  const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
  let lastSign = Date.now();
  let timer = setTimeout(look, idleMs);

  function look(): void {
    clearTimeout(timer);
    const left = lastSign + idleMs - Date.now();
    if (left <= 0) {
      lastSign = Date.now();
      timer = setTimeout(look, idleMs);
      onIdle();
    } else {
      timer = setTimeout(look, left);
    }
  }

  function onSign(): void {
    // The first sign after a sleep comes before the timer does.
    if (Date.now() - lastSign >= idleMs) look();
    lastSign = Date.now();
  }

  for (const sign of signs) window.addEventListener(sign, onSign, { capture: true, passive: true });
  return () => {
    clearTimeout(timer);
    for (const sign of signs) window.removeEventListener(sign, onSign, { capture: true });
  };
}
