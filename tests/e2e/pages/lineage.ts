// The tree of a run with its panel, and the chart above it.

import { expect, type Locator, type Page } from '@playwright/test';

export class LineageCard {
  readonly card: Locator;
  readonly tree: Locator;
  readonly panel: Locator;
  readonly close: Locator;
  readonly standing: Locator;
  readonly critique: Locator;
  readonly diff: Locator;
  readonly candidate: Locator;
  readonly chart: Locator;
  readonly readout: Locator;

  constructor(readonly page: Page) {
    this.card = page.getByTestId('lineage');
    this.tree = page.getByTestId('lineage-tree');
    this.panel = page.getByTestId('lineage-panel');
    this.close = page.getByTestId('lineage-panel-close');
    this.standing = page.getByTestId('panel-standing');
    this.critique = page.getByTestId('panel-critique');
    this.diff = page.getByTestId('panel-diff');
    this.candidate = page.getByTestId('panel-candidate');
    this.chart = page.getByTestId('score-chart');
    this.readout = page.getByTestId('chart-readout');
  }

  /** All nodes, or those in a state. */
  nodes(state?: 'best' | 'kept' | 'scoring' | 'dropped' | 'rejected'): Locator {
    return this.tree.locator(state ? `a.node[data-state="${state}"]` : 'a.node');
  }

  /** A node by its name in the URL: `v3`, or `x1.0.2` for an edit that was not used. */
  node(name: string): Locator {
    return this.tree.locator(`a.node#node-${name.replaceAll('.', '-')}`);
  }

  /** Whether a node lies within the part of the tree that is in view, below the names of its columns. */
  async shows(node: Locator): Promise<boolean> {
    const [tree, heads, box] = await Promise.all([this.tree.boundingBox(), this.tree.locator('.tree-heads').boundingBox(), node.boundingBox()]);
    if (!tree || !heads || !box) return false;
    return box.y >= heads.y + heads.height && box.y + box.height <= tree.y + tree.height && box.x >= tree.x && box.x + box.width <= tree.x + tree.width;
  }

  /** Rows of the table below a drawing, opened. */
  async rows(of: 'lineage-table' | 'score-table'): Promise<Locator> {
    const twin = this.page.getByTestId(of);
    await twin.locator('summary').click();
    await expect(twin.locator('tbody tr').first()).toBeVisible();
    return twin.locator('tbody tr');
  }
}
