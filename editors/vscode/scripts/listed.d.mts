export interface ListedRule {
  readonly name: string;
  readonly severity: string;
  readonly text: string;
}
export declare const program: string;
export declare function listedRules(): ListedRule[];
export declare function ruleSchema(rules: ListedRule[]): object;
