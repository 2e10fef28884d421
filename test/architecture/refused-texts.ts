/** Per rule that matters a text that breaks it. */
export const REFUSED: Readonly<Record<string, string>> = {
  '@typescript-eslint/no-floating-promises': 'export function f(): void { Promise.resolve(1); }',
  '@typescript-eslint/no-misused-promises': 'export const f = (g: () => Promise<boolean>): number => (g() ? 1 : 2);',
  '@typescript-eslint/switch-exhaustiveness-check':
    "export function f(a: 'x' | 'y'): number { switch (a) { case 'x': return 1; } return 2; }",
  '@typescript-eslint/consistent-type-imports':
    "import { Observable } from 'rxjs'; export type A = Observable<string>;",
  '@typescript-eslint/no-explicit-any': 'export type A = any;',
  '@typescript-eslint/ban-ts-comment': '// @ts-ignore\nexport const a = 1;',
  'no-empty': 'export function f(): void { try { f(); } catch {} }',
  'no-console': "console.log('a');",
  'no-warning-comments': '// TODO later\nexport const a = 1;',
  'no-restricted-imports': "import { Container } from 'inversify'; export const a = Container;",
  'no-restricted-syntax: a container of its own':
    'declare const Container: new () => object; export const a = new Container();',
  'no-restricted-syntax: a container that is asked':
    'declare const container: Map<symbol, string>; declare const T: symbol; export const a = container.get(T);',
  'no-restricted-syntax: a dynamic value that asks':
    'declare const b: { toDynamicValue(f: (c: Map<symbol, string>) => unknown): void }; declare const T: symbol; b.toDynamicValue((c) => c.get(T));',
  'no-restricted-syntax: a test left alone': "declare const it: { only(a: string): void }; it.only('a');",
  'no-restricted-syntax: Russian outside the catalogue': "export const a = 'Учитель';",
  'house/inject-every-parameter':
    "import { inject } from 'inversify'; export class A { constructor(@inject('b') readonly b: string, readonly c: string) {} }",
  'house/inject-every-parameter: a subclass':
    "import { inject } from 'inversify'; class A { constructor(@inject('b') readonly b: string) {} } export class B extends A {}",
};
