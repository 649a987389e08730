// SPDX-License-Identifier: MIT
// Hook of Node's loader: JSON is imported although the import does not say that it is JSON, as bundlers allow it.
export const load = (url, context, next) =>
  next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context)
