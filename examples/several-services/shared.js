let last = 0;

/** Returns the number of the next order: shared by both services. */
export function nextOrder() {
  last += 1;
  return last;
}
