// Documents in requests and answers against Atlassian's own schema of ADF. The OpenAPI document leaves them open: a comment's
// body has an empty schema there, a description none.
import { existsSync, readFileSync } from 'node:fs';
import Ajv from 'ajv';

export class Adf {
	constructor(file) {
		this.checked = 0;
		if (!existsSync(file))
			return;
		const schema = JSON.parse(readFileSync(file, 'utf8'));
		delete schema.$schema;	// draft-04; nothing in it means something else today
		this.validate = new Ajv({ strict: false, allErrors: false, logger: false, validateFormats: false }).compile(schema);
	}

	// What is wrong with the documents anywhere in a JSON value.
	faults(value, where) {
		if (this.validate === undefined || value === null || typeof value !== 'object')
			return [];
		if (value.type === 'doc' && Array.isArray(value.content)) {
			this.checked++;
			return this.validate(value) ? [] : [`${where} is no good ADF (${this.validate.errors[0].instancePath} ${this.validate.errors[0].message}): ` +
				JSON.stringify(value).slice(0, 200)];
		}
		return Object.entries(value).flatMap(([k, v]) => this.faults(v, `${where}.${k}`));
	}
}
