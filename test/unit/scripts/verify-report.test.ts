import { describe, expect, it } from 'vitest';
import { countResults, formatMarkdown, formatRow, mergeRows, type Row } from '../../../scripts/verify/report.ts';

const rows: Row[] = [
  { id: 'a', title: 'works', result: 'proven', detail: 'seen | twice', ms: 3 },
  { id: 'b', title: 'breaks', result: 'failed', detail: 'two\nlines', ms: 4 },
  { id: 'c', title: 'lacks', result: 'skipped', detail: 'Wine: no', ms: 5 },
];

describe('the report of verify:windows', () => {
  it('counts each result', () => {
    expect(countResults(rows)).toEqual({ proven: 1, failed: 1, skipped: 1 });
  });

  it('has failures first, one line each, and the versions', () => {
    const text = formatMarkdown({
      at: 'now',
      winsvc: '1.2.3',
      commit: 'abc',
      machine: { node: 'v22', wine: undefined },
      rows,
    });
    expect(text).toContain('1 proven, 1 failed, 1 skipped, now.');
    expect(text).toContain('- winsvc: 1.2.3 (abc)\n- node: v22\n');
    expect(text).not.toContain('wine');
    expect(text.indexOf('## Failed')).toBeLessThan(text.indexOf('## Proven'));
    expect(text).toContain('| b | breaks | two lines | 4 |');
    expect(text).toContain('| a | works | seen \\| twice | 3 |');
  });

  it('prints what was seen below each row', () => {
    expect(formatRow(rows[0]!)).toBe('✔ a: works\n    proven: seen | twice\n');
  });

  it('has the rows of a run after the restart in the place of the earlier ones', () => {
    const later: Row = { id: 'c', title: 'lacks', result: 'proven', detail: 'after the restart', ms: 1 };
    const extra: Row = { ...later, id: 'd' };
    expect(mergeRows(rows, [later, extra])).toEqual([rows[0], rows[1], later, extra]);
    expect(mergeRows([], rows)).toEqual(rows);
  });
});
