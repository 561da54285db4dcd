// The fields of ConfigureUI that hold one value, page by page.

import { configureUiTable } from '../../../scripts/build/site/ui-fields.mjs';

/** Maps each page to its fields, as `[name, kind]`, without `tips`. */
export function configureUiFields() {
  const { pages } = configureUiTable();
  const single = (fields) => fields.filter(([, kind]) => kind !== 'tips');
  return Object.fromEntries(Object.entries(pages).map(([page, fields]) => [page, single(fields)]));
}
