const MINUTES = { green: 2, black: 4 };

export const minutes = (tea) => MINUTES[tea] ?? 3;
