// What a screen loses when there is little room: whether the page itself scrolls sideways, whether words are cut off or
// stand beyond their card, and whether a control lies under something else or out of reach.

import type { Page } from '@playwright/test';

/** What is lost on the screen as it is, in words; nothing if all is there. */
export function losses(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...document.querySelectorAll('main *')].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1);
      found.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide: ${wide.slice(0, 3).map(named).join(' · ')}`);
    }
    const dialog = document.querySelector('dialog[open]');
    const all = [...(dialog ?? document.body).querySelectorAll<HTMLElement>('*')].filter(isShown);
    for (const element of all.filter((element) => !isOnlyRead(element))) {
      const style = getComputedStyle(element);
      const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
      // Words alone: an image may be larger than its frame on purpose.
      const cut = hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
      if (cut && ownWords(element)) found.push(`cut off: ${named(element)}`);
    }
    for (const element of all.filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()))) {
      const card = element.closest('.card');
      if (card && !isOnlyRead(element) && !isScrolled(element, card) && element.getBoundingClientRect().right > card.getBoundingClientRect().right + 1) {
        found.push(`beyond its card: ${named(element)}`);
      }
    }
    const before = window.scrollY;
    for (const control of all.filter((element) => element.matches('a[href], button, input, select, textarea, summary'))) {
      if (isOnlyRead(control) || control.matches(':disabled')) continue;
      control.scrollIntoView({ block: 'center', inline: 'nearest' });
      const box = control.getClientRects()[0];
      if (!box || box.width === 0) continue;
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const hit = document.elementFromPoint(x, y);
      const isThere = hit !== null && (control.contains(hit) || hit.contains(control) || hit.closest('label')?.contains(control));
      if (!isThere) found.push(`${hit ? `under ${named(hit)}` : 'out of reach'}: ${named(control)}`);
    }
    window.scrollTo(0, before);
    return found;

    function isShown(element: HTMLElement): boolean {
      return element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
    }

    /** Whether it is there for readers of screens alone, or a mark with words for them. */
    function isOnlyRead(element: HTMLElement): boolean {
      return element.closest('.vh, .skip, .segmented input') !== null || element.offsetWidth <= 1 || getComputedStyle(element).fontSize === '1px';
    }

    function isScrolled(element: Element, within: Element): boolean {
      for (let around: Element | null = element; around && around !== within; around = around.parentElement) {
        if (getComputedStyle(around).overflowX !== 'visible') return true;
      }
      return getComputedStyle(within).overflowX !== 'visible';
    }

    function ownWords(element: HTMLElement): boolean {
      return element.innerText.trim() !== '';
    }

    function named(element: Element): string {
      const words = (element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 40);
      const by = element.getAttribute('data-testid') ?? element.getAttribute('class') ?? '';
      return `<${element.localName} ${by}> ${words}`;
    }
  });
}
