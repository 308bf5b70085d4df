let last = 0;

/** What both services use. */
export function nextOrder() {
  last += 1;
  return last;
}
