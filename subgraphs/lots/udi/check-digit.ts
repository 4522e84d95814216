/** The GS1 check digit: weights 3, 1, 3, 1 … from the right. */

/** The digit that must follow these digits. */
export function checkDigitOf(digits: string): string {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

/** True when the last digit is the check digit of those before it. */
export function hasValidCheckDigit(digits: string): boolean {
  return digits.length > 1 && digits.endsWith(checkDigitOf(digits.slice(0, -1)));
}
