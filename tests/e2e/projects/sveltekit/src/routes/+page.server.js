export const load = () => ({ birds: 12 });
