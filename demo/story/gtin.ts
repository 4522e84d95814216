/** A GTIN-14 with a valid check digit, under the (unassigned) example prefix 6950000. */
export function gtin14(reference: number): string {
  const body = `0695000${String(reference % 1_000_000).padStart(6, '0')}`;
  return body + checkDigit(body);
}

/** The GS1 check digit of a body of digits. */
export function checkDigit(body: string): string {
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) {
    const weight = (body.length - index) % 2 === 1 ? 3 : 1;
    sum += Number(body[index]) * weight;
  }
  return String((10 - (sum % 10)) % 10);
}
