// @ts-check
/** Rows as text: one line each, numbers to three digits. */

/** @typedef {import('./row.mjs').Figure} Figure */

const HEAD = ['', 'unit', 'n', 'winsvc p50', 'p99', 'C p50', 'p99', 'bare node p50', 'target', ''];

/** @param {readonly import('./row.mjs').Row[]} rows @returns {string} */
export function table(rows) {
  const cells = rows.map(({ label, unit, winsvc, c, node, target, pass }) => [
    label,
    unit,
    String(winsvc.n),
    digits(winsvc.median),
    digits(winsvc.p99),
    c ? digits(c.median) : '',
    c ? digits(c.p99) : '',
    node ? digits(node.median) : '',
    target ? targetText(target) : '',
    pass === undefined ? '' : pass ? 'pass' : 'MISSED',
  ]);
  const widths = HEAD.map((head, i) => Math.max(3, head.length, ...cells.map((line) => (line[i] ?? '').length)));
  const line = (/** @type {string[]} */ texts) =>
    `| ${texts.map((text, i) => (i < 2 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(HEAD), rule, ...cells.map(line)].join('\n');
}

/** @param {import('./row.mjs').Target} target */
function targetText({ of, is, limit, aim }) {
  const sign = { below: '<', atMost: '≤', atLeast: '≥' }[is];
  return `${of === 'p99' ? 'p99 ' : ''}${sign} ${limit}${aim === undefined ? '' : ` (aim ${aim})`}`;
}

/** @param {number} value */
const digits = (value) => (Number.isNaN(value) ? '–' : Number(value.toPrecision(3)).toLocaleString('en'));
