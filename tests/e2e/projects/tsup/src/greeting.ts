export const greeting = (name: string): string => `made of ${name}`;
