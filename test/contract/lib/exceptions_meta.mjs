// Where the platform documents are wrong about projects' parts, filters and dashboards; see exceptions.mjs.
const array = (schema) => ({ type: 'array', items: schema });
const position = { type: 'object', required: ['row', 'column'], properties: { row: { type: 'integer' }, column: { type: 'integer' } }, additionalProperties: false };
const POSITION = 'the schema has the descriptions of its members for their names; the examples have row and column';
const day = { type: ['string', 'null'], format: 'date' };
const CLEARED = 'declares a text; releaseDateSet and startDateSet beside it tell "null" from "not there", so null takes the day away';
const DECLARES_ITEM = 'declares the schema of one item; the site answers a list';

export const cloud = {
	schemas: {
		'DashboardGadget.position': { is: position, why: POSITION },
		'DashboardGadgetSettings.position': { is: position, why: POSITION },
		'Version.releaseDate': { is: day, why: CLEARED },
		'Version.startDate': { is: day, why: CLEARED },
	},
};

export const dc = {
	wraps: {
		'GET /rest/api/2/filter/favourite': { as: array, why: DECLARES_ITEM },
	},
	schemas: {
		'VersionBean.releaseDate': { is: day, why: CLEARED },
		'VersionBean.startDate': { is: day, why: `${CLEARED}; declares date-time, the site takes and gives a day` },
	},
	statuses: [
		{ op: /^(POST|PUT) \/rest\/api\/2\/component/, status: 400, why: 'a name that exists, a lead that does not: live sites answer 400 with errors' },
		{ op: /^GET \/rest\/api\/2\/filter\/\{id\}$/, status: 400, why: 'a filter that does not exist or is not shared: live sites answer 400' },
	],
};
