export const seeds = (): string[] => ["carrot", "kale"];
