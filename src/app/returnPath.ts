// Where to go after signing in: only ever a page of this site.

/** The path to return to, or '/' when `from` is missing or leads elsewhere (an open redirect would help a phisher). */
export function returnPath(from: string | string[] | undefined): string {
  if (typeof from !== 'string' || !/^\/(?![/\\])[^\\\s]*$/.test(from) || !URL.canParse(from, 'http://here.invalid'))
    return '/';
  const url = new URL(from, 'http://here.invalid');
  if (url.origin !== 'http://here.invalid' || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search;
}
