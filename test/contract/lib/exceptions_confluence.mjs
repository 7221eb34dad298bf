// Confluence's documents, and where we deviate from them. Tables as in exceptions.mjs.
//
// v2 says {"errors":[{status, code, title, detail}]}, v1 and Data Center {"statusCode", "data", "message"}.
const isError = (v) => (Array.isArray(v.errors) && v.errors.length > 0 && v.errors.every((e) => typeof e.status === 'number' && typeof e.code === 'string' && typeof e.title === 'string')) ||
	(typeof v.statusCode === 'number' && typeof v.message === 'string' && v.message !== '' && typeof v.data === 'object');

const v1 = { isError };
const v2 = { isError, merges: true };
const dcTable = { isError };

export const documents = {
	cloud: [{ file: 'cloud/confluence-v2.json', exceptions: v2 }, { file: 'cloud/confluence-v1.json', exceptions: v1 }],
	dc: [{ file: 'dc/confluence-10.0.3.json', exceptions: dcTable, only: 'dc' }, { file: 'dc/confluence-10.2.14.json', exceptions: dcTable, only: 'dc11' }],
};
