// Service Management's own document. Data Center has none: its answers are judged by Cloud's where the two agree, which
// they do but for how people are named.
//
// Forms and Assets have no official file at hand; ours says what we read in their documentation, and holds types and names.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const own = { file: path.relative(process.argv[3], fileURLToPath(new URL('../documents/forms-assets.json', import.meta.url))),
	exceptions: { isError: (v) => Array.isArray(v.errors) && v.errors.every((e) => typeof e.title === 'string') } };
const file = 'cloud/jira-service-management.json';
const isError = (v) => typeof v.errorMessage === 'string' && v.errorMessage !== '';

const shared = {
	isError,
	members: {
		SourceDTO: { add: ['pageId', 'spaceKey'], why: 'what the source is; the schema is open, real answers have them' },
	},
};

export const cloud = {};
export const dc = {};
export const documents = { cloud: [{ file, exceptions: shared }, own], dc: [{ file, exceptions: shared }, own] };
