export const price = (grams: number): number => 2 + Math.ceil(grams / 500);
