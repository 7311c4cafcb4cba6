// Without a mouse: every screen, and the sample from start to finish.

import { SCREENS, type App, type ScreenName } from './pages/app';
import { expect, test } from './support/story';

/** Tabs until a link of the rail has the focus. */
async function tabTo(app: App, name: ScreenName): Promise<void> {
  const step = app.step(name);
  for (let tabs = 0; tabs < 200; tabs += 1) {
    if (await step.evaluate((element) => element === document.activeElement)) return;
    await app.page.keyboard.press('Tab');
  }
  throw new Error(`${name} cannot be reached with the Tab key.`);
}

test('every screen opens from the rail by the keyboard, has one first heading, and shows where the focus is', async ({ app }) => {
  for (const name of SCREENS) {
    await tabTo(app, name);
    const outline = await app.step(name).evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline, `focus on ${name}`).not.toBe('none');
    await app.page.keyboard.press('Enter');
    await expect(app.step(name)).toHaveAttribute('aria-current', 'page');
    await expect(app.heading).toHaveCount(1);
    await expect(app.heading).toBeVisible();
  }
});

test('every control has a name, and every test id is unique', async ({ app }) => {
  await app.home.loadSample();
  for (const name of SCREENS) {
    await app.open(name);
    const faults = await app.page.evaluate(() => {
      const controls = [...document.querySelectorAll<HTMLElement>('input, select, textarea, button, a[href]')];
      const nameless = controls.filter((control) => {
        const labels = 'labels' in control ? [...((control.labels as NodeListOf<HTMLElement> | null) ?? [])] : [];
        const by = control.getAttribute('aria-labelledby')?.split(/\s+/).map((id) => document.getElementById(id)) ?? [];
        const words = [control.getAttribute('aria-label'), control.textContent, ...[...labels, ...by].map((e) => e?.textContent)];
        return control.getAttribute('type') !== 'hidden' && !words.some((word) => word?.trim());
      });
      const ids = [...document.querySelectorAll('[data-testid]')].map((element) => element.getAttribute('data-testid')!);
      const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
      return [...nameless.map((control) => `no name: ${control.outerHTML.slice(0, 160)}`), ...twice.map((id) => `twice: ${id}`)];
    });
    expect(faults, name).toEqual([]);
  }
});

test('a screen that is reloaded or linked to opens again', async ({ app }) => {
  for (const name of SCREENS) {
    await app.open(name);
    const address = app.page.url();
    const heading = await app.heading.innerText();
    await app.page.reload();
    await expect(app.heading).toHaveText(heading);
    expect(app.page.url()).toBe(address);
  }
});
