// FSL's b-value and b-vector tables (BIDS dwi): numbers only, one column per volume.

/**
 * The same table when it is `rows` lines of `columns` numbers each, else null. Written as it stands, so that no digit changes.
 */
export function gradientTable(text: string, rows: number, columns: number): string | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length !== rows) return null;
  const table = lines.map((line) => line.trim().split(/\s+/));
  if (table.some((cells) => cells.length !== columns || cells.some((cell) => !/^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(cell))))
    return null;
  return text;
}
