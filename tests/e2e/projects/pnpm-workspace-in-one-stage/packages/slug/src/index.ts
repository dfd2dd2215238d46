import slugify from "slugify";

export const slug = (title: string): string => slugify(title, { lower: true });
