// Where the keyboard's focus is, and whether it can be seen there.

import type { Locator, Page } from '@playwright/test';

/** What has the focus: its name in words, whether it is the start of the page again, and why it cannot be seen, if so. */
export interface Focus {
  name: string;
  isStart: boolean;
  fault?: string;
}

/** The focus as it is now. */
export function focus(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return { name: 'nothing', isStart: true };
    const words = (focused.getAttribute('aria-label') ?? focused.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 50);
    const name = `<${focused.localName} ${focused.getAttribute('data-testid') ?? focused.getAttribute('class') ?? ''}> ${words}`;
    return { name, isStart: focused.matches('.skip'), fault: fault(focused) };

    function fault(focused: Element): string | undefined {
      // A control that is drawn by its label shows its focus there; a node of a drawing by its outline's stroke.
      const around = [focused, focused.parentElement, focused.parentElement?.parentElement].filter((element) => element != null);
      const shower = around.find((element) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      });
      const drawn = focused.namespaceURI?.endsWith('svg') && [...focused.children].some((part) => parseFloat(getComputedStyle(part).strokeWidth) >= 2);
      if (!shower && !drawn) return 'nothing shows the focus';
      const box = (shower ?? focused).getBoundingClientRect();
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      if (right - left < 1 || bottom - top < 1) return 'it is out of view';
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const isInView = hit !== null && around.some((element) => element.contains(hit) || hit.contains(element));
      return isInView ? undefined : `it lies under <${hit?.localName} ${hit?.getAttribute('class') ?? ''}>`;
    }
  });
}

/** Presses Tab, or the other way Shift+Tab, until the element has the focus; complains of a stop that cannot be seen. */
export async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const page = target.page();
  for (let tabs = 0; tabs < 500; tabs += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
    const { name, fault } = await focus(page);
    if (fault) throw new Error(`On the way to ${target}: ${name}: ${fault}.`);
  }
  throw new Error(`${target} cannot be reached with ${key}.`);
}
