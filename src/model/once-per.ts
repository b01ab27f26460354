/**
 * A function that computes its result once for each object, and keeps it as long as the object: indexes and what several rules ask for. It
 * may be kept until the next full garbage collection, so the result should not be large.
 */
export function oncePer<Key extends object, Result extends object>(compute: (key: Key) => Result): (key: Key) => Result {
  const known = new WeakMap<Key, Result>()
  return (key) => {
    let result = known.get(key)
    if (result === undefined) {
      result = compute(key)
      known.set(key, result)
    }
    return result
  }
}
