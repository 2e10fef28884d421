// @ts-check

/** @param {any} parameter */
function decoratorNames(parameter) {
  const decorators = parameter.decorators?.length ? parameter.decorators : (parameter.parameter?.decorators ?? []);
  return decorators.map((/** @type {any} */ { expression }) => (expression.callee ?? expression).name);
}

/**
 * The compilers in use emit no parameter metadata: in a class that the container makes, a parameter without `@inject`
 * fails when the class is first asked for. And a subclass of such a class silently gets `undefined`.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const injectEveryParameter = {
  meta: {
    type: 'problem',
    docs: { description: 'every constructor parameter of an injected class carries @inject' },
    messages: {
      missing: 'Write @inject(Token) before this parameter: nothing tells the container its type.',
      extended:
        'An injected class cannot have a subclass that the container makes: put the shared part into its own class.',
    },
    schema: [],
  },
  create(context) {
    const injected = new Set();
    return {
      'MethodDefinition[kind="constructor"]'(/** @type {any} */ node) {
        const parameters = node.value.params;
        const marked = parameters.filter((/** @type {any} */ parameter) =>
          decoratorNames(parameter).includes('inject'),
        );
        if (marked.length === 0) return;
        injected.add(node.parent.parent.id?.name);
        for (const parameter of parameters) {
          const names = decoratorNames(parameter);
          if (!names.includes('inject') && !names.includes('multiInject')) {
            context.report({ node: parameter, messageId: 'missing' });
          }
        }
      },
      'ClassDeclaration[superClass]:exit'(/** @type {any} */ node) {
        if (injected.has(node.superClass.name)) context.report({ node, messageId: 'extended' });
      },
    };
  },
};
