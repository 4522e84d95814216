/** Names that look like Frappe's hashes: unique per prefix, scattered, and the same for the same story. */
export class HashNames {
  private counter = 0;

  next(): string {
    this.counter += 1;
    const scattered = Math.imul(this.counter, 0x9e3779b1) >>> 0;
    return `h${scattered.toString(16).padStart(8, '0')}`;
  }
}
